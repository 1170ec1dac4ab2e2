"""Maturity (GB/T 39116-2020): how much of the gap to the wanted level the solution closes."""

from __future__ import annotations

import numpy as np

from matchmaking.engine.criteria.items import Context, Item
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import LevelGap, NeedFacts
from matchmaking.engine.table import SolutionTable, floats


def maturity(need: NeedFacts, table: SolutionTable, _: Context) -> tuple[Item, ...]:
    """(reached - current) / (target - current) a sub-domain, within [0, 1].

    An unknown current level counts as 0, below 规划级. A gap already closed is not asked.
    """
    return tuple(
        _closed(subdomain, gap, table)
        for subdomain, gap in sorted(need.maturity.items())
        if gap.target > (gap.current or 0)
    )


def _closed(subdomain: str, gap: LevelGap, table: SolutionTable) -> Item:
    target, current = gap.target, gap.current or 0
    levels = table.entries("maturity", subdomain)
    reached = floats(levels)

    def reasons(place: int) -> tuple[Evidence, ...]:
        level = levels[place]
        if level is None:
            return (because("maturity.unknown", subdomain=subdomain, target=target),)
        if level >= target:
            return (because("maturity.closes", subdomain=subdomain, target=target),)
        return (because("maturity.partly", subdomain=subdomain, reached=level, target=target),)

    values = np.clip((reached - current) / (target - current), 0.0, 1.0)
    return Item(values, reasons, fields=(f"solution.maturity.{subdomain}",))
