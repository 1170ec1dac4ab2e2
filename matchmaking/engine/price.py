"""What a solution may cost against an amount of money, tax and price basis considered.

Amounts are float64 CNY, shape (n,): monotone, and exact to the fen up to 90 trillion.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matchmaking.engine.facts import NeedFacts, PriceBasis
from matchmaking.engine.ramps import mean_ramp, or_zero, ramp
from matchmaking.engine.table import Flags, Floats, SolutionTable

# A budget is overdrawn softly: nothing is left of the value at this much above it.
MARGIN = 1.3
# China's highest VAT rate (goods, 2019 on). Rates of 6 and 9 percent exist too, so a price in
# the other tax basis lies anywhere between itself and this.
HIGHEST_VAT = 1.13
# What a product of two amounts in float64 may be off, as a share.
_ROUNDING = 1e-14


class Cost(NamedTuple):
    """The least and the most that each solution may cost, NaN where nobody knows."""

    lows: Floats
    highs: Floats


class Affordability(NamedTuple):
    """``values`` in [0, 1], NaN where unknown, then at most ``best``."""

    values: Floats
    best: Floats


def tax_differs(need: NeedFacts, table: SolutionTable) -> Flags:
    """Where one side states its amount with VAT and the other without."""
    if need.budget_tax_included is None:
        return np.zeros(len(table), dtype=np.bool_)
    return table.equals("price_tax_included", not need.budget_tax_included)


def cost(need: NeedFacts, table: SolutionTable) -> Cost:
    """The price range in the need's tax basis, widened when only the VAT rate is uncertain.

    A price per unit, point, line or year bounds a project's cost from below only; a price whose
    basis is unknown is taken as a project's lower bound too.
    """

    def build() -> Cost:
        lows, highs = table.number("price.low"), table.number("price.high")
        differs = tax_differs(need, table)
        if need.budget_tax_included:
            highs = np.where(differs, highs * HIGHEST_VAT, highs)
        else:
            lows = np.where(differs, lows / HIGHEST_VAT, lows)
        is_whole = table.equals("price_basis", PriceBasis.PROJECT)
        return Cost(lows, np.where(is_whole, highs, np.nan))

    return table.kept(("cost", need.budget_tax_included), build)


def affordability(price: Cost, ceiling: float) -> Affordability:
    """The share of the price range that fits under ``ceiling`` with its soft margin."""
    limit = ceiling * MARGIN
    values = mean_ramp(price.lows, price.highs, ceiling, limit)
    best = ramp(or_zero(price.lows), ceiling, limit)
    # Where only the low end is known: sure of the worst, never of the best.
    return Affordability(np.where(np.isnan(values) & (best <= 0.0), 0.0, values), best)


def fits(price: Cost, ceiling: float) -> Floats:
    """1 where the price surely stays within ``ceiling``, 0 where it surely exceeds it, else NaN."""
    limit = ceiling * (1.0 + _ROUNDING)
    answer: Floats = np.where(price.lows > limit, 0.0, np.where(price.highs <= limit, 1.0, np.nan))
    return answer
