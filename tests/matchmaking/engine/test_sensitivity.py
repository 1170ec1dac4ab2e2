"""How far an order moves when the weights do."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.engine.score import Constants
from matchmaking.engine.sensitivity import (
    change_between,
    kendall_tau,
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
    assert change_between([], []).overlap == 1.0


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
