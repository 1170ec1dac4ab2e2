"""What a solution may cost against an amount of money, tax and price basis considered."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from matchmaking.engine.facts import NeedFacts, PriceBasis, Range, SolutionFacts
from matchmaking.engine.ramps import mean_ramp, ramp
from matchmaking.engine.results import Verdict

# A budget is overdrawn softly: nothing is left of the value at this much above it.
MARGIN = Decimal("1.3")
# China's highest VAT rate (goods, 2019 on). Rates of 6 and 9 percent exist too, so a price in
# the other tax basis lies anywhere between itself and this.
HIGHEST_VAT = Decimal("1.13")


@dataclass(frozen=True, slots=True)
class Affordability:
    """``value`` in [0, 1], None when unknown, then at most ``best``."""

    value: float | None
    best: float = 1.0


def tax_differs(need: NeedFacts, solution: SolutionFacts) -> bool:
    """True when one side states its amount with VAT and the other without."""
    ours, theirs = need.budget_tax_included, solution.price_tax_included
    return ours is not None and theirs is not None and ours != theirs


def cost(need: NeedFacts, solution: SolutionFacts) -> Range | None:
    """The price range in the need's tax basis, widened when only the VAT rate is uncertain.

    A price per unit, point, line or year bounds a project's cost from below only; a price whose
    basis is unknown is taken as a project's lower bound too. None: nothing stated.
    """
    price = solution.price
    if price is None or not price.is_known:
        return None
    low, high = price.low, price.high
    if tax_differs(need, solution):
        if need.budget_tax_included:
            high = None if high is None else high * HIGHEST_VAT
        else:
            low = None if low is None else low / HIGHEST_VAT
    if solution.price_basis is not PriceBasis.PROJECT:
        high = None
    return Range(low, high) if low is not None or high is not None else None


def affordability(price: Range | None, ceiling: Decimal) -> Affordability:
    """The share of the price range that fits under ``ceiling`` with its soft margin."""
    if price is None:
        return Affordability(None)
    limit = ceiling * MARGIN
    value = mean_ramp(price, ceiling, limit)
    if value is not None:
        return Affordability(value)
    best = ramp(price.low or Decimal(0), ceiling, limit)
    # Only the low end is known: sure of the worst, never of the best.
    return Affordability(0.0) if best <= 0.0 else Affordability(None, best)


def verdict(price: Range | None, ceiling: Decimal) -> Verdict:
    """Whether the price surely stays within ``ceiling``, surely exceeds it, or neither."""
    if price is None:
        return Verdict.UNKNOWN
    if price.low is not None and price.low > ceiling:
        return Verdict.FAIL
    if price.high is not None and price.high <= ceiling:
        return Verdict.PASS
    return Verdict.UNKNOWN
