"""One pair as one side may read it, and where it stands in the need's list."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import cast
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.actors import Actor
from catalog.choices import ListingKind
from catalog.content import NeedContent, SolutionContent
from catalog.disclosure import Disclosed, disclose
from catalog.models import Listing, Need, Solution
from catalog.permissions import can_see_matches, visible_listings
from catalog.reading import whole_needs, whole_solutions
from matchmaking.engine.results import PairScore
from matchmaking.facts import matching_content
from matchmaking.models import Match
from matchmaking.permissions import Viewpoint, viewpoint
from matchmaking.render import MatchView, Names, Renderer, Sight
from matchmaking.services import Explained, explain_pair


class NotSubmitted(Exception):
    """A listing that is a mere draft has nothing to be scored by."""

    def __init__(self, listing: Listing) -> None:
        super().__init__(listing)
        self.listing = listing


class Standing(StrEnum):
    """Where a pair stands in the need's list."""

    LISTED = "listed"
    RULED_OUT = "ruled_out"
    # Scored lower than what the list keeps, or not among the candidates: the place is unknown.
    BELOW = "below"
    WAITING = "waiting"


@dataclass(frozen=True)
class PairLook:
    """A pair scored now, as the side that asks may read it.

    ``standing`` and ``rank`` (from 1, by rank key) are the need's side's alone.
    """

    side: Viewpoint
    need: Listing
    solution: Listing
    need_told: Disclosed
    solution_told: Disclosed
    names: Names
    made_by: Explained
    view: MatchView
    standing: Standing | None = None
    rank: int | None = None


def visible_listing(actor: Actor, kind: ListingKind, public_id: UUID) -> Listing:
    """Return the listing if ``actor`` may know of it; everything else is a 404."""
    return get_object_or_404(
        Listing.objects.filter(visible_listings(actor), kind=kind).select_related(
            "organization__district", "organization__park", "catalogue"
        ),
        public_id=public_id,
    )


def own_listing(actor: Actor, kind: ListingKind, public_id: UUID) -> Need | Solution:
    """Return the listing whose list ``actor`` may read, with its approved content; else a 404."""
    listing = visible_whole(actor, kind, public_id)
    if not can_see_matches(actor, listing):
        raise Http404
    return listing


def visible_whole(actor: Actor, kind: ListingKind, public_id: UUID) -> Need | Solution:
    """Return the listing as ``visible_listing`` does, so that reading its content asks nothing."""
    around = ("organization__district", "organization__park", "catalogue")
    visible = visible_listings(actor)
    if kind == ListingKind.NEED:
        needs = Need.objects.filter(visible).select_related(*around)
        return cast("Need", get_object_or_404(whole_needs(needs), public_id=public_id))
    solutions = Solution.objects.filter(visible).select_related(*around)
    return cast("Solution", get_object_or_404(whole_solutions(solutions), public_id=public_id))


def own_words(actor: Actor, need: Listing, content: NeedContent) -> NeedContent:
    """Return the need's content as whoever may read its list may read it."""
    told = disclose(actor, need, content).content
    if not isinstance(told, NeedContent):
        raise TypeError("a need tells of a need")
    return told


def look_at_pair(actor: Actor, need_id: UUID, solution_id: UUID) -> PairLook:
    """Score one pair now, ranked or not, for the side that asks.

    Raises Http404 for whoever is on neither side, NotSubmitted when a side is a mere draft.
    """
    need = visible_whole(actor, ListingKind.NEED, need_id)
    solution = visible_whole(actor, ListingKind.SOLUTION, solution_id)
    side = viewpoint(actor, need, solution)
    if side is None or need.catalogue_id != solution.catalogue_id:
        raise Http404
    need_now, solution_now = matching_content(need), matching_content(solution)
    if not isinstance(need_now, NeedContent):
        raise NotSubmitted(need)
    if not isinstance(solution_now, SolutionContent):
        raise NotSubmitted(solution)
    contents = (need_now, solution_now)
    made = explain_pair(actor=actor, need=need, solution=solution, contents=contents)
    need_told = disclose(actor, need, need_now)
    solution_told = disclose(actor, solution, solution_now)
    names = Names.load()
    sight = Sight(need_now, solution_now, need_told.hidden, solution_told.hidden)
    view = Renderer(sight, names, shows_wishes=side is Viewpoint.SOLUTION).render(made.score)
    look = PairLook(side, need, solution, need_told, solution_told, names, made, view)
    if side is Viewpoint.NEED:
        standing, rank = _standing(need, solution, made.score)
        return replace(look, standing=standing, rank=rank)
    return look


def _standing(need: Listing, solution: Listing, score: PairScore) -> tuple[Standing, int | None]:
    if score.ruled_out:
        return Standing.RULED_OUT, None
    places = Match.objects.for_need(need.pk).values_list("solution_id", flat=True)
    listed = list(places)
    if solution.pk not in listed:
        return (Standing.WAITING if need.is_waiting else Standing.BELOW), None
    return Standing.LISTED, 1 + listed.index(solution.pk)
