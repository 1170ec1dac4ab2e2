"""Straight lines between "fully" and "not at all", for money and time.

All arguments and answers are float64 of one shape (or scalars), NaN where a number is unknown.
"""

from __future__ import annotations

import numpy as np

from matchmaking.engine.table import Floats

# Six decimals: far below a hundredth of a point, far above the rounding of float64.
_DECIMALS = 6
# A range narrower than this share of the scale is one number; a difference of integrals over it
# would be all rounding.
_NARROW = 1e-9


def or_zero(numbers: Floats) -> Floats:
    """The numbers, 0 where unknown."""
    return np.where(np.isnan(numbers), 0.0, numbers)


def ramp(values: Floats, full_until: Floats | float, zero_from: Floats | float) -> Floats:
    """1 up to ``full_until``, 0 from ``zero_from`` (>= full_until), straight between."""
    width = np.where(np.greater(zero_from, full_until), np.subtract(zero_from, full_until), 1.0)
    sloped = np.round((zero_from - values) / width, _DECIMALS)
    answer: Floats = np.where(values <= full_until, 1.0, np.where(values >= zero_from, 0.0, sloped))
    return answer


def mean_ramp(
    lows: Floats, highs: Floats, full_until: Floats | float, zero_from: Floats | float
) -> Floats:
    """Mean of the ramp over each range from low to high.

    The stated range is taken as uniform, so a range that fits by half is worth about a half.
    An unknown low end counts as 0. With the high end unknown the answer is NaN (it can be
    anything up to the ramp at the low end). Never rises when either end rises.
    """
    # Ratios first: the answer does not depend on the unit (CNY or 10,000 CNY).
    scale = np.maximum(np.fmax(highs, 0.0), np.maximum(full_until, zero_from))
    scale = np.where(scale > 0.0, scale, 1.0)
    low, high = or_zero(lows) / scale, highs / scale
    full, zero = full_until / scale, zero_from / scale
    is_narrow = high - low < _NARROW
    width = np.where(is_narrow, 1.0, high - low)
    means = (_area(high, full, zero) - _area(low, full, zero)) / width
    rounded = np.round(np.clip(means, 0.0, 1.0), _DECIMALS)
    answer: Floats = np.where(is_narrow, ramp(high, full, zero), rounded)
    return answer


def _area(values: Floats, full: Floats, zero: Floats) -> Floats:
    """The integral of the ramp from 0 to each value."""
    width = np.where(zero > full, zero - full, 1.0)
    along = np.maximum(np.minimum(values, zero) - full, 0.0)
    area: Floats = np.minimum(values, full) + along - along * along / (2.0 * width)
    return area
