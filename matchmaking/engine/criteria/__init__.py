"""The criteria of a score: one module each, one pure function each, in the order of display.

Each is ``(need, table, context) -> tuple[Item, ...]``: what was asked, item by item, and how far
each solution of the table meets it. No items means the need did not ask, and the criterion
leaves the denominator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from matchmaking.engine.criteria.after_sales import after_sales
from matchmaking.engine.criteria.budget import budget
from matchmaking.engine.criteria.certifications import certifications
from matchmaking.engine.criteria.dates import dates
from matchmaking.engine.criteria.domestic import domestic
from matchmaking.engine.criteria.industry import industry
from matchmaking.engine.criteria.integration import integration
from matchmaking.engine.criteria.items import Context, Item
from matchmaking.engine.criteria.maturity import maturity
from matchmaking.engine.criteria.outcomes import outcomes
from matchmaking.engine.criteria.scenario import scenario
from matchmaking.engine.criteria.technical import technical
from matchmaking.engine.facts import NeedFacts
from matchmaking.engine.table import SolutionTable
from matchmaking.engine.weights import Criterion

Judge = Callable[[NeedFacts, SolutionTable, Context], tuple[Item, ...]]

CRITERIA: Mapping[Criterion, Judge] = MappingProxyType(
    {
        Criterion.SCENARIO: scenario,
        Criterion.TECHNICAL: technical,
        Criterion.INDUSTRY: industry,
        Criterion.BUDGET: budget,
        Criterion.DATES: dates,
        Criterion.AFTER_SALES: after_sales,
        Criterion.INTEGRATION: integration,
        Criterion.OUTCOMES: outcomes,
        Criterion.CERTIFICATIONS: certifications,
        Criterion.MATURITY: maturity,
        Criterion.DOMESTIC: domestic,
    }
)

# What a need could state to make a silent criterion speak.
NEED_FIELDS: Mapping[Criterion, str] = MappingProxyType(
    {
        Criterion.SCENARIO: "need.scenarios",
        Criterion.INDUSTRY: "need.industry",
        Criterion.BUDGET: "need.budget",
        Criterion.DATES: "need.wanted_end",
        Criterion.AFTER_SALES: "need.district",
        Criterion.INTEGRATION: "need.integration_forms",
        Criterion.MATURITY: "need.maturity",
    }
)

# What a solution could state of itself for a criterion; a field with a code in it (a parameter,
# a capability domain) counts by its first two words. Outcomes are the platform's own record.
SOLUTION_FIELDS: Mapping[Criterion, tuple[str, ...]] = MappingProxyType(
    {
        Criterion.SCENARIO: ("solution.scenarios",),
        Criterion.TECHNICAL: ("solution.text", "solution.limits", "solution.project_types"),
        Criterion.INDUSTRY: ("solution.industries", "solution.cases"),
        Criterion.BUDGET: ("solution.price",),
        Criterion.DATES: ("solution.lead_time", "solution.earliest_start"),
        Criterion.AFTER_SALES: (
            "solution.service_districts",
            "solution.after_sales.response_hours",
            "solution.after_sales.on_site",
        ),
        Criterion.INTEGRATION: ("solution.integration_forms", "solution.factory_goals"),
        Criterion.CERTIFICATIONS: ("solution.certifications",),
        Criterion.MATURITY: ("solution.maturity",),
        Criterion.DOMESTIC: ("solution.domestic_share",),
    }
)
