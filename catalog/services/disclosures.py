"""Who is let into a confidential listing, and the record of who looked."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.events import record
from accounts.models import Organization
from accounts.permissions import is_member_of, require
from catalog.disclosure import Disclosure
from catalog.disclosure.sighting import Sighting, forget_grants
from catalog.models import DisclosureGrant, DisclosureView, Listing
from catalog.permissions import can_let_in


@transaction.atomic
def grant_disclosure(
    *,
    actor: Actor,
    listing: Listing,
    organization: Organization,
    stage: Disclosure,
    introduction_id: int,
) -> DisclosureGrant:
    """Let ``organization`` read ``listing`` up to ``stage``, for as long as nobody revokes it."""
    require(can_let_in(actor, listing, organization))
    grant, created = DisclosureGrant.objects.get_or_create(
        listing=listing,
        organization=organization,
        introduction_id=introduction_id,
        stage=DisclosureGrant.Stage(stage),
        revoked_at=None,
    )
    if created:
        record(
            actor,
            "disclosure.granted",
            listing,
            organization=organization.pk,
            stage=int(stage),
            introduction=introduction_id,
        )
    forget_grants()
    return grant


@transaction.atomic
def revoke_disclosure(
    *, actor: Actor, listing: Listing, organization: Organization, introduction_id: int
) -> int:
    """Take back what an introduction opened; return how many grants that were in force."""
    require(can_let_in(actor, listing, organization))
    revoked = DisclosureGrant.objects.filter(
        listing=listing,
        organization=organization,
        introduction_id=introduction_id,
        revoked_at__isnull=True,
    ).update(revoked_at=timezone.now())
    if revoked:
        record(
            actor,
            "disclosure.revoked",
            listing,
            organization=organization.pk,
            introduction=introduction_id,
        )
    forget_grants()
    return revoked


@transaction.atomic
def record_views(*, actor: Actor, seen: Iterable[Sighting]) -> int:
    """Append what ``actor`` was shown of other organizations' confidential listings.

    The same view within the hour is the same row; the owner's own people leave none. Returns how
    many rows are new.
    """
    if actor.user is None:
        return 0
    now = timezone.now()
    rows = [
        DisclosureView(
            listing_id=each.listing_id,
            viewer=actor.user,
            organization=actor.organization,
            standing=each.standing,
            stage=each.stage,
            fields=sorted(each.fields),
            at=now,
            hour=now.replace(minute=0, second=0, microsecond=0),
        )
        for each in seen
        if not is_member_of(actor, each.owner_id)
    ]
    if not rows:
        return 0
    DisclosureView.objects.bulk_create(rows, ignore_conflicts=True)
    fresh = list(DisclosureView.objects.filter(viewer=actor.user, at=now))
    for view in fresh:
        record(actor, "disclosure.viewed", view, listing=view.listing_id, stage=view.stage)
    return len(fresh)
