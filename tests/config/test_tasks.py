"""A task finds the world changed since it was asked for, and may run a second time.

Each task of the site has rows: what may happen between asking and running, and what must hold
when it has run. A task without a row fails.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone
from pytest_django import Settings

from accounts.actors import SYSTEM
from accounts.audit import faults
from accounts.events import record
from accounts.models import AuditSeal, Event, Membership, Organization, User
from accounts.services import suspend_organization, suspend_user
from catalog.choices import ListingKind
from catalog.models import Listing, ListingVector
from catalog.services import archive_listing, want_scoring, withdraw_submission
from config.celery import app
from matchmaking import queue
from matchmaking.models import (
    Candidate,
    Introduction,
    Match,
    MatchRun,
    RelationFlag,
    WeightSet,
    WeightSetEvaluation,
)
from matchmaking.services import canary_age, embedder_report, request_evaluation, vectors
from matchmaking.services.indexing import drop_candidate
from matchmaking.services.runs import RUNS_KEPT_DAYS
from tests.builders import (
    make_admin_actor,
    make_introduction,
    make_member,
    make_need,
    make_organization,
    make_solution,
    make_user,
)
from tests.catalog.test_embedding import HashEmbedder
from tests.matchmaking.pairs import Pair, make_pair, make_submitted

pytestmark = pytest.mark.django_db

APPS = ("accounts", "catalog", "matchmaking")


@dataclass(frozen=True)
class Asked:
    """What a task was sent with, and what must hold once it has run."""

    holds: Callable[[], bool]
    arguments: tuple[Any, ...] = ()


Row = Callable[[], Asked]
ROWS: defaultdict[str, dict[str, Row]] = defaultdict(dict)


def meanwhile(task: str) -> Callable[[Row], Row]:
    def put(row: Row) -> Row:
        ROWS[task][row.__name__.strip("_").replace("_", " ")] = row
        return row

    return put


def _all_rows() -> list[Any]:
    return [
        pytest.param(task, row, id=f"{task}: {name}")
        for task, rows in ROWS.items()
        for name, row in rows.items()
    ]


# --- Listings that wait to be read, scored and indexed ---


def _archive(pair: Pair) -> None:
    archive_listing(actor=SYSTEM, listing=pair.need)


def _suspend(pair: Pair) -> None:
    suspend_organization(actor=SYSTEM, organization=pair.need.organization)


def _delete(pair: Pair) -> None:
    Listing.objects.get(pk=pair.need.pk).delete()


def _revoke(pair: Pair) -> None:
    Membership.objects.filter(organization=pair.need.organization).delete()


def _suspend_owner(pair: Pair) -> None:
    assert pair.owner.user is not None
    suspend_user(actor=SYSTEM, user=pair.owner.user)


LEAVING = {"archived": _archive, "suspended": _suspend, "deleted": _delete}
# The listing is the organization's, whoever asked for its matches.
STAYING = {"role revoked": _revoke, "owner suspended": _suspend_owner}


def _waiting_pair(change: Callable[[Pair], None]) -> Pair:
    pair = make_pair()
    want_scoring(pair.need.pk, reason=MatchRun.Reason.REQUESTED)
    change(pair)
    return pair


def _lists() -> list[Any]:
    return list(Match.objects.order_by("need_id", "solution_id").values_list())


def _scored(change: Callable[[Pair], None], *, stays: bool) -> Asked:
    pair = _waiting_pair(change)

    def holds() -> bool:
        listed = Match.objects.filter(need_id=pair.need.pk).exists()
        return listed == stays == Candidate.objects.filter(pk=pair.need.pk).exists()

    return Asked(holds, ([pair.need.pk, pair.solution.pk],))


def _embedded(change: Callable[[Pair], None], *, is_read: bool) -> Asked:
    pair = _waiting_pair(change)
    before = _lists()

    def holds() -> bool:
        read = ListingVector.objects.filter(listing_id=pair.need.pk).exists()
        return read == is_read and _lists() == before

    return Asked(holds, (pair.need.pk,))


def _indexed(change: Callable[[Pair], None], *, stays: bool) -> Asked:
    pair = _waiting_pair(change)
    for listing in (pair.need, pair.solution):
        drop_candidate(listing.pk)

    def holds() -> bool:
        found = set(Candidate.objects.values_list("pk", flat=True))
        return found == ({pair.need.pk, pair.solution.pk} if stays else {pair.solution.pk})

    return Asked(holds)


def _refitted(change: Callable[[Pair], None]) -> Asked:
    pair = _waiting_pair(change)
    before = list(Listing.objects.filter(pk=pair.need.pk).values_list("wanted_version"))
    return Asked(
        lambda: (
            list(Listing.objects.filter(pk=pair.need.pk).values_list("wanted_version")) == before
        )
    )


for _name, _change in (LEAVING | STAYING).items():
    _stays = _name in STAYING
    # Vectors wait for an organization that is let go on: what is hidden is read, never shown.
    _is_read = _stays or _name == "suspended"
    ROWS["matchmaking.score_listings"][_name] = partial(_scored, _change, stays=_stays)
    ROWS["matchmaking.embed_listing"][_name] = partial(_embedded, _change, is_read=_is_read)
    ROWS["matchmaking.index_lagging"][_name] = partial(_indexed, _change, stays=_stays)
    if not _stays:
        ROWS["matchmaking.refresh_corpora"][_name] = partial(_refitted, _change)


@meanwhile("matchmaking.score_listings")
def _withdrawn() -> Asked:
    make_solution()
    need = make_submitted(ListingKind.NEED, make_organization())
    withdraw_submission(actor=SYSTEM, listing=need)
    return Asked(
        lambda: (
            not Match.objects.filter(need_id=need.pk, in_solution_list=True).exists()
            and not Candidate.objects.filter(pk=need.pk).exists()
        ),
        ([need.pk],),
    )


@meanwhile("matchmaking.sweep")
def _scored_already() -> Asked:
    make_pair()
    Listing.objects.update(wanted_at=timezone.now() - timedelta(days=1))
    return Asked(lambda: SENT == [])


@meanwhile("matchmaking.sweep")
def _deleted() -> Asked:
    _waiting_pair(_delete)
    Listing.objects.update(wanted_at=timezone.now() - timedelta(days=1))
    return Asked(lambda: SENT == [])


@meanwhile("matchmaking.sweep")
def _archived() -> Asked:
    # Its run takes it out of the lists: that is still wanted.
    pair = _waiting_pair(_archive)
    Listing.objects.update(wanted_at=timezone.now() - timedelta(days=1))
    return Asked(lambda: set(SENT) == {("matchmaking.score_listings", (pair.need.pk,))})


@meanwhile("matchmaking.prune_runs")
def _listing_deleted() -> Asked:
    pair = _waiting_pair(_delete)
    MatchRun.objects.update(created_at=timezone.now() - timedelta(days=RUNS_KEPT_DAYS + 1))
    newest = MatchRun.objects.filter(listing=pair.solution).latest("wanted_version")
    return Asked(
        lambda: (
            MatchRun.objects.filter(pk=newest.pk).exists()
            and not MatchRun.objects.filter(listing_id=pair.need.pk).exists()
        )
    )


# --- Weights to be measured ---


def _evaluation() -> WeightSetEvaluation:
    serving = WeightSet.objects.get(is_serving=True)
    draft = WeightSet.objects.create(version=serving.version + 1, weights=serving.weights)
    return request_evaluation(actor=make_admin_actor(), weight_set=draft)


@meanwhile("matchmaking.evaluate_weights")
def _set_deleted() -> Asked:
    evaluation = _evaluation()
    evaluation.weight_set.delete()
    return Asked(lambda: not WeightSetEvaluation.objects.exists(), (evaluation.pk,))


@meanwhile("matchmaking.evaluate_weights")
def _measured_already() -> Asked:
    evaluation = _evaluation()
    WeightSetEvaluation.objects.update(finished_at=timezone.now(), data="catalogue")
    return Asked(lambda: WeightSetEvaluation.objects.get().figures == {}, (evaluation.pk,))


@meanwhile("matchmaking.evaluate_weights")
def _asker_no_longer_an_admin() -> Asked:
    evaluation = _evaluation()
    serving = WeightSet.objects.get(is_serving=True)
    User.objects.update(is_superuser=False, is_staff=False)
    # It measures and decides nothing.
    return Asked(lambda: WeightSet.objects.get(is_serving=True) == serving, (evaluation.pk,))


# --- Vendors that may be connected ---


def _two_of_one_representative() -> tuple[Introduction, Organization]:
    need = make_need()
    one, other = (make_organization(legal_representative="张三") for _number in range(2))
    make_introduction(need, make_solution(one))
    return make_introduction(need, make_solution(other)), other


def _no_flag() -> Asked:
    return Asked(lambda: not RelationFlag.objects.exists())


@meanwhile("matchmaking.flag_relations")
def _nothing_happened() -> Asked:
    _two_of_one_representative()
    return Asked(lambda: RelationFlag.objects.count() == 1)


@meanwhile("matchmaking.flag_relations")
def _introduction_withdrawn() -> Asked:
    introduction, _other = _two_of_one_representative()
    Introduction.objects.filter(pk=introduction.pk).update(state=Introduction.State.WITHDRAWN)
    return _no_flag()


@meanwhile("matchmaking.flag_relations")
def _representative_changed() -> Asked:
    _introduction, other = _two_of_one_representative()
    Organization.objects.filter(pk=other.pk).update(legal_representative="李四")
    return _no_flag()


@meanwhile("matchmaking.flag_relations")
def _colleague_in_both_left_one() -> Asked:
    introduction, other = _two_of_one_representative()
    Organization.objects.update(legal_representative="")
    one = introduction.need.introductions.exclude(pk=introduction.pk).get()
    person = make_user()
    make_member(other, person)
    make_member(one.solution.organization, person).delete()
    return _no_flag()


@meanwhile("matchmaking.flag_relations")
def _decided_already() -> Asked:
    introduction, other = _two_of_one_representative()
    first = Organization.objects.filter(legal_representative="张三").exclude(pk=other.pk).get()
    flag = RelationFlag.objects.create(
        need=introduction.need,
        one=first,
        other=other,
        links=["shareholder"],
        state=RelationFlag.State.EXPLAINED,
    )

    def holds() -> bool:
        flag.refresh_from_db()
        return (flag.state, flag.links) == (RelationFlag.State.EXPLAINED, ["shareholder"])

    return Asked(holds)


# --- Checks whose last day has passed ---


def _due() -> Organization:
    long_ago = timezone.localdate() - timedelta(days=1)
    return make_organization(verified=True, verified_until=long_ago)


@meanwhile("accounts.end_due_verifications")
def _organization_suspended() -> Asked:
    due = _due()
    suspend_organization(actor=SYSTEM, organization=due)

    def holds() -> bool:
        due.refresh_from_db()
        return due.verified_at is None and due.is_suspended

    return Asked(holds)


@meanwhile("accounts.end_due_verifications")
def _checked_anew() -> Asked:
    due = _due()
    ahead = timezone.localdate() + timedelta(days=9)
    Organization.objects.filter(pk=due.pk).update(verified_until=ahead)
    return Asked(lambda: Organization.objects.verified().filter(pk=due.pk).exists())


@meanwhile("accounts.end_due_verifications")
def _organization_deleted() -> Asked:
    _due().delete()
    return Asked(lambda: not Event.objects.filter(verb__endswith="expired").exists())


# --- What is about nobody ---


@meanwhile("matchmaking.canary")
def _worker_looked_at() -> Asked:
    return Asked(lambda: canary_age() is not None)


@meanwhile("matchmaking.embedder_canary")
def _model_looked_at() -> Asked:
    return Asked(lambda: embedder_report()["ok"])


@meanwhile("accounts.seal_events")
def _writer_not_done() -> Asked:
    record(SYSTEM, "organization.edited", make_organization(), fields="website")
    return Asked(lambda: not AuditSeal.objects.exists())


# --- The tests ---


def _task(name: str) -> Callable[..., Any]:
    return _tasks()[name]


def _tasks() -> dict[str, Callable[..., Any]]:
    """Return the tasks that a worker of this site knows."""
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


SENT: list[Any] = []


@pytest.fixture(autouse=True)
def _nothing_is_sent(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[None]:
    def send(task: str, argument: Any, **_options: Any) -> None:
        SENT.append((task, tuple(argument) if isinstance(argument, list) else argument))

    settings.BENCHMARKS_DIR = ""
    monkeypatch.setattr(queue, "send", send)
    monkeypatch.setattr(queue, "depth", lambda _queue: 0)
    embedder = HashEmbedder()
    monkeypatch.setattr(vectors, "get_embedder", lambda: embedder)
    SENT.clear()
    yield
    SENT.clear()


def _world() -> dict[str, list[Any]]:
    """Return all rows of the site without the moments in them."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in APPS and model is not Event:
            names = [
                field.attname
                for field in model._meta.concrete_fields
                if not isinstance(field, models.DateTimeField | models.BinaryField)
            ]
            found[model._meta.label] = list(model._base_manager.order_by("pk").values_list(*names))
    return found


@pytest.mark.parametrize(("task", "row"), _all_rows())
def test_a_task_that_comes_too_late_or_twice_does_no_harm(task: str, row: Row) -> None:
    asked = row()
    _task(task)(*asked.arguments)
    assert asked.holds()
    once, sent = _world(), list(SENT)
    SENT.clear()
    _task(task)(*asked.arguments)
    assert asked.holds()
    assert _world() == once
    assert set(SENT) <= set(sent)


def test_every_task_has_a_row() -> None:
    assert set(_tasks()) == set(ROWS)


@pytest.mark.django_db(transaction=True)
def test_events_are_sealed_once_though_who_they_are_about_is_gone() -> None:
    organization, person = make_organization(), make_user()
    record(SYSTEM, "organization.edited", organization, fields="website")
    record(SYSTEM, "user.profile_edited", person)
    organization.delete()
    suspend_user(actor=SYSTEM, user=person)
    seal = _task("accounts.seal_events")
    assert seal() >= 3
    assert seal() == 0
    assert list(faults()) == []
