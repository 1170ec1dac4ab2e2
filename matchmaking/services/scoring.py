"""One listing scored against its candidates, and the rows that follow from it."""

import logging
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Count, Min, Q
from django.utils import timezone

from catalog.choices import ListingState
from catalog.content import Content, NeedContent, SolutionContent
from catalog.models import EmbeddingSpace, Listing, Solution
from matchmaking.engine import ENGINE_VERSION
from matchmaking.engine.corpus import Corpus
from matchmaking.engine.facts import NeedFacts, SolutionFacts, Vectors
from matchmaking.engine.results import PairScore
from matchmaking.engine.score import Constants as EngineConstants
from matchmaking.engine.score import Ranking, rank, rank_needs
from matchmaking.engine.table import NeedTable, SolutionTable, need_side, solution_side
from matchmaking.engine.weights import Weights
from matchmaking.facts import (
    FactsLoader,
    Identity,
    load_vectors,
    matching_content,
    need_facts_now,
    proofs_of,
    solution_facts,
)
from matchmaking.models import CorpusStatistics, Match, MatchRun, WeightSet
from matchmaking.recall import find_candidates, must_conditions
from matchmaking.services.corpora import serving_corpus, serving_weights
from matchmaking.services.runs import claim_run, fail_run, want_counterpart_run
from matchmaking.services.vectors import serving_space

logger = logging.getLogger(__name__)

KEPT = 50
# Enough for a page of "ruled out and why"; any other pair is explained on demand.
EXCLUSIONS_KEPT = 20

_loader = FactsLoader()


@dataclass(frozen=True, slots=True)
class Constants:
    """Everything a run pins, so that a score can be told again."""

    space: EmbeddingSpace | None
    corpus_row: CorpusStatistics
    corpus: Corpus
    weights_row: WeightSet
    weights: Weights
    today: date

    @property
    def engine(self) -> EngineConstants:
        return EngineConstants(self.corpus, self.weights, self.today)


@dataclass(frozen=True, slots=True)
class Scored:
    """What a run found: pairs worth keeping, pairs ruled out, versions they were read at."""

    kept: list[PairScore]
    ruled_out: list[PairScore]
    versions: dict[int, int]
    own_version: int
    recalled: int
    used_vectors: bool


def constants_for(catalogue_id: int) -> Constants:
    corpus_row, corpus = serving_corpus(catalogue_id)
    weights_row, weights = serving_weights()
    return Constants(
        space=serving_space(),
        corpus_row=corpus_row,
        corpus=corpus,
        weights_row=weights_row,
        weights=weights,
        today=timezone.localdate(),
    )


def score_listing(*, listing_id: int) -> int:
    """Score what ``listing_id`` waits for; return how many matches its list now holds.

    Safe to run twice and at once: rows are upserted by pair, and a run whose version was
    already scored writes nothing.
    """
    run = claim_run(listing_id)
    if run is None:
        return 0
    try:
        listing = Listing.objects.select_related("organization__district").get(pk=listing_id)
        content = matching_content(listing)
        if content is None:
            return _finish_empty(run)
        constants = constants_for(listing.catalogue_id)
        scored = _score(run, listing, content, constants)
        _spread(listing, scored)
        return _write(run, listing, scored, constants)
    except OperationalError:
        # The database or a lock, not the listing: the sweeper brings it back.
        raise
    except Exception as error:
        fail_run(run, error)
        raise


def _score(run: MatchRun, listing: Listing, content: Content, constants: Constants) -> Scored:
    space_id = constants.space.pk if constants.space else None
    vectors = load_vectors([listing.pk], space_id).get(listing.pk, Vectors())
    if isinstance(content, NeedContent):
        return _score_need(run, listing, content, vectors, constants)
    return _score_solution(run, listing, content, vectors, constants)


def _score_need(
    run: MatchRun,
    listing: Listing,
    content: NeedContent,
    vectors: Vectors,
    constants: Constants,
) -> Scored:
    facts = need_facts_now(listing, content, vectors)
    find = partial(
        find_candidates,
        content=content,
        catalogue_id=listing.catalogue_id,
        vectors=vectors,
        space=constants.space,
    )
    conditions = must_conditions(content)
    candidates = find(conditions=conditions)
    # A second recall without conditions finds whom the "musts" kept out.
    outside = find(limit=2 * KEPT) if conditions else []
    ids = set(candidates) | set(outside) | _paired(listing)
    _tell_progress(run, len(ids))
    loaded = _loader.solutions(ids, constants.space.pk if constants.space else None)
    table = SolutionTable.of(
        [item.facts for item in loaded],
        constants.corpus,
        _loader.sides(loaded, constants.corpus, solution_side),
    )
    return _split(
        _explained(rank(facts, table, constants.engine)),
        versions={int(item.facts.id): item.content_version for item in loaded},
        own_version=listing.content_version,
        used_vectors=vectors.title is not None,
    )


