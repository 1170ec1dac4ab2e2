"""What is hard by nature: licences, fixed windows, blacklists, conflicts; and who may know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from matchmaking.engine.facts import (
    Certification,
    Level,
    NeedFacts,
    PriceBasis,
    Range,
    Requirement,
    RequirementKind,
    SolutionFacts,
)
from matchmaking.engine.reciprocal import seen_by_need_owner, seen_by_vendor
from matchmaking.engine.results import Constraint, PairScore, Verdict
from matchmaking.engine.score import Constants, rank, score_pair
from matchmaking.engine.table import SolutionTable
from matchmaking.engine.weights import DEFAULT_WEIGHTS
from tests.matchmaking.engine.example import CORPUS, TODAY, need, solution

CONSTANTS = Constants(CORPUS, DEFAULT_WEIGHTS, TODAY)
YESTERDAY = TODAY - timedelta(days=1)
LICENCE = Requirement("r9", RequirementKind.CERTIFICATION, codes=frozenset({"pressure"}), hard=True)


def scored(wanted: NeedFacts, offered: SolutionFacts) -> PairScore:
    return score_pair(wanted, offered, CONSTANTS)


def constraint(score: PairScore, code: str, requirement: str | None = None) -> Constraint:
    (found,) = (c for c in score.constraints if c.code == code and c.requirement == requirement)
    return found


@pytest.mark.parametrize(
    ("held", "verdict", "word"),
    [
        (Certification(verified=True), Verdict.PASS, "valid"),
        (Certification(verified=True, expires=TODAY), Verdict.PASS, "valid"),
        (Certification(verified=True, expires=YESTERDAY), Verdict.FAIL, "expired"),
        (Certification(expires=TODAY), Verdict.UNKNOWN, "unverified"),
        (None, Verdict.UNKNOWN, "unknown"),
    ],
)
def test_a_licence_must_be_verified_and_in_date_whatever_its_level(
    held: Certification | None, verdict: Verdict, word: str
) -> None:
    asks = replace(need(), requirements=(LICENCE,))
    offers = replace(solution(), certifications={} if held is None else {"pressure": held})

    found = constraint(scored(asks, offers), "requirement.certification", "r9")

    assert LICENCE.level is Level.SHOULD
    assert found.verdict is verdict
    assert found.evidence.code == f"requirement.licence_{word}"


def test_the_reason_names_the_licence_that_decides() -> None:
    asks = replace(LICENCE, codes=frozenset({"a", "b", "c"}))
    held = {
        "a": Certification(verified=True),
        "b": Certification(),
        "c": Certification(verified=True, expires=YESTERDAY),
    }
    offers = replace(solution(), certifications=held)
    wants = replace(need(), requirements=(asks,))

    expired = constraint(scored(wants, offers), "requirement.certification", "r9").evidence
    rest = replace(offers, certifications={**held, "c": Certification(verified=True)})
    unverified = constraint(scored(wants, rest), "requirement.certification", "r9").evidence

    assert (expired.ref("certification"), expired.ref("expires")) == ("c", YESTERDAY.isoformat())
    assert unverified.code == "requirement.licence_unverified"
    assert unverified.ref("certification") == "b"


def test_a_contractual_domestic_share_rules_out_without_being_a_must() -> None:
    share = Requirement("r9", RequirementKind.DOMESTIC_SHARE_MIN, number=Decimal(60), hard=True)
    asks = replace(need(), requirements=(share,))

    assert scored(asks, replace(solution(), domestic_share=Decimal(59))).ruled_out
    assert not scored(asks, replace(solution(), domestic_share=Decimal(60))).ruled_out
    assert not scored(asks, solution()).ruled_out


@pytest.mark.parametrize(
    ("weeks", "verdict", "code", "days"),
    [
        # 4 January to 24 May 2027 are 20 weeks.
        (Range(Decimal(10), Decimal(20)), Verdict.PASS, "window_kept", 0),
        (Range(Decimal(10), Decimal(18)), Verdict.PASS, "window_kept", 14),
        (Range(Decimal(10), Decimal(21)), Verdict.UNKNOWN, "window_unknown", None),
        (Range(Decimal(10), None), Verdict.UNKNOWN, "window_unknown", None),
        (Range(Decimal(21), None), Verdict.FAIL, "window_missed", 7),
        (None, Verdict.UNKNOWN, "window_unknown", None),
    ],
)
def test_a_fixed_window_rules_out_what_surely_does_not_fit(
    weeks: Range | None, verdict: Verdict, code: str, days: int | None
) -> None:
    asks = replace(need(), window_is_fixed=True)

    found = constraint(scored(asks, replace(solution(), lead_time=weeks)), "fixed_window")

    assert found.verdict is verdict
    assert found.evidence.code == f"constraint.{code}"
    if days is not None:
        assert dict(found.evidence.refs).popitem()[1] == days


def test_a_fixed_window_counts_from_the_vendors_earliest_start() -> None:
    asks = replace(need(), window_is_fixed=True)
    offers = replace(solution(), lead_time=Range(Decimal(10), Decimal(18)))
    later = replace(offers, earliest_start=date(2027, 1, 19))
    too_late = replace(offers, earliest_start=date(2027, 5, 25), lead_time=None)

    assert constraint(scored(asks, later), "fixed_window").verdict is Verdict.UNKNOWN
    assert scored(asks, too_late).ruled_out
    assert not scored(replace(asks, window_is_fixed=False), too_late).ruled_out


def test_a_full_vendor_without_a_date_never_surely_fits_a_fixed_window() -> None:
    asks = replace(need(), window_is_fixed=True)
    offers = replace(solution(), lead_time=Range(Decimal(1), Decimal(2)), capacity=1)

    free = scored(asks, replace(offers, capacity_taken=0))
    full = scored(asks, replace(offers, capacity_taken=1))

    assert constraint(free, "fixed_window").verdict is Verdict.PASS
    assert constraint(full, "fixed_window").verdict is Verdict.UNKNOWN


VENDOR = frozenset({"vendor"})


@pytest.mark.parametrize(
    "asks",
    [
        replace(need(), blocked_organizations=VENDOR),
        replace(need(), conflicting_organizations=VENDOR),
    ],
    ids=["blocked", "conflict"],
)
def test_whom_the_owner_rules_out_is_the_owners_own_affair(asks: NeedFacts) -> None:
    ranking = rank(asks, SolutionTable.of([solution()], CORPUS), CONSTANTS)
    score = ranking.explain(0)

    assert score.ruled_out
    assert ranking.ruled_out.tolist() == [True]
    assert ranking.vendor_ruled_out.tolist() == [False]
    for is_private in (True, False):
        seen = seen_by_vendor(score, budget_is_private=is_private)
        assert seen == seen_by_vendor(scored(need(), solution()), budget_is_private=is_private)
    assert seen_by_need_owner(score).ruled_out


def test_an_exceeded_ceiling_is_told_to_the_vendor_only_when_the_budget_is_public() -> None:
    asks = replace(need(), budget=Range(None, Decimal(100)), budget_is_ceiling=True)
    table = SolutionTable.of([solution()], CORPUS)

    private = rank(asks, table, CONSTANTS)
    public = rank(replace(asks, budget_is_private=False), table, CONSTANTS)

    assert private.ruled_out.tolist() == public.ruled_out.tolist() == [True]
    assert private.vendor_ruled_out.tolist() == [False]
    assert public.vendor_ruled_out.tolist() == [True]


@pytest.mark.parametrize(
    ("capacity", "taken", "earliest", "points", "word"),
    [
        (3, 1, None, 10_000, "free"),
        (3, 3, None, 0, "taken"),
        (3, 3, date(2027, 1, 4), 10_000, "in_time"),
        (3, 3, date(2027, 2, 18), 5_000, "late"),
        (3, 3, date(2027, 4, 4), 0, "late"),
        (3, None, None, 5_000, "unknown"),
    ],
)
def test_capacity_left_is_part_of_the_vendors_own_score(
    capacity: int, taken: int | None, earliest: date | None, points: int, word: str
) -> None:
    offers = replace(
        solution(),
        wishes=replace(solution().wishes, project_size=None, industries=frozenset()),
        capacity=capacity,
        capacity_taken=taken,
        earliest_start=earliest,
    )

    score = scored(need(), offers)

    assert score.vendor is not None
    assert score.vendor.total == points
    (part,) = score.vendor.parts
    assert [reason.code for reason in part.evidence] == [f"wish.capacity_{word}"]
    assert score.rank_key == round(score.total * (1 - 0.3 * (1 - points / 10_000)))


def test_a_vendor_that_states_no_capacity_and_wishes_nothing_has_no_score_of_its_own() -> None:
    offers = replace(
        solution(), wishes=replace(solution().wishes, project_size=None, industries=frozenset())
    )
    score = scored(need(), offers)

    assert score.vendor is None
    assert score.rank_key == score.total


def must(kind: RequirementKind, number: str = "", text: str = "") -> NeedFacts:
    asked = Requirement("r1", kind, Level.MUST, number=Decimal(number or "0"), text=text)
    return NeedFacts("XQ-9", "factory", requirements=(asked,), budget_tax_included=False)


@pytest.mark.parametrize(
    ("low", "high", "verdict", "word"),
    [
        ("10", "100", Verdict.PASS, "met"),
        ("10", "100.01", Verdict.UNKNOWN, "unknown"),
        ("100", "120", Verdict.UNKNOWN, "unknown"),
        ("100.01", "120", Verdict.FAIL, "not_met"),
    ],
)
def test_a_price_at_the_very_limit_stays_within_it(
    low: str, high: str, verdict: Verdict, word: str
) -> None:
    offers = SolutionFacts(
        "FA-1",
        "vendor",
        price=Range(Decimal(low), Decimal(high)),
        price_basis=PriceBasis.PROJECT,
        price_tax_included=False,
    )

    found = constraint(
        scored(must(RequirementKind.BUDGET_MAX, "100"), offers), "requirement.budget_max", "r1"
    )

    assert (found.verdict, found.evidence.code) == (verdict, f"requirement.price_{word}")
    assert found.evidence.ref("requirement") == "r1"


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        ("4", "8", Verdict.PASS),
        ("8", "9", Verdict.UNKNOWN),
        ("9", "10", Verdict.FAIL),
        (None, None, Verdict.UNKNOWN),
    ],
)
def test_a_lead_time_at_the_very_limit_stays_within_it(
    low: str | None, high: str | None, verdict: Verdict
) -> None:
    weeks = Range(Decimal(low), Decimal(high)) if low and high else None
    offers = SolutionFacts("FA-1", "vendor", lead_time=weeks)

    found = constraint(
        scored(must(RequirementKind.LEAD_TIME_MAX, "8"), offers), "requirement.lead_time_max", "r1"
    )

    assert found.verdict is verdict


def test_what_only_words_say_is_for_people_to_confirm() -> None:
    found = constraint(
        scored(must(RequirementKind.TEXT, text="夜间安装"), SolutionFacts("FA-1", "vendor")),
        "requirement.text",
        "r1",
    )

    assert (found.verdict, found.evidence.ref("requirement")) == (Verdict.UNKNOWN, "r1")
