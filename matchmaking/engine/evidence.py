"""Reasons as data: a code plus references, never words.

Words are made outside the engine, for one viewer in one language. EVIDENCE below is the whole
list of codes with the references each carries, so that a renderer can be checked against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

# Who may read a reason: everyone who may see the pair (""), only the need's owner, only the
# vendor, or nobody but the platform, since it joins what both sides keep to themselves.
Privacy = Literal["", "need_owner", "vendor", "platform"]

# What a reference may hold: a code, a count, a yes/no, or several codes in order.
Reference = str | int | bool | None | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """One code: what it says, the references it carries, the fields it rests on."""

    code: str
    meaning: str
    refs: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    private_to: Privacy = ""
    names: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", frozenset(self.refs))


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason. ``refs`` are (name, value) pairs in the order of the kind's ``refs``."""

    code: str
    refs: tuple[tuple[str, Reference], ...] = ()

    @property
    def kind(self) -> EvidenceKind:
        """The table's row for this code."""
        return EVIDENCE[self.code]

    @property
    def private_to(self) -> Privacy:
        """Who alone may read it; "" for everyone who may see the pair."""
        return self.kind.private_to

    def is_hidden_from_vendor(self, *, budget_is_private: bool) -> bool:
        """Whether it tells what the need's owner keeps to itself."""
        kind = self.kind
        if "need.budget" in kind.fields:
            return budget_is_private
        return kind.private_to in ("need_owner", "platform")

    def ref(self, name: str) -> Reference:
        """The value of one reference. Raises KeyError for a name the code does not carry."""
        return dict(self.refs)[name]

    def to_json(self) -> dict[str, Any]:
        """``{"code": ..., "refs": {...}}`` with tuples as lists."""
        return {
            "code": self.code,
            "refs": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in self.refs
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evidence:
        """The inverse of to_json. Raises KeyError for an unknown code."""
        refs = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in data["refs"].items()
        }
        return because(data["code"], **refs)


def because(code: str, **refs: Reference) -> Evidence:
    """Evidence of a kind in the table; its references must be exactly those of the kind.

    Raises KeyError for an unknown code and ValueError for other references than the kind's.
    """
    kind = EVIDENCE[code]
    if tuple(refs) == kind.refs:
        return Evidence(code, tuple(refs.items()))
    if refs.keys() != kind.names:
        raise ValueError(f"{code} carries {kind.refs}, not {tuple(refs)}")
    return Evidence(code, tuple((name, refs[name]) for name in kind.refs))


def _kind(
    code: str, meaning: str, refs: str = "", fields: str = "", private_to: Privacy = ""
) -> EvidenceKind:
    return EvidenceKind(code, meaning, tuple(refs.split()), tuple(fields.split()), private_to)


