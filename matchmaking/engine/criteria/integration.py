"""Integration: vertical, horizontal, end-to-end, and the kind of factory that is the goal."""

from __future__ import annotations

from matchmaking.engine.criteria.items import Context, Item, coverage, required_codes
from matchmaking.engine.facts import NeedFacts, RequirementKind
from matchmaking.engine.table import SolutionTable


def integration(need: NeedFacts, table: SolutionTable, _: Context) -> tuple[Item, ...]:
    """Offered / asked forms (those of requirements included), and served / asked goals."""
    forms = need.integration_forms | required_codes(need, RequirementKind.INTEGRATION_FORM)
    return (
        *coverage(forms, table, "integration_forms", words=("integration", "forms")),
        *coverage(need.factory_goals, table, "factory_goals", words=("goals", "goals")),
    )
