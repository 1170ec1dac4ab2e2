"""Exposure and its cost, by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from matchmaking.engine.exposure import (
    discounted_gain,
    exposure_at,
    exposure_ratio,
    measure_portfolio,
)
from matchmaking.engine.facts import ListingText
from matchmaking.engine.portfolio import PLACES, Offer


def offer(name: str, key: int, *, small: bool | None = False, vendor: str = "") -> Offer:
    return Offer(id=name, vendor=vendor or name, key=key, small=small)


def key(one: Offer) -> float:
    return float(one.key)


def test_the_last_of_the_first_places_still_gets_attention() -> None:
    assert exposure_at(PLACES) == pytest.approx(1 / math.log2(1 + PLACES))


def test_the_ratio_is_attention_for_merit_summed_over_all_lists() -> None:
    lists = [
        [offer("a", 8000), offer("b", 6000, small=True), offer("?", 9000, small=None)],
        [offer("c", 3000, small=True), offer("d", 2000), offer("e", 1000, small=True)],
    ]
    small = (1 / math.log2(3) + 1 + 1 / math.log2(4)) / (6000 + 3000 + 1000)
    large = (1 + 1 / math.log2(3)) / (8000 + 2000)

    assert exposure_ratio(lists) == pytest.approx(small / large)


@pytest.mark.parametrize(
    "offers",
    [
        [offer("a", 5000)],
        [offer("b", 5000, small=True)],
        [offer("a", 0), offer("b", 5000, small=True)],
        [offer("a", 5000), offer("b", 0, small=True)],
        # All attention is the small firms'.
        [*(offer(f"s{n}", 5000, small=True) for n in range(PLACES)), offer("a", 1000)],
        [],
    ],
)
def test_without_merit_or_attention_on_both_sides_there_is_no_ratio(offers: list[Offer]) -> None:
    assert math.isnan(exposure_ratio([offers]))


def test_gain_is_discounted_by_the_place() -> None:
    offers = [offer("a", 3), offer("b", 2), offer("c", 1)]

    assert discounted_gain(offers, key) == pytest.approx(3 + 2 / math.log2(3) + 1 / 2)


def gained(order: Sequence[float]) -> float:
    return sum(gain * exposure_at(place) for place, gain in enumerate(order, 1))


def test_a_portfolio_is_measured_a_list() -> None:
    text = ListingText("潜伏顶升式移动机器人")
    like = [
        Offer("x1", "x", 9000, small=False, text=text, evidence=1.0),
        Offer("x2", "x", 8999, total=2, small=False, text=text, evidence=1.0),
        # As good by key, listed behind by its lower total though its id comes first.
        Offer("x0", "x", 8999, total=1, small=False, text=text, evidence=1.0),
    ]
    gains = {"x1": 3.0, "x2": 2.0, "x0": 1.0}

    figures = measure_portfolio([like, []], lambda one: gains[one.id])

    assert figures["lists"] == 2.0
    assert figures["folded"] == 1.0
    assert figures["moved"] == figures["emerging"] == 0.0
    assert figures["ndcg_before"] == 1.0
    assert figures["ndcg_after"] == round(3.0 / gained([3, 2, 1]), 4)
    assert figures["ndcg_cost"] == round(1 - 3.0 / gained([3, 2, 1]), 4)


def test_gains_are_averaged_over_lists_that_hold_any() -> None:
    lists = [
        [offer("a", 9000), offer("b", 8000)],
        [offer("c", 9000), offer("d", 8000)],
        [offer("e", 9000), offer("f", 8000)],
    ]
    gains = {"a": 0.1, "b": 0.3, "c": 0.4, "d": 0.2, "e": 0.0, "f": 0.0}

    figures = measure_portfolio(lists, lambda one: gains[one.id])

    first = gained([0.1, 0.3]) / gained([0.3, 0.1])
    assert figures["ndcg_before"] == round((first + 1) / 2, 4)


def test_the_emerging_slot_is_counted() -> None:
    known = [
        Offer(f"l{n:02}", f"l{n:02}", 7000 - n, small=False, evidence=1.0, fit=5000)
        for n in range(12)
    ]
    newcomer = Offer("new", "new", 6990, small=False, evidence=0.0, fit=9000)

    figures = measure_portfolio([[*known, newcomer]], key)

    assert figures["emerging"] == 1.0
    assert figures["moved"] == 0.0


def test_of_nothing_nothing_is_measured() -> None:
    figures = measure_portfolio([], key)

    assert figures["lists"] == 0.0
    assert all(math.isnan(figures[name]) for name in figures if name != "lists")


def test_figures_have_four_decimals() -> None:
    lists = [[offer("a", 7000), offer("b", 6000, small=True)]]

    figures = measure_portfolio(lists, key)

    assert figures["ratio_before"] == round((1 / math.log2(3) / 6000) / (1 / 7000), 4)
