"""After-sales reach: does the vendor serve the place, and as the need requires?"""

from __future__ import annotations

from decimal import Decimal

from matchmaking.engine.criteria.items import Context, Item, graded, of_kind, unknown
from matchmaking.engine.evidence import because
from matchmaking.engine.facts import NeedFacts, Requirement, RequirementKind, SolutionFacts
from matchmaking.engine.ramps import ramp

KINDS = (
    RequirementKind.IN_DISTRICT,
    RequirementKind.ON_SITE,
    RequirementKind.RESPONSE_HOURS_MAX,
)


def after_sales(need: NeedFacts, solution: SolutionFacts, _: Context) -> tuple[Item, ...]:
    """One item for the district, one for each requirement on place, presence and response."""
    items = [_required(requirement, solution) for requirement in of_kind(need, *KINDS)]
    if need.district is not None:
        items.insert(0, _reach(need.district, solution))
    return tuple(items)


def _reach(district: str, solution: SolutionFacts) -> Item:
    if solution.nationwide or district in solution.service_districts:
        reason = because("service.reaches", district=district, nationwide=solution.nationwide)
        return Item(1.0, (reason,))
    if not solution.service_districts:
        reason = because("service.unknown", district=district)
        return unknown(reason, fields=("solution.service_districts",))
    return Item(0.0, (because("service.elsewhere", district=district),))


def _required(requirement: Requirement, solution: SolutionFacts) -> Item:
    if requirement.kind is RequirementKind.IN_DISTRICT:
        return graded(requirement, in_district(requirement, solution), "solution.vendor_district")
    if requirement.kind is RequirementKind.ON_SITE:
        on_site = solution.after_sales.on_site
        value = None if on_site is None else float(on_site)
        return graded(requirement, value, "solution.after_sales.on_site")
    return graded(
        requirement, _response(requirement, solution), "solution.after_sales.response_hours"
    )


def in_district(requirement: Requirement, solution: SolutionFacts) -> float | None:
    """1 when the vendor sits in one of the districts asked for, None while its own is unknown."""
    district = solution.vendor_district
    return None if district is None else float(district in requirement.codes)


def _response(requirement: Requirement, solution: SolutionFacts) -> float | None:
    """1 up to the hours asked for, 0 from twice as many."""
    hours, most = solution.after_sales.response_hours, requirement.number or Decimal(0)
    return None if hours is None else ramp(Decimal(hours), most, most * 2)
