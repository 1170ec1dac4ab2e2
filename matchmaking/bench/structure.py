"""Structured facts of synthetic listings: groups of fields drawn from demo listings, numbers moved.

Fields that belong together (a price and its basis, industries and cases) are taken together from
one demo listing; different groups come from different ones, so that combinations multiply. The
group with the scenarios comes from the demo listing whose text lies nearest to the synthetic
listing's own; industries and money come from there more often than not, since what a vendor does
has much to do with for whom and for how much. Demo listings that say little (those of the report)
give the unknowns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.content import CaseContent, NeedContent, SolutionContent

Ints = NDArray[np.int64]
Fields = Mapping[str, Any]

# How often a group comes from the listing nearest in meaning, by the group's place.
_BY_TOPIC = {0: 1.0, 2: 0.6, 3: 0.6}
SOLUTION_GROUPS: tuple[tuple[str, ...], ...] = (
    ("scenarios", "project_types", "limits"),
    ("factory_goals", "integration_forms"),
    ("industries", "cases", "wished_industries"),
    (
        *("price_low", "price_high", "price_basis", "price_includes_tax", "price_scope"),
        *("yearly_fee", "wished_project_low", "wished_project_high"),
    ),
    ("lead_time_low", "lead_time_high", "capacity", "capacity_taken", "earliest_start"),
    (
        *("response_hours", "on_site", "warranty_months", "spares"),
        *("nationwide", "service_districts", "wished_districts"),
    ),
    ("certifications", "domestic_share", "maturity"),
)
NEED_GROUPS: tuple[tuple[str, ...], ...] = (
    ("scenarios", "project_type", "parameters"),
    ("factory_goals", "integration_forms"),
    ("industry", "district"),
    (
        *("budget_low", "budget_high", "budget_includes_tax"),
        *("budget_is_ceiling", "budget_visibility"),
    ),
    ("stage", "decision_date", "procurement", "wanted_start", "wanted_end"),
    ("maturity", "requirements"),
)
_MONEY = frozenset(
    {
        *("price_low", "price_high", "yearly_fee", "wished_project_low", "wished_project_high"),
        *("budget_low", "budget_high"),
    }
)
_WEEKS = frozenset({"lead_time_low", "lead_time_high"})
_DATES = frozenset({"earliest_start", "decision_date", "wanted_start", "wanted_end"})
_VARIANTS = 48
_ROUNDED_TO = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Variants of each group of one kind; variant v of template t is at t * _VARIANTS + v."""

    groups: tuple[tuple[Fields, ...], ...]
    templates: int

    def pick(self, topics: Ints, rng: np.random.Generator) -> list[tuple[Fields, ...]]:
        """Return one group of fields of each sort for every topic (a demo listing's place)."""
        chosen = []
        for number, group in enumerate(self.groups):
            free = rng.integers(0, self.templates, len(topics))
            by_topic = rng.random(len(topics)) < _BY_TOPIC.get(number, 0.0)
            templates = np.where(by_topic, topics, free)
            places = templates * _VARIANTS + rng.integers(0, _VARIANTS, len(topics))
            chosen.append([group[place] for place in places.tolist()])
        return list(zip(*chosen, strict=True))


def solution_shapes(demo: Sequence[SolutionContent], seed: int) -> Shapes:
    return _shapes(demo, SOLUTION_GROUPS, seed)


def need_shapes(demo: Sequence[NeedContent], seed: int) -> Shapes:
    return _shapes(demo, NEED_GROUPS, seed)


def _shapes(
    demo: Sequence[SolutionContent] | Sequence[NeedContent],
    groups: tuple[tuple[str, ...], ...],
    seed: int,
) -> Shapes:
    rng = np.random.default_rng(seed)
    return Shapes(
        tuple(
            tuple(
                _moved({name: getattr(content, name) for name in names}, rng)
                for content in demo
                for _ in range(_VARIANTS)
            )
            for names in groups
        ),
        templates=len(demo),
    )


def _moved(fields: dict[str, Any], rng: np.random.Generator) -> Fields:
    """Return ``fields`` with numbers moved: all money by one factor, so ranges stay in order."""
    factor = float(np.exp(rng.normal(0, 0.5)))
    weeks = int(rng.integers(-2, 4))
    days = int(rng.integers(-20, 60))
    for name, value in fields.items():
        if value is None:
            continue
        if name in _MONEY:
            rounded = max(1, round(float(value) * factor / _ROUNDED_TO))
            fields[name] = Decimal(rounded * _ROUNDED_TO)
        elif name in _WEEKS:
            fields[name] = max(1, value + weeks)
        elif name in _DATES:
            fields[name] = value + timedelta(days=days)
        elif name == "domestic_share":
            fields[name] = Decimal(int(np.clip(float(value) + rng.integers(-15, 10), 0, 100)))
        elif name == "cases":
            fields[name] = tuple(_moved_case(case, rng) for case in value if rng.random() < 0.8)
        elif name == "scenarios" and len(value) > 1 and rng.random() < 0.3:
            fields[name] = value[:-1]
    return fields


def _moved_case(case: CaseContent, rng: np.random.Generator) -> CaseContent:
    if case.year is None:
        return case
    return case.model_copy(update={"year": int(case.year - rng.integers(0, 4))})
