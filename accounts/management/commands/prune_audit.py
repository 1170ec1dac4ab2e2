"""Drop events that are past the retention; the chain stays verifiable."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from accounts.actors import SYSTEM
from accounts.services import prune_events


class Command(BaseCommand):
    help = "Drop the events of batches older than AUDIT_RETENTION_DAYS; run by the owner role."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            dropped = prune_events(actor=SYSTEM)
        except ProgrammingError as error:
            raise CommandError(
                "This role may not delete events; set DATABASE_URL to the owner role's."
            ) from error
        self.stdout.write(f"{dropped} events dropped.")
