"""Budget: how much of the vendor's price range the money covers. Owner-only evidence."""

from __future__ import annotations

from decimal import Decimal

from matchmaking.engine.criteria.items import Context, Item, of_kind, unknown
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import (
    NeedFacts,
    PriceBasis,
    Requirement,
    RequirementKind,
    SolutionFacts,
)
from matchmaking.engine.price import affordability, cost, tax_differs

_FIELDS = ("solution.price",)


def budget(need: NeedFacts, solution: SolutionFacts, _: Context) -> tuple[Item, ...]:
    """The mean, over the price range, of 1 up to the budget's high end, falling to 0 at 1.3
    times it; the same for each requirement of a highest price.
    """
    items = [
        _required(need, solution, requirement)
        for requirement in of_kind(need, RequirementKind.BUDGET_MAX)
    ]
    if need.budget is not None and need.budget.high is not None:
        items.insert(0, _stated(need, solution, need.budget.high))
    return tuple(items)


def _stated(need: NeedFacts, solution: SolutionFacts, ceiling: Decimal) -> Item:
    answer = affordability(cost(need, solution), ceiling)
    notes: tuple[Evidence, ...] = ()
    if tax_differs(need, solution) and solution.price is not None:
        notes = (because("budget.tax_differs"),)
    if answer.value is None:
        return unknown(_why_unknown(solution), *notes, fields=_FIELDS, best=answer.best)
    if answer.value >= 1.0:
        return Item(1.0, (because("budget.within"), *notes))
    if answer.value <= 0.0:
        return Item(0.0, (because("budget.above"), *notes))
    reason = because("budget.partly", percent=round(answer.value * 100))
    return Item(answer.value, (reason, *notes))


def _why_unknown(solution: SolutionFacts) -> Evidence:
    basis = solution.price_basis
    if solution.price is not None and basis not in (None, PriceBasis.PROJECT):
        return because("budget.other_basis", basis=basis.value)
    return because("budget.unknown")


def _required(need: NeedFacts, solution: SolutionFacts, requirement: Requirement) -> Item:
    answer = affordability(cost(need, solution), requirement.number or Decimal(0))
    ref = requirement.ref
    if answer.value is None:
        reason = because("requirement.price_unknown", requirement=ref)
        return unknown(reason, fields=_FIELDS, best=answer.best)
    if answer.value >= 1.0:
        return Item(1.0, (because("requirement.price_met", requirement=ref),))
    if answer.value <= 0.0:
        return Item(0.0, (because("requirement.price_not_met", requirement=ref),))
    percent = round(answer.value * 100)
    reason = because("requirement.price_partly", requirement=ref, percent=percent)
    return Item(answer.value, (reason,))
