"""What catalog puts onto the pages of accounts, which knows nothing of listings."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Organization, Park
from catalog.choices import Confidentiality, ConfirmationState, ListingKind, ListingState
from catalog.models import Listing, Revision
from catalog.permissions import can_create_listing, can_report, can_see_proofs, visible_listings
from catalog.presenting.insight import park_counts
from catalog.presenting.profile import profile_of
from catalog.wording.names import Names

SHOWN = 20
# Days before the end of a check at which its owner is told.
_SOON = 30


@dataclass(frozen=True, slots=True)
class OwnListing:
    """A listing as its owner's dashboard names it: by its newest words, published or not."""

    listing: Listing
    title: str
    has_open_edit: bool


def own_listings(organization: Organization) -> list[OwnListing]:
    """Return the newest listings of ``organization``, drafts included, in one query."""
    newest = Revision.objects.filter(
        listing=OuterRef("pk"), state__in=Revision.OPEN_STATES
    ).order_by("-number")
    rows = (
        Listing.objects.filter(organization=organization)
        .annotate(open_title=Subquery(newest.values("payload__title")[:1]))
        .order_by("-updated_at", "-pk")[:SHOWN]
    )
    return [
        OwnListing(
            listing=row,
            title=row.open_title or row.title or row.code,
            has_open_edit=row.open_title is not None and row.state == ListingState.PUBLISHED,
        )
        for row in rows
    ]


def dashboard(actor: Actor, organization: Organization) -> dict[str, Any]:
    return {
        "listings": own_listings(organization),
        "can_create": can_create_listing(actor),
        "check_ends": check_ends(organization),
        "to_confirm": organization.case_confirmations.filter(state=ConfirmationState.ASKED).count(),
    }


def check_ends(organization: Organization) -> date | None:
    """Return the last day of a check that ends soon, so that nobody is taken by surprise."""
    until = organization.verified_until
    soon = timezone.localdate() + timedelta(days=_SOON)
    return until if until is not None and organization.is_verified and until <= soon else None


def organization(actor: Actor, organization: Organization) -> dict[str, Any]:
    """What ``actor`` may know ``organization`` to have published: never a confidential need."""
    published = Listing.objects.filter(
        visible_listings(actor), organization=organization, state=ListingState.PUBLISHED
    ).order_by("-published_at", "-pk")
    return {
        "can_see_proofs": can_see_proofs(actor, organization),
        "can_report": can_report(actor, organization),
        "profile": profile_of(organization, Names.of_terms()),
        "solutions": published.filter(kind=ListingKind.SOLUTION)[:SHOWN],
        "needs": published.filter(
            kind=ListingKind.NEED, need__confidentiality=Confidentiality.OPEN
        )[:SHOWN],
    }


def park(actor: Actor, park: Park) -> dict[str, Any]:  # noqa: ARG001 - everybody reads the same
    return {"counts": park_counts(park.pk, Names.of_terms()), "code": park.code}
