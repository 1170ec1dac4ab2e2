"""What catalog does when accounts says that something its listings rest on changed."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from accounts.models import Organization
from accounts.signals import restrictions_changed
from catalog.search.suggestion_keys import write_organization_keys
from catalog.services import want_needs_scored


@receiver(restrictions_changed)
def rescore_needs(sender: object, *, organization_ids: frozenset[int], **_: Any) -> None:
    want_needs_scored(organization_ids)


@receiver(post_save, sender=Organization)
def suggest_organization(sender: object, *, instance: Organization, **_: Any) -> None:
    write_organization_keys([instance])
