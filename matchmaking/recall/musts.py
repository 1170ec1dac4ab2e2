"""What a need's owner insists on, as conditions on a candidate's columns.

A condition keeps whatever the engine would not surely fail (`engine/constraints.py`): an unknown
column is kept, and where a column cannot tell the whole rule, the weaker condition stands.

What the owner keeps to itself (a private budget, a blacklist) is no condition here: a run also
tells vendors' lists, which must look the same whatever that is.
"""

from decimal import Decimal

from django.db.models import Q

from matchmaking.engine.facts import Level, NeedFacts, Requirement, RequirementKind
from matchmaking.engine.price import HIGHEST_VAT

_HIGHEST_VAT = Decimal(str(HIGHEST_VAT))
# The engine reckons in floating point; what lies on the very limit is left to it.
_ROUNDING = Decimal("1.000001")


def must_conditions(need: NeedFacts) -> Q | None:
    """Return what a solution's columns must not contradict; None when nothing is insisted on."""
    conditions = Q()
    if need.budget_is_ceiling and need.budget is not None and need.budget.high is not None:
        conditions &= _affordable(need, need.budget.high)
    for requirement in need.requirements:
        if requirement.level is Level.MUST:
            conditions &= _must(need, requirement)
    return conditions or None


def _must(need: NeedFacts, requirement: Requirement) -> Q:
    number, codes = requirement.number or Decimal(0), sorted(requirement.codes)
    match requirement.kind:
        case RequirementKind.LEAD_TIME_MAX:
            return _unknown_or("lead_time_low", "lte", number)
        case RequirementKind.DOMESTIC_SHARE_MIN:
            return _unknown_or("domestic_share", "gte", number)
        case RequirementKind.RESPONSE_HOURS_MAX:
            return _unknown_or("response_hours", "lte", number)
        case RequirementKind.BUDGET_MAX:
            return _affordable(need, number)
        case RequirementKind.ON_SITE:
            return Q(on_site=True) | Q(on_site__isnull=True)
        case RequirementKind.IN_DISTRICT:
            return _unknown_or("vendor_district", "in", codes)
        case RequirementKind.SCENARIO:
            return Q(scenarios__contains=codes) | Q(scenarios=[])
        case RequirementKind.INTEGRATION_FORM:
            return Q(integration_forms__contains=codes) | Q(integration_forms=[])
        case RequirementKind.INDUSTRY_CASE:
            return Q(case_industries__overlap=codes) | Q(case_industries=[])
        case _:
            return Q()


def _affordable(need: NeedFacts, ceiling: Decimal) -> Q:
    """A budget without VAT may meet a price with it, which then counts for less."""
    if need.budget_is_private:
        return Q()
    most = ceiling * _HIGHEST_VAT if need.budget_tax_included is False else ceiling
    return _unknown_or("price_low", "lte", most * _ROUNDING)


def _unknown_or(column: str, lookup: str, value: object) -> Q:
    return Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__{lookup}": value})
