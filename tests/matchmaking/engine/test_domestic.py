"""Domestic content: weighs nothing until the owner says so, then by what was asked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from matchmaking.engine.evidence import because
from matchmaking.engine.facts import NeedFacts, Requirement, RequirementKind
from matchmaking.engine.results import Part
from matchmaking.engine.score import Constants, score_pair
from matchmaking.engine.weights import DEFAULT_WEIGHTS, Criterion
from tests.matchmaking.engine.example import CORPUS, TODAY, need, solution

CONSTANTS = Constants(CORPUS, DEFAULT_WEIGHTS, TODAY)
ASKS = NeedFacts("XQ-9", "factory", weights={Criterion.DOMESTIC: 100})


def least(ref: str, percent: str) -> Requirement:
    return Requirement(ref, RequirementKind.DOMESTIC_SHARE_MIN, number=Decimal(percent))


def part_of(asks: NeedFacts, share: str | None) -> Part:
    offered = replace(solution(), domestic_share=None if share is None else Decimal(share))
    (part,) = score_pair(asks, offered, CONSTANTS).parts
    return part


def test_it_weighs_nothing_by_itself() -> None:
    offered = replace(solution(), domestic_share=Decimal(90))

    parts = score_pair(need(), offered, CONSTANTS).parts

    assert "domestic" not in {part.criterion for part in parts}


@pytest.mark.parametrize(("share", "value"), [("0", 0.0), ("62.4", 0.624), ("100", 1.0)])
def test_without_a_requirement_the_share_itself_counts(share: str, value: float) -> None:
    part = part_of(ASKS, share)

    assert part.value == pytest.approx(value)
    assert part.known_share == 1.0
    assert part.evidence == (because("domestic.share", percent=round(100 * value)),)


def test_a_share_that_is_not_stated_is_unknown() -> None:
    part = part_of(ASKS, None)

    assert part.known_share == 0.0
    assert part.evidence == (because("domestic.unknown"),)


@pytest.mark.parametrize(
    ("share", "value", "word"),
    [
        ("80", 1.0, "met"),
        ("70", 1.0, "met"),
        ("35", 0.5, "partly"),
        ("0", 0.0, "not_met"),
        (None, None, "unknown"),
    ],
)
def test_a_requirement_counts_by_the_share_of_it_that_is_reached(
    share: str | None, value: float | None, word: str
) -> None:
    refs = {"requirement": "r1", "kind": "domestic_share_min"}
    asks = replace(ASKS, requirements=(least("r1", "70"),))

    part = part_of(asks, share)

    assert value is None or part.value == pytest.approx(value)
    expected = refs | ({"percent": 50} if word == "partly" else {})
    assert part.evidence == (because(f"requirement.{word}", **expected),)


def test_asking_for_nothing_is_met_by_whoever_states_a_share() -> None:
    asks = replace(ASKS, requirements=(least("r1", "0"), least("r2", "50")))

    assert part_of(asks, "25").value == pytest.approx((1.0 + 0.5) / 2)
    assert part_of(asks, None).known_share == 0.0


def test_what_would_fill_the_gap_is_named() -> None:
    offered = replace(solution(), domestic_share=None)

    for asks in (ASKS, replace(ASKS, requirements=(least("r1", "70"),))):
        (missing,) = (
            one for one in score_pair(asks, offered, CONSTANTS).missing if one.gain == 5000
        )
        assert missing.field == "solution.domestic_share"
        assert missing.criterion is Criterion.DOMESTIC
