"""Asking for scores: what must be scored is a fact in the listing's own row."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actors import Actor
from accounts.events import record
from accounts.permissions import require
from catalog.choices import ListingKind, ListingState
from catalog.models import Listing
from catalog.permissions import can_request_scoring
from catalog.signals import scoring_wanted


@transaction.atomic
def request_scoring(*, actor: Actor, listings: Iterable[Listing], reason: str) -> int:
    """Ask for fresh matches of ``listings``; return how many were asked for."""
    ids = []
    for listing in listings:
        require(can_request_scoring(actor, listing))
        record(actor, "listing.scoring_requested", listing)
        ids.append(listing.pk)
    return len(want_scoring_of(ids, reason=reason))


def want_scoring(listing_id: int, *, reason: str) -> int:
    """Note in the row that ``listing_id`` must be scored, and tell who does it."""
    return want_scoring_of([listing_id], reason=reason)[listing_id]


@transaction.atomic
def want_scoring_of(listing_ids: Iterable[int], *, reason: str) -> dict[int, int]:
    """Note in their rows that listings must be scored; return the wanted versions by id.

    Rows are locked in ascending order, so that two who want the same listings do not wait for
    each other.
    """
    rows = Listing.objects.filter(pk__in=list(listing_ids)).order_by("pk")
    wanted = {
        pk: version + 1
        for pk, version in rows.select_for_update(no_key=True).values_list("pk", "wanted_version")
    }
    Listing.objects.filter(pk__in=list(wanted)).update(
        wanted_version=F("wanted_version") + 1, wanted_at=timezone.now()
    )
    if wanted:
        scoring_wanted.send(Listing, wanted=wanted, reason=reason)
    return wanted


@transaction.atomic
def want_all_scored() -> int:
    """Note that every listing with matches must be scored anew; return how many.

    Nobody is told of that many: the sweeper finds them. Locked in ascending order, as above.
    """
    rows = Listing.objects.filter(wanted_version__gt=0).exclude(state=ListingState.ARCHIVED)
    list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    return rows.update(wanted_version=F("wanted_version") + 1, wanted_at=timezone.now())


@transaction.atomic
def want_needs_scored(organization_ids: Iterable[int]) -> int:
    """Ask for fresh matches of every need of these organizations that has any; return how many."""
    needs = Listing.objects.filter(
        kind=ListingKind.NEED, organization_id__in=list(organization_ids), wanted_version__gt=0
    ).exclude(state=ListingState.ARCHIVED)
    return len(want_scoring_of(needs.values_list("pk", flat=True), reason="requested"))


def count_change(listing: Listing, *, reason: str) -> int:
    """Count a change of the content that matching reads, and ask for scores of it."""
    Listing.objects.filter(pk=listing.pk).update(content_version=F("content_version") + 1)
    want_scoring(listing.pk, reason=reason)
    return Listing.objects.values_list("content_version", flat=True).get(pk=listing.pk)
