"""manage.py load_demo: the demo data, once, and never where real people work unless asked."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.demo import DEMO_PASSWORD, is_demo_loaded, load_demo, renew_consent
from catalog.demo_files import DemoError, read_demo, read_people


class Command(BaseCommand):
    help = "Loads the demo data once; --accounts prints the demo accounts instead."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="load although DEBUG and DEMO are off"
        )
        parser.add_argument(
            "--accounts", action="store_true", help="print the demo accounts and do nothing else"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["accounts"]:
                self._print_accounts()
            else:
                self._load(force=options["force"])
        except DemoError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(f"Demo data refused: {'; '.join(error.messages)}") from error

    def _load(self, *, force: bool) -> None:
        if is_demo_loaded():
            renew_consent()
            self.stdout.write("Demo data: already loaded.")
            return
        if not (settings.DEMO or force):
            raise CommandError(
                "Demo data is for trying the site out and creates accounts with a known"
                " password; with DEBUG off it loads only with DEMO=1 or --force."
            )
        self.stdout.write(f"Demo data: {load_demo(read_demo())}.")

    def _print_accounts(self) -> None:
        if not is_demo_loaded():
            self.stdout.write("Demo data is not loaded: there are no demo accounts.")
            return
        self.stdout.write(f"Demo accounts (password of all: {DEMO_PASSWORD})")
        people = read_people()
        width = max(len(person.email) for person in people)
        for person in people:
            self.stdout.write(f"  {person.email:<{width}}  {person.note}")
