"""Amounts that no project of the kind has: usually yuan and 万元 taken for each other."""

from dataclasses import dataclass
from decimal import Decimal
from math import exp, log

from catalog.checks.findings import Finding, FindingCode, Severity
from catalog.content import Content, NeedContent

# No project costs less than a tool or more than a factory.
LEAST, MOST = Decimal(1_000), Decimal(2_000_000_000)
# Fewer published budgets than these say nothing of what is common.
ENOUGH = 12
# Tukey's fence on the logarithms, as wide as one order of magnitude at least.
_FENCE, _LEAST_FENCE = 1.5, log(10)


@dataclass(frozen=True, slots=True)
class Common:
    """The quartiles of what published needs of one project type say they can spend."""

    count: int
    lower: float
    upper: float

    @property
    def range(self) -> tuple[float, float]:
        low, high = log(self.lower), log(self.upper)
        margin = max(_FENCE * (high - low), _LEAST_FENCE)
        return exp(low - margin), exp(high + margin)


def amounts(content: Content, common: Common | None) -> list[Finding]:
    """Return a finding when the budget or the price lies outside, told as a side only."""
    if isinstance(content, NeedContent):
        field, low, high = "budget_high", content.budget_low, content.budget_high
    else:
        field, low, high = "price_high", content.price_low, content.price_high
    stated = [value for value in (low, high) if value]
    if not stated:
        return []
    per_piece = not isinstance(content, NeedContent)
    if max(stated) > MOST:
        return [_outside(field, "above", "any")]
    # A price may be one of a single point or piece; a budget is one of a project.
    if not per_piece and max(stated) < LEAST:
        return [_outside(field, "below", "any")]
    if per_piece or common is None or common.count < ENOUGH:
        return []
    lowest, highest = common.range
    if float(min(stated)) > highest:
        return [_outside(field, "above", "type")]
    if float(max(stated)) < lowest:
        return [_outside(field, "below", "type")]
    return []


def _outside(field: str, side: str, than: str) -> Finding:
    severity = Severity.SERIOUS if than == "any" else Severity.WARNING
    return Finding(FindingCode.AMOUNT, severity, field, {"side": side, "than": than})