_TABLE = (
    # -- criteria: scenario
    _kind(
        "scenario.covered",
        "these of the need's scenarios are covered",
        "scenarios of",
        "need.scenarios solution.scenarios",
    ),
    _kind(
        "scenario.missing",
        "these of the need's scenarios are not covered",
        "scenarios of",
        "need.scenarios solution.scenarios",
    ),
    _kind("scenario.unknown", "the solution states no scenario", "of", "solution.scenarios"),
    # -- criteria: technical
    _kind(
        "text.relevance",
        "how close the texts are, percent, and which signals could be computed",
        "percent signals",
        "need.text solution.text",
    ),
    _kind("text.unknown", "one of the texts is empty", "", "need.text solution.text"),
    _kind(
        "project_type.same",
        "the vendor does projects of this type",
        "project_type",
        "need.project_type solution.project_types",
    ),
    _kind(
        "project_type.other",
        "the vendor names other project types",
        "project_type",
        "need.project_type solution.project_types",
    ),
    _kind(
        "project_type.unknown",
        "the vendor names no project type",
        "project_type",
        "solution.project_types",
    ),
    _kind(
        "parameter.within",
        "the stated value lies within the solution's limit",
        "parameter value limit unit",
        "need.parameters solution.limits",
    ),
    _kind(
        "parameter.beyond",
        "the stated value lies beyond the solution's limit",
        "parameter value limit unit",
        "need.parameters solution.limits",
    ),
    _kind(
        "parameter.unknown",
        "the solution states no limit for this parameter",
        "parameter value unit",
        "need.parameters solution.limits",
    ),
    # -- criteria: industry
    _kind(
        "industry.cases",
        "cases in the need's industry: how many, how many verified or confirmed, the newest year",
        "industry count verified newest",
        "need.industry solution.cases",
    ),
    _kind(
        "industry.near_cases",
        "cases in a related industry only",
        "industry count verified newest",
        "need.industry solution.cases",
    ),
    _kind(
        "industry.served",
        "the vendor names the industry but shows no case in it",
        "industry",
        "need.industry solution.industries",
    ),
    _kind(
        "industry.near_served",
        "the vendor names related industries only",
        "industry industries",
        "need.industry solution.industries",
    ),
    _kind(
        "industry.other",
        "the vendor's industries are all others",
        "industry",
        "need.industry solution.industries",
    ),
    _kind(
        "industry.unknown",
        "the vendor states neither industries nor cases",
        "industry",
        "solution.industries solution.cases",
    ),
    # -- criteria: budget (owner-only)
    _kind(
        "budget.within",
        "the whole price range lies within the budget",
        "",
        "need.budget solution.price",
        "need_owner",
    ),
    _kind(
        "budget.partly",
        "a share (percent) of the price range fits, counting a soft margin above the budget",
        "percent",
        "need.budget solution.price",
        "need_owner",
    ),
    _kind(
        "budget.above",
        "the price lies above the budget and its margin",
        "",
        "need.budget solution.price",
        "need_owner",
    ),
    _kind(
        "budget.tax_differs",
        "budget and price differ in tax; compared over the possible VAT rates",
        "",
        "need.budget solution.price",
        "need_owner",
    ),
    _kind(
        "budget.other_basis",
        "the price is per unit, so a project's cost is unknown",
        "basis",
        "need.budget solution.price",
        "need_owner",
    ),
    _kind(
        "budget.unknown",
        "the price is not stated, or not enough of it",
        "",
        "need.budget solution.price",
        "need_owner",
    ),
    # -- criteria: dates
    _kind(
        "dates.in_time",
        "even at its longest the project ends by the wanted end; days to spare",
        "spare_days",
        "need.wanted_end solution.lead_time",
    ),
    _kind(
        "dates.maybe_late",
        "at its longest the project ends this many days late",
        "late_days",
        "need.wanted_end solution.lead_time",
    ),
    _kind(
        "dates.late",
        "even at its shortest the project ends this many days late",
        "late_days",
        "need.wanted_end solution.lead_time",
    ),
    _kind(
        "dates.start_in_time",
        "the vendor can start by the wanted start",
        "",
        "need.wanted_start solution.earliest_start",
    ),
    _kind(
        "dates.start_late",
        "the vendor can start this many days after the wanted start",
        "late_days",
        "need.wanted_start solution.earliest_start",
    ),
    _kind(
        "dates.no_capacity",
        "the vendor's capacity is taken and no earliest start is stated",
        "capacity taken",
        "solution.capacity solution.earliest_start",
    ),
    _kind(
        "dates.unknown",
        "lead time or earliest start is not stated",
        "",
        "solution.lead_time solution.earliest_start",
    ),
    # -- criteria: after-sales
    _kind(
        "service.reaches",
        "the vendor serves the need's district",
        "district nationwide",
        "need.district solution.service_districts",
    ),
    _kind(
        "service.elsewhere",
        "the vendor serves other districts only",
        "district",
        "need.district solution.service_districts",
    ),
    _kind(
        "service.unknown",
        "the vendor's service area is not stated",
        "district",
        "solution.service_districts",
    ),
    # -- requirements, as constraints (must) and as items of a criterion (should)
    _kind("requirement.met", "the requirement is met", "requirement kind", "need.requirements"),
    _kind(
        "requirement.partly",
        "the requirement may be met: part of the stated range does",
        "requirement kind percent",
        "need.requirements",
    ),
    _kind(
        "requirement.not_met", "the requirement is not met", "requirement kind", "need.requirements"
    ),
    _kind(
        "requirement.unknown",
        "whether the requirement is met is not stated",
        "requirement kind",
        "need.requirements",
    ),
    _kind(
        "requirement.text",
        "a requirement in free words: to be confirmed by people",
        "requirement kind",
        "need.requirements",
    ),
    _kind(
        "requirement.certification_expired",
        "the certification asked for has expired",
        "requirement certification expires",
        "need.requirements solution.certifications",
    ),
    _kind(
        "requirement.certification_unverified",
        "the certification is claimed, not verified",
        "requirement certification",
        "need.requirements solution.certifications",
    ),
    _kind(
        "requirement.licence_valid",
        "the licence that the law asks for is verified and in date",
        "requirement certification",
        "need.requirements solution.certifications",
    ),
    _kind(
        "requirement.licence_expired",
        "the licence that the law asks for has expired",
        "requirement certification expires",
        "need.requirements solution.certifications",
    ),
    _kind(
        "requirement.licence_unverified",
        "the licence that the law asks for is claimed, not verified",
        "requirement certification",
        "need.requirements solution.certifications",
    ),
    _kind(
        "requirement.licence_unknown",
        "whether the vendor holds the licence that the law asks for is not stated",
        "requirement certification",
        "need.requirements solution.certifications",
    ),
    _kind(
        "requirement.price_met",
        "the price surely stays within the requirement's maximum",
        "requirement",
        "need.requirements need.budget solution.price",
        "need_owner",
    ),
    _kind(
        "requirement.price_partly",
        "the price may exceed the requirement's maximum",
        "requirement percent",
        "need.requirements need.budget solution.price",
        "need_owner",
    ),
    _kind(
        "requirement.price_not_met",
        "the price surely exceeds the requirement's maximum",
        "requirement",
        "need.requirements need.budget solution.price",
        "need_owner",
    ),
    _kind(
        "requirement.price_unknown",
        "whether the price stays within the maximum is not stated",
        "requirement",
        "need.requirements need.budget solution.price",
        "need_owner",
    ),
    # -- criteria: integration
    _kind(
        "integration.covered",
        "these of the wanted integration forms are offered",
        "forms of",
        "need.integration_forms solution.integration_forms",
    ),
    _kind(
        "integration.missing",
        "these of the wanted integration forms are not offered",
        "forms of",
        "need.integration_forms solution.integration_forms",
    ),
    _kind(
        "integration.unknown",
        "the solution states no integration form",
        "of",
        "solution.integration_forms",
    ),
    _kind(
        "goals.covered",
        "these of the wanted factory goals are served",
        "goals of",
        "need.factory_goals solution.factory_goals",
    ),
    _kind(
        "goals.missing",
        "these of the wanted factory goals are not served",
        "goals of",
        "need.factory_goals solution.factory_goals",
    ),
    _kind("goals.unknown", "the solution states no factory goal", "of", "solution.factory_goals"),
    # -- criteria: outcomes, maturity
    _kind(
        "outcomes.confirmed",
        "confirmed outcomes, and how many went well",
        "confirmed good",
        "solution.outcomes",
    ),
    _kind("outcomes.unknown", "no outcome is confirmed yet", "", "solution.outcomes"),
    _kind(
        "maturity.closes",
        "the gap of this sub-domain is closed",
        "subdomain target",
        "need.maturity solution.maturity",
    ),
    _kind(
        "maturity.partly",
        "the solution reaches this level of the wanted one",
        "subdomain reached target",
        "need.maturity solution.maturity",
    ),
    _kind(
        "maturity.unknown",
        "the level the solution brings is not stated",
        "subdomain target",
        "solution.maturity",
    ),
    _kind("domestic.share", "the share of domestic content", "percent", "solution.domestic_share"),
    _kind(
        "domestic.unknown",
        "the share of domestic content is not stated",
        "",
        "solution.domestic_share",
    ),
    # -- constraints that no requirement states
    _kind("constraint.own_organization", "both sides are one organization"),
    _kind("constraint.other_work", "the solution is for another type of project and scenario"),
    _kind(
        "constraint.blocked",
        "the need's owner will not work with this vendor",
        "",
        "need.blocked_organizations",
        "need_owner",
    ),
    _kind(
        "constraint.conflict",
        "a conflict of interest between the need's owner and this vendor is declared",
        "",
        "need.conflicting_organizations",
        "need_owner",
    ),
    _kind(
        "constraint.window_kept",
        "even at its longest the work fits the fixed window; days to spare",
        "spare_days",
        "need.wanted_end solution.lead_time",
    ),
    _kind(
        "constraint.window_missed",
        "even at its shortest the work ends this many days after the fixed window",
        "late_days",
        "need.wanted_end solution.lead_time",
    ),
    _kind(
        "constraint.window_unknown",
        "whether the work fits the fixed window is not certain",
        "",
        "need.wanted_end solution.lead_time",
    ),
    _kind(
        "constraint.ceiling_kept",
        "the price surely stays within the formal ceiling",
        "",
        "need.budget solution.price",
        "need_owner",
    ),
    _kind(
        "constraint.ceiling_exceeded",
        "the price surely exceeds the formal ceiling",
        "",
        "need.budget solution.price",
        "need_owner",
    ),
    _kind(
        "constraint.ceiling_unknown",
        "whether the price stays within the formal ceiling is not stated",
        "",
        "need.budget solution.price",
        "need_owner",
    ),
    # -- the vendor's wishes
    _kind(
        "wish.size_fits",
        "the budget fits the project size the vendor wants",
        "",
        "need.budget solution.wishes.project_size",
        "platform",
    ),
    _kind(
        "wish.size_partly",
        "part of the budget range fits the size the vendor wants",
        "percent",
        "need.budget solution.wishes.project_size",
        "platform",
    ),
    _kind(
        "wish.size_misses",
        "the budget lies outside the size the vendor wants",
        "",
        "need.budget solution.wishes.project_size",
        "platform",
    ),
    _kind(
        "wish.size_unknown",
        "the need states no budget",
        "",
        "need.budget solution.wishes.project_size",
        "platform",
    ),
    _kind(
        "wish.industry_fits",
        "the need's industry is one the vendor wants",
        "industry",
        "need.industry solution.wishes.industries",
        "vendor",
    ),
    _kind(
        "wish.industry_near",
        "the need's industry is related to one the vendor wants",
        "industry",
        "need.industry solution.wishes.industries",
        "vendor",
    ),
    _kind(
        "wish.industry_misses",
        "the vendor wants other industries",
        "industry",
        "need.industry solution.wishes.industries",
        "vendor",
    ),
    _kind(
        "wish.industry_unknown",
        "the need states no industry",
        "",
        "need.industry solution.wishes.industries",
        "vendor",
    ),
    _kind(
        "wish.district_fits",
        "the need's district is one the vendor wants",
        "district",
        "need.district solution.wishes.districts",
        "vendor",
    ),
    _kind(
        "wish.district_misses",
        "the vendor wants other districts",
        "district",
        "need.district solution.wishes.districts",
        "vendor",
    ),
    _kind(
        "wish.district_unknown",
        "the need states no district",
        "",
        "need.district solution.wishes.districts",
        "vendor",
    ),
    _kind(
        "wish.capacity_free",
        "the vendor can take on this many more projects now",
        "spare",
        "solution.capacity",
        "vendor",
    ),
    _kind(
        "wish.capacity_in_time",
        "the vendor's capacity is taken, and free again by the wanted start",
        "",
        "need.wanted_start solution.capacity solution.earliest_start",
        "vendor",
    ),
    _kind(
        "wish.capacity_late",
        "the vendor's capacity is taken until this many days after the wanted start",
        "late_days",
        "need.wanted_start solution.capacity solution.earliest_start",
        "vendor",
    ),
    _kind(
        "wish.capacity_taken",
        "the vendor's capacity is taken, until nobody knows when",
        "",
        "solution.capacity solution.earliest_start",
        "vendor",
    ),
    _kind(
        "wish.capacity_unknown",
        "how much of the vendor's capacity is taken is not stated",
        "",
        "solution.capacity",
        "vendor",
    ),
)

EVIDENCE: Mapping[str, EvidenceKind] = {kind.code: kind for kind in _TABLE}
