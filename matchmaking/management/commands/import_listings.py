"""Load listings from a file into a catalogue, embed them, and have them matched if asked."""

import resource
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from accounts.actors import SYSTEM
from accounts.models import Organization
from catalog.choices import ListingKind
from catalog.importing import (
    UnreadableFile,
    external_id_of,
    kind_of,
    payload_of,
    read_rows,
)
from catalog.models import Catalogue, Listing
from catalog.services import request_scoring, validated
from catalog.services.importing import Imported, import_listings
from matchmaking.models import MatchRun
from matchmaking.services import embed_many, index_lagging

BATCH = 500
ERRORS_SHOWN = 50


class Command(BaseCommand):
    help = (
        "Import needs or solutions from a .jsonl, .csv or .xlsx file. All or nothing, unless "
        "--skip-bad. Columns are the fields of catalog/content.py; id becomes the external id."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", choices=ListingKind.values, help="when no column says it")
        parser.add_argument("--catalogue", default=Catalogue.MAIN, help="its code (default main)")
        parser.add_argument("--organization", help="legal name of the owner of these listings")
        parser.add_argument("--source", default="", help="where the data comes from, shown beside")
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")
        parser.add_argument("--skip-bad", action="store_true", help="leave bad rows out, go on")
        parser.add_argument("--match", action="store_true", help="have the new listings matched")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        items, errors = self._read(options)
        for error in errors[:ERRORS_SHOWN]:
            self.stderr.write(error)
        if len(errors) > ERRORS_SHOWN:
            self.stderr.write(f"… and {len(errors) - ERRORS_SHOWN} more errors")
        if errors and not options["skip_bad"]:
            raise CommandError(f"{len(errors)} errors; nothing was imported.")
        count = sum(len(rows) for rows in items.values())
        if options["dry_run"]:
            self.stdout.write(f"{count} rows are good; nothing was written (dry run).")
            return
        ids = self._write(items, options)
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{len(ids)} listings imported in {seconds:.1f} s "
            f"({len(ids) / max(seconds, 1e-9):.0f} a second), {count - len(ids)} already there, "
            f"{len(errors)} errors."
        )
        self._embed(ids)
        if ids:
            index_lagging(Catalogue.objects.get(code=options["catalogue"]))
        if options["match"]:
            request_scoring(
                actor=SYSTEM,
                listings=Listing.objects.filter(pk__in=ids),
                reason=MatchRun.Reason.REQUESTED,
            )
            self.stdout.write("Matching was asked for; the workers do it.")
        elif ids:
            self.stdout.write(
                f"To match them: manage.py match --all --catalogue {options['catalogue']}"
            )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.stdout.write(f"Peak memory of this process: {peak:.0f} MB.")

    def _read(self, options: dict[str, Any]) -> tuple[dict[ListingKind, list[Imported]], list[str]]:
        default = ListingKind(options["kind"]) if options["kind"] else None
        items: dict[ListingKind, list[Imported]] = {}
        errors: list[str] = []
        try:
            for row in read_rows(options["file"]):
                kind = kind_of(row.cells, default)
                if kind is None:
                    errors.append(f"line {row.line}: kind: must be need or solution (or --kind)")
                    continue
                try:
                    content = validated(kind, payload_of(kind, row.cells))
                except ValidationError as error:
                    for field, messages in error.message_dict.items():
                        errors.extend(f"line {row.line}: {field}: {m}" for m in messages)
                    continue
                items.setdefault(kind, []).append(Imported(external_id_of(row.cells), content))
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        return items, errors

    @transaction.atomic
    def _write(
        self, items: dict[ListingKind, list[Imported]], options: dict[str, Any]
    ) -> list[int]:
        catalogue, _created = Catalogue.objects.get_or_create(
            code=options["catalogue"],
            defaults={
                "name_zh": f"外部数据 {options['catalogue']}",
                "name_en": f"External data {options['catalogue']}",
                "source": options["source"],
                "is_external": True,
            },
        )
        ids: list[int] = []
        for kind, rows in items.items():
            owner = self._owner(kind, catalogue, options["organization"])
            with tqdm(total=len(rows), unit="listing", desc=f"importing {kind}s") as bar:
                for start in range(0, len(rows), BATCH):
                    batch = rows[start : start + BATCH]
                    ids += import_listings(
                        actor=SYSTEM,
                        catalogue=catalogue,
                        organization=owner,
                        kind=kind,
                        items=batch,
                        source=options["source"] or catalogue.name_zh,
                    )
                    bar.update(len(batch))
        return ids

    def _owner(self, kind: ListingKind, catalogue: Catalogue, name: str | None) -> Organization:
        """Return who owns the rows: the named organization, or a stand-in for the source's side.

        Two stand-ins, because nobody is matched with their own listings.
        """
        if name:
            owner = Organization.objects.filter(legal_name=name).first()
            if owner is None:
                raise CommandError(f"No organization has the legal name {name}.")
            return owner
        if not catalogue.is_external:
            raise CommandError("Give --organization: listings of the main catalogue have an owner.")
        side = "需求方" if kind == ListingKind.NEED else "供给方"
        owner, _created = Organization.objects.get_or_create(
            legal_name=f"{catalogue.name_zh} {side}",
            defaults={"is_claimed": False, "source": catalogue.source or catalogue.code},
        )
        return owner

    def _embed(self, ids: list[int]) -> None:
        started = time.monotonic()
        with tqdm(total=len(ids), unit="listing", desc="embedding") as bar:
            result = embed_many(listing_ids=ids, progress=bar.update)
        seconds = time.monotonic() - started
        if result.unavailable:
            self.stderr.write(f"Not embedded: {result.unavailable} Matching works on words.")
        elif ids:
            self.stdout.write(
                f"{result.vectors} vectors in {seconds:.1f} s "
                f"({len(ids) / max(seconds, 1e-9):.0f} listings a second)."
            )
