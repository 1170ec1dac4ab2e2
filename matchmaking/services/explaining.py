"""Any pair explained on demand, who was ruled out, and the record of what was shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache
from redis.exceptions import RedisError

from accounts.actors import Actor
from accounts.permissions import require
from catalog.content import Content, NeedContent, SolutionContent
from catalog.models import Listing
from catalog.permissions import can_see_listing, can_see_matches
from matchmaking.engine import ENGINE_VERSION
from matchmaking.engine.facts import NeedFacts, SolutionFacts, Vectors
from matchmaking.engine.results import PairScore
from matchmaking.engine.score import score_pair
from matchmaking.facts import (
    Identity,
    load_vectors,
    matching_content,
    need_facts_now,
    offering,
    proofs_of,
    solution_facts,
)
from matchmaking.models import CorpusStatistics, Impression, Match, WeightSet
from matchmaking.services.pinned import pinned_for
from matchmaking.services.scorer import Scorer

# In seconds.
_ONE_LOOK = 300
# Enough for a page; any other pair is explained on demand.
RULED_OUT_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Explained:
    """A score made now, and what made it."""

    score: PairScore
    engine_version: str
    weight_set: WeightSet
    corpus: CorpusStatistics


def explain_pair(
    *,
    actor: Actor,
    need: Listing,
    solution: Listing,
    contents: tuple[Content | None, Content | None] | None = None,
) -> Explained:
    """Score one pair now, ranked or not: "why not this vendor?".

    Either side may ask about its own listing; ``contents`` are what both are scored by, where
    that has been read already. Raises LookupError when one of the two has nothing to be scored by.
    """
    require(can_see_listing(actor, need) and can_see_listing(actor, solution))
    require(can_see_matches(actor, need) or can_see_matches(actor, solution))
    pinned = pinned_for(need.catalogue_id)
    need_now, solution_now = contents or (matching_content(need), matching_content(solution))
    if not isinstance(need_now, NeedContent) or not isinstance(solution_now, SolutionContent):
        raise LookupError("nothing to score yet")
    need_facts, solution_facts = _facts_of_pair(
        need, need_now, solution, solution_now, pinned.space_id
    )
    return Explained(
        score_pair(need_facts, solution_facts, pinned.constants),
        ENGINE_VERSION,
        pinned.weights_row,
        pinned.corpus_row,
    )


def ruled_out_solutions(*, actor: Actor, need: Listing) -> list[PairScore]:
    """Score a need now and return whom its conditions rule out, the nearest first.

    Found by a recall that knows no conditions: the lists' own leaves these out unread.
    """
    require(can_see_listing(actor, need) and can_see_matches(actor, need))
    content = matching_content(need)
    if not isinstance(content, NeedContent):
        return []
    scorer = Scorer(need, content)
    scorer.score(scorer.neighbours())
    out = [pair for pair in scorer.scores.pairs.values() if pair.figures.ruled_out]
    out.sort(key=lambda pair: (-pair.figures.total, pair.other))
    return [pair.explain() for pair in out[:RULED_OUT_SHOWN]]


def ruled_out_needs(*, actor: Actor, solution: Listing) -> list[PairScore]:
    """Score a solution now and return the needs it misses a condition of, the nearest first.

    By what its vendor may know alone: an owner's private conditions neither add nor remove one.
    """
    require(can_see_listing(actor, solution) and can_see_matches(actor, solution))
    content = matching_content(solution)
    if not isinstance(content, SolutionContent):
        return []
    scorer = Scorer(solution, content)
    scorer.score(scorer.neighbours())
    out = [pair for pair in scorer.scores.pairs.values() if pair.vendor_ruled_out]
    out.sort(key=lambda pair: (-pair.figures.vendor_key, pair.other))
    return [pair.explain() for pair in out[:RULED_OUT_SHOWN]]


def record_impressions(*, actor: Actor, shown: Iterable[tuple[Match, int]]) -> int:
    """Note which pairs ``actor`` was shown, each with its place from 1; return how many.

    The same rows at the same places within the same minutes are one look: reloading a page, or
    opening one row's reasons after another, shows nothing new.
    """
    rows = [
        Impression(
            need_id=match.need_id,
            solution_id=match.solution_id,
            viewer=actor.user,
            organization=actor.organization,
            place=place,
            total=match.total,
        )
        for match, place in shown
    ]
    if not rows or not _is_new(actor, rows):
        return 0
    return len(Impression.objects.bulk_create(rows))


def _is_new(actor: Actor, rows: Iterable[Impression]) -> bool:
    """Whether ``actor`` was not shown just this lately; without a cache every look is new."""
    seen = [(row.need_id, row.solution_id, row.place, row.total) for row in rows]
    rests_on = repr((actor.user_id, actor.organization_id, seen))
    try:
        return cache.add(f"shown:{sha256(rests_on.encode()).hexdigest()}", True, _ONE_LOOK)
    except RedisError:
        return True


def _facts_of_pair(
    need: Listing,
    need_now: NeedContent,
    solution: Listing,
    solution_now: SolutionContent,
    space_id: int | None,
) -> tuple[NeedFacts, SolutionFacts]:
    """Return both sides' facts as they count now."""
    vectors = load_vectors([need.pk, solution.pk], space_id)
    row = offering(solution)
    return (
        need_facts_now(need, need_now, vectors.get(need.pk, Vectors())),
        solution_facts(
            Identity.of(row), solution_now, vectors.get(row.pk, Vectors()), proofs_of(row)
        ),
    )