def _score_solution(
    run: MatchRun,
    listing: Listing,
    content: SolutionContent,
    vectors: Vectors,
    constants: Constants,
) -> Scored:
    solution = Solution.objects.select_related("organization__district").get(pk=listing.pk)
    facts = solution_facts(Identity.of(listing), content, vectors, proofs_of(solution))
    candidates = find_candidates(
        content=content,
        catalogue_id=listing.catalogue_id,
        vectors=vectors,
        space=constants.space,
    )
    ids = set(candidates) | _paired(listing)
    _tell_progress(run, len(ids))
    loaded = _loader.needs(ids, constants.space.pk if constants.space else None)
    table = NeedTable.of(
        [item.facts for item in loaded],
        constants.corpus,
        _loader.sides(loaded, constants.corpus, need_side),
    )
    return _split(
        _explained(rank_needs(facts, table, constants.engine)),
        versions={int(item.facts.id): item.content_version for item in loaded},
        own_version=listing.content_version,
        used_vectors=vectors.title is not None,
    )


def _explained(ranking: Ranking) -> list[PairScore]:
    return [ranking.explain(int(place)) for place in ranking.order()]


def _tell_progress(run: MatchRun, recalled: int) -> None:
    """Let the waiting page say how many candidates are being compared."""
    MatchRun.objects.filter(pk=run.pk).update(recalled=recalled)


def _split(
    scores: list[PairScore], *, versions: dict[int, int], own_version: int, used_vectors: bool
) -> Scored:
    return Scored(
        kept=[score for score in scores if not score.ruled_out],
        ruled_out=[score for score in scores if score.ruled_out],
        versions=versions,
        own_version=own_version,
        recalled=len(scores),
        used_vectors=used_vectors,
    )


def _paired(listing: Listing) -> set[int]:
    """Return who already shares a row with ``listing``: those rows must follow its change."""
    column, other = _columns(listing)
    return set(Match.objects.filter(**{column: listing.pk}).values_list(other, flat=True))


def _columns(listing: Listing) -> tuple[str, str]:
    return ("need_id", "solution_id") if listing.kind == "need" else ("solution_id", "need_id")


def _other(listing: Listing, score: PairScore) -> int:
    return int(score.solution_id if listing.kind == "need" else score.need_id)


@transaction.atomic
def _spread(listing: Listing, scored: Scored) -> None:
    """Have the lists that this listing enters, leaves or moves in scored afresh.

    Done before the own rows are written: a run killed in between spreads once more, while
    the other order could forget whose list the listing has left. Those runs read content,
    never these rows. Ascending ids keep two spreading runs from blocking each other.
    """
    if _must_spread(listing):
        for other in _touched(listing, scored):
            want_counterpart_run(other)


@transaction.atomic
def _write(run: MatchRun, listing: Listing, scored: Scored, constants: Constants) -> int:
    """Store what was found, unless a newer run already did."""
    locked = Listing.objects.select_for_update(no_key=True).get(pk=listing.pk)
    if locked.scored_version >= run.wanted_version or locked.state == ListingState.ARCHIVED:
        MatchRun.objects.filter(pk=run.pk).exclude(state=MatchRun.State.DONE).update(
            state=MatchRun.State.SUPERSEDED, finished_at=timezone.now()
        )
        return 0
    _upsert(run, listing, scored, constants)
    _finish(run, listing, scored, constants)
    spread = scored.own_version if _must_spread(listing) else locked.spread_version
    Listing.objects.filter(pk=listing.pk).update(
        scored_version=run.wanted_version, scored_at=timezone.now(), spread_version=spread
    )
    return min(len(scored.kept), KEPT)


def _must_spread(listing: Listing) -> bool:
    """Whether the other side's lists do not know this content yet.

    Only new content spreads, never a re-scoring: otherwise two lists would wake each other
    for ever. What is not published is nobody else's business.
    """
    return (
        listing.state == ListingState.PUBLISHED and listing.spread_version < listing.content_version
    )


def _touched(listing: Listing, scored: Scored) -> list[int]:
    """Return the other side's listings whose list gains, loses or re-orders this one.

    A list that already holds the pair with this very score knows it; nothing changes there.
    """
    column, other = _columns(listing)
    flag = "in_solution_list" if listing.kind == "need" else "in_need_list"
    holding = {
        pk: (total, key)
        for pk, total, key in Match.objects.filter(**{column: listing.pk, flag: True}).values_list(
            other, "total", "rank_key"
        )
    }
    found = {_other(listing, score): (score.total, score.rank_key) for score in scored.kept}
    moved = {pk for pk, old in holding.items() if found.get(pk) != old}
    lowest = _lowest_keys(set(found) - set(holding), other, flag)
    entering = {pk for pk in set(found) - set(holding) if found[pk][1] >= lowest.get(pk, 0)}
    return sorted(moved | entering)


def _lowest_keys(ids: set[int], column: str, flag: str) -> dict[int, int]:
    """Return the lowest rank key of each full list; a list with room is absent."""
    rows = (
        Match.objects.filter(**{f"{column}__in": ids, flag: True})
        .values_list(column)
        .annotate(size=Count("pk"), lowest=Min("rank_key"))
    )
    return {pk: lowest for pk, size, lowest in rows if size >= KEPT}


