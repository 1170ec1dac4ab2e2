"""The site's own web server, started for a measurement."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The page that is empty, and the application that has it (served.py).
EMPTY = "/bench-empty/"
_APPLICATION = "matchmaking.bench.web.served:application"
_WORKERS, _THREADS = 3, 1
# What granian says of each worker that has loaded the application and takes requests.
_STARTED = b"Started worker-"
_STARTING_TAKES = 90.0
_STOPPING_TAKES = 10.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(log: Path) -> Iterator[int]:
    """Serve as `make run` does; yield the port once every worker takes requests."""
    port = free_port()
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "granian", "--interface=wsgi", "--host=127.0.0.1"]
    command += [f"--port={port}", f"--workers={_WORKERS}", f"--blocking-threads={_THREADS}"]
    with log.open("wb") as written:
        process = subprocess.Popen(
            [*command, _APPLICATION],
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port, process, log)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOPPING_TAKES)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for all workers: one that still loads takes the processors from those that serve."""
    ends = time.monotonic() + _STARTING_TAKES
    while time.monotonic() < ends and process.poll() is None:
        if log.read_bytes().count(_STARTED) >= _WORKERS:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5):  # nosec B310
                return
        time.sleep(0.1)
    raise RuntimeError(f"the web server does not answer; see {log}")
