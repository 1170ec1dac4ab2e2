"""Measure the pages on a synthetic catalogue; config/local/bench.py calls it."""

import json
import os
import signal
import sys
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from matchmaking.bench import building
from matchmaking.bench.building import Plan
from matchmaking.bench.generator import Sizes
from matchmaking.bench.stages import NotDone, Progress, run_stages
from matchmaking.bench.web import measure, world

SIZES = {
    "web-300": Sizes(solutions=240, needs=60),
    "web-100k": Sizes(solutions=60_000, needs=40_000),
}
STAGES = {
    "prepare": building.prepare,
    "load": building.load,
    "index": building.index,
    "recall": building.load_recall,
    "recall-index": building.index_recall,
    "constants": building.constants,
    "words": world.write_words,
    "people": world.people,
    "matches": world.matches,
    "measure": measure.measure,
}


class Command(BaseCommand):
    help = "Build a synthetic catalogue in a database of its own and measure the pages on it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("size", choices=SIZES)
        parser.add_argument(
            "--from", dest="start", choices=STAGES, help="do it and later ones again"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = str(connection.settings_dict["NAME"])
        if "bench" not in name:
            raise CommandError(f"{name} is no database for measuring; run: make bench-web")
        # Asked to stop, leave in order, so that processes of ours end too.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        call_command("collectstatic", interactive=False, verbosity=0)
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
        progress.forget_from("measure", order)
        stages = {key: partial(stage, plan) for key, stage in STAGES.items()}
        figures = run_stages(stages, progress, self._say)
        # A folder of its own beside the data of all measurements: var/bench/web.json.
        file = folder / "web.json"
        file.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        self._say(f"\n{os.cpu_count()} cores; figures in {file}")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
