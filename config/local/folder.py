"""Where one running copy of the site keeps its data, its logs and its sockets."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

OWNER_ROLE = "zhipei_owner"
APP_ROLE = "zhipei_app"
DATABASE = "zhipei"

# A unix socket's path may have 107 bytes; PostgreSQL appends /.s.PGSQL.5432.lock to the folder.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")


def _runtime_root() -> Path:
    """The user's own runtime folder where there is one, else the temporary folder."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and os.access(runtime, os.W_OK):
        return Path(runtime)
    return Path(tempfile.gettempdir())


@dataclass(frozen=True)
class Folder:
    """The data folder and the places inside it."""

    root: Path

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def beat(self) -> Path:
        return self.root / "beat"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def guests(self) -> Path:
        """Held shared by commands that use servers which another command started."""
        return self.root / "guests"

    @property
    def sockets(self) -> Path:
        """Inside the folder when its path is short enough, else in a short place of this user."""
        inside = self.root / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return _runtime_root() / f"zhipei-{os.getuid()}-{name}"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def database_url(self, role: str = APP_ROLE, database: str = DATABASE) -> str:
        return f"postgres://{role}@/{quote(str(self.sockets))}/{database}"

    def redis_url(self, number: int = 0) -> str:
        return f"unix://{quote(str(self.valkey_socket))}?db={number}"
