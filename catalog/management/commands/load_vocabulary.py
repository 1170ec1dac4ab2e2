"""manage.py load_vocabulary: the vocabularies of the data files, without undoing an admin."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.vocabulary_files import FOLDER, VocabularyError
from catalog.vocabulary_loader import load_vocabulary


class Command(BaseCommand):
    help = "Loads the vocabulary data files; rows edited by an admin stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where the files are")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = load_vocabulary(options["folder"])
        except VocabularyError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Vocabulary: {done}.")
