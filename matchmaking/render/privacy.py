"""Which reasons one viewer may read: the disclosure table applied to evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from catalog.choices import RequirementKind
from catalog.content import NeedContent, RequirementContent, SolutionContent
from catalog.disclosure import BUDGET_FIELDS, PRICE_FIELDS
from matchmaking.engine.evidence import Evidence

# The engine speaks of facts; the disclosure table of content fields. Every field that the
# table of evidence names is translated here; a test walks it.
# Whom an owner works with is no content of its need; a field that only the owner ever reads
# stands for it.
_OWNERS_ALONE = ("budget_visibility",)
_WISHED_SIZE = ("wished_project_low", "wished_project_high")
FIELDS: Mapping[str, tuple[str, ...]] = {
    # Everything of a need that relevance reads: shared words would quote it.
    "need.text": ("title", "summary", "situation", "goal", "requirements"),
    "need.scenarios": ("scenarios",),
    "need.project_type": ("project_type",),
    "need.parameters": ("parameters",),
    "need.industry": ("industry",),
    "need.budget": BUDGET_FIELDS,
    "need.wanted_end": ("wanted_end",),
    "need.wanted_start": ("wanted_start",),
    "need.district": ("district",),
    "need.requirements": ("requirements",),
    "need.integration_forms": ("integration_forms",),
    "need.factory_goals": ("factory_goals",),
    "need.maturity": ("maturity",),
    "need.blocked_organizations": _OWNERS_ALONE,
    "need.conflicting_organizations": _OWNERS_ALONE,
    "solution.text": ("title", "summary", "description", "cases"),
    "solution.scenarios": ("scenarios",),
    "solution.project_types": ("project_types",),
    "solution.limits": ("limits",),
    "solution.cases": ("cases",),
    "solution.industries": ("industries",),
    "solution.price": PRICE_FIELDS,
    "solution.lead_time": ("lead_time_low", "lead_time_high"),
    "solution.earliest_start": ("earliest_start",),
    "solution.capacity": ("capacity",),
    "solution.service_districts": ("service_districts", "nationwide"),
    "solution.certifications": ("certifications",),
    "solution.integration_forms": ("integration_forms",),
    "solution.factory_goals": ("factory_goals",),
    # Confirmed outcomes are the platform's own record.
    "solution.outcomes": (),
    "solution.maturity": ("maturity",),
    "solution.domestic_share": ("domestic_share",),
    # Where the vendor sits is in its public profile.
    "solution.vendor_district": (),
    "solution.after_sales.response_hours": ("response_hours",),
    "solution.after_sales.on_site": ("on_site",),
    "solution.wishes.project_size": _WISHED_SIZE,
    "solution.wishes.industries": ("wished_industries",),
    "solution.wishes.districts": ("wished_districts",),
}


@lru_cache(maxsize=4096)
def base_field(field: str) -> tuple[str, str]:
    """Split ``solution.limits.agv.max_load`` into the field and the code within it.

    Raises KeyError for a field nobody has declared.
    """
    if field in FIELDS:
        return field, ""
    side, name, *code = field.split(".")
    base = f"{side}.{name}"
    if base not in FIELDS:
        raise KeyError(field)
    return base, ".".join(code)


@lru_cache(maxsize=256)
def _hidden_fields(need_hidden: frozenset[str], solution_hidden: frozenset[str]) -> frozenset[str]:
    """Return which of FIELDS rest on something hidden: asked hundreds of times a page."""
    return frozenset(
        field
        for field, columns in FIELDS.items()
        if not (need_hidden if field.startswith("need.") else solution_hidden).isdisjoint(columns)
    )


@dataclass(frozen=True, slots=True)
class Sight:
    """Both sides' content, and what of it one viewer may not read."""

    need: NeedContent
    solution: SolutionContent
    need_hidden: frozenset[str] = frozenset()
    solution_hidden: frozenset[str] = frozenset()

    def hides_field(self, field: str) -> bool:
        """Whether the viewer may not read the fact ``field`` (such as ``need.budget``)."""
        return base_field(field)[0] in _hidden_fields(self.need_hidden, self.solution_hidden)

    @property
    def hides_budget(self) -> bool:
        return self.hides_field("need.budget")

    def hides(self, evidence: Evidence) -> bool:
        """Whether a reason would tell the viewer what the other side keeps to itself."""
        if not (self.need_hidden or self.solution_hidden):
            return False
        if any(self.hides_field(field) for field in evidence.kind.fields):
            return True
        if evidence.private_to in ("need_owner", "platform") and self.hides_budget:
            return True
        if evidence.private_to in ("vendor", "platform") and self._hides_wishes:
            return True
        return self.hides_budget and self._asks_for_price(evidence)

    @property
    def _hides_wishes(self) -> bool:
        return self.hides_field("solution.wishes.industries")

    def _asks_for_price(self, evidence: Evidence) -> bool:
        """Whether the reason is about a requirement that states a price, a budget by itself."""
        if "requirement" not in evidence.kind.refs:
            return False
        requirement = requirement_of(self.need, str(evidence.ref("requirement")))
        return requirement is not None and requirement.kind == RequirementKind.BUDGET


def requirement_of(need: NeedContent, reference: str) -> RequirementContent | None:
    """Return the need's requirement at the position ``reference``, if it still has one there."""
    position = int(reference)
    if 1 <= position <= len(need.requirements):
        return need.requirements[position - 1]
    return None
