"""Measure the engine against what it must beat, in one run on judged pairs."""

import json
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.actors import SYSTEM
from accounts.models import Organization
from catalog.choices import ListingKind
from catalog.embedding import EmbedderUnavailable, get_embedder
from catalog.importing import UnreadableFile
from catalog.models import Catalogue
from catalog.services.importing import Imported, import_listings
from matchmaking.benchmark import (
    Benchmark,
    RememberingEmbedder,
    benchmark_facts,
    read_benchmark,
)
from matchmaking.engine import ENGINE_VERSION
from matchmaking.engine.baselines import all_baselines
from matchmaking.engine.evaluation import (
    RELEVANT,
    System,
    engine_system,
    evaluate,
    learned_out_of_fold,
    recall_at,
)
from matchmaking.engine.facts import NeedFacts
from matchmaking.engine.training import Provenance
from matchmaking.engine.weights import Weights
from matchmaking.facts import read_needs
from matchmaking.recall import find_candidates
from matchmaking.services import embed_many, serving_weights
from matchmaking.services.rebuilding import rebuild_candidates
from matchmaking.services.relevance import SHIPPED_MODEL, load_model
from matchmaking.services.vectors import serving_space

COLUMNS = ("ndcg@10", "auc", "spearman", "mrr", "1/(1+mae)", "ms_per_need")
OUT_OF_FOLD, SHIPPED = "learned (out of fold)", "learned (shipped)"
RECALL_AT = (100, 500)


class Command(BaseCommand):
    help = (
        "Rank the judged pairs of DIR (needs.jsonl, solutions.jsonl, labels.csv) by the engine, "
        "by a relevance learned on other needs, and by random order, BM25, TF-IDF, the bare "
        "embedder and a sum of z-scores, each metric with its 95% interval "
        "over needs. Fields the data lacks are unknown."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", type=Path)
        parser.add_argument("--json", type=Path, help="write the figures to this file too")
        parser.add_argument(
            "--recall",
            action="store_true",
            help="load all offers into a scratch catalogue and measure recall of level >= 3",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            benchmark = read_benchmark(options["dir"])
        except (UnreadableFile, ValidationError) as error:
            raise CommandError(str(error)) from error
        table = self._ranked(benchmark)
        if options["recall"]:
            with transaction.atomic():
                table["systems"]["engine"] |= self._recalled(benchmark)
                # The scratch catalogue never becomes visible to anybody.
                transaction.set_rollback(True)
        self._print(table["systems"])
        if options["json"]:
            options["json"].write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")

    def _ranked(self, benchmark: Benchmark) -> dict[str, dict[str, dict[str, float]]]:
        embedder = None
        try:
            embedder = RememberingEmbedder(get_embedder())
            needs, solutions = benchmark_facts(benchmark, embedder)
            baselines = all_baselines(embedder.embed_queries, embedder.embed_queries)
        except EmbedderUnavailable as error:
            self.stderr.write(f"Without the embedder: {error}")
            embedder = None
            needs, solutions = benchmark_facts(benchmark, None)
            baselines = all_baselines()
        _row, weights = serving_weights()
        today = timezone.localdate()
        systems = {"engine": engine_system(weights, today)}
        if embedder is not None:
            systems |= self._learned(benchmark, needs, embedder.code, weights)
        return evaluate(needs, solutions, benchmark.labels, systems | dict(baselines))

    def _learned(
        self, benchmark: Benchmark, needs: Sequence[NeedFacts], embedder: str, weights: Weights
    ) -> dict[str, System]:
        """Trained anew without the needs it ranks; as shipped only on needs it never saw."""
        today = timezone.localdate()
        provenance = Provenance(embedder, "evaluate_matching", ENGINE_VERSION)
        systems = {OUT_OF_FOLD: learned_out_of_fold(benchmark.labels, weights, today, provenance)}
        if not SHIPPED_MODEL.exists():
            return systems
        model = load_model(SHIPPED_MODEL)
        known = model.overlap(need.text for need in needs)
        if known:
            self.stderr.write(
                f"{SHIPPED} is refused: it was trained on {known} of these {len(needs)} needs."
            )
        elif model.embedder != embedder:
            self.stderr.write(
                f"{SHIPPED} is refused: it was trained on {model.embedder}'s vectors."
            )
        else:
            systems[SHIPPED] = engine_system(weights, today, model)
        return systems

    def _recalled(self, benchmark: Benchmark) -> dict[str, float]:
        catalogue = Catalogue.objects.create(code="scratch", name_zh="scratch", is_external=True)
        need_ids = self._load(catalogue, ListingKind.NEED, benchmark)
        solution_ids = self._load(catalogue, ListingKind.SOLUTION, benchmark)
        ids = [*need_ids.values(), *solution_ids.values()]
        embed_many(listing_ids=ids, progress=lambda _count: None)
        rebuild_candidates(catalogue, progress=lambda _count: None)
        relevant: defaultdict[str, set[str]] = defaultdict(set)
        for label in benchmark.labels:
            if label.level >= RELEVANT:
                relevant[label.need_id].add(str(solution_ids[label.solution_id]))
        space = serving_space()
        needs = read_needs(need_ids.values(), space.pk if space else None)
        facts = {int(item.facts.id): item.facts for item in needs}
        found: defaultdict[int, list[float]] = defaultdict(list)
        for need_id, wanted in sorted(relevant.items()):
            candidates = find_candidates(
                facts[need_ids[need_id]],
                catalogue_id=catalogue.pk,
                space=space,
                limit=max(RECALL_AT),
            )
            ranked = [str(pk) for pk in candidates]
            for k in RECALL_AT:
                found[k].append(recall_at(ranked, frozenset(wanted), k))
        return {f"recall@{k}": round(float(np.mean(found[k])), 4) for k in RECALL_AT}

    def _load(
        self, catalogue: Catalogue, kind: ListingKind, benchmark: Benchmark
    ) -> dict[str, int]:
        """Write one side into the scratch catalogue; return listing ids by the file's ids."""
        contents = benchmark.needs if kind == ListingKind.NEED else benchmark.solutions
        owner = Organization.objects.create(legal_name=f"scratch {kind}", is_claimed=False)
        ids = import_listings(
            actor=SYSTEM,
            catalogue=catalogue,
            organization=owner,
            kind=kind,
            items=[Imported(key, content) for key, content in contents.items()],
            source="scratch",
        )
        return dict(zip(contents, ids, strict=True))

    def _print(self, systems: dict[str, dict[str, float]]) -> None:
        columns = [*COLUMNS, *(f"recall@{k}" for k in RECALL_AT)]
        shown = [c for c in columns if any(c in row for row in systems.values())]
        self.stdout.write(f"{'':22}" + "".join(f"{name:>13}" for name in shown))
        for name, row in systems.items():
            cells = "".join(f"{row[c]:>13.4g}" if c in row else f"{'':>13}" for c in shown)
            self.stdout.write(f"{name:22}{cells}")
            bounds = "".join(_bounds(row, column) for column in shown)
            self.stdout.write(f"{'':22}{bounds}".rstrip())


def _bounds(row: dict[str, float], column: str) -> str:
    """The column's interval, as wide as a cell."""
    low, high = row.get(f"{column}_low"), row.get(f"{column}_high")
    return f"{'':>13}" if low is None or high is None else f"{f'{low:.3f}-{high:.3f}':>13}"
