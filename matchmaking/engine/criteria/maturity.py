"""Maturity (GB/T 39116-2020): how much of the gap to the wanted level the solution closes."""

from __future__ import annotations

from matchmaking.engine.criteria.items import Context, Item, unknown
from matchmaking.engine.evidence import because
from matchmaking.engine.facts import LevelGap, NeedFacts, SolutionFacts


def maturity(need: NeedFacts, solution: SolutionFacts, _: Context) -> tuple[Item, ...]:
    """(reached - current) / (target - current) a sub-domain, within [0, 1].

    An unknown current level counts as 0, below 规划级. A gap already closed is not asked.
    """
    return tuple(
        _closed(subdomain, gap, solution.maturity.get(subdomain))
        for subdomain, gap in sorted(need.maturity.items())
        if gap.target > (gap.current or 0)
    )


def _closed(subdomain: str, gap: LevelGap, reached: int | None) -> Item:
    if reached is None:
        reason = because("maturity.unknown", subdomain=subdomain, target=gap.target)
        return unknown(reason, fields=(f"solution.maturity.{subdomain}",))
    if reached >= gap.target:
        return Item(1.0, (because("maturity.closes", subdomain=subdomain, target=gap.target),))
    current = gap.current or 0
    value = max(0.0, (reached - current) / (gap.target - current))
    reason = because("maturity.partly", subdomain=subdomain, reached=reached, target=gap.target)
    return Item(value, (reason,))
