"""What catalog does when accounts says that something its listings rest on changed."""

from typing import Any

from django.dispatch import receiver

from accounts.signals import restrictions_changed
from catalog.services import want_needs_scored


@receiver(restrictions_changed)
def rescore_needs(sender: object, *, organization_ids: frozenset[int], **_: Any) -> None:
    want_needs_scored(organization_ids)
