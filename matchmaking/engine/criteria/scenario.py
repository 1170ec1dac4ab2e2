"""Scenario coverage: which of the typical scenarios asked for the solution covers."""

from __future__ import annotations

from matchmaking.engine.criteria.items import Context, Item, coverage, required_codes
from matchmaking.engine.facts import NeedFacts, RequirementKind
from matchmaking.engine.table import SolutionTable


def scenario(need: NeedFacts, table: SolutionTable, _: Context) -> tuple[Item, ...]:
    """Covered scenarios / asked scenarios, those of scenario requirements included."""
    asked = need.scenarios | required_codes(need, RequirementKind.SCENARIO)
    return coverage(asked, table, "scenarios", words=("scenario", "scenarios"))
