"""The database and the broker of one data folder, for as long as somebody needs them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import psycopg
import redis

from config import env as environment
from config.local import machine
from config.local.child import Child
from config.local.folder import OWNER_ROLE, Folder
from config.local.lock import FolderLock, Holder
from config.local.postgres import Postgres
from config.local.refusal import Refusal, last_line
from config.local.signals import undisturbed
from config.local.valkey import Valkey


class FolderInUse(Exception):
    """Somebody else runs the servers of this folder."""

    def __init__(self, holder: Holder, lock: FolderLock) -> None:
        super().__init__(str(holder))
        self.holder = holder
        self.lock = lock


@dataclass(frozen=True)
class Wanted:
    """Which servers to run and how; by default what the environment does not name itself."""

    database: bool = field(default_factory=environment.embeds_database)
    redis: bool = field(default_factory=environment.embeds_redis)
    # The web server's port, told to whoever finds the folder taken.
    port: int | None = None
    # Trades safety against a power cut for speed.
    fast: bool = False
    waits_for_guests: bool = False
    # PostgreSQL settings that differ from the runner's own.
    settings: Mapping[str, str] = field(default_factory=dict)


def prepare_folder(folder: Folder) -> None:
    machine.make_folder(folder.root)
    machine.check_disk(folder.root)
    for part in (folder.log, folder.beat):
        machine.make_folder(part)
    machine.make_socket_folder(folder.sockets)


@contextmanager
def servers(folder: Folder, wanted: Wanted) -> Iterator[list[Child]]:
    """Run the wanted servers and check that the others answer; yields those we run.

    Raises FolderInUse when another process already runs them.
    """
    machine.check_cpu(machine.cpu_flags())
    prepare_folder(folder)
    lock = FolderLock(folder)
    holder = lock.take(wanted.port)
    if holder is not None:
        raise FolderInUse(holder, lock)
    with ExitStack() as stack:
        stack.callback(lock.close)
        if wanted.port is not None:
            machine.check_port(wanted.port)
        started: list[Child] = []
        stack.callback(_stop, started)
        if wanted.waits_for_guests:
            stack.callback(lock.wait_for_guests)
        if wanted.redis:
            valkey = Valkey(folder, lock.servers, fast=wanted.fast)
            started.append(valkey.child)
            valkey.start()
        else:
            check_redis(environment.redis_urls().cache)
        if wanted.database:
            postgres = Postgres(folder, lock.servers, fast=wanted.fast, settings=wanted.settings)
            started.append(postgres.child)
            postgres.start()
        else:
            check_database(environment.database_url())
        yield started


def _stop(started: list[Child]) -> None:
    with undisturbed():
        for child in started:
            child.ask_to_stop()
        for child in started:
            child.stop()


def check_database(url: str) -> None:
    """A database that the environment names must answer."""
    parameters = environment.env.db_url_config(url)
    try:
        psycopg.connect(
            host=parameters["HOST"],
            port=parameters["PORT"] or None,
            user=parameters["USER"],
            password=parameters["PASSWORD"],
            dbname=parameters["NAME"],
            connect_timeout=10,
        ).close()
    except psycopg.OperationalError as error:
        raise Refusal(f"DATABASE_URL's database refuses: {last_line(str(error))}") from error


def check_redis(url: str) -> None:
    client = redis.Redis.from_url(url, socket_connect_timeout=10, socket_timeout=10)
    try:
        client.ping()
    except redis.RedisError as error:
        raise Refusal(f"REDIS_URL's server refuses: {last_line(str(error))}") from error
    finally:
        client.close()


def as_owner(folder: Folder) -> dict[str, str]:
    """The environment of what changes the schema: the owner role migrates, the app role runs."""
    if not environment.embeds_database():
        return dict(os.environ)
    return {**os.environ, "DATABASE_URL": folder.database_url(OWNER_ROLE)}
