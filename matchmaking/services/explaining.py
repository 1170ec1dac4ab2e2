"""Any pair explained on demand, and the record of what was shown."""

from collections.abc import Iterable

from accounts.actors import Actor
from accounts.permissions import require
from catalog.models import Listing
from catalog.permissions import can_see_listing, can_see_matches
from matchmaking.engine.results import PairScore
from matchmaking.engine.score import score_pair
from matchmaking.models import Impression, Match
from matchmaking.services.scoring import constants_for, facts_of_pair


def explain_pair(*, actor: Actor, need: Listing, solution: Listing) -> PairScore:
    """Score one pair now, ranked or not: "why not this vendor?".

    Either side may ask about its own listing. Raises LookupError when one of the two has
    nothing to be scored by.
    """
    require(can_see_listing(actor, need) and can_see_listing(actor, solution))
    require(can_see_matches(actor, need) or can_see_matches(actor, solution))
    constants = constants_for(need.catalogue_id)
    need_facts, solution_facts = facts_of_pair(need, solution, constants.space)
    return score_pair(need_facts, solution_facts, constants.engine)


def record_impressions(*, actor: Actor, matches: Iterable[Match]) -> int:
    """Note which pairs ``actor`` was shown, and at which place; return how many."""
    rows = [
        Impression(
            need_id=match.need_id,
            solution_id=match.solution_id,
            viewer=actor.user,
            organization=actor.organization,
            place=place,
            total=match.total,
        )
        for place, match in enumerate(matches, start=1)
    ]
    return len(Impression.objects.bulk_create(rows))
