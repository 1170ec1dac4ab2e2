"""What composing the lists gains small firms, and what it costs the needs' owners."""

import json
import random
from argparse import ArgumentParser
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.choices import ListingState
from catalog.embedding import EmbedderUnavailable, get_embedder
from catalog.importing import UnreadableFile
from catalog.models import Catalogue, Need
from matchmaking.benchmark import (
    Benchmark,
    RememberingEmbedder,
    benchmark_facts,
    read_benchmark,
)
from matchmaking.engine.evaluation import MIN_JUDGED, RELEVANT, engine_system
from matchmaking.engine.exposure import measure_portfolio
from matchmaking.engine.portfolio import FLOOR_MARGIN, Offer
from matchmaking.lists import offer_of, offered_solutions
from matchmaking.models import Match
from matchmaking.services import serving_weights

COLUMNS = (
    "lists",
    "ndcg_before",
    "ndcg_after",
    "ndcg_cost",
    "ratio_before",
    "ratio_after",
    "moved",
    "emerging",
    "folded",
)
# The judged offers come without their firms: sizes are drawn, the same for the same seed.
SEED = 20261123
SMALL_SHARE = 0.4
Lists = list[list[Offer]]


class Command(BaseCommand):
    help = (
        "Exposure small : large per merit at the first ten places, and the nDCG it costs: on the "
        "lists of the main catalogue (gain: the rank key) and, with DIR, on judged pairs (gain: "
        "2^(level - 1) - 1; a vendor of its own for each offer, firm sizes drawn by seed)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", type=Path, nargs="?", help="needs, solutions and labels")
        parser.add_argument("--json", type=Path, help="write the figures to this file too")

    def handle(self, *args: Any, **options: Any) -> None:
        table = {}
        listed = self._listed()
        if listed:
            table["catalogue"] = measure_portfolio(listed, lambda offer: float(offer.key))
        if options["dir"]:
            table |= self._on_judged_pairs(options["dir"])
        if not table:
            raise CommandError("No lists and no judged pairs to measure on.")
        self._print(table)
        if options["json"]:
            options["json"].write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")

    def _listed(self) -> Lists:
        """Read the lists of the main catalogue's needs, as pages do before composing them."""
        needs = Need.objects.filter(
            state=ListingState.PUBLISHED, catalogue__code=Catalogue.MAIN
        ).order_by("pk")
        found: Lists = []
        for need_id in needs.values_list("pk", flat=True):
            matches = list(Match.objects.for_need(need_id))
            solutions = offered_solutions(match.solution_id for match in matches)
            offers = [
                offer_of(match, match.score, solution)
                for match in matches
                if (solution := solutions.get(match.solution_id)) is not None
            ]
            if offers:
                found.append(offers)
        return found

    def _on_judged_pairs(self, folder: Path) -> dict[str, dict[str, float]]:
        try:
            benchmark = read_benchmark(folder)
        except (UnreadableFile, ValidationError) as error:
            raise CommandError(str(error)) from error
        lists, levels = self._ranked(benchmark)

        def gain(offer: Offer) -> float:
            return float(2.0 ** (levels[offer.id] - 1) - 1.0)

        # Drawn sizes know nothing of merit. In life small firms can show less: the second row
        # ranks them lower by as much as the margin may make up for.
        behind = [
            [replace(o, key=max(0, o.key - FLOOR_MARGIN)) if o.small else o for o in offers]
            for offers in lists
        ]
        return {
            "judged": measure_portfolio(lists, gain),
            "judged, behind": measure_portfolio(behind, gain),
        }

    def _ranked(self, benchmark: Benchmark) -> tuple[Lists, dict[str, int]]:
        """Return each need's judged offers with their rank keys, and the levels by offer."""
        try:
            needs, solutions = benchmark_facts(benchmark, RememberingEmbedder(get_embedder()))
        except EmbedderUnavailable as error:
            self.stderr.write(f"Without the embedder: {error}")
            needs, solutions = benchmark_facts(benchmark, None)
        _row, weights = serving_weights()
        score = engine_system(weights, timezone.localdate())(needs, solutions)
        by_id = {solution.id: solution for solution in solutions}
        judged: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for label in benchmark.labels:
            judged[label.need_id][label.solution_id] = label.level
        chance = random.Random(SEED)  # noqa: S311 - a sample, no secret
        lists: Lists = []
        levels: dict[str, int] = {}
        for need in needs:
            offered = judged[need.id]
            if len(offered) < MIN_JUDGED or max(offered.values()) < RELEVANT:
                continue
            keys = score(need, [by_id[name] for name in offered])
            levels |= offered
            lists.append(
                [
                    Offer(
                        id=name,
                        vendor=name,
                        key=int(key),
                        small=chance.random() < SMALL_SHARE,
                        text=by_id[name].text,
                    )
                    for name, key in zip(offered, keys, strict=True)
                ]
            )
        return lists, levels

    def _print(self, table: dict[str, dict[str, float]]) -> None:
        self.stdout.write(f"{'':15}" + "".join(f"{name:>13}" for name in COLUMNS))
        for name, row in table.items():
            cells = "".join(f"{row[column]:>13.4g}" for column in COLUMNS)
            self.stdout.write(f"{name:15}{cells}")
