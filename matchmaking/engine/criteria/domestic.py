"""Domestic content. Weighs nothing until an owner raises its weight."""

from __future__ import annotations

from decimal import Decimal

from matchmaking.engine.criteria.items import Context, Item, graded, of_kind, unknown
from matchmaking.engine.evidence import because
from matchmaking.engine.facts import NeedFacts, Requirement, RequirementKind, SolutionFacts


def domestic(need: NeedFacts, solution: SolutionFacts, _: Context) -> tuple[Item, ...]:
    """The share reached of each share asked for, at most 1; with none asked for, the share."""
    asked = of_kind(need, RequirementKind.DOMESTIC_SHARE_MIN)
    if not asked:
        return (_share(solution),)
    return tuple(
        graded(requirement, _reached(requirement, solution), "solution.domestic_share")
        for requirement in asked
    )


def _share(solution: SolutionFacts) -> Item:
    share = solution.domestic_share
    if share is None:
        return unknown(because("domestic.unknown"), fields=("solution.domestic_share",))
    value = min(1.0, max(0.0, round(float(share) / 100, 6)))
    return Item(value, (because("domestic.share", percent=round(value * 100)),))


def _reached(requirement: Requirement, solution: SolutionFacts) -> float | None:
    share, least = solution.domestic_share, requirement.number or Decimal(0)
    if share is None:
        return None
    return 1.0 if share >= least else max(0.0, round(float(share / least), 6))
