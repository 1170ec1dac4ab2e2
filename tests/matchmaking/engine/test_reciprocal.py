"""Both directions of a pair, and what each side is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import Level, NeedFacts, Requirement, RequirementKind, SolutionFacts
from matchmaking.engine.reciprocal import rank_keys, seen_by_need_owner, seen_by_vendor
from matchmaking.engine.results import Constraint, PairScore, Side, VendorScore, Verdict
from matchmaking.engine.score import Constants, Ranking, rank, rank_needs, score_pair
from matchmaking.engine.table import NeedTable, SolutionTable
from matchmaking.engine.weights import DEFAULT_WEIGHTS, Criterion
from tests.matchmaking.engine.example import CORPUS, TODAY, need, solution

CONSTANTS = Constants(CORPUS, DEFAULT_WEIGHTS, TODAY)
PRIVATE = [because("wish.size_fits"), because("wish.industry_fits", industry="C36")]
OPEN = because("domestic.unknown")


def scored(wanted: NeedFacts, offered: SolutionFacts) -> PairScore:
    return score_pair(wanted, offered, CONSTANTS)


def needs() -> list[NeedFacts]:
    blocked = replace(need(), id="XQ-2", blocked_organizations=frozenset({"vendor"}))
    far = replace(need(), id="XQ-3", industry="C13", district="pudong", budget=None)
    own = replace(need(), id="XQ-4", weights={"scenario": 60, "budget": 40})
    strict = replace(
        need(),
        id="XQ-5",
        requirements=(
            Requirement("r1", RequirementKind.LEAD_TIME_MAX, Level.MUST, number=Decimal(4)),
        ),
    )
    return [need(), blocked, far, own, strict]


def test_a_pair_is_the_same_from_the_vendors_side() -> None:
    wanted, offered = needs(), solution()

    found = rank_needs(offered, NeedTable.of(wanted, CORPUS), CONSTANTS)

    assert found.ids == ("XQ-1", "XQ-2", "XQ-3", "XQ-4", "XQ-5")
    table = SolutionTable.of([offered], CORPUS)
    for place, one in enumerate(wanted):
        alone = rank(one, table, CONSTANTS)
        for column in (
            *("totals", "rank_keys", "vendor_keys"),
            *("confidences", "ruled_out", "vendor_ruled_out"),
        ):
            many, single = getattr(found, column), getattr(alone, column)
            assert (many[place], many.dtype) == (single[0], single.dtype), column
        assert found.explain(place) == alone.explain(0)
        assert found.explain(place).need_id == one.id
        assert found.explain(place).solution_id == offered.id
    assert found.ruled_out.tolist() == [False, True, False, False, True]
    # Whom an owner blocks is the owner's own affair.
    assert found.vendor_ruled_out.tolist() == [False, False, False, False, True]
    assert found.explain(3).by_platform is not None


def test_no_needs_are_ranked_too() -> None:
    found = rank_needs(solution(), NeedTable.of([], CORPUS), CONSTANTS)

    assert found.ids == ()
    assert found.order().tolist() == found.vendor_order().tolist() == []
    dtypes = [
        (found.totals, np.int64),
        (found.rank_keys, np.int64),
        (found.vendor_keys, np.int64),
        (found.confidences, np.float64),
        (found.ruled_out, np.bool_),
        (found.vendor_ruled_out, np.bool_),
    ]
    assert all(column.dtype == kind for column, kind in dtypes)


def test_each_side_has_an_order_of_its_own() -> None:
    ranking = Ranking(
        ids=("e", "d", "c", "b", "a", "f"),
        totals=np.array([60, 70, 70, 70, 10, 99]),
        rank_keys=np.array([60, 50, 50, 50, 90, 99]),
        vendor_keys=np.array([10, 30, 30, 20, 40, 50]),
        confidences=np.ones(6),
        ruled_out=np.array([False, False, False, False, False, True]),
        vendor_ruled_out=np.array([False, False, False, True, False, False]),
        _explain=lambda _place: scored(need(), solution()),
    )
    fuller = replace(ranking, totals=np.array([60, 70, 71, 70, 10, 99]))

    def names(places: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> str:
        return "".join(ranking.ids[place] for place in places)

    # By rank key, then total, then id; ruled out last.
    assert names(ranking.order()) == "aebcdf"
    assert names(fuller.order()) == "aecbdf"
    assert names(ranking.vendor_order()) == "facdeb"


def test_the_owner_is_told_nothing_of_the_vendors_wishes_but_its_rank() -> None:
    whole = scored(need(), solution())
    hidden = tuple(Constraint("x", Verdict.PASS, reason) for reason in PRIVATE)
    score = replace(
        whole, constraints=(*hidden, Constraint("y", Verdict.PASS, OPEN)), by_platform=whole
    )

    told = seen_by_need_owner(score)

    assert told.vendor is None
    assert told.by_platform is None
    assert told.rank_key == score.rank_key != score.total
    assert [constraint.code for constraint in told.constraints] == ["y"]
    assert (told.total, told.parts) == (score.total, score.parts)
    assert (told.confidence, told.missing) == (score.confidence, score.missing)


@pytest.mark.parametrize("reason", PRIVATE)
def test_a_part_that_rests_on_a_wish_is_left_out_of_what_the_owner_reads(reason: Evidence) -> None:
    whole = scored(need(), solution())
    first, *others = whole.parts
    score = replace(whole, parts=(replace(first, evidence=(reason,)), *others))

    told = seen_by_need_owner(score)

    assert [part.criterion for part in told.parts] == [part.criterion for part in others]
    assert told.rank_key == whole.rank_key


def test_what_is_left_for_the_vendor_is_rebuilt_to_a_whole() -> None:
    whole = scored(need(), solution())
    told = seen_by_vendor(whole)

    # The budget's 12 of 96 are gone: 80 and 68 of them were known.
    weights = sum(part.weight for part in told.parts)
    assert weights == 84
    assert told.confidence == pytest.approx(68 / 84, abs=1e-6)
    assert told.total == sum(part.points for part in told.parts)
    assert sum(part.points_max for part in told.parts) == 10_000
    assert [part.points_max for part in told.parts] == pytest.approx(
        [10_000 * part.weight / 84 for part in told.parts], abs=1
    )
    # The wanted size would tell the budget: the industry is what is left of the wishes.
    assert told.vendor is not None
    assert told.vendor.total == sum(part.points for part in told.vendor.parts)
    keys = rank_keys(np.array([told.total]), np.array([float(told.vendor.total)]))
    assert told.rank_key == keys[0] != told.total


def test_a_vendor_whose_wishes_all_tell_the_budget_is_ranked_by_the_rest() -> None:
    only_size = replace(
        solution(), wishes=replace(solution().wishes, industries=frozenset()), capacity=None
    )
    whole = scored(need(), only_size)
    assert isinstance(whole.vendor, VendorScore)

    told = seen_by_vendor(whole)

    assert told.vendor is None
    assert told.rank_key == told.total


def test_gains_are_told_against_what_is_left_and_none_of_the_needs_own() -> None:
    unpriced = replace(solution(), price=None)
    wanted = replace(need(), maturity={})
    whole = scored(wanted, unpriced)
    before = {missing.criterion: missing for missing in whole.missing}
    assert before[Criterion.BUDGET].side is Side.SOLUTION
    assert before[Criterion.MATURITY].side is Side.NEED

    told = {missing.criterion: missing.gain for missing in seen_by_vendor(whole).missing}

    assert told[Criterion.INTEGRATION] == round(before[Criterion.INTEGRATION].gain * 94 / 82)
    assert Criterion.BUDGET not in told
    assert Criterion.MATURITY not in told


def test_a_public_budget_leaves_the_vendor_everything() -> None:
    whole = scored(replace(need(), budget_is_private=False, maturity={}), solution())

    told = seen_by_vendor(whole, budget_is_private=False)

    assert told == whole
    assert any(missing.side is Side.NEED for missing in told.missing)


@pytest.mark.parametrize(
    ("capacity", "taken", "earliest", "reason"),
    [
        (5, 2, None, because("wish.capacity_free", spare=3)),
        (3, 3, date(2027, 1, 5), because("wish.capacity_late", late_days=1)),
        (3, 4, date(2027, 2, 3), because("wish.capacity_late", late_days=30)),
        (3, 3, date(2027, 1, 4), because("wish.capacity_in_time")),
        (3, 3, None, because("wish.capacity_taken")),
        (3, None, None, because("wish.capacity_unknown")),
    ],
)
def test_the_capacity_left_is_told_in_numbers(
    capacity: int, taken: int | None, earliest: date | None, reason: Evidence
) -> None:
    offered = replace(solution(), capacity=capacity, capacity_taken=taken, earliest_start=earliest)

    score = scored(need(), offered)

    assert score.vendor is not None
    (part,) = (part for part in score.vendor.parts if part.criterion == "capacity")
    assert part.evidence == (reason,)
