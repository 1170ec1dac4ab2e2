"""manage.py evaluate_suggestions: precision and recall of what free words suggest."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.suggesting.evaluating import APART, TUNED, Outcome, Tally, evaluate, labelled
from catalog.suggestions import current_lexicon
from catalog.wording.names import Names


class Command(BaseCommand):
    help = "Holds the suggestions against needs labelled by hand, field by field."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="labelled needs, one JSON object a line")
        parser.add_argument("--part", choices=[APART, TUNED], default=APART)
        parser.add_argument("--json", type=Path, help="write the figures here as well")
        parser.add_argument("--errors", action="store_true", help="list what went wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"No such file: {options['file']}")
        lexicon = current_lexicon(Names.load())
        if not lexicon.scenarios:
            raise CommandError("No vocabulary in the database: run load_vocabulary first.")
        outcome = evaluate(labelled(options["file"], options["part"]), lexicon)
        self._print(outcome, options["part"])
        if options["errors"]:
            for text, name, wrong, missed in outcome.errors:
                self.stdout.write(f"{name}: wrong {wrong}, missed {missed}: {text}")
        if options["json"]:
            options["json"].parent.mkdir(parents=True, exist_ok=True)
            options["json"].write_text(json.dumps(_figures(outcome), indent=2), encoding="utf-8")

    def _print(self, outcome: Outcome, part: str) -> None:
        self.stdout.write(f"{outcome.needs} needs, the part called {part}")
        self.stdout.write(
            f"{'field':14}{'right':>7}{'wrong':>7}{'missed':>8}{'prec.':>8}{'rec.':>8}"
        )
        for name, tally in [*outcome.fields.items(), ("all", outcome.overall)]:
            self.stdout.write(
                f"{name:14}{tally.right:7}{tally.wrong:7}{tally.missed:8}"
                f"{_share(tally.precision):>8}{_share(tally.recall):>8}"
            )


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _figures(outcome: Outcome) -> dict[str, Any]:
    def row(tally: Tally) -> dict[str, Any]:
        return {
            "right": tally.right,
            "wrong": tally.wrong,
            "missed": tally.missed,
            "precision": tally.precision,
            "recall": tally.recall,
        }

    fields = {name: row(tally) for name, tally in outcome.fields.items()}
    return {"needs": outcome.needs, "fields": fields, "all": row(outcome.overall)}
