"""After-sales reach: does the vendor serve the place, and as the need requires?"""

from __future__ import annotations

import numpy as np

from matchmaking.engine.criteria.items import Context, Item, amount, graded, of_kind
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import NeedFacts, Requirement, RequirementKind
from matchmaking.engine.ramps import ramp
from matchmaking.engine.table import Floats, SolutionTable

KINDS = (
    RequirementKind.IN_DISTRICT,
    RequirementKind.ON_SITE,
    RequirementKind.RESPONSE_HOURS_MAX,
)
ON_SITE, RESPONSE_HOURS = "after_sales.on_site", "after_sales.response_hours"


def after_sales(need: NeedFacts, table: SolutionTable, _: Context) -> tuple[Item, ...]:
    """One item for the district, one for each requirement on place, presence and response."""
    reach = [] if need.district is None else [_reach(need.district, table)]
    required = (_required(requirement, table) for requirement in of_kind(need, *KINDS))
    return (*reach, *required)


def _reach(district: str, table: SolutionTable) -> Item:
    reaches = table.equals("nationwide", True) | table.holds("service_districts", district)

    def reasons(place: int) -> tuple[Evidence, ...]:
        solution = table.facts[place]
        if reaches[place]:
            nationwide = solution.nationwide
            return (because("service.reaches", district=district, nationwide=nationwide),)
        word = "elsewhere" if solution.service_districts else "unknown"
        return (because(f"service.{word}", district=district),)

    elsewhere = np.where(table.states("service_districts"), 0.0, np.nan)
    values = np.where(reaches, 1.0, elsewhere)
    return Item(values, reasons, fields=("solution.service_districts",))


def _required(requirement: Requirement, table: SolutionTable) -> Item:
    if requirement.kind is RequirementKind.IN_DISTRICT:
        return graded(requirement, in_district(requirement, table), "solution.vendor_district")
    if requirement.kind is RequirementKind.ON_SITE:
        return graded(requirement, table.number(ON_SITE), f"solution.{ON_SITE}")
    # 1 up to the hours asked for, 0 from twice as many.
    most = amount(requirement)
    values = ramp(table.number(RESPONSE_HOURS), most, 2 * most)
    return graded(requirement, values, f"solution.{RESPONSE_HOURS}")


def in_district(requirement: Requirement, table: SolutionTable) -> Floats:
    """1 where the vendor sits in one of the districts asked for, NaN while its own is unknown."""
    sits = table.among("vendor_district", requirement.codes)
    answer: Floats = np.where(table.equals("vendor_district", None), np.nan, sits)
    return answer
