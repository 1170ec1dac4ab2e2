"""The other direction: does the need suit what the vendor wants, and who may see which reason.

A match nobody would accept is no match: the pair's rank uses both scores.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from matchmaking.engine.criteria.dates import is_full, late_start
from matchmaking.engine.criteria.industry import NEAR, nearness
from matchmaking.engine.criteria.items import Item, Reasons, percent
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import NeedFacts, SolutionFacts
from matchmaking.engine.parts import Judged, confidence, judge, share_out, total, totals
from matchmaking.engine.ramps import or_zero
from matchmaking.engine.results import Missing, PairScore, Part, Side, VendorScore
from matchmaking.engine.table import Flags, Floats, Integers, SolutionTable

# Percent of the vendor's score; what the vendor did not wish leaves the denominator.
SIZE_WEIGHT, INDUSTRY_WEIGHT, DISTRICT_WEIGHT, CAPACITY_WEIGHT = 35, 30, 20, 15
# The share of a pair's rank that the vendor's wishes can take away.
VENDOR_SHARE = 0.3
_ASSUMED = 0.5


def wishes(need: NeedFacts, table: SolutionTable, now: date) -> tuple[Judged, ...]:
    """How well the need suits each vendor's wishes, wish by wish."""
    judged = (
        ("size", SIZE_WEIGHT, _size(need, table)),
        ("industry", INDUSTRY_WEIGHT, _industry(need, table)),
        ("district", DISTRICT_WEIGHT, _district(need, table)),
        ("capacity", CAPACITY_WEIGHT, _capacity(need, table, now)),
    )
    return tuple(judge(name, weight, (item,), _ASSUMED) for name, weight, item in judged)


def vendor_totals(judged: Sequence[Judged], size: int) -> Floats:
    """The vendors' scores, 0..10,000, shape (size,); NaN where a vendor wishes nothing."""
    has_wish = np.zeros(size, dtype=np.bool_)
    for one in judged:
        has_wish |= one.weights > 0.0
    answer: Floats = np.where(has_wish, totals(judged, size), np.nan)
    return answer


def rank_keys(own: Integers, vendors: Floats) -> Integers:
    """total * (1 - VENDOR_SHARE * (1 - vendor / 10,000)), rounded: 0..10,000, shape (n,); the
    total itself where a vendor wishes nothing (NaN).
    """
    full = np.where(np.isnan(vendors), 10_000.0, vendors)
    keys: Integers = np.rint(own * (1.0 - VENDOR_SHARE * (1.0 - full / 10_000))).astype(np.int64)
    return keys


def seen_by_vendor(score: PairScore, *, budget_is_private: bool = True) -> PairScore:
    """The score as its vendor may see it: rebuilt without whatever rests on what the need's
    owner keeps to itself (blocked vendors, conflicts, its own weights, and the budget unless it
    is public), so that no change of any of these can probe it. ``budget_is_private``: the need's.
    """

    def hides(evidence: Evidence) -> bool:
        return evidence.is_hidden_from_vendor(budget_is_private=budget_is_private)

    return _without(score.for_vendor, hides)


def seen_by_need_owner(score: PairScore) -> PairScore:
    """The score as the need's owner may see it: without the vendor's wishes. ``rank_key`` stays,
    since it orders the owner's list; it says nothing of which wish it was.
    """
    kept = _without(score, lambda evidence: evidence.private_to in ("vendor", "platform"))
    return replace(kept, vendor=None, rank_key=score.rank_key, by_platform=None)


def _without(score: PairScore, hides: Callable[[Evidence], bool]) -> PairScore:
    own, parts = _rebuilt(score.parts, hides)
    gone = {part.criterion for part in score.parts} - {part.criterion for part in parts}
    vendor, key = None, own
    if score.vendor is not None:
        vendor_total, vendor_parts = _rebuilt(score.vendor.parts, hides)
        if vendor_parts:
            vendor = VendorScore(vendor_total, vendor_parts)
            key = int(rank_keys(np.array([own]), np.array([float(vendor_total)]))[0])
    return replace(
        score,
        total=own,
        parts=parts,
        confidence=confidence(parts) if gone else score.confidence,
        constraints=tuple(c for c in score.constraints if not hides(c.evidence)),
        missing=_gains(score, parts) if gone else score.missing,
        vendor=vendor,
        rank_key=key,
    )


