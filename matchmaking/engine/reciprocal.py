"""The other direction: does the need suit what the vendor wants, and who may see which reason.

A match nobody would accept is no match: the pair's rank uses both scores. Capacity is not judged
here but under dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matchmaking.engine.criteria.industry import NEAR, proximity
from matchmaking.engine.criteria.items import Item, unknown
from matchmaking.engine.evidence import Evidence, Privacy, because
from matchmaking.engine.facts import NeedFacts, Range, SolutionFacts
from matchmaking.engine.parts import Judged, assemble, confidence, judge
from matchmaking.engine.results import Missing, PairScore, Part, Side, VendorScore

# Percent of the vendor's score; what the vendor did not wish leaves the denominator.
SIZE_WEIGHT, INDUSTRY_WEIGHT, DISTRICT_WEIGHT = 40, 35, 25
# The share of a pair's rank that the vendor's wishes can take away.
VENDOR_SHARE = 0.3
_ASSUMED = 0.5


def vendor_score(need: NeedFacts, solution: SolutionFacts) -> VendorScore | None:
    """How well the need suits the vendor's wishes; None when it has none."""
    wishes = solution.wishes
    judged = []
    if wishes.project_size is not None and wishes.project_size.is_known:
        judged.append(("size", SIZE_WEIGHT, _size(need.budget, wishes.project_size)))
    if wishes.industries:
        judged.append(("industry", INDUSTRY_WEIGHT, _industry(need.industry, wishes.industries)))
    if wishes.districts:
        judged.append(("district", DISTRICT_WEIGHT, _district(need.district, wishes.districts)))
    if not judged:
        return None
    total, parts = assemble([judge(name, w, (item,), _ASSUMED) for name, w, item in judged])
    return VendorScore(total, parts)


def rank_key(total: int, vendor: VendorScore | None) -> int:
    """total * (1 - VENDOR_SHARE * (1 - vendor / 10,000)), rounded: 0..10,000."""
    if vendor is None:
        return total
    return round(total * (1.0 - VENDOR_SHARE * (1.0 - vendor.total / 10_000)))


def seen_by_vendor(score: PairScore) -> PairScore:
    """The score as its vendor may see it: rebuilt without whatever rests on what the need's
    owner keeps to itself (the budget), so that no change of a price can probe it.
    """
    return _without(score, frozenset({"need_owner", "platform"}))


def seen_by_need_owner(score: PairScore) -> PairScore:
    """The score as the need's owner may see it: without the vendor's wishes. ``rank_key`` stays,
    since it orders the owner's list; it says nothing of which wish it was.
    """
    kept = _without(score, frozenset({"vendor", "platform"}))
    return replace(kept, vendor=None, rank_key=score.rank_key)


def _without(score: PairScore, hidden: frozenset[Privacy]) -> PairScore:
    total, parts = _rebuilt(score.parts, hidden)
    gone = {part.criterion for part in score.parts} - {part.criterion for part in parts}
    vendor = None
    if score.vendor is not None:
        rest = VendorScore(*_rebuilt(score.vendor.parts, hidden))
        vendor = rest if rest.parts else None
    return replace(
        score,
        total=total,
        parts=parts,
        confidence=confidence(parts) if gone else score.confidence,
        constraints=tuple(c for c in score.constraints if c.evidence.private_to not in hidden),
        missing=_gains(score, parts) if gone else score.missing,
        vendor=vendor,
        rank_key=rank_key(total, vendor),
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


def _rebuilt(parts: Sequence[Part], hidden: frozenset[Privacy]) -> tuple[int, tuple[Part, ...]]:
    kept = [p for p in parts if not any(e.private_to in hidden for e in p.evidence)]
    return assemble(
        [Judged(p.criterion, p.weight, p.value, p.known_share, p.evidence) for p in kept]
    )


def _size(budget: Range | None, wanted: Range) -> Item:
    """The share of the budget range that lies within the wanted size; 1 or 0 for one amount."""
    low = None if budget is None else budget.low if budget.low is not None else budget.high
    high = None if budget is None else budget.high if budget.high is not None else budget.low
    if low is None or high is None:
        return unknown(because("wish.size_unknown"), fields=("need.budget",))
    from_low = low if wanted.low is None else max(low, wanted.low)
    to_high = high if wanted.high is None else min(high, wanted.high)
    if from_low > to_high:
        return Item(0.0, (because("wish.size_misses"),))
    value = 1.0 if high == low else float((to_high - from_low) / (high - low))
    if value >= 1.0:
        return Item(1.0, (because("wish.size_fits"),))
    return Item(value, (because("wish.size_partly", percent=round(value * 100)),))


def _industry(industry: str | None, wanted: frozenset[str]) -> Item:
    if industry is None:
        reason = because("wish.industry_unknown")
        return unknown(reason, fields=("need.industry",))
    value = max(proximity(industry, code) for code in wanted)
    words = {1.0: "fits", NEAR: "near", 0.0: "misses"}[value]
    return Item(value, (because(f"wish.industry_{words}", industry=industry),))


def _district(district: str | None, wanted: frozenset[str]) -> Item:
    if district is None:
        reason: Evidence = because("wish.district_unknown")
        return unknown(reason, fields=("need.district",))
    fits = district in wanted
    reason = because(f"wish.district_{'fits' if fits else 'misses'}", district=district)
    return Item(float(fits), (reason,))
