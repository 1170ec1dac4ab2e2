"""From items to parts: the weighted mean of each criterion, and points that add up exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matchmaking.engine.criteria.items import Item
from matchmaking.engine.evidence import Evidence
from matchmaking.engine.results import FULL, Part, Status


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion after judging. ``gaps``: field -> how much the value would rise at most."""

    name: str
    weight: int
    value: float
    known_share: float
    evidence: tuple[Evidence, ...]
    gaps: tuple[tuple[str, float], ...] = ()


def judge(name: str, weight: int, items: Sequence[Item], assumed: float) -> Judged:
    """The weighted mean of the items; an unknown one counts ``assumed`` or, if that is less,
    the best it could be.
    """
    whole = math.fsum(item.weight for item in items)
    value = math.fsum(_counted(item, assumed) * item.weight for item in items) / whole
    known = math.fsum(item.weight for item in items if item.value is not None) / whole
    gaps: dict[str, float] = {}
    for item in items:
        if item.value is None:
            rise = (item.best - _counted(item, assumed)) * item.weight / whole
            for field in item.fields:
                gaps[field] = gaps.get(field, 0.0) + rise
    evidence = tuple(reason for item in items for reason in item.evidence)
    return Judged(name, weight, min(1.0, value), known, evidence, tuple(gaps.items()))


def _counted(item: Item, assumed: float) -> float:
    return min(assumed, item.best) if item.value is None else item.value


def assemble(judged: Sequence[Judged]) -> tuple[int, tuple[Part, ...]]:
    """Total (0..10,000) and parts whose points add up to it exactly, by largest remainder."""
    asked = [one for one in judged if one.weight > 0]
    whole = sum(one.weight for one in asked)
    if whole == 0:
        return 0, ()
    most = _apportion([FULL * one.weight / whole for one in asked], FULL, [FULL] * len(asked))
    shares = [FULL * one.weight * one.value / whole for one in asked]
    total = min(FULL, math.floor(math.fsum(shares) + 0.5 + 1e-9))
    points = _apportion(shares, total, most)
    parts = tuple(
        Part(
            criterion=one.name,
            weight=one.weight,
            value=one.value,
            points=got,
            points_max=at_most,
            status=Status.KNOWN if one.known_share >= 1.0 else Status.ASSUMED,
            known_share=one.known_share,
            evidence=one.evidence,
        )
        for one, got, at_most in zip(asked, points, most, strict=True)
    )
    return total, parts


def confidence(parts: Sequence[Part]) -> float:
    """The share of the asked weight that rests on stated facts, in [0, 1]."""
    whole = sum(part.weight for part in parts)
    if whole == 0:
        return 0.0
    return min(1.0, math.fsum(part.weight * part.known_share for part in parts) / whole)


def _apportion(shares: Sequence[float], total: int, most: Sequence[int]) -> list[int]:
    """Whole numbers near ``shares`` that sum to ``total``, none above its ``most``: the floors,
    then one more for the largest remainders (the earlier of equals first).
    """
    given = [min(math.floor(share + 1e-9), cap) for share, cap in zip(shares, most, strict=True)]
    left = total - sum(given)
    while left > 0:
        order = sorted(range(len(shares)), key=lambda place: (given[place] - shares[place], place))
        place = next(place for place in order if given[place] < most[place])
        given[place] += 1
        left -= 1
    while left < 0:
        # Only rounding of the sum can bring this about: take back where most was given.
        place = max(range(len(shares)), key=lambda place: (given[place] - shares[place], place))
        given[place] -= 1
        left += 1
    return given
