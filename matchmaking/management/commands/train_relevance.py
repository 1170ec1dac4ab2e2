"""Fit the learned correction of text relevance to judged pairs and write it to a file."""

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.embedding import EmbedderUnavailable, get_embedder
from catalog.importing import UnreadableFile
from matchmaking.benchmark import benchmark_facts, read_benchmark
from matchmaking.engine import ENGINE_VERSION
from matchmaking.engine.evaluation import (
    evaluate,
    fitted_corpus,
    learned_out_of_fold,
    levels_of,
)
from matchmaking.engine.training import Provenance, fit, judged_pairs
from matchmaking.engine.weights import DEFAULT_WEIGHTS
from matchmaking.services.relevance import SHIPPED_MODEL

REPORTED = ("ndcg@10", "auc", "spearman", "mrr", "1/(1+mae)")


class Command(BaseCommand):
    help = (
        "Train text relevance on the judged pairs of DIR (needs.jsonl, solutions.jsonl, "
        "labels.csv) and write it with its evaluation out of fold. The same pairs, embedder and "
        "engine give the same file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", type=Path)
        parser.add_argument("--output", type=Path, default=SHIPPED_MODEL)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            benchmark = read_benchmark(options["dir"])
            embedder = get_embedder()
            needs, solutions = benchmark_facts(benchmark, embedder)
        except (UnreadableFile, ValidationError, EmbedderUnavailable) as error:
            raise CommandError(str(error)) from error
        # The folder's path is nobody's business, its name tells which data it was.
        command = f"train_relevance {options['dir'].resolve().name}"
        provenance = Provenance(embedder.code, command, ENGINE_VERSION)
        by_id = {solution.id: solution for solution in solutions}
        corpus = fitted_corpus(needs, solutions)
        pairs = judged_pairs(corpus, needs, by_id, levels_of(benchmark.labels))
        held_out = learned_out_of_fold(
            benchmark.labels, DEFAULT_WEIGHTS, timezone.localdate(), provenance
        )
        try:
            model = fit(pairs, provenance)
            table = evaluate(needs, solutions, benchmark.labels, {"learned": held_out})
        except ValueError as error:
            raise CommandError(str(error)) from error
        figures = table["systems"]["learned"]
        model = replace(model, evaluation={name: figures[name] for name in REPORTED})
        data = model.to_bytes()
        options["output"].parent.mkdir(parents=True, exist_ok=True)
        options["output"].write_bytes(data)
        shown = ", ".join(f"{name} {value:.4f}" for name, value in model.evaluation.items())
        self.stdout.write(f"{options['output'].name}: {len(data)} bytes, version {model.version}")
        self.stdout.write(f"out of fold: {shown}")
