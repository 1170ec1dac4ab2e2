"""How much each criterion counts: whole percents, the platform's or a need owner's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Criterion(StrEnum):
    """The criteria in the order in which they are shown."""

    SCENARIO = "scenario"
    TECHNICAL = "technical"
    INDUSTRY = "industry"
    BUDGET = "budget"
    DATES = "dates"
    AFTER_SALES = "after_sales"
    INTEGRATION = "integration"
    OUTCOMES = "outcomes"
    CERTIFICATIONS = "certifications"
    MATURITY = "maturity"
    DOMESTIC = "domestic"


class Weights(Mapping[Criterion, int]):
    """Immutable criterion -> whole percent (>= 0); a criterion left out weighs 0.

    The percents need not sum to 100: what was not asked leaves the denominator anyway.
    Raises ValueError for an unknown criterion, a negative or a non-integer weight.
    """

    __slots__ = ("_percent",)

    def __init__(self, percent: Mapping[str, Any]) -> None:
        for name, value in percent.items():
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise ValueError(f"weight of {name} must be a whole number >= 0, not {value!r}")
        given: dict[Criterion, int] = {Criterion(name): value for name, value in percent.items()}
        self._percent: Mapping[Criterion, int] = MappingProxyType(
            {c: given.get(c, 0) for c in Criterion}
        )

    def __getitem__(self, criterion: Criterion) -> int:
        return self._percent[criterion]

    def __iter__(self) -> Iterator[Criterion]:
        return iter(self._percent)

    def __len__(self) -> int:
        return len(self._percent)

    def __repr__(self) -> str:
        return f"Weights({self.to_json()!r})"

    def __hash__(self) -> int:
        return hash(tuple(self._percent.items()))

    def to_json(self) -> dict[str, int]:
        """Criterion name -> percent, in the order of Criterion."""
        return {criterion.value: percent for criterion, percent in self._percent.items()}


# A panel's estimate. Domestic content counts only once an owner raises it; capacity has no
# weight because it is a question of dates.
DEFAULT_WEIGHTS = Weights(
    {
        Criterion.SCENARIO: 20,
        Criterion.TECHNICAL: 20,
        Criterion.INDUSTRY: 18,
        Criterion.BUDGET: 12,
        Criterion.DATES: 8,
        Criterion.AFTER_SALES: 7,
        Criterion.INTEGRATION: 6,
        Criterion.OUTCOMES: 4,
        Criterion.CERTIFICATIONS: 3,
        Criterion.MATURITY: 2,
        Criterion.DOMESTIC: 0,
    }
)
