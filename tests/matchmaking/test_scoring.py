"""Scoring through the services, on the real database, as the workers call them."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.actors import SYSTEM, Actor
from catalog.choices import ListingKind
from catalog.models import Catalogue, Listing, Need, Solution
from catalog.services import (
    archive_listing,
    save_draft,
    submit_listing,
    want_scoring,
    want_scoring_of,
)
from matchmaking import services
from matchmaking.models import Match, MatchRun
from matchmaking.services import scoring
from matchmaking.services.indexing import index_candidate
from matchmaking.services.scorer import Scorer
from tests.builders import (
    make_admin_actor,
    make_draft,
    make_need,
    make_organization,
    make_solution,
    make_vocabulary,
    need_payload,
    publish,
    solution_payload,
)
from tests.matchmaking.markets import publish_edit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _words_only(settings: Settings) -> None:
    """These tests are about rows and runs; the model has tests of its own."""
    settings.EMBEDDER = "off"
    make_vocabulary()


def score_everything() -> int:
    """Score until nothing waits, as the workers would; return how many runs that took."""
    count = 0
    while waiting := list(services.waiting().order_by("pk").values_list("pk", flat=True)):
        for listing_id in waiting:
            services.score_listing(listing_id=listing_id)
            count += 1
        assert count < 200, "runs wake each other for ever"
    return count


def newest_run(listing: Listing) -> MatchRun:
    return MatchRun.objects.filter(listing=listing).latest("wanted_version")


def pairs() -> set[tuple[int, int]]:
    return set(Match.objects.values_list("need_id", "solution_id"))


def test_a_published_pair_gets_one_row_with_both_sides_lists() -> None:
    need, solution = make_need(), make_solution()
    score_everything()
    match = Match.objects.get()
    assert (match.need_id, match.solution_id) == (need.pk, solution.pk)
    assert match.in_need_list
    assert match.in_solution_list


def test_the_stored_parts_add_up_to_the_stored_total() -> None:
    make_need(budget_high="500000", industry="C36")
    make_solution(industries=["C36"], price_low="100000", price_high="300000")
    score_everything()
    match = Match.objects.get()
    score = match.score
    assert sum(part.points for part in score.parts) == match.total


def test_scoring_twice_changes_nothing() -> None:
    make_need()
    make_solution()
    score_everything()
    before = list(Match.objects.values("pk", "total", "rank_key", "updated_at"))
    for listing in Listing.objects.all():
        assert services.score_listing(listing_id=listing.pk) == 0
    assert list(Match.objects.values("pk", "total", "rank_key", "updated_at")) == before


def test_scoring_a_row_that_is_gone_is_no_error() -> None:
    assert services.score_listing(listing_id=987654321) == 0
    assert services.embed_listing(listing_id=987654321) == 0


def test_runs_do_not_wake_each_other_for_ever() -> None:
    for _ in range(3):
        make_need()
        make_solution()
    assert score_everything() <= 24


def test_the_rows_do_not_depend_on_the_order_of_the_runs() -> None:
    for number in range(3):
        make_need(title=f"视觉检测需求之{number}号产线")
        make_solution(title=f"视觉检测方案之{number}代产品")

    def rows() -> list[tuple[object, ...]]:
        return sorted(
            Match.objects.values_list(
                "need_id", "solution_id", "total", "rank_key", "in_need_list", "in_solution_list"
            )
        )

    score_everything()
    first = rows()
    Match.objects.all().delete()
    MatchRun.objects.all().delete()
    Listing.objects.update(scored_version=0, spread_version=0)
    for listing_id in Listing.objects.order_by("-pk").values_list("pk", flat=True):
        services.score_listing(listing_id=listing_id)
    score_everything()
    assert rows() == first


def test_a_submitted_need_gets_matches_that_its_vendors_do_not_list() -> None:
    make_solution()
    revision = make_draft(ListingKind.NEED, make_organization(), need_payload())
    submit_listing(actor=SYSTEM, listing=revision.listing)
    score_everything()
    match = Match.objects.get()
    assert match.need_id == revision.listing_id
    assert match.in_need_list
    assert not match.in_solution_list


def test_a_draft_is_not_scored() -> None:
    make_solution()
    make_draft(ListingKind.NEED, make_organization(), need_payload())
    score_everything()
    assert not Match.objects.exists()


def test_a_draft_solution_reaches_no_need() -> None:
    make_need()
    revision = make_draft(ListingKind.SOLUTION, make_organization(), solution_payload())
    submit_listing(actor=SYSTEM, listing=revision.listing)
    score_everything()
    assert not Match.objects.filter(in_need_list=True).exists()


def test_an_edit_changes_scores_only_once_it_is_approved() -> None:
    need = make_need(budget_high="100000", budget_is_ceiling=True)
    solution = make_solution(price_low="50000", price_high="80000", price_basis="project")
    score_everything()
    assert pairs() == {(need.pk, solution.pk)}
    edit = save_draft(
        actor=SYSTEM,
        listing=solution,
        payload=solution_payload(price_low="900000", price_high="950000", price_basis="project"),
    )
    score_everything()
    assert pairs() == {(need.pk, solution.pk)}
    publish(edit)
    score_everything()
    assert not Match.objects.for_need(need.pk).exists()
    ruled_out = services.ruled_out_solutions(actor=make_admin_actor(), need=need)
    assert [score.solution_id for score in ruled_out] == [str(solution.pk)]


def test_nobody_is_matched_with_their_own_listing() -> None:
    owner = make_organization()
    make_need(owner)
    make_solution(owner)
    score_everything()
    assert not Match.objects.exists()


def test_an_archived_solution_leaves_every_list() -> None:
    make_need()
    solution, other = make_solution(), make_solution()
    score_everything()
    archive_listing(actor=SYSTEM, listing=solution)
    score_everything()
    assert set(Match.objects.values_list("solution_id", flat=True)) == {other.pk}


def test_an_older_run_never_overwrites_a_newer() -> None:
    need = make_need()
    make_solution()
    score_everything()
    Listing.objects.filter(pk=need.pk).update(wanted_version=9, scored_version=9)
    old = MatchRun.objects.create(listing=need, wanted_version=5, reason="requested")
    assert services.score_listing(listing_id=need.pk) == 0
    assert Listing.objects.get(pk=need.pk).scored_version == 9
    old.refresh_from_db()
    assert old.state == MatchRun.State.WAITING


def test_a_run_left_behind_by_a_killed_worker_is_taken_over() -> None:
    need = make_need()
    index_candidate(make_solution().pk)
    MatchRun.objects.filter(listing=need).update(state=MatchRun.State.RUNNING)
    assert services.score_listing(listing_id=need.pk) == 1
    assert newest_run(need).state == MatchRun.State.DONE


def test_a_failing_run_says_so_and_can_be_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    need = make_need()
    index_candidate(make_solution().pk)

    def broken(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError("secret figures")

    monkeypatch.setattr("matchmaking.services.scorer.rank", broken)
    with pytest.raises(ZeroDivisionError):
        services.score_listing(listing_id=need.pk)
    run = newest_run(need)
    assert run.state == MatchRun.State.FAILED
    assert run.error == "ZeroDivisionError"
    assert need.pk not in services.waiting().values_list("pk", flat=True)
    monkeypatch.undo()
    run.listing.refresh_from_db()
    assert services.retry_runs(actor=SYSTEM, runs=[run]) == 1
    assert services.score_listing(listing_id=need.pk) == 1


def test_a_run_names_engine_weights_and_corpus() -> None:
    need = make_need()
    index_candidate(make_solution().pk)
    score_everything()
    run = newest_run(need)
    assert run.engine_version
    assert run.weight_set is not None
    assert run.corpus is not None
    assert run.recalled == run.kept + run.ruled_out == 1
    assert run.used_vectors is False


def test_external_data_is_matched_among_itself_only() -> None:
    need, solution, external = make_need(), make_solution(), make_solution()
    other = Catalogue.objects.create(code="other", name_zh="外部数据", is_external=True)
    Listing.objects.filter(pk=external.pk).update(catalogue=other)
    score_everything()
    assert pairs() == {(need.pk, solution.pk)}


def test_any_published_pair_can_be_explained() -> None:
    need, solution = make_need(), make_solution()
    actor = Actor(is_system=True, is_platform_admin=True)
    explained = services.explain_pair(
        actor=actor,
        need=Need.objects.get(pk=need.pk),
        solution=Solution.objects.get(pk=solution.pk),
    )
    assert explained.score.need_id == str(need.pk)
    assert 0 <= explained.score.total <= 10_000


def test_publishing_wakes_a_worker_on_commit_only(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[tuple[str, int]] = []
    monkeypatch.setattr(
        "matchmaking.queue.send", lambda task, listing_id, **_: sent.append((task, listing_id))
    )
    with django_capture_on_commit_callbacks() as callbacks:
        need = make_need()
    assert sent == []
    for callback in callbacks:
        callback()
    assert ("matchmaking.embed_listing", need.pk) in sent


def test_the_sweeper_sends_what_the_broker_lost(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SWEEP_AFTER_SECONDS = 0
    need = make_need()
    sent: list[list[int]] = []
    monkeypatch.setattr("matchmaking.queue.depth", lambda _queue: 0)
    monkeypatch.setattr(
        "matchmaking.queue.send", lambda _task, together, **_: sent.append(together)
    )
    assert services.sweep() == 1
    assert sent == [[need.pk]]


def test_the_sweeper_waits_while_messages_are_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    make_need()
    monkeypatch.setattr("matchmaking.queue.depth", lambda _queue: 3)
    assert services.sweep() == 0


def test_old_runs_go_but_a_listings_newest_stays() -> None:
    need = make_need()
    score_everything()
    want_scoring(need.pk, reason=MatchRun.Reason.REQUESTED)
    score_everything()
    newest = newest_run(need)
    MatchRun.objects.update(created_at=timezone.now() - timedelta(days=400))
    assert services.prune_runs() == 2
    assert list(MatchRun.objects.filter(listing=need)) == [newest]
    assert services.prune_runs() == 0


def test_many_runs_are_opened_in_as_many_queries_as_one() -> None:
    needs = [make_need().pk for _ in range(5)]
    score_everything()
    with CaptureQueriesContext(connection) as one:
        want_scoring_of(needs[:1], reason=MatchRun.Reason.REQUESTED)
    with CaptureQueriesContext(connection) as many:
        want_scoring_of(needs, reason=MatchRun.Reason.REQUESTED)
    assert len(many) == len(one)
    assert set(needs) == set(services.waiting().values_list("pk", flat=True))


def test_one_listing_that_somebody_asked_for_goes_before_many(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needs = [make_need().pk for _ in range(10)]
    sent: list[tuple[list[int], str]] = []
    monkeypatch.setattr(
        "matchmaking.queue.send", lambda _task, together, queue: sent.append((together, queue))
    )
    with django_capture_on_commit_callbacks(execute=True):
        want_scoring_of(needs[:1], reason=MatchRun.Reason.REQUESTED)
        want_scoring_of(needs, reason=MatchRun.Reason.REQUESTED)
    assert sent == [
        (needs[:1], "interactive"),
        (needs[:8], "bulk"),
        (needs[8:], "bulk"),
    ]


def test_one_failing_listing_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make_need(), make_need()
    index_candidate(make_solution().pk)

    def broken(listing: Listing) -> Scorer:
        if listing.pk == first.pk:
            raise ZeroDivisionError
        return Scorer(listing)

    monkeypatch.setattr(scoring, "Scorer", broken)
    assert services.score_listings(listing_ids=[first.pk, second.pk]) == 1
    assert newest_run(first).state == MatchRun.State.FAILED
    assert newest_run(first).error == "ZeroDivisionError"
    assert newest_run(second).state == MatchRun.State.DONE


def test_one_that_cannot_be_indexed_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = make_need(), make_need()
    index_candidate(make_solution().pk)

    def broken(listing_ids: Iterable[int]) -> int:
        if first.pk in set(listing_ids):
            raise ZeroDivisionError
        return 0

    monkeypatch.setattr(scoring, "index_many", broken)
    monkeypatch.setattr(scoring, "index_candidate", lambda pk: broken([pk]))
    assert services.score_listings(listing_ids=[first.pk, second.pk]) == 1
    assert newest_run(first).state == MatchRun.State.FAILED
    assert newest_run(second).state == MatchRun.State.DONE


def test_several_in_one_message_are_indexed_together_and_tell_no_progress(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needs = [make_need().pk for _ in range(3)]
    alone = make_need().pk
    index_candidate(make_solution().pk)
    want_scoring_of([*needs, alone], reason=MatchRun.Reason.REQUESTED)
    together: list[list[int]] = []

    def noted(listing_ids: Iterable[int]) -> int:
        together.append(list(listing_ids))
        return 0

    monkeypatch.setattr(scoring, "index_many", noted)

    def told(listing_ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert services.score_listings(listing_ids=listing_ids) == len(listing_ids)
        return sum('SET "recalled"' in query["sql"] for query in asked.captured_queries)

    assert told(needs) == 0
    assert told([alone]) == 2
    assert together == [needs]


def test_a_pair_names_what_made_it() -> None:
    need = make_need()
    make_solution()
    score_everything()
    match = Match.objects.get()
    run = newest_run(need)
    assert (match.weight_set, match.corpus) == (run.weight_set, run.corpus)
    assert match.engine_version == run.engine_version
    assert match.own_weights is False
    publish_edit(need, weights={"scenario": 60, "technical": 40})
    score_everything()
    assert Match.objects.get().own_weights is True
