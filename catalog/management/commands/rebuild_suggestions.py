from typing import Any

from django.core.management.base import BaseCommand

from catalog.search.suggestion_keys import rebuild_keys


class Command(BaseCommand):
    help = "Write the keys of the search box's suggestions anew, for all listings and organizations"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild_keys()} listings and organizations looked at")
