"""Domestic content. Weighs nothing until an owner raises its weight."""

from __future__ import annotations

import numpy as np

from matchmaking.engine.criteria.items import Context, Item, amount, graded, of_kind, percent
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import NeedFacts, Requirement, RequirementKind
from matchmaking.engine.table import Floats, SolutionTable

_FIELDS = ("solution.domestic_share",)


def domestic(need: NeedFacts, table: SolutionTable, _: Context) -> tuple[Item, ...]:
    """The share reached of each share asked for, at most 1; with none asked for, the share."""
    asked = of_kind(need, RequirementKind.DOMESTIC_SHARE_MIN)
    if not asked:
        return (_share(table),)
    return tuple(
        graded(requirement, _reached(requirement, table), *_FIELDS) for requirement in asked
    )


def _share(table: SolutionTable) -> Item:
    values = np.clip(table.number("domestic_share") / 100.0, 0.0, 1.0)

    def reasons(place: int) -> tuple[Evidence, ...]:
        value = float(values[place])
        if np.isnan(value):
            return (because("domestic.unknown"),)
        return (because("domestic.share", percent=percent(value)),)

    return Item(values, reasons, fields=_FIELDS)


def _reached(requirement: Requirement, table: SolutionTable) -> Floats:
    shares, least = table.number("domestic_share"), amount(requirement)
    if least <= 0.0:
        answer: Floats = np.where(np.isnan(shares), np.nan, 1.0)
        return answer
    return np.clip(shares / least, 0.0, 1.0)
