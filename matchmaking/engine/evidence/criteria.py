"""The reasons of the criteria, in their order."""

from __future__ import annotations

from matchmaking.engine.evidence.kinds import kind

KINDS = (
    # -- criteria: scenario
    kind(
        "scenario.covered",
        "these of the need's scenarios are covered",
        "scenarios of",
        "need.scenarios solution.scenarios",
    ),
    kind(
        "scenario.missing",
        "these of the need's scenarios are not covered",
        "scenarios of",
        "need.scenarios solution.scenarios",
    ),
    kind("scenario.unknown", "the solution states no scenario", "of", "solution.scenarios"),
    # -- criteria: technical
    kind(
        "text.relevance",
        "how close the texts are, percent, and which signals could be computed",
        "percent signals",
        "need.text solution.text",
    ),
    kind("text.unknown", "one of the texts is empty", "", "need.text solution.text"),
    kind(
        "project_type.same",
        "the vendor does projects of this type",
        "project_type",
        "need.project_type solution.project_types",
    ),
    kind(
        "project_type.other",
        "the vendor names other project types",
        "project_type",
        "need.project_type solution.project_types",
    ),
    kind(
        "project_type.unknown",
        "the vendor names no project type",
        "project_type",
        "solution.project_types",
    ),
    kind(
        "parameter.within",
        "the stated value lies within the solution's limit",
        "parameter value limit unit",
        "need.parameters solution.limits",
    ),
    kind(
        "parameter.beyond",
        "the stated value lies beyond the solution's limit",
        "parameter value limit unit",
        "need.parameters solution.limits",
    ),
    kind(
        "parameter.unknown",
        "the solution states no limit for this parameter",
        "parameter value unit",
        "need.parameters solution.limits",
    ),
    # -- criteria: industry
    kind(
        "industry.cases",
        "cases in the need's industry: how many, how many verified or confirmed, the newest year",
        "industry count verified newest",
        "need.industry solution.cases",
    ),
    kind(
        "industry.near_cases",
        "cases in a related industry only",
        "industry count verified newest",
        "need.industry solution.cases",
    ),
    kind(
        "industry.served",
        "the vendor names the industry but shows no case in it",
        "industry",
        "need.industry solution.industries",
    ),
    kind(
        "industry.near_served",
        "the vendor names related industries only",
        "industry industries",
        "need.industry solution.industries",
    ),
    kind(
        "industry.other",
        "the vendor's industries are all others",
        "industry",
        "need.industry solution.industries",
    ),
    kind(
        "industry.unknown",
        "the vendor states neither industries nor cases",
        "industry",
        "solution.industries solution.cases",
    ),
    # -- criteria: budget (owner-only)
    kind(
        "budget.within",
        "the whole price range lies within the budget",
        "",
        "need.budget solution.price",
        "need_owner",
    ),
    kind(
        "budget.partly",
        "a share (percent) of the price range fits, counting a soft margin above the budget",
        "percent",
        "need.budget solution.price",
        "need_owner",
    ),
    kind(
        "budget.above",
        "the price lies above the budget and its margin",
        "",
        "need.budget solution.price",
        "need_owner",
    ),
    kind(
        "budget.tax_differs",
        "budget and price differ in tax; compared over the possible VAT rates",
        "",
        "need.budget solution.price",
        "need_owner",
    ),
    kind(
        "budget.other_basis",
        "the price is per unit, so a project's cost is unknown",
        "basis",
        "need.budget solution.price",
        "need_owner",
    ),
    kind(
        "budget.unknown",
        "the price is not stated, or not enough of it",
        "",
        "need.budget solution.price",
        "need_owner",
    ),
    # -- criteria: dates
    kind(
        "dates.in_time",
        "even at its longest the project ends by the wanted end; days to spare",
        "spare_days",
        "need.wanted_end solution.lead_time",
    ),
    kind(
        "dates.maybe_late",
        "at its longest the project ends this many days late",
        "late_days",
        "need.wanted_end solution.lead_time",
    ),
    kind(
        "dates.late",
        "even at its shortest the project ends this many days late",
        "late_days",
        "need.wanted_end solution.lead_time",
    ),
    kind(
        "dates.start_in_time",
        "the vendor can start by the wanted start",
        "",
        "need.wanted_start solution.earliest_start",
    ),
    kind(
        "dates.start_late",
        "the vendor can start this many days after the wanted start",
        "late_days",
        "need.wanted_start solution.earliest_start",
    ),
    kind(
        "dates.no_capacity",
        "the vendor's capacity is taken and no earliest start is stated",
        "capacity taken",
        "solution.capacity solution.earliest_start",
    ),
    kind(
        "dates.unknown",
        "lead time or earliest start is not stated",
        "",
        "solution.lead_time solution.earliest_start",
    ),
    # -- criteria: after-sales
    kind(
        "service.reaches",
        "the vendor serves the need's district",
        "district nationwide",
        "need.district solution.service_districts",
    ),
    kind(
        "service.elsewhere",
        "the vendor serves other districts only",
        "district",
        "need.district solution.service_districts",
    ),
    kind(
        "service.unknown",
        "the vendor's service area is not stated",
        "district",
        "solution.service_districts",
    ),
    # -- criteria: integration
    kind(
        "integration.covered",
        "these of the wanted integration forms are offered",
        "forms of",
        "need.integration_forms solution.integration_forms",
    ),
    kind(
        "integration.missing",
        "these of the wanted integration forms are not offered",
        "forms of",
        "need.integration_forms solution.integration_forms",
    ),
    kind(
        "integration.unknown",
        "the solution states no integration form",
        "of",
        "solution.integration_forms",
    ),
    kind(
        "goals.covered",
        "these of the wanted factory goals are served",
        "goals of",
        "need.factory_goals solution.factory_goals",
    ),
    kind(
        "goals.missing",
        "these of the wanted factory goals are not served",
        "goals of",
        "need.factory_goals solution.factory_goals",
    ),
    kind("goals.unknown", "the solution states no factory goal", "of", "solution.factory_goals"),
    # -- criteria: outcomes, maturity
    kind(
        "outcomes.confirmed",
        "confirmed outcomes, and how many went well",
        "confirmed good",
        "solution.outcomes",
    ),
    kind("outcomes.unknown", "no outcome is confirmed yet", "", "solution.outcomes"),
    kind(
        "maturity.closes",
        "the gap of this sub-domain is closed",
        "subdomain target",
        "need.maturity solution.maturity",
    ),
    kind(
        "maturity.partly",
        "the solution reaches this level of the wanted one",
        "subdomain reached target",
        "need.maturity solution.maturity",
    ),
    kind(
        "maturity.unknown",
        "the level the solution brings is not stated",
        "subdomain target",
        "solution.maturity",
    ),
    kind("domestic.share", "the share of domestic content", "percent", "solution.domestic_share"),
    kind(
        "domestic.unknown",
        "the share of domestic content is not stated",
        "",
        "solution.domestic_share",
    ),
)
