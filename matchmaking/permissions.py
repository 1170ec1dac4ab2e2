"""Who sees which side's list. A list belongs to one side; the other never reads it."""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from accounts.actors import Actor
from accounts.models import Restriction
from accounts.permissions import EDITING_ROLES, can_edit_for, is_member_of, moderates
from catalog.models import Listing
from catalog.permissions import can_see_listing, can_see_matches, can_seek_introduction
from matchmaking.choices import IntroductionSide, IntroductionState

if TYPE_CHECKING:
    from matchmaking.models import Introduction, RelationFlag


class Viewpoint(StrEnum):
    """From which side a pair is looked at."""

    NEED = "need"
    SOLUTION = "solution"


def viewpoint(actor: Actor, need: Listing, solution: Listing) -> Viewpoint | None:
    """Return the side from which ``actor`` may read a pair's reasons, None for neither.

    Each side reads its own listing against what the other side published.
    """
    if not (can_see_listing(actor, need) and can_see_listing(actor, solution)):
        return None
    if can_see_matches(actor, need):
        return Viewpoint.NEED
    if can_see_matches(actor, solution):
        return Viewpoint.SOLUTION
    return None


def counts_as_shown(actor: Actor, need: Listing) -> bool:
    """Whether a look at the need's list is its owner's: an admin's teaches nothing."""
    return actor.organization_id == need.organization_id and actor.role is not None


def can_decide_relation(actor: Actor, flag: "RelationFlag") -> bool:
    """Say what a connection between vendors means: whoever oversees the need, and neither side."""
    is_party = is_member_of(actor, flag.one_id) or is_member_of(actor, flag.other_id)
    return not is_party and moderates(actor, flag.need.organization)


def can_serve_weights(actor: Actor) -> bool:
    """Weights are everybody's: only the platform itself changes them."""
    return actor.is_system or actor.is_platform_admin


def side_of(actor: Actor, introduction: "Introduction") -> IntroductionSide | None:
    """Return whose people ``actor`` belongs to, None for neither."""
    if is_member_of(actor, introduction.need.organization_id):
        return IntroductionSide.NEED
    if is_member_of(actor, introduction.solution.organization_id):
        return IntroductionSide.SOLUTION
    return None


def acting_side(actor: Actor, introduction: "Introduction") -> IntroductionSide | None:
    """Return the side that ``actor`` may move an introduction for: its editors and owners."""
    return side_of(actor, introduction) if actor.role in EDITING_ROLES else None


def can_begin(actor: Actor, need: Listing, solution: Listing, side: IntroductionSide) -> bool:
    """Begin an introduction of a pair for ``side``: its editors, and the other side is another."""
    own, other = (need, solution) if side == IntroductionSide.NEED else (solution, need)
    return (
        can_edit_for(actor, own.organization_id)
        and need.catalogue_id == solution.catalogue_id
        and can_see_listing(actor, other)
        and can_seek_introduction(actor, other)
    )


def visible_introductions(actor: Actor) -> Q:
    """Either side's own people read it.

    A need's owner does not hear of interest from those it will not work with; whoever shows
    that interest reads the same as if nobody had answered yet.
    """
    if actor.is_system:
        return Q()
    own = actor.organization_id
    if own is None or actor.role is None:
        return Q(pk__in=())
    unheard = Q(begun_by=IntroductionSide.SOLUTION) & Q(
        state__in=(IntroductionState.INTERESTED, IntroductionState.WITHDRAWN),
        accepted_at__isnull=True,
    )
    unwanted = Restriction.objects.filter(
        organization_id=own, other_id=OuterRef("solution__organization_id")
    )
    heard = Q(need__organization_id=own) & ~(unheard & Exists(unwanted))
    return heard | Q(solution__organization_id=own)
