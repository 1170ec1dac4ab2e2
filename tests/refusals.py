"""Which calls of ``require`` refused somebody in the tests, and what notices when one is gone.

Every run watches: a call that refused nobody is a check that no test would miss. As a program this
takes each call out, one at a time, and runs the tests that it refused somebody in:

    .venv/bin/python -m tests.refusals var/test/refusals.json
"""

import ast
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import FrameType

from django.core.exceptions import PermissionDenied

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("accounts", "catalog", "matchmaking")
# The call that is to let everybody through, as "catalog/services/x.py:12".
WITHOUT = os.environ.get("ZHIPEI_WITHOUT", "")
# Tests kept for each call, one of each function: some see a second check refuse the same person.
MOST_TESTS = 8
# So many calls that refused nobody are named.
FEW = 20

# The tests by call and by function.
seen: defaultdict[str, dict[str, str]] = defaultdict(dict)


def sites() -> dict[str, list[tuple[int, int]]]:
    """Return the lines of every call of ``require`` by its file."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == "require"
                ):
                    lines = (node.lineno, node.end_lineno or node.lineno)
                    found[str(path.relative_to(ROOT))].append(lines)
    return found


def names() -> list[str]:
    return [f"{path}:{first}" for path, calls in sites().items() for first, _last in calls]


def watch() -> None:
    """Have every ``require`` note whom it refuses, wherever it was imported to."""
    from accounts import permissions

    calls = {
        (path, line): f"{path}:{first}"
        for path, found in sites().items()
        for first, last in found
        for line in range(first, last + 1)
    }

    def site_of(frame: FrameType) -> str | None:
        path = Path(frame.f_code.co_filename)
        if not path.is_relative_to(ROOT):
            return None
        return calls.get((str(path.relative_to(ROOT)), frame.f_lineno))

    def refuse(frame: FrameType) -> None:
        site = site_of(frame)
        if site is not None:
            test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
            if len(seen[site]) < MOST_TESTS:
                seen[site].setdefault(_function(test), test)
        if site is None or site != WITHOUT:
            raise PermissionDenied

    permissions.__dict__["_refuse"] = refuse

    def require(allowed: bool) -> None:
        if not allowed:
            _refuse(sys._getframe(1))  # type: ignore[name-defined] # noqa: F821

    permissions.__dict__["sys"] = sys
    permissions.require.__code__ = require.__code__


def own() -> dict[str, list[str]]:
    """Return what this process has seen."""
    return {site: sorted(tests.values()) for site, tests in seen.items()}


def merged(parts: Iterable[Mapping[str, Iterable[str]]]) -> dict[str, list[str]]:
    together: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for part in parts:
        for site, tests in part.items():
            for test in sorted(tests):
                together[site].setdefault(_function(test), test)
    return {site: sorted(tests.values())[:MOST_TESTS] for site, tests in sorted(together.items())}


def _function(test: str) -> str:
    return test.partition("[")[0]


def told(found: Mapping[str, Iterable[str]]) -> str:
    missing = [name for name in names() if name not in found]
    words = f"refusals: {len(names()) - len(missing)} of {len(names())} calls refused somebody"
    # A part of the tests misses most of them; the whole should miss none.
    return f"{words}; never: {', '.join(missing)}" if 0 < len(missing) < FEW else words


def main(file: Path) -> int:
    """Take each call out and run its tests; return how many nobody missed."""
    if not file.is_file():
        sys.exit(f"{file} is not there yet: `make test` says which tests see each call.")
    found = json.loads(file.read_text(encoding="utf-8"))
    survivors = [name for name in names() if name not in found]
    for name in names():
        if name in found and not _is_noticed(name, found[name]):
            survivors.append(name)
        print(f"{name}: {'survives' if name in survivors else 'caught'}", flush=True)  # noqa: T201
    print(f"{len(names()) - len(survivors)} of {len(names())} calls caught")  # noqa: T201
    return len(survivors)


def _is_noticed(name: str, tests: list[str]) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--reuse-db", *tests]
    answer = subprocess.run(
        command, env={**os.environ, "ZHIPEI_WITHOUT": name}, capture_output=True, check=False
    )
    return answer.returncode == 1


if __name__ == "__main__":
    sys.exit(min(1, main(Path(sys.argv[1]))))
