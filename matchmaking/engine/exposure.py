"""How much attention small and large firms get, and what steering it costs.

A place's exposure is 1 / log2(1 + place), nDCG's own discount. The ratio compares exposure per
merit (Singh and Joachims 2018, disparate treatment), merit being the rank key: 1.0 means that a
point of rank key brings a small firm as much attention as a large one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from matchmaking.engine.portfolio import PLACES, Label, Offer, Shown, arrange

Gain = Callable[[Offer], float]


def exposure_at(place: int) -> float:
    """The attention that a place (from 1) gets, in (0, 1]; nothing beyond the first PLACES."""
    return 1.0 / math.log2(1 + place) if place <= PLACES else 0.0


def exposure_ratio(lists: Iterable[Sequence[Offer]]) -> float:
    """Exposure per merit, small : large, over lists in the order in which they are shown.

    Offers of unknown size count on neither side. NaN when a side has no merit or exposure.
    """
    seen = {True: 0.0, False: 0.0}
    merit = {True: 0.0, False: 0.0}
    for shown in lists:
        for place, offer in enumerate(shown, 1):
            if offer.small is not None:
                seen[offer.small] += exposure_at(place)
                merit[offer.small] += offer.key
    if not all((merit[True], merit[False], seen[False])):
        return float("nan")
    return (seen[True] / merit[True]) / (seen[False] / merit[False])


def discounted_gain(shown: Sequence[Offer], gain: Gain) -> float:
    """Discounted cumulative gain of the first PLACES."""
    return sum(gain(offer) * exposure_at(place) for place, offer in enumerate(shown, 1))


def measure_portfolio(lists: Sequence[Sequence[Offer]], gain: Gain) -> dict[str, float]:
    """Before (by rank key) and after (arranged), over all lists.

    ``ndcg_before``, ``ndcg_after`` and their difference ``ndcg_cost``: mean nDCG at PLACES over the
    lists that hold any gain, against the best order of all their offers; ``ratio_before``,
    ``ratio_after``: exposure small : large per merit; ``moved`` and ``emerging``: labels a list,
    ``folded``: near-duplicates held back a list. NaN where nothing could be measured.
    """
    ranked = [sorted(offers, key=lambda o: (-o.key, -o.total, o.id)) for offers in lists]
    arranged = [arrange(offers) for offers in lists]
    shown = [_offers(rows, offers) for rows, offers in zip(arranged, lists, strict=True)]
    before, after = _mean_ndcg(ranked, lists, gain), _mean_ndcg(shown, lists, gain)
    rows = [row for one in arranged for row in one]
    each = 1.0 / len(lists) if lists else float("nan")
    figures = {
        "lists": float(len(lists)),
        "ndcg_before": before,
        "ndcg_after": after,
        "ndcg_cost": before - after,
        "ratio_before": exposure_ratio(ranked),
        "ratio_after": exposure_ratio(shown),
        "moved": each * sum(row.label is Label.SMALL_FIRM for row in rows),
        "emerging": each * sum(row.label is Label.EMERGING for row in rows),
        "folded": each * sum(len(row.folded) for row in rows),
    }
    return {name: round(value, 4) for name, value in figures.items()}


def _offers(rows: Iterable[Shown], offers: Iterable[Offer]) -> list[Offer]:
    by_id: Mapping[str, Offer] = {offer.id: offer for offer in offers}
    return [by_id[row.id] for row in rows]


def _mean_ndcg(
    shown: Sequence[Sequence[Offer]], lists: Sequence[Sequence[Offer]], gain: Gain
) -> float:
    found = []
    for order, offers in zip(shown, lists, strict=True):
        ideal = discounted_gain(sorted(offers, key=gain, reverse=True), gain)
        if ideal > 0:
            found.append(discounted_gain(order, gain) / ideal)
    return math.fsum(found) / len(found) if found else float("nan")
