"""Listings that leave the halls, and the lists that have to do without them."""

from django.db import transaction

from catalog.choices import ListingKind, ListingState
from catalog.models import Listing
from catalog.services import want_scoring, want_scoring_of
from matchmaking.models import MatchRun
from matchmaking.services import lists
from matchmaking.services.placing import ROUNDS, Contended
from matchmaking.services.runs import Claim, Figures, finish_run, want_counterpart_runs


def want_withdrawal(*, listing_id: int) -> None:
    """Have a listing that left the halls taken out of every list.

    Pages leave it out at once. A run does the rest, so that a crash cannot forget it.
    """
    want_scoring(listing_id, reason=MatchRun.Reason.WITHDRAWN)


def want_runs_of_organization(*, organization_id: int, reason: MatchRun.Reason) -> None:
    """Have an organization's published listings leave the lists, or come back into them."""
    published = Listing.objects.filter(
        organization_id=organization_id, state=ListingState.PUBLISHED
    )
    want_scoring_of(published.values_list("pk", flat=True), reason=reason)


def withdraw(claim: Claim, listing: Listing) -> int:
    """Delete the pairs of a listing that is scored no more; return how many.

    Lists that were full may have kept somebody out: their runs are noted before they lose
    anything, so that a run killed in between loses nothing either.
    """
    kind = ListingKind(listing.kind)
    noted: set[int] = set()
    for _ in range(ROUNDS):
        short = _would_be_short(kind, listing.pk) - noted
        want_counterpart_runs(short)
        noted |= short
        removed = _drop(claim, kind, listing.pk, noted)
        if removed is not None:
            return removed
    raise Contended


@transaction.atomic
def _drop(claim: Claim, kind: ListingKind, listing_id: int, noted: set[int]) -> int | None:
    """Delete the pairs and finish the run, unless a list was filled up meanwhile."""
    Listing.objects.select_for_update(no_key=True).only("pk").get(pk=listing_id)
    lists.lock_lists([listing_id], ())
    if _would_be_short(kind, listing_id) - noted:
        return None
    removed = lists.drop_pairs(kind, listing_id)
    # Whoever comes back has to be told of anew.
    finish_run(claim, Figures(), spread_version=0)
    return removed


def _would_be_short(kind: ListingKind, listing_id: int) -> set[int]:
    """Return whose full lists hold the listing."""
    others = sorted(lists.holders(kind, listing_id))
    other_kind = ListingKind.SOLUTION if kind == ListingKind.NEED else ListingKind.NEED
    return set(lists.floors(other_kind, others))
