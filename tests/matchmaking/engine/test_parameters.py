"""Typed parameters, type by type, with what is told of each."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from matchmaking.engine.corpus import Corpus
from matchmaking.engine.facts import (
    Comparison,
    Limit,
    ParameterSpec,
    Range,
    SolutionFacts,
    StatedParameter,
    Value,
)
from matchmaking.engine.parameters import explain, fits, is_asked
from matchmaking.engine.table import SolutionTable

LIMITS: list[Limit | None] = [
    Range(Decimal(1), Decimal(2)),
    Range(Decimal(2), None),
    Range(None, Decimal(1)),
    frozenset({"wifi", "5g"}),
    frozenset(),
    True,
    False,
    None,
]


def parameter(comparison: Comparison, value: Value) -> StatedParameter:
    return StatedParameter(ParameterSpec("x", comparison, "kg"), value)


def answers(comparison: Comparison, value: Value) -> list[float | None]:
    solutions = [
        SolutionFacts(str(place), "v", limits={} if limit is None else {"x": limit})
        for place, limit in enumerate(LIMITS)
    ]
    table = SolutionTable.of(solutions, Corpus())
    found = fits(parameter(comparison, value), table).tolist()
    return [None if np.isnan(one) else one for one in found]


@pytest.mark.parametrize(
    ("comparison", "value", "asked"),
    [
        (Comparison.AT_MOST, Decimal(1), True),
        (Comparison.AT_LEAST, Decimal(0), True),
        (Comparison.AT_MOST, Decimal("NaN"), False),
        (Comparison.AT_LEAST, Decimal("Infinity"), False),
        (Comparison.AT_MOST, "1", False),
        (Comparison.SUPPORTED, "wifi", True),
        (Comparison.SUPPORTED, frozenset({"wifi"}), True),
        (Comparison.SUPPORTED, "", False),
        (Comparison.SUPPORTED, frozenset(), False),
        (Comparison.SUPPORTED, Decimal(1), False),
        (Comparison.SUPPORTED, True, False),
        (Comparison.REQUIRED, True, True),
        (Comparison.REQUIRED, False, False),
        (Comparison.REQUIRED, "yes", False),
        (Comparison.INFO, "red", False),
        (Comparison.INFO, True, False),
        (Comparison.INFO, Decimal(1), False),
    ],
)
def test_what_cannot_be_compared_is_not_asked(
    comparison: Comparison, value: Value, asked: bool
) -> None:
    assert is_asked(parameter(comparison, value)) is asked


@pytest.mark.parametrize(
    ("comparison", "value", "expected"),
    [
        (Comparison.AT_MOST, Decimal(2), [1, None, 0, None, None, None, None, None]),
        (Comparison.AT_MOST, Decimal(1), [1, None, 1, None, None, None, None, None]),
        (Comparison.AT_LEAST, Decimal(2), [1, 1, None, None, None, None, None, None]),
        (Comparison.AT_LEAST, Decimal(1), [1, 0, None, None, None, None, None, None]),
        (Comparison.SUPPORTED, "wifi", [None, None, None, 1, None, None, None, None]),
        (
            Comparison.SUPPORTED,
            frozenset({"wifi", "lora"}),
            [None, None, None, 0, None, None, None, None],
        ),
        (Comparison.REQUIRED, True, [None, None, None, None, None, 1, 0, None]),
    ],
)
def test_a_limit_of_another_type_is_as_good_as_none(
    comparison: Comparison, value: Value, expected: list[float | None]
) -> None:
    assert answers(comparison, value) == expected


def test_both_ends_of_one_limit_are_kept_apart() -> None:
    table = SolutionTable.of([SolutionFacts("1", "v", limits={"x": LIMITS[0] or True})], Corpus())

    beyond = fits(parameter(Comparison.AT_MOST, Decimal(3)), table)
    reached = fits(parameter(Comparison.AT_LEAST, Decimal(3)), table)
    other = fits(
        StatedParameter(ParameterSpec("y", Comparison.AT_LEAST), Decimal(3)),
        table,
    )

    assert (beyond.tolist(), reached.tolist()) == ([0.0], [1.0])
    assert np.isnan(other).all()


@pytest.mark.parametrize(
    ("comparison", "value", "limit", "told"),
    [
        (Comparison.AT_MOST, Decimal("1E+3"), Range(None, Decimal("2E+3")), ("1000", "2000")),
        (Comparison.AT_LEAST, Decimal("1.50"), Range(Decimal("1E+1"), None), ("1.50", "10")),
        (Comparison.AT_LEAST, Decimal(1), Range(None, Decimal(2)), ("1", "")),
        (
            Comparison.SUPPORTED,
            frozenset({"wifi", "5g"}),
            frozenset({"lora", "5g"}),
            (("5g", "wifi"), ("5g", "lora")),
        ),
        (Comparison.SUPPORTED, "wifi", frozenset({"wifi"}), ("wifi", ("wifi",))),
        (Comparison.REQUIRED, True, False, (True, False)),
    ],
)
def test_value_and_limit_are_told_in_full(
    comparison: Comparison, value: Value, limit: Limit, told: tuple[object, object]
) -> None:
    within = explain(parameter(comparison, value), limit, 1.0)
    beyond = explain(parameter(comparison, value), limit, 0.0)

    assert (within.code, beyond.code) == ("parameter.within", "parameter.beyond")
    assert within.refs == beyond.refs
    shown = [within.ref(name) for name in ("parameter", "value", "limit", "unit")]
    assert shown == ["x", told[0], told[1], "kg"]


@pytest.mark.parametrize(("limit", "fit"), [(None, 1.0), (True, float("nan"))])
def test_what_is_not_known_is_told_without_a_limit(limit: Limit | None, fit: float) -> None:
    told = explain(parameter(Comparison.REQUIRED, True), limit, fit)

    assert told.code == "parameter.unknown"
    assert [told.ref(name) for name in ("parameter", "value", "unit")] == ["x", True, "kg"]
