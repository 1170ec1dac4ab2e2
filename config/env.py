"""Reads the environment: `.env` beside manage.py first, which never overrides what is set already.

`.env.example` documents every variable. Settings take single values through `env`; what has more
to it than one value (the two servers, the data folder) is a function here.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

from config.local.folder import Folder

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    environ.Env.read_env(BASE_DIR / ".env")


@dataclass(frozen=True)
class RedisUrls:
    """One Redis server in the spellings of its two users."""

    cache: str
    broker: str


def _text(name: str) -> str:
    """An empty variable counts as an absent one: `.env` files list names without values."""
    return str(env.str(name, default="")).strip()


def folder() -> Folder:
    """The data folder and the places inside it."""
    return Folder(Path(_text("ZHIPEI_VAR") or BASE_DIR / "var").absolute())


def var_dir() -> Path:
    return folder().root


def embeds_database() -> bool:
    return not _text("DATABASE_URL")


def embeds_redis() -> bool:
    return not _text("REDIS_URL")


def database_url() -> str:
    return _text("DATABASE_URL") or folder().database_url()


def database() -> dict[str, Any]:
    """Django's settings of the database; what its URL says of connections stays as it says it.

    A process asks the same few hundred questions all day: bound on the server, PostgreSQL plans
    each of them once (docs/decisions/031).
    """
    at = env.db_url_config(database_url())
    prepares = env.bool("DATABASE_PREPARES", default=True)
    binding = {"server_side_binding": True, "prepare_threshold": 1} if prepares else {}
    return {**at, "OPTIONS": binding | at.get("OPTIONS", {})}


def redis_urls() -> RedisUrls:
    url = _text("REDIS_URL") or folder().redis_url()
    return RedisUrls(cache=url, broker=celery_url(url))


def celery_url(redis_url: str) -> str:
    """Celery writes a unix socket as redis+socket:///path?virtual_host=0."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = parts.query.removeprefix("db=") or "0"
    return f"redis+socket://{parts.path}?virtual_host={number}"
