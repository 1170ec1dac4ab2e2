"""Dates: can the vendor start and finish when the need wants it?

Capacity is answered here: a vendor whose projects in hand fill its capacity starts at its
earliest start, or, when it states none, nobody knows when.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from matchmaking.engine.criteria.items import Context, Item, graded, of_kind, unknown
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import NeedFacts, Range, Requirement, RequirementKind, SolutionFacts
from matchmaking.engine.ramps import mean_ramp, ramp

# A late start is worth nothing from this many days on.
LATE_START_DAYS = Decimal(90)
_WEEK = Decimal(7)


def dates(need: NeedFacts, solution: SolutionFacts, context: Context) -> tuple[Item, ...]:
    """The wanted end (else the wanted start), and each requirement of a longest lead time."""
    items = [
        _required(requirement, solution)
        for requirement in of_kind(need, RequirementKind.LEAD_TIME_MAX)
    ]
    if need.wanted_end is not None:
        items.insert(0, _end(need, need.wanted_end, solution, context.now))
    elif need.wanted_start is not None:
        items.insert(0, _start(max(need.wanted_start, context.now), solution))
    return tuple(items)


def is_full(solution: SolutionFacts) -> bool:
    """True when all capacity is known to be taken."""
    capacity, taken = solution.capacity, solution.capacity_taken
    return capacity is not None and taken is not None and taken >= capacity


def _required(requirement: Requirement, solution: SolutionFacts) -> Item:
    """1 up to the longest lead time allowed, 0 from one and a half times it."""
    most = requirement.number or Decimal(0)
    value, best = _lead(solution.lead_time, most, most * Decimal("1.5"))
    return graded(requirement, value, "solution.lead_time", best=best)


def _lead(lead: Range | None, full: Decimal, zero: Decimal) -> tuple[float | None, float]:
    """Value (None: unknown) and the best it could be."""
    if lead is None or not lead.is_known:
        return None, 1.0
    value = mean_ramp(lead, full, zero)
    if value is not None:
        return value, value
    best = ramp(lead.low or Decimal(0), full, zero)
    return (0.0, 0.0) if best <= 0.0 else (None, best)


def _end(need: NeedFacts, end: date, solution: SolutionFacts, now: date) -> Item:
    """1 when the project ends in time, 0 when late by half the time there was for it."""
    wanted = max(need.wanted_start or now, now)
    start = max(wanted, solution.earliest_start or wanted)
    grace = Decimal(max((end - wanted).days, 1)) / 2
    left = Decimal((end - start).days)
    # A start past the wanted end is as late as if the project took that much longer.
    lead, full = _longer(solution.lead_time, max(-left, Decimal(0))), max(left, Decimal(0))
    value, best = _lead(lead, full, full + grace)
    if is_full(solution) and solution.earliest_start is None and value != 0.0:
        capacity, taken = solution.capacity, solution.capacity_taken
        reason = because("dates.no_capacity", capacity=capacity, taken=taken)
        return unknown(reason, fields=("solution.earliest_start",), best=best)
    if value is None:
        return unknown(because("dates.unknown"), fields=("solution.lead_time",), best=best)
    return Item(value, (_in_time(lead, full),))


def _longer(weeks: Range | None, late: Decimal) -> Range:
    """The lead time in days plus the days lost before it; at least the latter."""
    low = weeks.low * _WEEK if weeks is not None and weeks.low is not None else Decimal(0)
    high = weeks.high * _WEEK + late if weeks is not None and weeks.high is not None else None
    return Range(low + late, high)


def _in_time(lead: Range, left: Decimal) -> Evidence:
    shortest = lead.low or Decimal(0)
    longest = shortest if lead.high is None else lead.high
    if longest <= left:
        return because("dates.in_time", spare_days=int(left - longest))
    if shortest <= left:
        return because("dates.maybe_late", late_days=int(longest - left))
    return because("dates.late", late_days=int(shortest - left))


def _start(wanted: date, solution: SolutionFacts) -> Item:
    """1 when the vendor can start by then, 0 from LATE_START_DAYS later on."""
    earliest = solution.earliest_start
    if earliest is None:
        if is_full(solution):
            capacity, taken = solution.capacity, solution.capacity_taken
            reason = because("dates.no_capacity", capacity=capacity, taken=taken)
        else:
            reason = because("dates.unknown")
        return unknown(reason, fields=("solution.earliest_start",))
    late = max((earliest - wanted).days, 0)
    value = ramp(Decimal(late), Decimal(0), LATE_START_DAYS)
    if late == 0:
        return Item(1.0, (because("dates.start_in_time"),))
    return Item(value, (because("dates.start_late", late_days=late),))