def _upsert(run: MatchRun, listing: Listing, scored: Scored, constants: Constants) -> None:
    column, other = _columns(listing)
    flag = "in_need_list" if listing.kind == "need" else "in_solution_list"
    own = scored.kept[:KEPT]
    # Every run takes its rows in the same order, so that no two wait for each other.
    held = Match.objects.filter(**{column: listing.pk}).order_by("need_id", "solution_id")
    paired = set(held.select_for_update(no_key=True).values_list(other, flat=True))
    rest = [score for score in scored.kept[KEPT:] if _other(listing, score) in paired]
    Match.objects.filter(**{column: listing.pk}).update(**{flag: False})
    rows = [_row(run, listing, score, scored, constants) for score in own + rest]
    rows.sort(key=lambda row: (row.need_id, row.solution_id))
    Match.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["need", "solution"],
        update_fields=_SCORED_FIELDS,
    )
    ids = [_other(listing, score) for score in own]
    Match.objects.filter(**{column: listing.pk, f"{other}__in": ids}).update(**{flag: True})
    ruled_out = [_other(listing, score) for score in scored.ruled_out]
    Match.objects.filter(**{column: listing.pk}).filter(
        Q(in_need_list=False, in_solution_list=False) | Q(**{f"{other}__in": ruled_out})
    ).delete()


_SCORED_FIELDS = [
    "total",
    "vendor_total",
    "rank_key",
    "confidence",
    "reasons",
    "need_version",
    "solution_version",
    "engine_version",
    "weight_set",
    "corpus",
    "run",
    "updated_at",
]


def _row(
    run: MatchRun, listing: Listing, score: PairScore, scored: Scored, constants: Constants
) -> Match:
    other_version = scored.versions[_other(listing, score)]
    is_need = listing.kind == "need"
    return Match(
        need_id=int(score.need_id),
        solution_id=int(score.solution_id),
        total=score.total,
        vendor_total=score.vendor.total if score.vendor else None,
        rank_key=score.rank_key,
        confidence=score.confidence,
        reasons=score.to_json(),
        need_version=scored.own_version if is_need else other_version,
        solution_version=other_version if is_need else scored.own_version,
        engine_version=ENGINE_VERSION,
        weight_set=constants.weights_row,
        corpus=constants.corpus_row,
        run=run,
        updated_at=timezone.now(),
    )


def _exclusion(listing: Listing, score: PairScore) -> dict[str, Any]:
    key = "solution" if listing.kind == "need" else "need"
    return {
        key: _other(listing, score),
        "total": score.total,
        "constraints": [constraint.to_json() for constraint in score.failed],
    }


def _finish(run: MatchRun, listing: Listing, scored: Scored, constants: Constants) -> None:
    nearest = sorted(scored.ruled_out, key=lambda score: (-score.total, _other(listing, score)))
    MatchRun.objects.filter(pk=run.pk).update(
        state=MatchRun.State.DONE,
        finished_at=timezone.now(),
        recalled=scored.recalled,
        scored=scored.recalled,
        kept=min(len(scored.kept), KEPT),
        ruled_out=len(scored.ruled_out),
        exclusions=[_exclusion(listing, score) for score in nearest[:EXCLUSIONS_KEPT]],
        used_vectors=scored.used_vectors,
        engine_version=ENGINE_VERSION,
        weight_set=constants.weights_row,
        corpus=constants.corpus_row,
    )
    MatchRun.objects.filter(
        listing_id=listing.pk,
        wanted_version__lt=run.wanted_version,
        state__in=[MatchRun.State.WAITING, MatchRun.State.RUNNING, MatchRun.State.FAILED],
    ).update(state=MatchRun.State.SUPERSEDED, finished_at=timezone.now())


@transaction.atomic
def _finish_empty(run: MatchRun) -> int:
    """A listing without content to score: nothing waits any more, nothing is kept."""
    MatchRun.objects.filter(pk=run.pk).update(state=MatchRun.State.DONE, finished_at=timezone.now())
    Match.objects.filter(Q(need_id=run.listing_id) | Q(solution_id=run.listing_id)).delete()
    Listing.objects.filter(pk=run.listing_id, scored_version__lt=run.wanted_version).update(
        scored_version=run.wanted_version, scored_at=timezone.now()
    )
    return 0


def facts_of_pair(
    need: Listing, solution: Listing, space: EmbeddingSpace | None
) -> tuple[NeedFacts, SolutionFacts]:
    """Return both sides' facts as they count now; raises LookupError for a mere draft."""
    space_id = space.pk if space else None
    vectors = load_vectors([need.pk, solution.pk], space_id)
    need_now, solution_now = matching_content(need), matching_content(solution)
    if not isinstance(need_now, NeedContent) or not isinstance(solution_now, SolutionContent):
        raise LookupError("nothing to score yet")
    row = Solution.objects.select_related("organization__district").get(pk=solution.pk)
    return (
        need_facts_now(need, need_now, vectors.get(need.pk, Vectors())),
        solution_facts(
            Identity.of(row), solution_now, vectors.get(row.pk, Vectors()), proofs_of(row)
        ),
    )
