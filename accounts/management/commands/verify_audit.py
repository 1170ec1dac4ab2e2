"""Verify the chain over the record of events."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.audit import faults, head
from accounts.models import AuditSeal, Event


class Command(BaseCommand):
    help = "Verify the chain over the record of events; name the first batch that differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head", action="store_true", help="print the newest batch's number and hash only"
        )
        parser.add_argument(
            "--expect", metavar="HASH", default="", help="a hash kept elsewhere: must be in it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        newest = head()
        if options["head"]:
            if newest is None:
                raise CommandError("nothing has been sealed yet")
            self.stdout.write(f"{newest.number} {newest.hash}")
            return
        for fault in faults(options["expect"]):
            raise CommandError(f"batch {fault.number}: {fault.what}")
        horizon = newest.horizon if newest else 0
        waiting = Event.objects.filter(written_in__gte=horizon).count()
        self.stdout.write(
            f"{AuditSeal.objects.count()} batches agree with {Event.objects.count() - waiting}"
            f" events; {waiting} more wait for the sealer."
        )
        if newest:
            self.stdout.write(f"head: {newest.number} {newest.hash}")
