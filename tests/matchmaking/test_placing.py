"""Lists stay right whatever the order of runs, and whatever is killed on the way."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from pytest_django import Settings

from accounts.actors import SYSTEM
from accounts.services import reinstate_organization, suspend_organization
from catalog.choices import ListingKind
from catalog.models import Listing
from catalog.services import archive_listing, want_scoring_of
from matchmaking import services
from matchmaking.models import Match, MatchRun
from matchmaking.services import lists, placing, scoring, standing, withdrawing
from tests.builders import make_need, make_solution, make_vocabulary
from tests.matchmaking.markets import (
    Market,
    publish_edit,
    right_lists,
    settle,
    small_lists,
    stored_lists,
    waiting_ids,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short_lists(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMBEDDER = "off"
    make_vocabulary()
    small_lists(monkeypatch)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_lists_hold_the_best_of_the_whole_market(seed: int) -> None:
    Market.open(seed)
    settle()
    assert stored_lists() == right_lists()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_the_runs_does_not_show(seed: int) -> None:
    Market.open(seed)
    settle(Random(seed))
    assert stored_lists() == right_lists()


@pytest.mark.parametrize("seed", [4, 5, 6, 7])
def test_lists_follow_edits_and_withdrawals(seed: int) -> None:
    market = Market.open(seed)
    settle(Random(seed))
    for step in range(6):
        market.edit(market.any_listing())
        if step == 3:
            market.archive(market.any_listing(ListingKind.SOLUTION))
            market.archive(market.any_listing(ListingKind.NEED))
        if step % 2:
            settle(Random(seed + step))
            assert stored_lists() == right_lists()


def test_a_new_solution_is_placed_without_scoring_any_need_again() -> None:
    Market.open(8)
    settle()
    before = MatchRun.objects.filter(listing__kind=ListingKind.NEED).count()
    make_solution(title="视觉检测方案", industries=["C36"])
    settle()
    assert MatchRun.objects.filter(listing__kind=ListingKind.NEED).count() == before
    assert stored_lists() == right_lists()


def test_a_publication_writes_only_what_changes() -> None:
    Market.open(9, needs=6, solutions=6)
    settle()
    before = dict(Match.objects.values_list("pk", "updated_at"))
    solution = make_solution(title="视觉检测方案", industries=["C36"])
    settle()
    kept = Match.objects.exclude(solution_id=solution.pk)
    untouched = [pk for pk, at in kept.values_list("pk", "updated_at") if before[pk] == at]
    # Whoever was pushed out of a list but stays in the other one has lost a flag, no more.
    assert kept.count() - len(untouched) <= 6
    run = MatchRun.objects.filter(listing=solution).latest("wanted_version")
    assert run.placed == Match.objects.filter(solution=solution, in_need_list=True).count()


def test_an_edit_that_lifts_a_solution_wakes_nobody() -> None:
    need = make_need(title="视觉检测", industry="C36", budget_high="900000")
    for _ in range(standing.KEPT):
        make_solution(title="能耗管理", industries=["C34"])
    poor = make_solution(title="能耗管理", industries=["C39"])
    settle()
    runs = MatchRun.objects.filter(listing=need).count()
    publish_edit(poor, title="视觉检测", industries=["C36"], price_high="500000")
    settle()
    assert Match.objects.for_need(need.pk)[0].solution_id == poor.pk
    assert MatchRun.objects.filter(listing=need).count() == runs


def test_a_list_that_was_full_is_refilled_when_it_loses_a_solution() -> None:
    market = Market.open(10, needs=2, solutions=8)
    settle()
    need = market.any_listing(ListingKind.NEED)
    first = Match.objects.for_need(need.pk)[0]
    market.archive(Listing.objects.get(pk=first.solution_id))
    settle()
    assert Match.objects.for_need(need.pk).count() == standing.KEPT
    assert stored_lists() == right_lists()


def test_a_list_with_room_is_not_scored_again_when_it_loses_a_solution() -> None:
    need, gone = make_need(), make_solution()
    make_solution()
    settle()
    runs = MatchRun.objects.filter(listing=need).count()
    archive_listing(actor=SYSTEM, listing=gone)
    settle()
    assert not Match.objects.filter(solution=gone).exists()
    assert MatchRun.objects.filter(listing=need).count() == runs


def test_scoring_again_without_news_writes_no_row() -> None:
    market = Market.open(11)
    settle()
    before = sorted(Match.objects.values_list("pk", "updated_at"))
    listing = market.any_listing()
    everything = list(Listing.objects.values_list("pk", flat=True))
    want_scoring_of(everything, reason=MatchRun.Reason.REQUESTED)
    assert settle() == len(everything)
    assert sorted(Match.objects.values_list("pk", "updated_at")) == before
    assert MatchRun.objects.filter(listing=listing).latest("pk").written == 0


# --- killed on the way ---


class Killed(BaseException):
    """Stands for SIGKILL: nothing catches it."""


Steps = list[tuple[Any, str]]
STEPS: Steps = [
    (lists, "lock_lists"),
    (lists, "write_pairs"),
    (lists, "take_out"),
    (placing, "_place"),
    (placing, "want_counterpart_runs"),
    (scoring, "_write_own_list"),
    (scoring, "finish_run"),
    (withdrawing, "finish_run"),
    (withdrawing, "_drop"),
]


def dying(real: Callable[..., Any], random: Random, share: float) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        if random.random() < share:
            raise Killed
        result = real(*args, **kwargs)
        if random.random() < share:
            raise Killed
        return result

    return call


@pytest.mark.parametrize("seed", range(6))
def test_workers_killed_anywhere_leave_the_same_lists(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    market = Market.open(20 + seed)
    deaths = 0
    for step in range(4):
        with monkeypatch.context() as patched:
            for module, name in STEPS:
                patched.setattr(module, name, dying(getattr(module, name), random, 0.04))
            for _attempt in range(60):
                waiting = waiting_ids()
                random.shuffle(waiting)
                for listing_id in waiting:
                    try:
                        services.score_listing(listing_id=listing_id)
                    except Killed:
                        deaths += 1
                if not waiting:
                    break
        if step < 3:
            market.edit(market.any_listing())
            market.archive(market.any_listing(ListingKind.SOLUTION))
    settle()
    assert deaths
    assert stored_lists() == right_lists()


# --- suspended organizations ---


def test_a_suspended_organizations_listings_leave_the_lists_and_come_back() -> None:
    market = Market.open(12, needs=4, solutions=6)
    settle()
    before = stored_lists()
    need = market.any_listing(ListingKind.NEED)
    solution = Match.objects.for_need(need.pk)[0].solution
    suspend_organization(actor=SYSTEM, organization=solution.organization)
    settle()
    assert not Match.objects.filter(solution=solution).exists()
    assert stored_lists() == right_lists()
    solution.organization.refresh_from_db()
    reinstate_organization(actor=SYSTEM, organization=solution.organization)
    settle()
    assert stored_lists() == before == right_lists()


# --- what vendors may know ---


def test_a_secret_ceiling_leaves_the_vendors_list_as_it_is() -> None:
    need = make_need(title="视觉检测", budget_high="900000", budget_is_ceiling=True)
    solution = make_solution(
        title="视觉检测", price_low="100000", price_high="200000", price_basis="project"
    )
    settle()
    fits = Match.objects.get()
    publish_edit(need, title="视觉检测", budget_high="50000", budget_is_ceiling=True)
    settle()
    ruled_out = Match.objects.get()
    assert ruled_out.ruled_out
    assert not ruled_out.in_need_list
    assert list(Match.objects.for_solution(solution.pk)) == [ruled_out]
    assert ruled_out.vendor_key == fits.vendor_key
