"""Real Celery workers, started for a measurement and watched."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from celery import current_app

from matchmaking import queue

_STARTING_TAKES = 90.0
_STOPPING_TAKES = 20.0
MEGABYTE = 1024 * 1024


@dataclass(slots=True)
class Workers:
    """One worker node and its pool processes."""

    process: subprocess.Popen[bytes]
    size: int
    # The most that each pool process was seen to hold, in bytes, by process id.
    held: dict[int, int] = field(default_factory=dict)

    def look(self) -> None:
        """Note what the pool holds now; raises RuntimeError when the node is gone."""
        if self.process.poll() is not None:
            raise RuntimeError("the worker ended; see its log")
        for child in psutil.Process(self.process.pid).children():
            try:
                held = child.memory_info().rss
            except psutil.NoSuchProcess:
                continue
            self.held[child.pid] = max(held, self.held.get(child.pid, 0))

    @property
    def megabytes(self) -> list[float]:
        """The most each of the pool's processes held, largest first."""
        return sorted((round(held / MEGABYTE, 1) for held in self.held.values()), reverse=True)


@contextmanager
def workers(size: int, log: Path) -> Iterator[Workers]:
    """Run a node with ``size`` pool processes on the queues of scoring."""
    command = [sys.executable, "-m", "celery", "--app", "config", "worker"]
    command += [f"--queues={queue.INTERACTIVE},{queue.BULK}", "--pool=prefork"]
    command += [f"--concurrency={size}", f"--hostname=bench{size}@%h", "--loglevel=WARNING"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    # One thread each, or the pool's processes fight over the cores.
    surroundings = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=surroundings, stdout=output, stderr=output)
    running = Workers(process, size)
    try:
        _wait(running)
        yield running
    finally:
        _stop(process)


def _wait(running: Workers) -> None:
    deadline = time.monotonic() + _STARTING_TAKES
    # A connection of its own: one that listens, kept for all, would be closed by each process that
    # is forked later, which then waits for an answer that this one reads.
    with current_app.connection_for_write() as connection:
        inspect: Any = current_app.control.inspect(timeout=0.5, connection=connection)
        while not inspect.ping():
            running.look()
            if time.monotonic() > deadline:
                raise RuntimeError("the worker does not answer; see its log")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOPPING_TAKES)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
