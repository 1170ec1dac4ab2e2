"""How far an order moves when the weights do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.engine.facts import Range, SolutionFacts, VendorWishes
from matchmaking.engine.score import Constants
from matchmaking.engine.sensitivity import (
    STEP,
    Change,
    change_between,
    kendall_tau,
    orders,
    overlap_at_top,
    sensitivity,
    varied,
)
from matchmaking.engine.table import SolutionTable
from matchmaking.engine.weights import DEFAULT_WEIGHTS, Criterion, Weights
from tests.matchmaking.engine import example
from tests.matchmaking.engine.strategies import BASE, TODAY

_orders = st.integers(0, 30).flatmap(
    lambda n: st.tuples(
        st.permutations([str(i) for i in range(n)]), st.permutations([str(i) for i in range(n)])
    )
)


@settings(max_examples=60, deadline=None)
@given(_orders)
def test_an_order_agrees_with_itself_and_symmetrically_with_others(
    pair: tuple[list[str], list[str]],
) -> None:
    one, other = pair
    assert overlap_at_top(one, one) == kendall_tau(one, one) == 1.0
    assert overlap_at_top(one, other) == overlap_at_top(other, one)
    assert kendall_tau(one, other) == kendall_tau(other, one)
    assert -1.0 <= kendall_tau(one, other) <= 1.0
    assert 0.0 <= overlap_at_top(one, other) <= 1.0


def test_tau_and_overlap_of_known_orders() -> None:
    assert kendall_tau(list("abcd"), list("dcba")) == -1.0
    # One of six pairs swapped: (5 - 1) / 6.
    assert abs(kendall_tau(list("abcd"), list("abdc")) - 4 / 6) < 1e-12
    twelve = [str(i) for i in range(12)]
    assert overlap_at_top(twelve, [*twelve[2:], *twelve[:2]]) == 0.8
    # Of two lists what either shows first counts: all twelve, of which two moved past ten others.
    assert kendall_tau(twelve, [*twelve[2:], *twelve[:2]]) == pytest.approx((66 - 2 * 20) / 66)
    assert kendall_tau(["a", "b"], ["b", "a"]) == -1.0
    assert kendall_tau(["a"], ["a"]) == kendall_tau([], []) == 1.0


def test_a_change_is_the_mean_over_needs() -> None:
    same, turned = (list("abcd"), list("abcd")), (list("abcd"), list("dcba"))

    assert change_between([same[0], turned[0]], [same[1], turned[1]]) == (1.0, 0.0)
    assert change_between([], []) == (1.0, 1.0)
    assert Change(0.123456, -0.98765).to_json() == {"overlap@10": 0.1235, "tau": -0.9877}
    with pytest.raises(ValueError, match="zip"):
        change_between([same[0]], [])


def test_a_step_down_never_goes_below_nothing() -> None:
    assert varied(DEFAULT_WEIGHTS, Criterion.MATURITY, -5)[Criterion.MATURITY] == 0
    assert varied(DEFAULT_WEIGHTS, Criterion.BUDGET, 5)[Criterion.BUDGET] == 17


def test_the_serving_weights_change_nothing() -> None:
    table = SolutionTable.of([example.solution()], BASE)
    constants = Constants(BASE, DEFAULT_WEIGHTS, TODAY)
    whole, around = sensitivity(
        [(example.need(), table)], constants, Weights(DEFAULT_WEIGHTS.to_json())
    )
    assert (whole.overlap, whole.tau) == (1.0, 1.0)
    assert set(around) == set(Criterion)


def near_and_cheap() -> list[SolutionFacts]:
    """One answers more scenarios, one costs less: weights decide which comes first."""
    base = replace(example.solution(), wishes=VendorWishes())
    return [
        replace(base, id="near", scenarios=example.need().scenarios),
        replace(base, id="cheap", price=Range(Decimal(300_000), Decimal(500_000))),
        replace(base, id="weak", limits={"max_load": Range(None, Decimal(10))}),
    ]


def test_an_order_leaves_out_whom_a_constraint_rules_out() -> None:
    sample = [(example.need(), SolutionTable.of(near_and_cheap(), BASE))]

    assert orders(sample, Constants(BASE, DEFAULT_WEIGHTS, TODAY)) == [["near", "cheap"]]


def test_a_step_of_each_criterion_is_measured_in_both_directions() -> None:
    sample = [(example.need(), SolutionTable.of(near_and_cheap(), BASE))]
    percent = dict.fromkeys(Criterion, 0) | {Criterion.SCENARIO: 20, Criterion.BUDGET: 24}
    # 0.5 of 20 against 0.375 of 24: five percent turn the order.
    weights = Weights({criterion.value: share for criterion, share in percent.items()})
    constants = Constants(BASE, weights, TODAY)
    serving = orders(sample, constants)

    whole, around = sensitivity(sample, constants, weights)

    assert whole == (1.0, 1.0)
    for criterion, (less, more) in around.items():
        for change, step in ((less, -STEP), (more, STEP)):
            other = replace(constants, weights=varied(weights, criterion, step))
            assert change == change_between(orders(sample, other), serving), criterion
    assert [tau for _overlap, tau in around[Criterion.SCENARIO]] == [-1.0, 1.0]
    assert [tau for _overlap, tau in around[Criterion.BUDGET]] == [1.0, -1.0]


def test_other_weights_than_those_serving_are_compared_with_them() -> None:
    sample = [(example.need(), SolutionTable.of(near_and_cheap(), BASE))]
    zero = {criterion.value: 0 for criterion in Criterion}
    by_scenario = Weights(zero | {"scenario": 100})
    by_budget = Weights(zero | {"budget": 100})

    whole, _around = sensitivity(sample, Constants(BASE, by_scenario, TODAY), by_budget)

    assert whole == (1.0, -1.0)
