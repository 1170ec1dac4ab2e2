"""Has a file looked at by a process of its own, and reads its verdict."""

import json
import subprocess
import sys
import threading
from pathlib import Path

from catalog.files import limits
from catalog.files.verdict import FileType, RefusedFile, Verdict

_ROOT = Path(__file__).resolve().parent.parent.parent
# So many files at once and no more, whoever sends them: each may take limits.MEMORY_BYTES.
_AT_ONCE = threading.BoundedSemaphore(2)


def inspect_file(path: Path, extension: str, folder: Path) -> Verdict:
    """Return what ``path`` is, or raise RefusedFile. Images are written anew to ``folder``."""
    return _verdict(_asked("catalog.files.child", str(path), extension, str(folder)))


def read_cells(path: Path) -> list[list[str]]:
    """Return the first sheet of the workbook ``path`` as text, or raise RefusedFile."""
    rows = _asked("catalog.files.sheet_child", str(path))["rows"]
    return rows if isinstance(rows, list) else []


def _asked(module: str, *arguments: str) -> dict[str, object]:
    with _AT_ONCE:
        try:
            done = subprocess.run(
                [sys.executable, "-m", module, *arguments],
                cwd=_ROOT,
                # Nothing of the site's own environment: it holds secrets.
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=limits.SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RefusedFile("too_heavy") from None
    if done.returncode < 0:
        # The kernel ended it at one of its limits.
        raise RefusedFile("too_heavy")
    if done.returncode:
        raise RuntimeError(f"the inspection of files does not run: {done.stderr[-2000:]!r}")
    answer: dict[str, object] = json.loads(done.stdout)
    if "refused" in answer:
        told = answer["told"]
        raise RefusedFile(str(answer["refused"]), **(told if isinstance(told, dict) else {}))
    return answer


def _verdict(answer: dict[str, object]) -> Verdict:
    return Verdict(
        type=FileType(str(answer["type"])),
        charset=str(answer["charset"]),
        width=int(str(answer["width"])),
        height=int(str(answer["height"])),
    )
