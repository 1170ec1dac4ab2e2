"""From items to points: the weighted mean of each criterion, totals, and parts that add up.

Totals are made for all rows at once; the parts of one row share out exactly that row's total.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from matchmaking.engine.criteria.items import Item
from matchmaking.engine.evidence import Evidence
from matchmaking.engine.results import FULL, Part, Status
from matchmaking.engine.table import Floats, Integers

_DECIMALS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One criterion after judging, for n rows.

    ``weights``, ``values``, ``known``, ``backed``: float64 (n,); the weight is 0 where nothing was
    asked. ``known`` is the share of the value that rests on facts, ``backed`` what of it confidence
    counts: a claim that nobody checked counts in part. ``assumed``: what an unknown counts.
    """

    name: str
    items: tuple[Item, ...]
    assumed: float
    weights: Floats
    values: Floats
    known: Floats
    backed: Floats

    @property
    def is_owners(self) -> bool:
        """Whether its value tells what the need's owner keeps to itself."""
        return any(item.is_owners for item in self.items)

    def reasons(self, place: int) -> tuple[Evidence, ...]:
        """One row's reasons, item by item."""
        found: list[Evidence] = []
        for item in self.items:
            if item.weight_at(place) > 0.0:
                found += item.reasons(place)
        return tuple(found)

    def gaps(self, place: int) -> dict[str, float]:
        """Unfilled field -> how much one row's value would rise at most if it were filled."""
        unknown = [item for item in self.items if np.isnan(item.values[place])]
        if not unknown:
            return {}
        whole = sum(item.weight_at(place) for item in self.items)
        rises: dict[str, float] = {}
        for item in unknown:
            best = item.best_at(place)
            rise = (best - min(self.assumed, best)) * item.weight_at(place) / whole
            for name in item.unfilled(place):
                rises[name] = rises.get(name, 0.0) + rise
        return rises


def judge(name: str, weight: int, items: Sequence[Item], assumed: float) -> Judged:
    """The weighted mean of the items; an unknown one counts ``assumed`` or, if that is less,
    the best it could be.
    """
    whole, value, known, backed = (np.zeros(len(items[0].values)) for _ in range(4))
    for item in items:
        is_unknown = np.isnan(item.values)
        counted = np.where(is_unknown, np.minimum(assumed, item.best), item.values)
        whole += item.weight
        value += counted * item.weight
        known += np.where(is_unknown, 0.0, item.weight)
        backed += np.where(is_unknown, 0.0, item.weight * item.backed)
    asked = whole > 0.0
    whole[~asked] = 1.0
    weights = np.where(asked, float(weight), 0.0)
    shares = (rounded(part / whole) for part in (value, known, backed))
    return Judged(name, tuple(items), assumed, weights, *shares)


def rounded(shares: Floats) -> Floats:
    """Shares to six decimals, never above 1: a score read back from JSON is the very score."""
    answer: Floats = np.minimum(shares, 1.0).round(_DECIMALS)
    return answer


def weighted_mean(weights: Sequence[Floats], values: Sequence[Floats], size: int) -> Floats:
    """Mean of some criteria's values by weight, shape (size,); 0 where nothing was asked."""
    whole, mean = np.zeros(size), np.zeros(size)
    # In the order of the criteria, not by a sum over an axis, whose order may vary with size.
    for weight, value in zip(weights, values, strict=True):
        whole += weight
        mean += weight * value
    whole[whole <= 0.0] = 1.0
    return mean / whole


def totals(judged: Sequence[Judged], size: int) -> Integers:
    """Hundredths of a point, 0..10,000, shape (size,)."""
    return in_points(weighted_mean([j.weights for j in judged], [j.values for j in judged], size))


def in_points(shares: Floats) -> Integers:
    """Shares of the whole as hundredths of a point, halves up.

    The slack is above the rounding of float64 and below what values of six decimals can differ
    by, so the answer does not depend on the order of summation.
    """
    points: Integers = np.floor(FULL * shares + 0.5 + 1e-9).astype(np.int64)
    return np.minimum(points, FULL)


def confidences(judged: Sequence[Judged], size: int) -> Floats:
    """The share of the asked weight that rests on facts, in [0, 1], shape (size,)."""
    return rounded(weighted_mean([j.weights for j in judged], [j.backed for j in judged], size))


def total(parts: Sequence[Part]) -> int:
    """What ``totals`` says of one row, from its parts."""
    return int(in_points(_mean_of(parts, [part.value for part in parts]))[0])


def confidence(parts: Sequence[Part]) -> float:
    """What ``confidences`` says of one row, from its parts."""
    return float(rounded(_mean_of(parts, [part.known_share for part in parts]))[0])


def _mean_of(parts: Sequence[Part], values: Sequence[float]) -> Floats:
    weights = [np.array([float(part.weight)]) for part in parts]
    return weighted_mean(weights, [np.array([value]) for value in values], 1)


def parts_at(judged: Sequence[Judged], place: int, total: int) -> tuple[Part, ...]:
    """One row's parts with their reasons; their points add up to ``total`` exactly."""
    asked = [(one, weight) for one in judged if (weight := int(one.weights[place])) > 0]
    values = [float(one.values[place]) for one, _ in asked]
    points, most = share_out([weight for _, weight in asked], values, total)
    parts = []
    for (one, weight), value, got, at_most in zip(asked, values, points, most, strict=True):
        parts.append(
            Part(
                criterion=one.name,
                weight=weight,
                value=value,
                points=got,
                points_max=at_most,
                status=Status.KNOWN if one.known[place] >= 1.0 else Status.ASSUMED,
                known_share=float(one.backed[place]),
                evidence=one.reasons(place),
            )
        )
    return tuple(parts)


def share_out(
    weights: Sequence[int], values: Sequence[float], total: int
) -> tuple[list[int], tuple[int, ...]]:
    """Points of each criterion, which sum to ``total``, and the most each can have, which sum
    to FULL, by largest remainder.
    """
    if not weights:
        return [], ()
    most = _maxima(tuple(weights))
    whole = sum(weights)
    pairs = zip(weights, values, strict=True)
    return apportion([FULL * w * value / whole for w, value in pairs], total, most), most


@lru_cache(maxsize=1024)
def _maxima(weights: tuple[int, ...]) -> tuple[int, ...]:
    whole = sum(weights)
    return tuple(apportion([FULL * w / whole for w in weights], FULL, (FULL,) * len(weights)))


def apportion(shares: Sequence[float], total: int, most: Sequence[int]) -> list[int]:
    """Whole numbers near ``shares`` that sum to ``total``, none above its ``most``: the floors,
    then one more for the largest remainders (the earlier of equals first).
    """
    given = [min(math.floor(share + 1e-9), cap) for share, cap in zip(shares, most, strict=True)]
    left = total - sum(given)
    while left > 0:
        order = sorted(range(len(shares)), key=lambda place: (given[place] - shares[place], place))
        for place in order:
            if left > 0 and given[place] < most[place]:
                given[place] += 1
                left -= 1
    while left < 0:
        # Only rounding of the sum can bring this about: take back where most was given.
        place = max(range(len(shares)), key=lambda place: (given[place] - shares[place], place))
        given[place] -= 1
        left += 1
    return given
