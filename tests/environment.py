"""Names the servers that the tests use, before anything reads the settings.

Tests run against a real PostgreSQL and a real Redis-compatible server: those of DATABASE_URL and
REDIS_URL, or embedded ones in a folder of the tests' own, so that a running site is not disturbed.
"""

import os
from pathlib import Path

import pytest

from config import env
from config.local.folder import APP_ROLE, OWNER_ROLE, Folder

# "gw1" in a process that another one shares its tests with. Each has servers of its own: what is
# open in one database of a PostgreSQL server holds back what may be sealed in all of them.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
ROOT = Path(os.environ.setdefault("ZHIPEI_TESTS", str(env.var_dir() / "test")))
FOLDER = Folder(ROOT / WORKER)
EMBEDS_DATABASE = bool(WORKER) or env.embeds_database()
EMBEDS_REDIS = bool(WORKER) or env.embeds_redis()
# Under which name a large proof tells its size to the process that prints.
TOLD = "told"


def name_servers() -> None:
    """Everything started from here on, child processes too, meets the tests' servers."""
    os.environ["ZHIPEI_VAR"] = str(FOLDER.root)
    if EMBEDS_DATABASE:
        # The owner may create the test database.
        os.environ["DATABASE_URL"] = FOLDER.database_url(OWNER_ROLE)
    if EMBEDS_REDIS:
        os.environ["REDIS_URL"] = FOLDER.redis_url()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"


def test_database_url(name: str) -> str:
    """The address of the test database for a process that runs as the site does."""
    if EMBEDS_DATABASE:
        return FOLDER.database_url(APP_ROLE, name)
    base, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    return f"{base}/{name}"


def tell(config: pytest.Config, tally: object | None) -> None:
    """Have ``tally`` printed by the process that prints."""
    if tally is not None and hasattr(config, "workeroutput"):
        config.workeroutput.setdefault(TOLD, []).append(str(tally))


def is_thorough(markers: str) -> bool:
    """Whether pytest's -m asks for one of the large proofs: alone they leave nothing out.

    Beside everything else each asks a part, so that a commit's proof stays short.
    """
    return any(name in markers.split() for name in ("matrix", "leak"))
