"""Have listings matched by the workers, and watch them do it."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F, Q
from tqdm import tqdm

from catalog.choices import ListingState
from catalog.models import Catalogue, Listing
from catalog.services import want_scoring_of
from matchmaking.models import Match, MatchRun
from matchmaking.services import index_lagging, refresh_corpus, waiting

POLL_SECONDS = 1.0
BATCH = 2000


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
        chosen = self._chosen(options)
        listings = Listing.objects.filter(chosen).order_by("kind", "pk")
        ids = list(listings.values_list("pk", flat=True))
        if not ids:
            raise CommandError("Nothing to match: no published listing was found.")
        for catalogue in Catalogue.objects.filter(listings__in=listings).distinct():
            refresh_corpus(catalogue=catalogue)
            index_lagging(catalogue)
        started = time.monotonic()
        for start in range(0, len(ids), BATCH):
            want_scoring_of(ids[start : start + BATCH], reason=MatchRun.Reason.REQUESTED)
        self._watch(chosen, len(ids), options["patience"])
        self._sum_up(chosen, len(ids), time.monotonic() - started)

    def _chosen(self, options: dict[str, Any]) -> Q:
        published = Q(state=ListingState.PUBLISHED)
        if options["all"]:
            if options["codes"]:
                raise CommandError("Give codes or --all, not both.")
            catalogue = options["catalogue"]
            return published & Q(catalogue__code=catalogue) if catalogue else published
        if not options["codes"]:
            raise CommandError("Name listings by code, or give --all.")
        chosen = published & Q(code__in=options["codes"])
        found = Listing.objects.filter(chosen).values_list("code", flat=True)
        missing = set(options["codes"]) - set(found)
        if missing:
            raise CommandError(f"Not published or not there: {', '.join(sorted(missing))}")
        return chosen

    def _watch(self, chosen: Q, count: int, patience: float) -> None:
        last_change = time.monotonic()
        with tqdm(total=count, unit="listing", desc="matching") as bar:
            while True:
                left = self._left(chosen, count)
                done = count - left
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

    def _left(self, chosen: Q, count: int) -> int:
        """Count what still waits; while the database is away, everything does."""
        try:
            return waiting().filter(chosen).count()
        except (OperationalError, InterfaceError):
            connection.close()
            return count

    def _sum_up(self, chosen: Q, count: int, seconds: float) -> None:
        listings = Listing.objects.filter(chosen)
        failed = MatchRun.objects.filter(
            listing__in=listings,
            state=MatchRun.State.FAILED,
            wanted_version=F("listing__wanted_version"),
        ).count()
        matches = Match.objects.filter(need__in=listings, in_need_list=True).count()
        self.stdout.write(
            f"{count} listings in {seconds:.1f} s ({count / seconds:.1f} a second), "
            f"{matches} matches of these needs, {failed} runs failed."
        )
