"""The entry points: one pair, a need's solutions, a solution's needs. Same pair, same score.

total = sum over what was asked of weight * value / sum of the asked weights, in hundredths of a
point; each value comes from one module of criteria/, each weight from the need's owner or the
platform.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.constraints import constraints
from matchmaking.engine.corpus import Corpus, Relevances
from matchmaking.engine.criteria import CRITERIA, NEED_FIELDS
from matchmaking.engine.criteria.items import Context, Relevance
from matchmaking.engine.facts import NeedFacts, SolutionFacts
from matchmaking.engine.parts import Judged, assemble, confidence, judge
from matchmaking.engine.reciprocal import rank_key, seen_by_vendor, vendor_score
from matchmaking.engine.results import FULL, Missing, PairScore, Side
from matchmaking.engine.table import NeedTable, SolutionTable, need_side, solution_side
from matchmaking.engine.weights import Weights

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Constants:
    """What a score rests on besides the two listings; a run pins it, so a score can be told
    again. ``weights`` are the platform's, where a need's owner has set none.
    """

    corpus: Corpus
    weights: Weights
    now: date


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Scored pairs in the order of the table they come from.

    ``totals``, ``rank_keys`` int64 0..10,000; ``confidences`` float64 [0, 1]; ``ruled_out`` bool;
    all of shape (n,). ``vendor_keys`` and ``vendor_ruled_out`` are the same rebuilt without what
    the need's owner keeps to itself: a vendor's list, membership and order, depends on these
    alone, so that nothing in it can be probed.
    """

    ids: tuple[str, ...]
    totals: Numbers
    rank_keys: Numbers
    vendor_keys: Numbers
    confidences: NDArray[np.float64]
    ruled_out: Flags
    vendor_ruled_out: Flags
    _explain: Callable[[int], PairScore]

    def order(self) -> Numbers:
        """Places, best first, as the need's owner sees them: ruled out last, then by rank key,
        total and id.
        """
        return self._places(self.ruled_out, self.rank_keys, self.totals)

    def vendor_order(self) -> Numbers:
        """Places, best first, as far as the vendor may know: by vendor key, then id."""
        return self._places(self.vendor_ruled_out, self.vendor_keys, self.vendor_keys)

    def explain(self, place: int) -> PairScore:
        """One row with all its reasons."""
        return self._explain(place)

    def _places(self, ruled_out: Flags, keys: Numbers, totals: Numbers) -> Numbers:
        order: Numbers = np.lexsort((np.array(self.ids, dtype=str), -totals, -keys, ruled_out))
        return order


def score_pair(need: NeedFacts, solution: SolutionFacts, constants: Constants) -> PairScore:
    """The score of one pair, ranked or not: what "why not this vendor?" is answered from."""
    table = SolutionTable.of([solution], constants.corpus)
    return rank(need, table, constants).explain(0)


def rank(need: NeedFacts, solutions: SolutionTable, constants: Constants) -> Ranking:
    """All solutions of a table for one need."""
    side = need_side(need, constants.corpus)
    relevances = constants.corpus.relevances(side, solutions.texts)
    scores = [
        _score(need, solution, _relevance(relevances, place), constants)
        for place, solution in enumerate(solutions.facts)
    ]
    return _ranking(solutions.ids, scores)


def rank_needs(solution: SolutionFacts, needs: NeedTable, constants: Constants) -> Ranking:
    """All needs of a table for one solution. What a vendor is shown is ordered by
    ``vendor_order``: ``order`` rests on private facts too.
    """
    side = solution_side(solution, constants.corpus)
    relevances = constants.corpus.relevances(side, needs.texts)
    scores = [
        _score(need, solution, _relevance(relevances, place), constants)
        for place, need in enumerate(needs.facts)
    ]
    return _ranking(needs.ids, scores)


def _relevance(relevances: Relevances, place: int) -> Relevance:
    value = float(relevances.values[place])
    return Relevance(None if np.isnan(value) else value, relevances.signals(place))


def _ranking(ids: tuple[str, ...], scores: Sequence[PairScore]) -> Ranking:
    shown = [seen_by_vendor(score) for score in scores]
    return Ranking(
        ids=ids,
        totals=np.array([score.total for score in scores], dtype=np.int64),
        rank_keys=np.array([score.rank_key for score in scores], dtype=np.int64),
        vendor_keys=np.array([score.rank_key for score in shown], dtype=np.int64),
        confidences=np.array([score.confidence for score in scores], dtype=np.float64),
        ruled_out=np.array([score.ruled_out for score in scores], dtype=np.bool_),
        vendor_ruled_out=np.array([score.ruled_out for score in shown], dtype=np.bool_),
        _explain=scores.__getitem__,
    )


def _score(
    need: NeedFacts, solution: SolutionFacts, relevance: Relevance, constants: Constants
) -> PairScore:
    percent = constants.weights if need.weights is None else Weights(need.weights)
    context = Context(constants.now, constants.corpus, relevance)
    judged = []
    for criterion, asks in CRITERIA.items():
        if percent[criterion] > 0 and (items := asks(need, solution, context)):
            assumed = constants.corpus.assumed(criterion)
            judged.append(judge(criterion.value, percent[criterion], items, assumed))
    total, parts = assemble(judged)
    vendor = vendor_score(need, solution)
    return PairScore(
        need_id=need.id,
        solution_id=solution.id,
        total=total,
        confidence=confidence(parts),
        parts=parts,
        constraints=constraints(need, solution, constants.now),
        missing=_missing(judged, percent),
        vendor=vendor,
        rank_key=rank_key(total, vendor),
    )


def _missing(judged: Sequence[Judged], percent: Weights) -> tuple[Missing, ...]:
    """Which fields would help most, the largest possible gain first.

    On the solution's side what is asked and unknown; on the need's side what is not asked.
    """
    whole = sum(one.weight for one in judged)
    points = FULL * sum(one.weight * one.value for one in judged)
    asked = {one.name: one for one in judged}
    found = []
    for criterion, one in ((c, asked.get(c.value)) for c in CRITERIA):
        if one is not None:
            for field, rise in one.gaps:
                found.append((Side.SOLUTION, field, criterion, FULL * one.weight * rise / whole))
        elif criterion in NEED_FIELDS and (extra := percent[criterion]):
            now = points / whole if whole else 0.0
            gain = (points + FULL * extra) / (whole + extra) - now
            found.append((Side.NEED, NEED_FIELDS[criterion], criterion, gain))
    missing = [Missing(side, field, c, round(gain)) for side, field, c, gain in found]
    return tuple(sorted((m for m in missing if m.gain > 0), key=lambda m: (-m.gain, m.field)))
