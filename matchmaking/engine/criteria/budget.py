"""Budget: how much of the vendor's price range the money covers. Owner-only evidence."""

from __future__ import annotations

import numpy as np

from matchmaking.engine.criteria.items import Context, Item, amount, grade, of_kind, percent
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import (
    NeedFacts,
    PriceBasis,
    Requirement,
    RequirementKind,
    SolutionFacts,
)
from matchmaking.engine.price import Cost, affordability, cost, tax_differs
from matchmaking.engine.table import SolutionTable

_FIELDS = ("solution.price",)


def budget(need: NeedFacts, table: SolutionTable, _: Context) -> tuple[Item, ...]:
    """The mean, over the price range, of 1 up to the budget's high end, falling to 0 at 1.3
    times it; the same for each requirement of a highest price.
    """
    price = cost(need, table)
    required = [
        _required(requirement, price, is_owners=need.budget_is_private)
        for requirement in of_kind(need, RequirementKind.BUDGET_MAX)
    ]
    if need.budget is None or need.budget.high is None:
        return tuple(required)
    return (_stated(need, table, price, float(need.budget.high)), *required)


def _stated(need: NeedFacts, table: SolutionTable, price: Cost, ceiling: float) -> Item:
    values, best = affordability(price, ceiling)
    differs = tax_differs(need, table)

    def reasons(place: int) -> tuple[Evidence, ...]:
        solution = table.facts[place]
        has_note = differs[place] and solution.price is not None
        notes = (because("budget.tax_differs"),) if has_note else ()
        return (_reason(float(values[place]), solution), *notes)

    return Item(values, reasons, best=best, fields=_FIELDS, is_owners=need.budget_is_private)


def _reason(value: float, solution: SolutionFacts) -> Evidence:
    if not np.isnan(value):
        if value >= 1.0:
            return because("budget.within")
        if value <= 0.0:
            return because("budget.above")
        return because("budget.partly", percent=percent(value))
    basis = solution.price_basis
    if solution.price is not None and basis not in (None, PriceBasis.PROJECT):
        return because("budget.other_basis", basis=basis.value)
    return because("budget.unknown")


def _required(requirement: Requirement, price: Cost, *, is_owners: bool) -> Item:
    ref = requirement.ref
    values, best = affordability(price, amount(requirement))

    def reasons(place: int) -> tuple[Evidence, ...]:
        value = float(values[place])
        word = grade(value)
        if word == "partly":
            share = percent(value)
            return (because("requirement.price_partly", requirement=ref, percent=share),)
        return (because(f"requirement.price_{word}", requirement=ref),)

    return Item(values, reasons, best=best, fields=_FIELDS, is_owners=is_owners)
