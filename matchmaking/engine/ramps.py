"""Straight lines between "fully" and "not at all", for money and time."""

from __future__ import annotations

from decimal import Decimal

from matchmaking.engine.facts import Range


def mean_ramp(span: Range, full_until: Decimal, zero_from: Decimal) -> float | None:
    """Mean over ``span`` of a ramp that is 1 up to ``full_until`` and falls to 0 at ``zero_from``.

    The stated range is taken as uniform, so a range that fits by half is worth about a half.
    A missing low end counts as 0. With the high end missing the answer is None (it can be
    anything up to the ramp at the low end). Never rises when either end rises.
    """
    if span.high is None:
        return None
    # Ratios first: the answer does not depend on the unit (CNY or 10,000 CNY).
    scale = max(full_until, zero_from, span.high) or Decimal(1)
    low, high = float((span.low or Decimal(0)) / scale), float(span.high / scale)
    full, zero = float(full_until / scale), float(zero_from / scale)
    if high - low < 1e-12:
        return _ramp(high, full, zero)
    mean = (_area(high, full, zero) - _area(low, full, zero)) / (high - low)
    return round(min(1.0, max(0.0, mean)), 6)


def ramp(value: Decimal, full_until: Decimal, zero_from: Decimal) -> float:
    """1 up to ``full_until``, 0 from ``zero_from``, straight between."""
    scale = max(full_until, zero_from, value) or Decimal(1)
    return _ramp(float(value / scale), float(full_until / scale), float(zero_from / scale))


def _ramp(value: float, full: float, zero: float) -> float:
    if value <= full:
        return 1.0
    return 0.0 if value >= zero else round((zero - value) / (zero - full), 6)


def _area(value: float, full: float, zero: float) -> float:
    """The integral of the ramp from 0 to ``value``."""
    if value <= full:
        return value
    if zero <= full:
        return full
    along = min(value, zero) - full
    return full + along - along * along / (2.0 * (zero - full))
