"""What every criterion is made of: items asked for, judged one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matchmaking.engine.corpus import Corpus
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import NeedFacts, Requirement, RequirementKind


@dataclass(frozen=True, slots=True)
class Relevance:
    """Text relevance in [0, 1] and the signals it could use; value None when there was none."""

    value: float | None
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What a criterion may look at besides the two listings."""

    now: date
    corpus: Corpus
    relevance: Relevance


@dataclass(frozen=True, slots=True)
class Item:
    """One thing asked for. ``value`` in [0, 1], None while unknown; ``best``: the most an
    unknown could turn out to be; ``fields``: what would have to be filled in to know it.
    """

    value: float | None
    evidence: tuple[Evidence, ...]
    weight: float = 1.0
    best: float = 1.0
    fields: tuple[str, ...] = ()


def unknown(
    *evidence: Evidence, fields: tuple[str, ...], best: float = 1.0, weight: float = 1.0
) -> Item:
    """An item nobody can judge yet."""
    return Item(None, evidence, weight=weight, best=best, fields=fields)


def of_kind(need: NeedFacts, *kinds: RequirementKind) -> list[Requirement]:
    """The need's requirements of some kinds, must and should alike, in the order of their refs."""
    return sorted((r for r in need.requirements if r.kind in kinds), key=lambda r: r.ref)


def required_codes(need: NeedFacts, kind: RequirementKind) -> frozenset[str]:
    """All codes the need's requirements of a kind name."""
    return frozenset(code for r in of_kind(need, kind) for code in r.codes)


def coverage(
    wanted: Iterable[str], offered: frozenset[str], *, words: tuple[str, str], field: str
) -> tuple[Item, ...]:
    """How many of the wanted codes are offered: one item that weighs as many as are wanted.

    ``words`` are the evidence's prefix ("scenario") and its list reference ("scenarios").
    """
    prefix, listed = words
    asked = sorted(set(wanted))
    if not asked:
        return ()
    count = len(asked)
    if not offered:
        reason = because(f"{prefix}.unknown", of=count)
        return (unknown(reason, fields=(field,), weight=float(count)),)
    covered = tuple(code for code in asked if code in offered)
    missing = tuple(code for code in asked if code not in offered)
    reasons = tuple(
        because(f"{prefix}.{word}", of=count, **{listed: codes})
        for word, codes in (("covered", covered), ("missing", missing))
        if codes
    )
    return (Item(len(covered) / count, reasons, weight=float(count)),)


def graded(requirement: Requirement, value: float | None, *fields: str, best: float = 1.0) -> Item:
    """A requirement's item, with the evidence that its value calls for."""
    ref, kind = requirement.ref, requirement.kind.value
    if value is None:
        reason = because("requirement.unknown", requirement=ref, kind=kind)
        return unknown(reason, fields=fields, best=best)
    if value >= 1.0:
        reason = because("requirement.met", requirement=ref, kind=kind)
    elif value <= 0.0:
        reason = because("requirement.not_met", requirement=ref, kind=kind)
    else:
        percent = round(value * 100)
        reason = because("requirement.partly", requirement=ref, kind=kind, percent=percent)
    return Item(value, (reason,))
