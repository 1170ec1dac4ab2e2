"""Helpers that start the runner as a person does and look at what it leaves behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.env import BASE_DIR

RUNNER = [sys.executable, "-m", "config.local"]
# What the tests' own servers are called; the runner under test starts its own.
_OURS = {"DATABASE_URL", "REDIS_URL", "DEBUG", "DEMO", "PORT", "SECRET_KEY"}


def surroundings(var: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _OURS}
    return {**kept, "ZHIPEI_VAR": str(var), **more}


def start(
    *arguments: str, var: Path, prefix: tuple[str, ...] = (), **more: str
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*prefix, *RUNNER, *arguments],
        env=surroundings(var, **more),
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def call(*arguments: str, var: Path, prefix: tuple[str, ...] = (), **more: str) -> tuple[int, str]:
    """Run the runner to its end; answers its exit code and everything it printed."""
    process = start(*arguments, var=var, prefix=prefix, **more)
    try:
        output, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    return process.returncode, output


def processes_of(var: Path) -> list[str]:
    """The living processes that belong to a data folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            place = str((entry / "cwd").readlink())
            variables = (entry / "environ").read_bytes()
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue  # it ended meanwhile, or it is another user's
        ours = str(var).encode()
        if state != "Z" and (
            ours in command or ours in variables.split(b"\0ZHIPEI_VAR=")[-1] or str(var) in place
        ):
            found.append(f"{entry.name} {command.replace(bytes(1), b' ').decode()}")
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_gone(var: Path, seconds: float = 20) -> bool:
    return wait_for(lambda: not processes_of(var), seconds)


def interrupt(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    return output
