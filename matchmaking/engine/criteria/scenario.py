"""Scenario coverage: which of the typical scenarios asked for the solution covers."""

from __future__ import annotations

from matchmaking.engine.criteria.items import Context, Item, coverage, required_codes
from matchmaking.engine.facts import NeedFacts, RequirementKind, SolutionFacts


def scenario(need: NeedFacts, solution: SolutionFacts, _: Context) -> tuple[Item, ...]:
    """Covered scenarios / asked scenarios, those of scenario requirements included."""
    asked = need.scenarios | required_codes(need, RequirementKind.SCENARIO)
    words = ("scenario", "scenarios")
    return coverage(asked, solution.scenarios, words=words, field="solution.scenarios")
