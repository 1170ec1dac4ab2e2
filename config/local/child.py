"""Programs that the runner starts, watches and stops."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config import lifeline
from config.local.refusal import Refusal, last_line, last_words
from config.local.signals import undisturbed
from config.local.terminal import say

LARGEST_LOG = 10 * 1024 * 1024


@dataclass(frozen=True)
class Program:
    """How to start and how to stop one program."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    stop_with: signal.Signals = signal.SIGTERM
    # What the kernel sends when the runner itself was killed.
    orphaned_with: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    inherits: tuple[int, ...] = ()
    # Above 0 for what may wait while somebody looks at a page.
    niceness: int = 0


class Child:
    """A running program with its log file.

    Started from the main thread only: between fork and exec nothing but system calls happen,
    and the kernel takes the end of the starting thread for the end of the parent.
    """

    def __init__(self, program: Program, log_folder: Path) -> None:
        self.program = program
        self.log = log_folder / f"{program.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self._log_start = 0

    def start(self) -> None:
        parent, program = os.getpid(), self.program

        def prepare() -> None:
            os.nice(program.niceness)
            lifeline.follow(parent, program.orphaned_with)

        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self.process = subprocess.Popen(
                self.program.command,
                env=dict(self.program.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Its own session: Ctrl-C reaches the runner only, which stops all in order.
                start_new_session=True,
                pass_fds=self.program.inherits,
                preexec_fn=prepare,  # noqa: PLW1509
            )
        self.started_at = time.monotonic()

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def exit_code(self) -> int | None:
        return None if self.process is None else self.process.poll()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.running:
            os.kill(self.pid, self.program.stop_with)

    def stop(self) -> None:
        """Ask, wait as long as the program may take, then insist on its whole process group."""
        if self.process is None:
            return
        self.ask_to_stop()
        try:
            self.process.wait(self.program.patience)
        except subprocess.TimeoutExpired:
            self._kill_group()
            self.process.wait()
        self._kill_group()
        self.process = None

    def _kill_group(self) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return  # nobody left in it

    def why_it_died(self) -> str:
        return explain(self.program.name, self.exit_code, self.log, self._log_start)


def call(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command at this terminal until it ends, or until we are told to stop."""
    parent = os.getpid()
    process = subprocess.Popen(
        command,
        env=dict(environment),
        preexec_fn=lambda: lifeline.follow(parent, signal.SIGTERM),  # noqa: PLW1509
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        # The terminal's Ctrl-C reached the command as well; a plain kill did not.
        with undisturbed():
            process.terminate()
            process.wait()
        raise


def explain(name: str, exit_code: int | None, log: Path, since: int = 0) -> str:
    """One sentence on why a program ended, from its exit code and what it added to its log."""
    words = last_words(log, since)
    if exit_code == -signal.SIGILL:
        return f"This processor lacks an instruction that the {name} program was built with."
    if "No space left on device" in words:
        return f"The disk is full, so {name} stopped; free some space (see {log})."
    return f"{name} stopped: {last_line(words)} (see {log})"


def wait_until(ready: Callable[[], bool], child: Child, seconds: float) -> None:
    """Wait for a program to answer; a program that died or stays mute becomes a Refusal."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not child.running:
            raise Refusal(child.why_it_died())
        if time.monotonic() > deadline:
            raise Refusal(
                f"{child.program.name} did not answer within {seconds:.0f} seconds"
                f" (see {child.log})."
            )
        time.sleep(0.02)


class Watch:
    """Restarts programs that die, later and later while they keep dying."""

    SOON, LATEST, STEADY_AFTER = 0.5, 30.0, 60.0

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self._delay = {child.program.name: self.SOON for child in children}
        self._due: dict[str, float] = {}

    def look(self) -> None:
        now = time.monotonic()
        for child in self.children:
            name = child.program.name
            if child.running:
                if now - child.started_at > self.STEADY_AFTER:
                    self._delay[name] = self.SOON
            elif name not in self._due:
                delay = self._delay[name]
                say(f"{child.why_it_died()} Starting it again in {delay:g} s.")
                self._due[name] = now + delay
                self._delay[name] = min(delay * 2, self.LATEST)
            elif now >= self._due[name]:
                del self._due[name]
                child.stop()  # whatever is left of its process group
                child.start()
