"""Creates .venv and installs the requirements; runs on a bare Python, before anything is there.

Only the standard library, and only syntax that an old Python can read, so that an old Python gets
a sentence instead of a syntax error. Called by the Makefile as a plain script:

    python3 config/local/bootstrap.py run|dev
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from typing import Dict, NoReturn, Tuple

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "installed.json")
# What each kind of installation stands on; the second contains the first.
LOCKS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}
OLDEST = (3, 11)
MEGABYTE = 1024 * 1024
LEAST_FREE = 900 * MEGABYTE


def refuse(sentence: str) -> NoReturn:
    sys.exit(sentence)


def check_python() -> None:
    if sys.version_info < OLDEST:
        refuse(
            "Zhipei needs Python 3.11 or newer and python3 is {}.{}; name another one:"
            " make PYTHON=python3.12 run.".format(*sys.version_info[:2])
        )


def pip_version() -> Tuple[int, ...]:
    """The version of the pip that this Python has."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "--version"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    if asked.returncode != 0:
        refuse("python3 has no pip; install it, on Debian: apt-get install python3-pip.")
    words = asked.stdout.decode().split()
    return tuple(int(part) for part in words[1].split(".")[:2])


def works() -> bool:
    """Whether .venv is there, runs, and is of this Python's version."""
    if not os.path.exists(PYTHON):
        return False
    asked = subprocess.run(
        [PYTHON, "-c", "import sys; print(sys.version_info[:2] == %r)" % (sys.version_info[:2],)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return asked.returncode == 0 and asked.stdout.strip() == b"True"


def create() -> None:
    try:
        import venv
    except ImportError:
        refuse("python3 has no venv module; install it, on Debian: apt-get install python3-venv.")
    # Without pip: Debian splits ensurepip off, and the pip outside can install into it.
    venv.EnvBuilder(clear=os.path.isdir(VENV), symlinks=True, with_pip=False).create(VENV)


def wanted(kind: str) -> str:
    """What must be installed: the lock's hash under this Python and at this place."""
    with open(os.path.join(ROOT, LOCKS[kind]), "rb") as stream:
        lock = hashlib.sha256(stream.read()).hexdigest()
    return "{} {}.{} {}".format(lock, sys.version_info[0], sys.version_info[1], VENV)


def installed() -> Dict[str, str]:
    try:
        with open(STAMP) as stream:
            return dict(json.load(stream))
    except (OSError, ValueError):
        return {}


def install(kind: str) -> None:
    free = shutil.disk_usage(ROOT).free
    if free < LEAST_FREE:
        refuse(
            "The disk is full: {} has {} MB left and the installation needs {} MB.".format(
                ROOT, free // MEGABYTE, LEAST_FREE // MEGABYTE
            )
        )
    if pip_version() < (22, 3):
        refuse("pip is older than 22.3; renew it: python3 -m pip install --upgrade pip.")
    if not works():
        create()
    print("Installing {} into .venv …".format(LOCKS[kind]), flush=True)
    command = [sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet"]
    # The lock names everything: nothing to resolve, nothing to build.
    command += ["--no-deps", "--only-binary", ":all:", "--disable-pip-version-check"]
    done = subprocess.run(command + ["-r", os.path.join(ROOT, LOCKS[kind])])
    if done.returncode != 0:
        refuse("pip could not install {}; its reason stands above.".format(LOCKS[kind]))


def main(kind: str) -> None:
    check_python()
    import fcntl  # not before the version check: it may be missing on other systems

    if not os.access(ROOT, os.W_OK) and installed().get(kind) != wanted(kind):
        refuse("Cannot write to {}; clone the repository into a folder of yours.".format(ROOT))
    # Two makes at once: the second waits and then finds everything done.
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        bring_up_to_date(kind)
    finally:
        os.close(folder)


def bring_up_to_date(kind: str) -> None:
    have = installed() if works() else {}
    if have.get(kind) == wanted(kind):
        return
    install(kind)
    have[kind] = wanted(kind)
    if kind == "dev":
        have["run"] = wanted("run")
    with open(STAMP, "w") as stream:
        json.dump(have, stream)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
