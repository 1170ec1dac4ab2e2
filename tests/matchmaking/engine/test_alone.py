"""The engine's tests run without Django, so that `make mutants` can run them thousands of times."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[2]
# What is imported here by the end belongs to the site, whose settings and servers are not there.
SITE = {"accounts", "catalog", "config", "django"}


def test_the_engine_and_its_tests_import_nothing_of_the_site() -> None:
    modules = [f"tests.matchmaking.engine.{path.stem}" for path in sorted(FOLDER.glob("*.py"))]
    imports = "".join(f"import {name}\n" for name in modules if not name.endswith("__init__"))
    told = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"

    done = subprocess.run(
        [sys.executable, "-c", imports + told],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert not SITE & set(done.stdout.split())
