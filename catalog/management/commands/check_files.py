"""manage.py check_files: bytes that no row knows, rows that lack their bytes or hold others."""

import hashlib
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.files.storage import discard, kept_paths, private
from catalog.models import StoredFile

# Bytes come before their row; younger ones may just be waiting for it.
YOUNG_SECONDS = 3600


class Command(BaseCommand):
    help = "Compares private storage with the database; fails when they differ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--delete-orphans", action="store_true", help="delete bytes that no row knows"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = kept_paths()
        known: set[str] = set()
        broken = 0
        for file in StoredFile.objects.filter(removed_at__isnull=True).iterator():
            known |= {each for each in (file.path, file.thumbnail_path) if each}
            problem = _problem(file, found)
            if problem:
                broken += 1
                self.stdout.write(f"file {file.pk}: {problem}")
        orphans = [path for path in sorted(found - known) if _is_old(path)]
        for path in orphans:
            self.stdout.write(f"bytes without a row: {path}")
        if options["delete_orphans"]:
            discard(*orphans)
        self.stdout.write(f"{len(known)} stored, {broken} broken, {len(orphans)} without a row.")
        if broken or (orphans and not options["delete_orphans"]):
            raise CommandError("Storage and database differ.")


def _problem(file: StoredFile, found: set[str]) -> str:
    lacking = [each for each in (file.path, file.thumbnail_path) if each and each not in found]
    if lacking:
        return f"row without bytes: {', '.join(lacking)}"
    with private().open(file.path) as opened:
        digest = hashlib.sha256()
        for piece in opened.chunks():
            digest.update(piece)
    return "" if digest.hexdigest() == file.sha256 else "bytes were changed"


def _is_old(path: str) -> bool:
    try:
        changed = Path(private().path(path)).stat().st_mtime
    except FileNotFoundError:
        return False
    return time.time() - changed > YOUNG_SECONDS
