"""What every criterion is made of: items asked for, each judged for all solutions at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from matchmaking.engine.corpus import Corpus, Relevances
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import NeedFacts, Requirement, RequirementKind
from matchmaking.engine.table import Floats, SolutionTable

# How much of a case or a certificate is known while only the vendor says so.
UNCHECKED = 0.5

# The reasons of one row of the table, told only for the rows that are kept.
Reasons = Callable[[int], tuple[Evidence, ...]]


@dataclass(frozen=True, slots=True)
class Context:
    """What a criterion may look at besides the need and the table.

    ``relevances``: the need's text against each of the table's, shape (n,).
    """

    now: date
    corpus: Corpus
    relevances: Relevances


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One thing a need asks for, judged for n solutions.

    ``values`` float64 (n,) in [0, 1], NaN where unknown; ``best``: the most an unknown could
    turn out to be. ``weight`` is the item's share within its criterion, (n,) where it is not
    asked of every solution (0: not asked). ``fields``: what would have to be filled in to know
    it. ``backed``: how far a known value rests on more than the vendor's own word where somebody
    could have checked it, in [0, 1]. ``is_owners``: its value tells what the need's owner keeps to
    itself.
    """

    values: Floats
    reasons: Reasons
    weight: Floats | float = 1.0
    best: Floats | float = 1.0
    fields: tuple[str, ...] | Callable[[int], tuple[str, ...]] = ()
    backed: Floats | float = 1.0
    is_owners: bool = False

    def unfilled(self, place: int) -> tuple[str, ...]:
        """``fields``, for one row."""
        return self.fields(place) if callable(self.fields) else self.fields

    def weight_at(self, place: int) -> float:
        """``weight``, for one row."""
        return self.weight if isinstance(self.weight, float) else float(self.weight[place])

    def best_at(self, place: int) -> float:
        """``best``, for one row."""
        return self.best if isinstance(self.best, float) else float(self.best[place])


def of_kind(need: NeedFacts, *kinds: RequirementKind) -> list[Requirement]:
    """The need's requirements of some kinds, must and should alike, in the order of their refs."""
    return sorted((r for r in need.requirements if r.kind in kinds), key=lambda r: r.ref)


def required_codes(need: NeedFacts, kind: RequirementKind) -> frozenset[str]:
    """All codes the need's requirements of a kind name."""
    return frozenset(code for r in of_kind(need, kind) for code in r.codes)


def amount(requirement: Requirement) -> float:
    """The number a requirement states."""
    return float(requirement.number or 0)


def coverage(
    wanted: Iterable[str], table: SolutionTable, path: str, *, words: tuple[str, str]
) -> tuple[Item, ...]:
    """How many of the wanted codes are listed: one item that weighs as many as are wanted.

    ``words`` are the evidence's prefix ("scenario") and its list reference ("scenarios").
    """
    prefix, listed = words
    asked = sorted(set(wanted))
    if not asked:
        return ()
    count = len(asked)

    def reasons(place: int) -> tuple[Evidence, ...]:
        offered = table.facts_at(path)[place]
        if not offered:
            return (because(f"{prefix}.unknown", of=count),)
        covered = tuple(code for code in asked if code in offered)
        missing = tuple(code for code in asked if code not in offered)
        return tuple(
            because(f"{prefix}.{word}", of=count, **{listed: codes})
            for word, codes in (("covered", covered), ("missing", missing))
            if codes
        )

    values = np.where(table.states(path), table.counts(path, asked) / count, np.nan)
    return (Item(values, reasons, weight=float(count), fields=(f"solution.{path}",)),)


def covers(wanted: frozenset[str], table: SolutionTable, path: str) -> Floats:
    """1 where all of the wanted codes are listed, 0 where not all, NaN where none is at all."""
    whole = table.counts(path, wanted) == len(wanted)
    answer: Floats = np.where(table.states(path), whole, np.nan)
    return answer


def grade(value: float) -> str:
    """The word for a value: met, partly, not_met or, for NaN, unknown."""
    if np.isnan(value):
        return "unknown"
    return "met" if value >= 1.0 else "not_met" if value <= 0.0 else "partly"


def percent(value: float) -> int:
    """A share in whole percent."""
    return round(100 * value)


def graded(
    requirement: Requirement, values: Floats, *fields: str, best: Floats | float = 1.0
) -> Item:
    """A requirement's item, with the evidence that its values call for."""
    ref, kind = requirement.ref, requirement.kind.value

    def reasons(place: int) -> tuple[Evidence, ...]:
        value = float(values[place])
        word = grade(value)
        if word == "partly":
            share = percent(value)
            return (because("requirement.partly", requirement=ref, kind=kind, percent=share),)
        return (because(f"requirement.{word}", requirement=ref, kind=kind),)

    return Item(values, reasons, best=best, fields=fields)
