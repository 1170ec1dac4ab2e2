"""Dates: can the vendor start and finish when the need wants it?

Capacity is answered here: a vendor whose projects in hand fill its capacity starts at its
earliest start, or, when it states none, nobody knows when.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from matchmaking.engine.criteria.items import Context, Item, amount, graded, of_kind
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import NeedFacts, Requirement, RequirementKind
from matchmaking.engine.ramps import mean_ramp, or_zero, ramp
from matchmaking.engine.table import Flags, Floats, SolutionTable

# A late start is worth nothing from this many days on.
LATE_START_DAYS = 90.0
_WEEK = 7.0
_START = ("solution.earliest_start",)
_LEAD = ("solution.lead_time",)


def dates(need: NeedFacts, table: SolutionTable, context: Context) -> tuple[Item, ...]:
    """The wanted end (else the wanted start), and each requirement of a longest lead time."""
    wanted = []
    if need.wanted_end is not None:
        wanted.append(_end(need, need.wanted_end, table, context.now))
    elif need.wanted_start is not None:
        wanted.append(_start(max(need.wanted_start, context.now), table))
    required = (_required(one, table) for one in of_kind(need, RequirementKind.LEAD_TIME_MAX))
    return (*wanted, *required)


class Schedule(NamedTuple):
    """Days, float64 (n,): from the start there ``left`` to the wanted end (below 0: the start is
    past it), and how long the work takes at its ``shortest`` (0 while unknown) and its
    ``longest`` (NaN while unknown).
    """

    left: Floats
    shortest: Floats
    longest: Floats


def schedule(need: NeedFacts, end: date, table: SolutionTable, now: date) -> Schedule:
    """Work starts on the latest of now, the wanted start and the vendor's earliest start."""
    wanted = max(need.wanted_start or now, now)
    starts = np.fmax(table.day("earliest_start"), wanted.toordinal())
    shortest = or_zero(table.number("lead_time.low")) * _WEEK
    return Schedule(end.toordinal() - starts, shortest, table.number("lead_time.high") * _WEEK)


def is_full(table: SolutionTable) -> Flags:
    """Where all capacity is known to be taken."""
    full: Flags = table.number("capacity_taken") >= table.number("capacity")
    return full


def late_start(wanted: date, table: SolutionTable) -> Floats:
    """1 where the vendor can start by then, 0 from LATE_START_DAYS later on, NaN unknown."""
    return ramp(table.day("earliest_start") - wanted.toordinal(), 0.0, LATE_START_DAYS)


def _required(requirement: Requirement, table: SolutionTable) -> Item:
    """1 up to the longest lead time allowed, 0 from one and a half times it."""
    most = amount(requirement)
    values, best = _lead(
        table.number("lead_time.low"), table.number("lead_time.high"), most, 1.5 * most
    )
    return graded(requirement, values, *_LEAD, best=best)


def _lead(
    shortest: Floats, longest: Floats, full: Floats | float, zero: Floats | float
) -> tuple[Floats, Floats]:
    """Values (NaN: unknown) and the best each could be."""
    values = mean_ramp(shortest, longest, full, zero)
    best = ramp(or_zero(shortest), full, zero)
    return np.where(np.isnan(values) & (best <= 0.0), 0.0, values), best


def _end(need: NeedFacts, end: date, table: SolutionTable, now: date) -> Item:
    """1 when the project ends in time, 0 when late by half the time there was for it."""
    planned = schedule(need, end, table, now)
    grace = max((end - max(need.wanted_start or now, now)).days, 1) / 2.0
    # A start past the wanted end is as late as if the project took that much longer.
    lost, full = np.maximum(-planned.left, 0.0), np.maximum(planned.left, 0.0)
    shortest, longest = planned.shortest + lost, planned.longest + lost
    values, best = _lead(shortest, longest, full, full + grace)
    waits = is_full(table) & np.isnan(table.day("earliest_start")) & (values != 0.0)
    best = np.where(np.isnan(values), best, values)
    values = np.where(waits, np.nan, values)

    def reasons(place: int) -> tuple[Evidence, ...]:
        if waits[place]:
            return (_no_capacity(table, place),)
        if np.isnan(values[place]):
            return (because("dates.unknown"),)
        return (_in_time(float(shortest[place]), float(longest[place]), float(full[place])),)

    def fields(place: int) -> tuple[str, ...]:
        return _START if waits[place] else _LEAD

    return Item(values, reasons, best=best, fields=fields)


def _no_capacity(table: SolutionTable, place: int) -> Evidence:
    solution = table.facts[place]
    return because("dates.no_capacity", capacity=solution.capacity, taken=solution.capacity_taken)


def _in_time(shortest: float, longest: float, left: float) -> Evidence:
    if np.isnan(longest):
        longest = shortest
    if longest <= left:
        return because("dates.in_time", spare_days=int(left - longest))
    if shortest <= left:
        return because("dates.maybe_late", late_days=int(longest - left))
    return because("dates.late", late_days=int(shortest - left))


def _start(wanted: date, table: SolutionTable) -> Item:
    """The wanted start alone, since no end is wanted."""
    values, full = late_start(wanted, table), is_full(table)

    def reasons(place: int) -> tuple[Evidence, ...]:
        earliest = table.facts[place].earliest_start
        if earliest is None:
            if full[place]:
                return (_no_capacity(table, place),)
            return (because("dates.unknown"),)
        late = (earliest - wanted).days
        if late <= 0:
            return (because("dates.start_in_time"),)
        return (because("dates.start_late", late_days=late),)

    return Item(values, reasons, fields=_START)
