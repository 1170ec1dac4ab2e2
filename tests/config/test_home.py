"""The front page, for each kind of reader."""

import time
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actors import SYSTEM, Actor
from catalog.choices import ListingKind
from catalog.figures import kept, kept_by_all
from catalog.models import Listing
from catalog.services import return_revision, submit_listing
from config.today import todays_tasks
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_draft,
    make_need,
    make_organization,
    make_park,
    make_staff_actor,
    need_payload,
)

pytestmark = pytest.mark.django_db


def labels(actor: Actor) -> dict[str, int]:
    return {task.label: task.n for task in todays_tasks(actor)}


def test_a_member_is_told_what_waits_for_the_organization_and_nothing_of_others() -> None:
    actor = make_actor()
    owner = actor.organization
    assert owner is not None
    make_draft(ListingKind.NEED, owner, need_payload())
    sent = make_draft(ListingKind.NEED, owner, need_payload())
    submit_listing(actor=SYSTEM, listing=sent.listing)
    back = make_draft(ListingKind.NEED, owner, need_payload())
    submit_listing(actor=SYSTEM, listing=back.listing)
    back.refresh_from_db()
    return_revision(actor=SYSTEM, revision=back, reason="请写明现状。")
    soon = make_need(owner)
    Listing.objects.filter(pk=soon.pk).update(expires_on=timezone.localdate() + timedelta(days=3))
    make_draft(ListingKind.NEED, make_organization(), need_payload())
    assert labels(actor) == {
        "被退回，等您修改": 1,
        "两周内到期": 1,
        "草稿未完成": 1,
        "等待审核": 1,
    }
    assert labels(make_actor()) == {}


def test_those_who_oversee_are_told_what_their_own_park_has_waiting() -> None:
    park = make_park()
    sent = make_draft(ListingKind.NEED, make_organization(park=park), need_payload())
    submit_listing(actor=SYSTEM, listing=sent.listing)
    told = {"待审核的内容": 1, "待核验企业": 1}
    assert labels(make_staff_actor(park)) == told
    assert labels(make_staff_actor()) == {}
    assert labels(make_admin_actor()) == told


def test_the_front_page_takes_as_many_queries_whoever_has_how_much() -> None:
    actor = make_actor()
    assert actor.organization is not None
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("home")).status_code == 200
        return len(captured)

    make_need(actor.organization)
    few = queries()
    for _ in range(6):
        make_need(actor.organization)
        make_draft(ListingKind.NEED, actor.organization, need_payload())
    # The list of tasks grows by links, never by questions.
    assert queries() == few


def test_figures_are_kept_for_a_while_and_then_counted_again() -> None:
    settings = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": 60}
    with override_settings(CACHES={"default": settings, "figures": settings}):
        counted = iter(range(10))
        assert [kept("k", lambda: next(counted)) for _ in range(3)] == [0, 0, 0]
        caches["figures"].clear()
        assert kept("k", lambda: next(counted)) == 1


def test_what_one_process_counted_another_tells_for_the_rest_of_the_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": 60}
    counted = iter(range(10))
    with override_settings(CACHES={"default": {**store, "LOCATION": "all"}, "figures": store}):
        began = time.time()
        assert [kept_by_all("all", lambda: next(counted)) for _ in range(2)] == [0, 0]
        monkeypatch.setattr("time.time", lambda: began + 40)
        # As a process that never asked.
        caches["figures"].clear()
        assert kept_by_all("all", lambda: next(counted)) == 0
        monkeypatch.setattr("time.time", lambda: began + 61)
        assert kept_by_all("all", lambda: next(counted)) == 1


@pytest.mark.parametrize(("comes_back", "told"), [(True, "theirs"), (False, "ours")])
def test_a_process_waits_for_another_that_counts_but_not_for_one_that_died(
    monkeypatch: pytest.MonkeyPatch, comes_back: bool, told: str
) -> None:
    store = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": 60}
    moments = iter(range(0, 1000, 2))

    def sleep(_seconds: float) -> None:
        if comes_back:
            caches["default"].set("shared", ("theirs", time.time()))

    with override_settings(CACHES={"default": {**store, "LOCATION": "all"}, "figures": store}):
        for name in ("default", "figures"):
            caches[name].clear()
        caches["default"].set("shared:counting", True)
        monkeypatch.setattr("catalog.figures.time.monotonic", lambda: next(moments))
        monkeypatch.setattr("catalog.figures.time.sleep", sleep)
        assert kept_by_all("shared", lambda: "ours") == told


def test_without_the_shared_cache_each_process_counts_for_itself() -> None:
    here = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": 60}
    nowhere = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
    }
    with override_settings(CACHES={"default": nowhere, "figures": here}):
        assert [kept_by_all("alone", lambda: 7) for _ in range(2)] == [7, 7]
