"""Where the bytes lie: outside every web root, under random names, readable by the site alone."""

import secrets
from pathlib import Path

from django.core.files import File
from django.core.files.storage import Storage, storages

ALIAS = "private"


def private() -> Storage:
    return storages[ALIAS]


def random_path() -> str:
    """Return a name that tells nothing, in folders that stay small."""
    name = secrets.token_hex(20)
    return f"{name[:2]}/{name[2:4]}/{name}"


def keep(source: Path) -> str:
    """Copy ``source`` into private storage; return the name it has there."""
    with source.open("rb") as opened:
        return str(private().save(random_path(), File(opened)))


def discard(*paths: str) -> None:
    for path in paths:
        if path:
            private().delete(path)


def kept_paths() -> set[str]:
    """Return the names of all bytes in private storage, whether a row knows them or not."""
    root = Path(private().path(""))
    return {str(each.relative_to(root)) for each in root.rglob("*") if each.is_file()}
