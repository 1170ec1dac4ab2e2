"""The worked example: its numbers by hand, and that docs/engine.md shows them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from matchmaking.engine.facts import Certification, Level, Range
from matchmaking.engine.reciprocal import seen_by_vendor
from matchmaking.engine.results import PairScore, Side, Verdict
from matchmaking.engine.score import Constants, score_pair
from matchmaking.engine.weights import DEFAULT_WEIGHTS
from tests.matchmaking.engine.example import CORPUS, TODAY, need, solution

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "engine.md"
CONSTANTS = Constants(CORPUS, DEFAULT_WEIGHTS, TODAY)


def example() -> PairScore:
    return score_pair(need(), solution(), CONSTANTS)


@pytest.mark.parametrize(
    ("criterion", "value"),
    [
        ("scenario", 1 / 2),
        # Half the words (unknown, 0.5), half the mean of type 1, load 1 and aisle 0.
        ("technical", 0.5 * 0.5 + 0.5 * (1 + 1 + 0) / 3),
        # A confirmed recent case 0.6, a stated one without a result 0.6 * 0.4 * 0.9.
        ("industry", 0.5 + 0.5 * (1 - (1 - 0.6) * (1 - 0.6 * 0.4 * 0.9))),
        # A quarter of the price range lies within the budget, the rest on the way down.
        ("budget", (100_000 * 1 + 300_000 * (1 + 0) / 2) / 400_000),
        # 16 to 24 weeks, 20 there are, half as many of grace: half in time, half 1 to 0.6.
        ("dates", (4 * 1 + 4 * (1 + 0.6) / 2) / 8),
        ("after_sales", (1 + 0.5) / 2),
        ("integration", 0.5),
        ("certifications", 1),
        ("maturity", (3 - 2) / (4 - 2)),
    ],
)
def test_each_value_follows_its_formula(criterion: str, value: float) -> None:
    (part,) = (part for part in example().parts if part.criterion == criterion)

    assert part.value == pytest.approx(value, abs=1e-6)


def test_the_parts_add_up_to_the_total() -> None:
    score = example()

    assert score.total == 6645
    assert sum(part.points for part in score.parts) == score.total
    # Integration (6) and half of technical (10) are unknown, of 96 asked.
    assert score.confidence == pytest.approx(80 / 96)


def test_the_rank_uses_what_the_vendor_wants() -> None:
    score = example()

    assert score.vendor is not None
    assert score.vendor.total == 5000
    assert score.rank_key == round(6645 * (1 - 0.3 * 0.5))


def test_the_document_shows_these_numbers() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    score = example()

    for part in score.parts:
        row = (
            f"| {part.criterion} | {part.weight} | {part.value:.4f} "
            f"| {part.points / 100:.2f} | {part.points_max / 100:.2f} |"
        )
        assert row in text
    assert f"**{score.total / 100:.2f}**" in text
    assert f"**{score.rank_key / 100:.2f}**" in text
    assert f"{score.confidence:.1%}" in text


def test_missing_fields_come_with_their_largest_gain() -> None:
    gaps = {(gap.side, gap.field): gap.gain for gap in example().missing}

    assert gaps[Side.SOLUTION, "solution.integration_forms"] == 312
    assert gaps[Side.SOLUTION, "solution.text"] == 521


def test_filling_a_missing_field_in_gains_what_was_promised() -> None:
    filled = replace(solution(), integration_forms=frozenset({"vertical"}))

    after = score_pair(need(), filled, CONSTANTS)

    assert after.total - example().total == pytest.approx(312, abs=1)


def test_a_load_beyond_the_limit_rules_out() -> None:
    weak = replace(solution(), limits={"max_load": Range(None, Decimal(500))})

    score = score_pair(need(), weak, CONSTANTS)

    assert score.ruled_out
    assert [failed.code for failed in score.failed] == ["parameter.max_load"]


def test_a_claimed_certification_is_to_be_confirmed_not_ruled_out() -> None:
    claimed = replace(solution(), certifications={"iso9001": Certification()})

    score = score_pair(need(), claimed, CONSTANTS)

    assert not score.ruled_out
    assert [open_.evidence.code for open_ in score.unconfirmed] == [
        "requirement.certification_unverified"
    ]


def test_an_expired_certification_rules_out_only_a_must() -> None:
    expired = replace(
        solution(), certifications={"iso9001": Certification(True, TODAY.replace(2025))}
    )
    softer = replace(
        need(),
        requirements=tuple(replace(r, level=Level.SHOULD) for r in need().requirements),
    )

    assert score_pair(need(), expired, CONSTANTS).ruled_out
    assert not score_pair(softer, expired, CONSTANTS).ruled_out


def test_nobody_is_matched_with_itself() -> None:
    own = replace(solution(), organization_id=need().organization_id)

    score = score_pair(need(), own, CONSTANTS)

    assert [c.code for c in score.constraints if c.verdict is Verdict.FAIL] == ["own_organization"]


def test_a_solution_for_other_work_is_ruled_out_unless_a_scenario_is_shared() -> None:
    other = replace(solution(), project_types=frozenset({"vision"}))
    elsewhere = replace(other, scenarios=frozenset({"在线智能检测"}))

    assert not score_pair(need(), other, CONSTANTS).ruled_out
    score = score_pair(need(), elsewhere, CONSTANTS)
    assert [failed.evidence.code for failed in score.failed] == ["constraint.other_work"]


def test_a_full_vendor_without_a_start_date_is_unknown_in_dates() -> None:
    full = replace(solution(), capacity=2, capacity_taken=2)

    score = score_pair(need(), full, CONSTANTS)

    (dates,) = (part for part in score.parts if part.criterion == "dates")
    assert dates.value == 0.5
    assert dates.evidence[0].code == "dates.no_capacity"


def test_the_vendor_is_told_neither_budget_nor_its_points() -> None:
    shown = seen_by_vendor(example())

    assert "budget" not in {part.criterion for part in shown.parts}
    assert sum(part.points for part in shown.parts) == shown.total
    assert shown.vendor is not None
    assert [part.criterion for part in shown.vendor.parts] == ["industry"]
