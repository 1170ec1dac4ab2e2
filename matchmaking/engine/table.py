"""Many listings side by side, so that one calculation serves all of them.

A table is made once for a run and handed to ``score.rank`` or ``score.rank_needs``. Its columns
are built when a criterion first asks for them, and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import attrgetter, contains, eq
from typing import Any, SupportsFloat, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.corpus import Corpus
from matchmaking.engine.facts import (
    TEXT_KINDS,
    CaseEvidence,
    ListingText,
    NeedFacts,
    SolutionFacts,
)
from matchmaking.engine.results import Side
from matchmaking.engine.text import TextSide, TextTable

Sides = Mapping[str, TextSide]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Column = TypeVar("Column")

_NAN = float("nan")
_EVIDENCE = {evidence: place for place, evidence in enumerate(CaseEvidence)}


def floats(numbers: Iterable[SupportsFloat | None]) -> Floats:
    """A column of numbers, NaN for None."""
    return np.array([_NAN if one is None else float(one) for one in numbers], dtype=np.float64)


def flags(answers: Iterable[bool], size: int) -> Flags:
    """A column of ``size`` answers."""
    return np.fromiter(answers, np.bool_, size)


def need_text(need: NeedFacts) -> ListingText:
    """The need's words, its requirements in free words among them."""
    wanted = sorted(r.text for r in need.requirements if r.kind in TEXT_KINDS and r.text)
    extra = "\n".join([need.text.extra, *wanted]) if wanted else need.text.extra
    return ListingText(need.text.title, need.text.body, extra)


def need_side(need: NeedFacts, corpus: Corpus) -> TextSide:
    """The need's text under ``corpus``; may be kept for as long as neither changes."""
    return corpus.side(need_text(need), need.vectors, Side.NEED)


def solution_side(solution: SolutionFacts, corpus: Corpus) -> TextSide:
    """The solution's text under ``corpus``; may be kept for as long as neither changes."""
    return corpus.side(solution.text, solution.vectors, Side.SOLUTION)


@dataclass(frozen=True, slots=True, eq=False)
class CaseColumns:
    """All cases of a table's solutions, one after another, shape (m,).

    ``owners``: the solution's place in the table; ``turns``: the how manieth of its solution's
    cases it is. ``industries`` are the distinct ones (None: not stated), which ``industry``
    points into; ``evidence`` points into the members of CaseEvidence. ``years``: NaN undated.
    """

    owners: Integers
    turns: Integers
    industries: tuple[str | None, ...]
    industry: Integers
    evidence: Integers
    years: Floats
    has_result: Flags

    @classmethod
    def of(cls, solutions: Sequence[SolutionFacts]) -> CaseColumns:
        """The columns of every case of ``solutions``."""
        counts = np.array([len(solution.cases) for solution in solutions], dtype=np.int64)
        cases = [case for solution in solutions for case in solution.cases]
        industries = [case.industry for case in cases]
        places = {industry: place for place, industry in enumerate(dict.fromkeys(industries))}
        evidence = [_EVIDENCE[case.evidence] for case in cases]
        return cls(
            np.repeat(np.arange(len(counts)), counts),
            np.arange(len(cases)) - np.repeat(np.cumsum(counts) - counts, counts),
            tuple(places),
            np.array([places[industry] for industry in industries], dtype=np.int64),
            np.array(evidence, dtype=np.int64),
            floats([case.year for case in cases]),
            np.array([case.has_result for case in cases], dtype=np.bool_),
        )

    @property
    def is_checked(self) -> Flags:
        """Whether a park or the customer stands behind each case, shape (m,)."""
        answer: Flags = self.evidence != _EVIDENCE[CaseEvidence.STATED]
        return answer

    def by_industry(self, worth: Callable[[str], float]) -> Floats:
        """What ``worth`` says of each case's industry, shape (m,); 0 where none is stated."""
        known = [0.0 if code is None else worth(code) for code in self.industries]
        return np.array(known, dtype=np.float64)[self.industry]

    def count(self, which: Flags, size: int) -> Integers:
        """How many of each solution's cases are ``which``, shape (size,)."""
        counts: Integers = np.bincount(self.owners[which], minlength=size)
        return counts


