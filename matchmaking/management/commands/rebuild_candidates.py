"""Write anew what recall and scoring read, from the content."""

import time
from argparse import ArgumentParser
from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from catalog.choices import ListingState
from catalog.models import Catalogue, Listing
from matchmaking.services.bulk import without_indexes
from matchmaking.services.rebuilding import rebuild_candidates


class Command(BaseCommand):
    help = (
        "Write the recall index anew: word counts, vectors' centre, candidates, packed facts and "
        "postings. Run it while nobody matches: until its rows are back, a listing is not found."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--catalogue", help="only this one (default all)")
        parser.add_argument(
            "--build-memory",
            default="",
            help="memory for building indexes, such as 2GB (default: as the server is set)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = Catalogue.objects.order_by("pk")
        if options["catalogue"]:
            chosen = chosen.filter(code=options["catalogue"])
        if not chosen:
            raise CommandError(f"There is no catalogue {options['catalogue']}.")
        started = time.monotonic()
        # One catalogue among others keeps their rows, and the indexes with them.
        everything = not options["catalogue"]
        around = (
            without_indexes(build_memory=options["build_memory"]) if everything else nullcontext()
        )
        count = 0
        with around:
            for catalogue in chosen:
                count += self._rebuild(catalogue, refit_centre=everything and count == 0)
        self.stdout.write(f"{count} listings in {time.monotonic() - started:.1f} s.")

    def _rebuild(self, catalogue: Catalogue, *, refit_centre: bool) -> int:
        size = Listing.objects.filter(catalogue=catalogue, state=ListingState.PUBLISHED).count()
        with tqdm(total=size, unit="listing", desc=f"indexing {catalogue.code}") as bar:
            return rebuild_candidates(catalogue, refit_centre=refit_centre, progress=bar.update)
