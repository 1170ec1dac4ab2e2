"""Put the figures of a measurement into docs/scaling.md."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from matchmaking.bench import page


class Command(BaseCommand):
    help = "Render the tables of docs/scaling.md from var/bench/engine.json."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        default = Path(settings.VAR_DIR) / "bench" / "engine.json"
        parser.add_argument("figures", nargs="?", type=Path, default=default)
        parser.add_argument("--page", type=Path, default=settings.BASE_DIR / "docs" / "scaling.md")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["figures"]
        if not file.is_file():
            raise CommandError(f"{file} is not there; run: make bench")
        page.render(options["page"], json.loads(file.read_text(encoding="utf-8")))
        self.stdout.write(f"{options['page']} says what {file} says.")
