"""A score in one word, and the reasons that matter most: what a page leads with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from matchmaking.engine.parts import apportion
from matchmaking.engine.results import FULL, Part

# Raised whenever the same score may get another word or other leading reasons.
HEADLINE_VERSION = 1
# Whole tens of points, so that a band of ten has one word, whatever the total within it.
STRONG_FROM = 7_000
POSSIBLE_FROM = 5_000
REASONS = 3


class Headline(StrEnum):
    """How good a match is, from the best."""

    STRONG = "strong"
    POSSIBLE = "possible"
    WEAK = "weak"
    RULED_OUT = "ruled_out"


def headline(total: int, *, unconfirmed: bool = False, ruled_out: bool = False) -> Headline:
    """The word for ``total`` hundredths, 0..10,000.

    A pair of which a hard condition is ``unconfirmed`` is never strong: it may yet be ruled out.
    """
    if ruled_out:
        return Headline.RULED_OUT
    if total >= STRONG_FROM and not unconfirmed:
        return Headline.STRONG
    return Headline.POSSIBLE if total >= POSSIBLE_FROM else Headline.WEAK


def influence(part: Part) -> float:
    """How much a criterion speaks for or against the pair, in hundredths of a point.

    What rests on the median speaks neither way, so only its known share counts; of that, how far
    it lies from one half.
    """
    return part.points_max * part.known_share * abs(2.0 * part.value - 1.0)


def foremost(parts: Iterable[Part], most: int = REASONS) -> tuple[Part, ...]:
    """The ``most`` criteria that speak loudest, loudest first.

    Between equals the one with more points to give goes first, then the earlier.
    """
    ranked = sorted(parts, key=lambda part: (-influence(part), -part.points_max))
    return tuple(ranked[:most])


def speaks_for(part: Part) -> bool:
    """Whether a criterion speaks for the pair rather than against it."""
    return part.value >= 0.5


def whole_percents(maxima: Sequence[int]) -> list[int]:
    """Weights in whole percent that add up to 100, from maxima that add up to FULL."""
    if not maxima:
        return []
    return apportion([100 * most / FULL for most in maxima], 100, (100,) * len(maxima))