def _gains(score: PairScore, kept: Sequence[Part]) -> tuple[Missing, ...]:
    """The gains of the solution's fields against the total that is left. Those of the need's
    fields are left out: they would tell the hidden parts' sum.
    """
    before, after = (sum(part.weight for part in parts) for parts in (score.parts, kept))
    names = {part.criterion for part in kept}
    return tuple(
        replace(gap, gain=round(gap.gain * before / after))
        for gap in score.missing
        if gap.side is Side.SOLUTION and gap.criterion in names
    )


def _rebuilt(
    parts: Sequence[Part], hides: Callable[[Evidence], bool]
) -> tuple[int, tuple[Part, ...]]:
    """Total and parts of what is left once every part with a hidden reason is gone."""
    kept = [part for part in parts if not any(hides(reason) for reason in part.evidence)]
    points, most = share_out(
        [part.weight for part in kept], [part.value for part in kept], total(kept)
    )
    shown = tuple(
        replace(part, points=got, points_max=at_most)
        for part, got, at_most in zip(kept, points, most, strict=True)
    )
    return total(kept), shown


def _wish(values: Floats, reasons: Reasons, wished: Flags, *, is_owners: bool = False) -> Item:
    return Item(values, reasons, weight=wished.astype(np.float64), is_owners=is_owners)


def _size(need: NeedFacts, table: SolutionTable) -> Item:
    """The share of the budget range that lies within the wanted size; 1 or 0 for one amount."""
    lows, highs = table.number("wishes.project_size.low"), table.number("wishes.project_size.high")
    ends = [] if need.budget is None else [need.budget.low, need.budget.high]
    stated = [float(end) for end in ends if end is not None]
    values = np.full(len(table), np.nan)
    if stated:
        low, high = stated[0], stated[-1]
        within = np.fmin(highs, high) - np.fmax(lows, low)
        share = within / (high - low) if high > low else np.ones(len(table))
        values = np.where(within < 0.0, 0.0, np.minimum(share, 1.0))

    def reasons(place: int) -> tuple[Evidence, ...]:
        value = float(values[place])
        if np.isnan(value):
            return (because("wish.size_unknown"),)
        if 0.0 < value < 1.0:
            return (because("wish.size_partly", percent=percent(value)),)
        return (because("wish.size_fits" if value else "wish.size_misses"),)

    wished = ~(np.isnan(lows) & np.isnan(highs))
    return _wish(values, reasons, wished, is_owners=need.budget_is_private)


def _industry(need: NeedFacts, table: SolutionTable) -> Item:
    wanted, path = need.industry, "wishes.industries"
    if wanted is None:
        unknown = because("wish.industry_unknown")
        return _wish(np.full(len(table), np.nan), lambda _: (unknown,), table.states(path))
    values = nearness(wanted, table, path)
    words = {1.0: "fits", NEAR: "near", 0.0: "misses"}

    def reasons(place: int) -> tuple[Evidence, ...]:
        return (because(f"wish.industry_{words[float(values[place])]}", industry=wanted),)

    return _wish(values, reasons, table.states(path))


def _district(need: NeedFacts, table: SolutionTable) -> Item:
    wanted, path = need.district, "wishes.districts"
    if wanted is None:
        unknown = because("wish.district_unknown")
        return _wish(np.full(len(table), np.nan), lambda _: (unknown,), table.states(path))
    values = table.holds(path, wanted).astype(np.float64)

    def reasons(place: int) -> tuple[Evidence, ...]:
        word = "fits" if values[place] else "misses"
        return (because(f"wish.district_{word}", district=wanted),)

    return _wish(values, reasons, table.states(path))


def _capacity(need: NeedFacts, table: SolutionTable, now: date) -> Item:
    """1 while there is capacity left; once full, what its earliest start is worth (0 without
    one). A vendor that states no capacity wishes nothing.
    """
    wanted = max(need.wanted_start or now, now)
    full, taken = is_full(table), table.number("capacity_taken")
    later = or_zero(late_start(wanted, table))
    values = np.where(np.isnan(taken), np.nan, np.where(full, later, 1.0))

    def reasons(place: int) -> tuple[Evidence, ...]:
        return (_capacity_reason(table.facts[place], wanted),)

    return _wish(values, reasons, ~np.isnan(table.number("capacity")))


def _capacity_reason(solution: SolutionFacts, wanted: date) -> Evidence:
    capacity, taken, earliest = solution.capacity, solution.capacity_taken, solution.earliest_start
    if capacity is None or taken is None:
        return because("wish.capacity_unknown")
    if taken < capacity:
        return because("wish.capacity_free", spare=capacity - taken)
    if earliest is None:
        return because("wish.capacity_taken")
    late = (earliest - wanted).days
    if late > 0:
        return because("wish.capacity_late", late_days=late)
    return because("wish.capacity_in_time")
