"""Who may use a data folder.

Two locks tell two things apart. `lock` is held by the runner alone: whoever cannot get it meets a
living runner. `servers.lock` is inherited by the servers, so it stays held until the last of them
is gone; whoever gets it knows that any pid file or socket left in the folder is stale.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.local.folder import Folder
from config.local.refusal import Refusal

# Crash recovery's opposite: how long the servers of a killed runner may take to stop.
STOPPING_TAKES = 30.0


@dataclass(frozen=True)
class Holder:
    """The runner that has the folder now."""

    pid: int
    port: int | None

    def __str__(self) -> str:
        address = f", http://127.0.0.1:{self.port}/" if self.port else ""
        return f"process {self.pid}{address}"


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class FolderLock:
    """Held by the process that starts the servers of a folder."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self._runner = _open(folder.lock)
        self.servers = _open(folder.root / "servers.lock")
        self._guests = _open(folder.guests)

    def take(self, port: int | None) -> Holder | None:
        """Take the folder; answers who has it when somebody else does."""
        if not _try(self._runner, fcntl.LOCK_EX):
            return self._read_holder()
        os.ftruncate(self._runner, 0)
        os.pwrite(self._runner, json.dumps({"pid": os.getpid(), "port": port}).encode(), 0)
        deadline = time.monotonic() + STOPPING_TAKES
        while not _try(self.servers, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise Refusal(
                    f"The servers of an earlier run in {self.folder.root} are still stopping;"
                    " wait a little and try again."
                )
            time.sleep(0.05)
        return None

    def _read_holder(self) -> Holder:
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline:
            text = os.pread(self._runner, 1000, 0).decode()
            if text:
                holder = json.loads(text)
                return Holder(holder["pid"], holder["port"])
            time.sleep(0.02)
        raise Refusal(f"Another process holds {self.folder.lock} without saying who it is.")

    @contextmanager
    def as_guest(self) -> Iterator[None]:
        """Use another process's servers, which then wait for us before they stop."""
        fcntl.flock(self._guests, fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(self._guests, fcntl.LOCK_UN)

    def wait_for_guests(self) -> None:
        fcntl.flock(self._guests, fcntl.LOCK_EX)
        fcntl.flock(self._guests, fcntl.LOCK_UN)

    def close(self) -> None:
        for descriptor in (self._guests, self.servers, self._runner):
            os.close(descriptor)
