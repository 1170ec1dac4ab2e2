"""Measure the engine on a synthetic catalogue; config/local/bench.py calls it."""

import logging
import os
import signal
import sys
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from matchmaking.bench import building, report
from matchmaking.bench.building import Plan
from matchmaking.bench.generator import Sizes
from matchmaking.bench.measures import (
    answering,
    peers,
    publishing,
    recalling,
    rematching,
    sizes,
)
from matchmaking.bench.stages import NotDone, Progress, run_stages
from matchmaking.collecting import collect_rarely
from matchmaking.stack import with_room

SIZES = {
    "300": Sizes(solutions=240, needs=60),
    "10k": Sizes(solutions=9_000, needs=1_000),
    "100k": Sizes(solutions=97_000, needs=3_000),
    "1m": Sizes(solutions=1_000_000, needs=100_000),
}
STAGES = {
    "prepare": building.prepare,
    "load": building.load,
    "index": building.index,
    "recall": building.load_recall,
    "recall-index": building.index_recall,
    "constants": building.constants,
    "answer": answering.measure,
    "recall-quality": recalling.measure,
    "peers": peers.measure,
    "rematch": rematching.measure,
    "publish": publishing.measure,
    "sizes": sizes.measure,
}


class Command(BaseCommand):
    help = "Build a synthetic catalogue in a database of its own and measure the engine on it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("size", choices=SIZES)
        parser.add_argument(
            "--from", dest="start", choices=STAGES, help="do it and later ones again"
        )
        parser.add_argument("--until", choices=STAGES, help="stop after this stage")

    def handle(self, *args: Any, **options: Any) -> None:
        name = str(connection.settings_dict["NAME"])
        if "bench" not in name:
            raise CommandError(f"{name} is no database for measuring; run: make bench")
        # As in a worker.
        collect_rarely()
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        # Asked to stop, leave in order, so that processes of ours end too.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        size = options["size"]
        texts = os.environ.get("ZHIPEI_BENCHMARKS")
        folder = Path(settings.VAR_DIR)
        plan = Plan(size, SIZES[size], folder, Path(texts) if texts else None, say=self._say)
        progress = Progress.read(folder / f"{size}.json", plan.fingerprint)
        order = list(STAGES)
        if options["start"]:
            try:
                progress.go_on_from(options["start"], order)
            except NotDone as error:
                raise CommandError(str(error)) from error
        last = order.index(options["until"]) if options["until"] else len(order)
        stages = {key: partial(STAGES[key], plan) for key in order[: last + 1]}
        figures = with_room(run_stages)(stages, progress, self._say)
        stored = report.write(folder / "engine.json", size, figures, progress.seconds)
        self._say("")
        for line in report.table(stored):
            self._say(line)
        self._say(f"\n{os.cpu_count()} cores; figures in {folder / 'engine.json'}")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
