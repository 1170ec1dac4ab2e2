"""The process that looks at one file: ``python -m catalog.files.child FILE EXTENSION FOLDER``.

It says its verdict as one line of JSON. Whatever the file makes a library do, the kernel ends
it at the limits below, and it knows neither the site's secrets nor its database.
"""

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from catalog.files import limits
from catalog.files.images import inspect_image
from catalog.files.office import inspect_office
from catalog.files.pdfs import inspect_pdf
from catalog.files.sniffing import ZIP_START, sniff
from catalog.files.texts import inspect_text
from catalog.files.verdict import IMAGES, FileType, RefusedFile, Verdict


def confine() -> None:
    """Give up, for good, the right to more than a small piece of the machine."""
    for what, most in (
        (resource.RLIMIT_AS, _taken() + limits.MEMORY_BYTES),
        (resource.RLIMIT_CPU, limits.SECONDS),
        (resource.RLIMIT_FSIZE, limits.WRITTEN_BYTES),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _taken() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def inspect(data: bytes, extension: str, folder: Path) -> Verdict:
    found = sniff(data)
    if found in IMAGES:
        return inspect_image(data, found, folder)
    space = _taken() + limits.DOCUMENT_MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    if found is FileType.PDF:
        return inspect_pdf(data)
    if data.startswith(ZIP_START):
        return inspect_office(data)
    return inspect_text(data, extension)


def answer_of(look: Callable[[], dict[str, object]]) -> dict[str, object]:
    """Return what ``look`` finds, or why the file is refused."""
    try:
        return look()
    except RefusedFile as refusal:
        return {"refused": refusal.code, "told": refusal.told}
    except MemoryError:
        return {"refused": "too_heavy", "told": {}}
    except Exception as fault:  # noqa: BLE001  a library fails on a broken file as it likes
        return {"refused": "damaged", "told": {"fault": type(fault).__name__}}


def main(arguments: list[str]) -> int:
    path, extension, folder = arguments
    confine()
    answer = answer_of(lambda: asdict(inspect(Path(path).read_bytes(), extension, Path(folder))))
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
