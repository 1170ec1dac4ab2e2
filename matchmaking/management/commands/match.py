"""Have listings matched by the workers, and watch them do it."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F, QuerySet
from tqdm import tqdm

from accounts.actors import SYSTEM
from catalog.choices import ListingState
from catalog.models import Catalogue, Listing
from catalog.services import request_scoring
from matchmaking.models import Match, MatchRun
from matchmaking.services import refresh_corpus, waiting

POLL_SECONDS = 0.5
BATCH = 500


class Command(BaseCommand):
    help = "Match listings through the Celery workers: everything published, or those named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("codes", nargs="*", help="readable codes such as XQ-2026-00417")
        parser.add_argument("--all", action="store_true", help="every published listing")
        parser.add_argument("--catalogue", help="with --all: only this catalogue")
        parser.add_argument(
            "--patience",
            type=float,
            default=180,
            help="give up after so many seconds without any progress (default 180)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        listings = self._chosen(options)
        ids = list(listings.values_list("pk", flat=True))
        if not ids:
            raise CommandError("Nothing to match: no published listing was found.")
        for catalogue in Catalogue.objects.filter(listings__in=ids).distinct():
            refresh_corpus(catalogue=catalogue)
        started = time.monotonic()
        for batch in _batches(ids):
            request_scoring(
                actor=SYSTEM,
                listings=Listing.objects.filter(pk__in=batch),
                reason=MatchRun.Reason.REQUESTED,
            )
        self._watch(ids, options["patience"])
        self._sum_up(ids, time.monotonic() - started)

    def _chosen(self, options: dict[str, Any]) -> QuerySet[Listing]:
        published = Listing.objects.filter(state=ListingState.PUBLISHED).order_by("kind", "pk")
        if options["all"]:
            if options["codes"]:
                raise CommandError("Give codes or --all, not both.")
            if options["catalogue"]:
                published = published.filter(catalogue__code=options["catalogue"])
            return published
        if not options["codes"]:
            raise CommandError("Name listings by code, or give --all.")
        chosen = published.filter(code__in=options["codes"])
        missing = set(options["codes"]) - set(chosen.values_list("code", flat=True))
        if missing:
            raise CommandError(f"Not published or not there: {', '.join(sorted(missing))}")
        return chosen

    def _watch(self, ids: list[int], patience: float) -> None:
        last_change = time.monotonic()
        with tqdm(total=len(ids), unit="listing", desc="matching") as bar:
            while True:
                left = self._left(ids)
                done = len(ids) - left
                if done > bar.n:
                    last_change = time.monotonic()
                    bar.update(done - bar.n)
                if left == 0:
                    return
                if time.monotonic() - last_change > patience:
                    raise CommandError(
                        f"No progress for {patience:.0f} s with {left} listings waiting. "
                        "Is a worker running? They stay noted and are matched once one is."
                    )
                time.sleep(POLL_SECONDS)

    def _left(self, ids: list[int]) -> int:
        """Count what still waits; while the database is away, everything does."""
        try:
            return sum(waiting().filter(pk__in=batch).count() for batch in _batches(ids))
        except (OperationalError, InterfaceError):
            connection.close()
            return len(ids)

    def _sum_up(self, ids: list[int], seconds: float) -> None:
        failed = MatchRun.objects.filter(
            listing_id__in=ids,
            state=MatchRun.State.FAILED,
            wanted_version=F("listing__wanted_version"),
        ).count()
        matches = Match.objects.filter(need_id__in=ids).count()
        self.stdout.write(
            f"{len(ids)} listings in {seconds:.1f} s ({len(ids) / seconds:.1f} a second), "
            f"{matches} matches of these needs, {failed} runs failed."
        )


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
