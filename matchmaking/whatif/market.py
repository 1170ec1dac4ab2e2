"""The candidates of a need, as far as whoever asks may read them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from threading import local
from typing import Any

from django.db.models import Q

from accounts.actors import Actor
from catalog.content import NeedContent
from catalog.disclosure import PRICE_FIELDS, hidden_solution_fields
from catalog.models import EmbeddingSpace, Listing, Solution
from matchmaking.engine.constraints import Rule, rules
from matchmaking.engine.facts import NeedFacts, SolutionFacts, Vectors, VendorWishes
from matchmaking.engine.score import Constants, Ranking, rank
from matchmaking.engine.table import SolutionTable
from matchmaking.facts import Around, FactsLoader, around, load_vectors, need_facts_now
from matchmaking.models import Match
from matchmaking.recall import find_candidates
from matchmaking.services.pinned import Pinned, pinned_for
from matchmaking.whatif.supposing import Supposition

_MEMORY = 20_000_000


class _Loaders(local):
    """A loader for each thread: pages are answered by threads, and loaders are not for sharing."""

    def __init__(self) -> None:
        # Many threads, few needs each: a market or two is worth keeping.
        self.mine = FactsLoader(memory=_MEMORY)


_loaders = _Loaders()


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """One need, whoever might serve it, and what scores rest on.

    ``table``: the candidates with what is hidden from the asker left out, as unknown.
    ``has_hidden``: whether any of them keeps something to itself.
    """

    need: Listing
    vectors: Vectors
    around: Around
    table: SolutionTable
    constants: Constants
    has_hidden: bool

    def facts_of(self, supposed: Supposition) -> NeedFacts:
        """What the engine is asked when the need says ``supposed``."""
        facts = need_facts_now(self.need, supposed.content, self.vectors, self.around)
        dropped = {str(position) for position in supposed.dropped}
        kept = tuple(row for row in facts.requirements if row.ref not in dropped)
        return replace(facts, requirements=kept)

    def rank(self, need: NeedFacts) -> Ranking:
        return rank(need, self.table, self.constants)

    def rules(self, need: NeedFacts) -> tuple[Rule, ...]:
        return rules(need, self.table, self.constants.now)


def load_market(actor: Actor, need: Listing, content: NeedContent) -> Market:
    """Read the need's candidates: recalled with no "must" applied, and whoever is listed."""
    pinned = pinned_for(need.catalogue_id)
    vectors = load_vectors([need.pk], pinned.space_id).get(need.pk, Vectors())
    known = around(need)
    facts = need_facts_now(need, content, vectors, known)
    hidden = _candidates(actor, facts, need, pinned.space)
    found = _solutions(hidden, pinned)
    seen = [as_seen(facts, hidden[int(facts.id)]) for facts in found.facts]
    return Market(
        need=need,
        vectors=vectors,
        around=known,
        table=SolutionTable(seen, found.texts, found.ids),
        constants=pinned.constants,
        has_hidden=any("price_high" in hidden[int(pk)] for pk in found.ids),
    )


def _candidates(
    actor: Actor, facts: NeedFacts, need: Listing, space: EmbeddingSpace | None
) -> dict[int, frozenset[str]]:
    """Return who may serve the need, each with the fields that ``actor`` may not read of it."""
    recalled = find_candidates(facts, catalogue_id=need.catalogue_id, space=space)
    listed = Match.objects.for_need(need.pk).order_by().values("solution_id")
    rows = Solution.objects.filter(Q(pk__in=recalled) | Q(pk__in=listed))
    told = rows.only("organization_id", "price_visibility")
    return {row.pk: hidden_solution_fields(actor, row) for row in told}


def _solutions(ids: Iterable[int], pinned: Pinned) -> SolutionTable:
    table, _versions = _loaders.mine.solutions(ids, pinned.constants.corpus)
    return table


# What of the facts rests on a field of the content, and what it is when nobody said it.
_PRICE: Mapping[str, Any] = {"price": None, "price_basis": None, "price_tax_included": None}
_BLANK: Mapping[str, Mapping[str, Any]] = {
    **dict.fromkeys(PRICE_FIELDS, _PRICE),
    "capacity_taken": {"capacity_taken": None},
}
_BLANK_WISHES: Mapping[str, Mapping[str, Any]] = {
    "wished_project_low": {"project_size": None},
    "wished_project_high": {"project_size": None},
    "wished_industries": {"industries": frozenset()},
    "wished_districts": {"districts": frozenset()},
}


def as_seen(facts: SolutionFacts, hidden: Collection[str]) -> SolutionFacts:
    """Return ``facts`` as if its vendor had never stated the content fields ``hidden``.

    Raises KeyError for a field that nobody has said how to leave out.
    """
    changes: dict[str, Any] = {}
    wishes: dict[str, Any] = {}
    for field in hidden:
        if field in _BLANK_WISHES:
            wishes |= _BLANK_WISHES[field]
        else:
            changes |= _BLANK[field]
    if wishes:
        kept: VendorWishes = replace(facts.wishes, **wishes)
        changes["wishes"] = kept
    return replace(facts, **changes) if changes else facts
