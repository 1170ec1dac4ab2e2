"""`python -m config.local.bench`: measures of engine and pages, on servers and data of their own.

Everything lies in <var>/bench, so that a running site is neither slowed by a full disk nor
touched at all; removing the folder removes it all. With DATABASE_URL set, the database is made
beside the one it names, under a name of its own.
"""

import os
import secrets
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config import env as environment
from config import lifeline
from config.local.child import call
from config.local.folder import OWNER_ROLE, Folder
from config.local.refusal import Refusal
from config.local.servers import FolderInUse, Wanted, servers
from config.local.signals import stop_on_signals

GIGABYTE = 1024**3
# As much as a small database server gives: a quarter of the memory, and 4 GB are enough here.
_MOST_BUFFERS = 4
_NAMES = {
    "300": "zhipei_bench_tiny",
    "10k": "zhipei_bench_small",
    "100k": "zhipei_bench",
    "1m": "zhipei_bench_full",
    "web-300": "zhipei_bench_web_tiny",
    "web-100k": "zhipei_bench_web",
}


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // GIGABYTE


def postgres_settings() -> dict[str, str]:
    """What docs/operations.md advises for a database of this size."""
    buffers = max(1, min(_MOST_BUFFERS, _memory() // 4))
    return {
        "shared_buffers": f"{buffers}GB",
        "effective_cache_size": f"{max(1, _memory() // 2)}GB",
        "maintenance_work_mem": f"{max(1, min(2, _memory() // 8))}GB",
        "max_wal_size": "8GB",
        "checkpoint_timeout": "15min",
    }


def _database_url(folder: Folder, name: str) -> str:
    if environment.embeds_database():
        return folder.database_url(OWNER_ROLE, name)
    parts = urlsplit(environment.database_url())
    return urlunsplit(parts._replace(path=f"/{name}"))


def _create_database(url: str, name: str) -> None:
    parameters = environment.env.db_url_config(url)
    with psycopg.connect(
        host=parameters["HOST"],
        port=parameters["PORT"] or None,
        user=parameters["USER"],
        password=parameters["PASSWORD"],
        dbname="template1",
        autocommit=True,
    ) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if there.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def bench(size: str, arguments: list[str]) -> int:
    """Run the command for ``size`` beside servers of its own."""
    if size not in _NAMES:
        raise Refusal(f"{size}: one of {', '.join(_NAMES)} is measured.")
    folder = Folder(environment.var_dir() / "bench")
    url = _database_url(folder, _NAMES[size])
    wanted = Wanted(
        database=environment.embeds_database(), redis=True, settings=postgres_settings()
    )
    os.environ["ZHIPEI_VAR"] = str(folder.root)
    os.environ["REDIS_URL"] = folder.redis_url()
    try:
        with servers(folder, wanted):
            _create_database(url, _NAMES[size])
            os.environ["DATABASE_URL"] = url
            os.environ[lifeline.FOLLOW_PARENT] = "1"
            name = "bench_web" if size.startswith("web") else "bench_engine"
            command = [sys.executable, "manage.py", name, size, *arguments]
            return call(command, dict(os.environ))
    except FolderInUse as busy:
        raise Refusal(f"A measurement runs already in {folder.root} ({busy.holder}).") from busy


def main(arguments: list[str]) -> int:
    # As in production: debugging keeps every query and its time.
    os.environ["DEBUG"] = "false"
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(64))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Pages are asked for over plain HTTP, and staff would first be led to set up a second factor.
    os.environ["HTTPS"] = os.environ["MFA_REQUIRED_FOR_STAFF"] = "false"
    stop_on_signals()
    try:
        return bench(arguments[0] if arguments else "", arguments[1:])
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
