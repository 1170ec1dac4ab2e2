"""`python -m config.local`: what the Makefile calls."""

import argparse
import errno
import os
import sys
import time

from config import env as environment
from config.local.child import call
from config.local.refusal import Refusal
from config.local.servers import FolderInUse, Wanted, as_owner, servers
from config.local.signals import stop_on_signals
from config.local.site import run

# These change the schema or the whole database, which the app role may not.
OWNERS_COMMANDS = {"migrate", "flush", "sqlflush", "reset_db", "test", "rebuild_candidates"}


def with_servers(command: list[str]) -> int:
    """Run a command beside the servers: those of a running site, or our own for its duration."""
    folder = environment.folder()
    if command and command[0].endswith(".py"):
        command = [sys.executable, *command]
    owner = bool(OWNERS_COMMANDS & set(command[1:3]))
    surroundings = as_owner(folder) if owner else dict(os.environ)
    try:
        with servers(folder, Wanted(waits_for_guests=True)):
            return call(command, surroundings)
    except FolderInUse as busy:
        with busy.lock.as_guest():
            return call(command, surroundings)


def main(arguments: list[str]) -> int:
    started_at = float(os.environ.pop("ZHIPEI_STARTED_AT", "") or time.time())
    parser = argparse.ArgumentParser(prog="python -m config.local", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("run", help="serve the whole site until Ctrl-C")
    beside = verbs.add_parser("services", help="run a command with database and broker up")
    beside.add_argument("command", nargs=argparse.REMAINDER)
    chosen = parser.parse_args(arguments)
    # This is a developer's machine: debugging is on unless the environment says otherwise.
    if not os.environ.get("DEBUG"):
        os.environ["DEBUG"] = "true"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    stop_on_signals()
    try:
        if chosen.verb == "run":
            run(started_at)
            return 0
        command = chosen.command[1:] if chosen.command[:1] == ["--"] else chosen.command
        return with_servers(command)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"The disk is full ({environment.var_dir()}).", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0 if chosen.verb == "run" else 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
