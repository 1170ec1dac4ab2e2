"""Who sees which side's list. A list belongs to one side; the other never reads it."""

from enum import StrEnum

from accounts.actors import Actor
from catalog.models import Listing
from catalog.permissions import can_see_listing, can_see_matches


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


def can_serve_weights(actor: Actor) -> bool:
    """Weights are everybody's: only the platform itself changes them."""
    return actor.is_system or actor.is_platform_admin
