"""The entry points: one pair, a need's solutions, a solution's needs. Same pair, same score.

total = sum over what was asked of weight * value / sum of the asked weights, in hundredths of a
point; each value comes from one module of criteria/, each weight from the need's owner or the
platform.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from matchmaking.engine.constraints import Rule, ruled_out, rules
from matchmaking.engine.corpus import Corpus, Relevances
from matchmaking.engine.criteria import CRITERIA, NEED_FIELDS
from matchmaking.engine.criteria.items import Context
from matchmaking.engine.facts import NeedFacts, SolutionFacts
from matchmaking.engine.parts import Judged, confidences, judge, parts_at, totals
from matchmaking.engine.reciprocal import rank_keys, vendor_totals, wishes
from matchmaking.engine.results import FULL, Missing, PairScore, Part, Side, Status, VendorScore
from matchmaking.engine.table import (
    Flags,
    Floats,
    Integers,
    NeedTable,
    SolutionTable,
    need_side,
    ranks_of,
    solution_side,
)
from matchmaking.engine.text import TextSide
from matchmaking.engine.weights import Criterion, Weights


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
    totals: Integers
    rank_keys: Integers
    vendor_keys: Integers
    confidences: Floats
    ruled_out: Flags
    vendor_ruled_out: Flags
    _explain: Callable[[int], PairScore]

    def order(self) -> Integers:
        """Places, best first, as the need's owner sees them: ruled out last, then by rank key,
        total and id.
        """
        return self._places(self.ruled_out, self.rank_keys, self.totals)

    def vendor_order(self) -> Integers:
        """Places, best first, as far as the vendor may know: by vendor key, then id."""
        return self._places(self.vendor_ruled_out, self.vendor_keys, self.vendor_keys)

    def explain(self, place: int) -> PairScore:
        """One row with all its reasons."""
        return self._explain(place)

    def _places(self, ruled_out: Flags, keys: Integers, totals: Integers) -> Integers:
        order: Integers = np.lexsort((ranks_of(self.ids), -totals, -keys, ruled_out))
        return order


def score_pair(need: NeedFacts, solution: SolutionFacts, constants: Constants) -> PairScore:
    """The score of one pair, ranked or not: what "why not this vendor?" is answered from."""
    table = SolutionTable.of([solution], constants.corpus)
    return rank(need, table, constants).explain(0)


def rank(
    need: NeedFacts,
    solutions: SolutionTable,
    constants: Constants,
    side: TextSide | None = None,
) -> Ranking:
    """All solutions of a table for one need. ``side``: its text, where already prepared."""
    side = side or need_side(need, constants.corpus)
    relevances = constants.corpus.relevances(side, solutions.texts)
    return _ranked(need, solutions, relevances, constants)


def rank_needs(
    solution: SolutionFacts,
    needs: NeedTable,
    constants: Constants,
    side: TextSide | None = None,
) -> Ranking:
    """All needs of a table for one solution. What a vendor is shown is ordered by
    ``vendor_order``: ``order`` rests on private facts too. ``side``: its text, where already
    prepared.
    """
    side = side or solution_side(solution, constants.corpus)
    # Each need asks other questions, so it is one table of one solution for every need.
    table = SolutionTable.of([solution], constants.corpus, {solution.id: side})
    relevances = constants.corpus.relevances(side, needs.texts)
    rows = [
        _ranked(need, table, relevances.only(place), constants)
        for place, need in enumerate(needs.facts)
    ]

    def joined(column: Callable[[Ranking], Floats | Integers | Flags], kind: type) -> Any:
        return np.array([column(row)[0] for row in rows], dtype=kind)

    return Ranking(
        ids=needs.ids,
        totals=joined(lambda row: row.totals, np.int64),
        rank_keys=joined(lambda row: row.rank_keys, np.int64),
        vendor_keys=joined(lambda row: row.vendor_keys, np.int64),
        confidences=joined(lambda row: row.confidences, np.float64),
        ruled_out=joined(lambda row: row.ruled_out, np.bool_),
        vendor_ruled_out=joined(lambda row: row.vendor_ruled_out, np.bool_),
        _explain=lambda place: rows[place].explain(0),
    )


def _ranked(
    need: NeedFacts, table: SolutionTable, relevances: Relevances, constants: Constants
) -> Ranking:
    """Ranked by the owner's weights; what the vendor may know, by the platform's alone."""
    told = _weighed(need, table, relevances, constants, constants.weights)
    if need.weights is None:
        return told
    own = _weighed(need, table, relevances, constants, Weights(need.weights))

    def explain(place: int) -> PairScore:
        return replace(own.explain(place), by_platform=told.explain(place))

    return replace(own, vendor_keys=told.vendor_keys, _explain=explain)


def _weighed(
    need: NeedFacts,
    table: SolutionTable,
    relevances: Relevances,
    constants: Constants,
    percent: Weights,
) -> Ranking:
    size = len(table)
    judged = _judged(need, table, percent, relevances, constants)
    hard = rules(need, table, constants.now)
    wished = wishes(need, table, constants.now)
    own, vendors = totals(judged, size), vendor_totals(wished, size)
    explanation = _Explanation(need, table, percent, judged, hard, wished, vendors)
    shown = totals([one for one in judged if not one.is_owners], size)
    shown_vendors = vendor_totals([wish for wish in wished if not wish.is_owners], size)
    ranking = Ranking(
        ids=table.ids,
        totals=own,
        rank_keys=rank_keys(own, vendors),
        vendor_keys=rank_keys(shown, shown_vendors),
        confidences=confidences(judged, size),
        ruled_out=ruled_out(hard, size),
        vendor_ruled_out=ruled_out([rule for rule in hard if not rule.is_owners], size),
        _explain=lambda place: explanation.at(ranking, place),
    )
    return ranking


def _judged(
    need: NeedFacts,
    table: SolutionTable,
    percent: Weights,
    relevances: Relevances,
    constants: Constants,
) -> tuple[Judged, ...]:
    """Every criterion that has a weight and was asked."""
    context = Context(constants.now, constants.corpus, relevances)
    return tuple(
        judge(criterion.value, percent[criterion], items, constants.corpus.assumed(criterion))
        for criterion, asks in CRITERIA.items()
        if percent[criterion] > 0 and (items := asks(need, table, context))
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Explanation:
    """What the reasons of a ranking's rows are told from, one row at a time."""

    need: NeedFacts
    table: SolutionTable
    percent: Weights
    judged: Sequence[Judged]
    hard: Sequence[Rule]
    wished: Sequence[Judged]
    vendors: Floats

    def at(self, ranking: Ranking, place: int) -> PairScore:
        """One row of ``ranking`` in full."""
        total = int(ranking.totals[place])
        verdicts = (rule.at(place) for rule in self.hard)
        parts = parts_at(self.judged, place, total)
        return PairScore(
            need_id=self.need.id,
            solution_id=self.table.ids[place],
            total=total,
            confidence=float(ranking.confidences[place]),
            parts=parts,
            constraints=tuple(verdict for verdict in verdicts if verdict is not None),
            missing=self._missing(place, parts),
            vendor=self._vendor(place),
            rank_key=int(ranking.rank_keys[place]),
        )

    def _vendor(self, place: int) -> VendorScore | None:
        vendor = float(self.vendors[place])
        if np.isnan(vendor):
            return None
        return VendorScore(int(vendor), parts_at(self.wished, place, int(vendor)))

    def _missing(self, place: int, parts: Sequence[Part]) -> tuple[Missing, ...]:
        """Which fields would help most, the largest possible gain first.

        On the solution's side what is asked and unknown; on the need's side what is not asked.
        """
        whole = sum(part.weight for part in parts)
        points = FULL * sum(part.weight * part.value for part in parts)
        asked = {part.criterion: part for part in parts}
        found = []
        for one in self.judged:
            part = asked.get(one.name)
            if part is not None and part.status is Status.ASSUMED:
                worth = FULL * part.weight / whole
                for field, rise in one.gaps(place).items():
                    gain = round(worth * rise)
                    found.append(Missing(Side.SOLUTION, field, Criterion(one.name), gain))
        for criterion, field in NEED_FIELDS.items():
            extra = self.percent[criterion]
            if criterion.value not in asked and extra:
                now = points / whole if whole else 0.0
                gain = round((points + FULL * extra) / (whole + extra) - now)
                found.append(Missing(Side.NEED, field, criterion, gain))
        return tuple(sorted((m for m in found if m.gain > 0), key=lambda m: (-m.gain, m.field)))