@dataclass(frozen=True, slots=True, eq=False)
class SolutionTable:
    """n solutions and their texts under one corpus, in the order of ``ids``.

    Every column has shape (n,). A *path* names a fact, ``"lead_time.low"`` for one within
    another. Money and other decimals become float64: equal amounts stay equal and a larger one
    never becomes smaller, which is all that comparisons need.
    """

    facts: Sequence[SolutionFacts]
    texts: TextTable
    ids: tuple[str, ...]
    _columns: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(
        cls, facts: Sequence[SolutionFacts], corpus: Corpus, sides: Sides | None = None
    ) -> SolutionTable:
        """``sides``: solution id -> TextSide under this very corpus, where already prepared."""
        ready = sides or {}
        texts = TextTable.of([ready.get(one.id) or solution_side(one, corpus) for one in facts])
        return cls(facts, texts, tuple(one.id for one in facts))

    def __len__(self) -> int:
        return len(self.ids)

    def kept(self, key: Hashable, build: Callable[[], Column]) -> Column:
        """What ``build`` gives, built once. ``key`` must say all it depends on besides the
        table, and nothing of a single need, or a long-lived table would grow with its needs.
        """
        if key not in self._columns:
            self._columns[key] = build()
        return cast(Column, self._columns[key])

    def facts_at(self, path: str) -> list[Any]:
        """One fact of every solution; None where it, or what holds it, is unknown."""

        def build() -> list[Any]:
            outer, _, name = path.rpartition(".")
            inner = attrgetter(name)
            if not outer:
                return list(map(inner, self.facts))
            return [None if one is None else inner(one) for one in self.facts_at(outer)]

        return self.kept(path, build)

    def number(self, path: str) -> Floats:
        """A number or a yes/no (1, 0); NaN while unknown."""
        return self.kept(("number", path), lambda: floats(self.facts_at(path)))

    def day(self, path: str) -> Floats:
        """A date as its ordinal day; NaN while unknown."""

        def build() -> Floats:
            return floats([None if day is None else day.toordinal() for day in self.facts_at(path)])

        return self.kept(("day", path), build)

    def equals(self, path: str, value: object) -> Flags:
        """Where a fact is ``value``."""
        return self.kept(
            ("equals", path, value),
            lambda: flags(map(eq, self.facts_at(path), repeat(value)), len(self)),
        )

    def among(self, path: str, values: Collection[str]) -> Flags:
        """Where a fact is one of ``values``."""
        return flags(map(values.__contains__, self.facts_at(path)), len(self))

    def states(self, path: str) -> Flags:
        """Where anything at all is listed."""
        return self.kept(
            ("states", path),
            lambda: flags(map(bool, self.facts_at(path)), len(self)),
        )

    def holds(self, path: str, code: str) -> Flags:
        """Where the listed codes have ``code`` among them."""
        return self.kept(
            ("holds", path, code),
            lambda: flags(map(contains, self.facts_at(path), repeat(code)), len(self)),
        )

    def touches(self, path: str, codes: frozenset[str]) -> Flags:
        """Where the listed codes have any of ``codes`` among them."""
        return self.kept(
            ("touches", path, codes),
            lambda: ~flags(map(codes.isdisjoint, self.facts_at(path)), len(self)),
        )

    def counts(self, path: str, codes: Collection[str]) -> Integers:
        """How many of ``codes`` are listed."""
        found = np.zeros(len(self), dtype=np.int64)
        for code in codes:
            found += self.holds(path, code)
        return found

    def entries(self, path: str, code: str) -> list[Any]:
        """What a mapping (limits, certifications, maturity) holds for ``code``, else None."""
        return self.kept(
            ("entries", path, code), lambda: [one.get(code) for one in self.facts_at(path)]
        )

    @property
    def cases(self) -> CaseColumns:
        """The cases of all solutions."""
        return self.kept("cases.columns", lambda: CaseColumns.of(self.facts))

    @property
    def id_ranks(self) -> Integers:
        """Each id's place among the ids in order: what settles a tie."""
        return self.kept("id.ranks", lambda: ranks_of(self.ids))


@dataclass(frozen=True, slots=True, eq=False)
class NeedTable:
    """n needs and their texts under one corpus, in the order of ``ids``."""

    facts: Sequence[NeedFacts]
    texts: TextTable
    ids: tuple[str, ...]

    @classmethod
    def of(
        cls, facts: Sequence[NeedFacts], corpus: Corpus, sides: Sides | None = None
    ) -> NeedTable:
        """``sides``: need id -> TextSide under this very corpus, where already prepared."""
        ready = sides or {}
        texts = TextTable.of([ready.get(one.id) or need_side(one, corpus) for one in facts])
        return cls(facts, texts, tuple(one.id for one in facts))

    def __len__(self) -> int:
        return len(self.ids)


def ranks_of(ids: Sequence[str]) -> Integers:
    """Each id's place among the ids in order."""
    ranks = np.empty(len(ids), dtype=np.int64)
    ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return ranks
