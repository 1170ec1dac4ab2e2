"""The admin of matching: runs are retried, everything else is read."""

import pytest
from django.test import Client
from django.urls import reverse

from matchmaking.engine.weights import DEFAULT_WEIGHTS
from matchmaking.models import MatchRun, WeightSet
from tests.builders import make_platform_admin, make_user
from tests.catalog.test_admin import act, admin_client, client_sees
from tests.matchmaking.pairs import make_pair

pytestmark = pytest.mark.django_db
RUNS = "admin:matchmaking_matchrun_changelist"


def failed_run() -> MatchRun:
    pair = make_pair()
    run = MatchRun.objects.filter(listing=pair.need, state="done").latest("pk")
    MatchRun.objects.filter(pk=run.pk).update(state="failed", error="ValueError")
    return run


def test_the_first_weights_are_those_of_the_engine_and_serve() -> None:
    first = WeightSet.objects.get(version=1)
    assert first.is_serving
    assert first.weights == DEFAULT_WEIGHTS.to_json()


def test_failed_and_waiting_runs_are_on_a_page_of_their_own() -> None:
    run = failed_run()
    url = f"{reverse(RUNS)}?open=yes"
    assert client_sees(admin_client(), url, run.listing.code)
    MatchRun.objects.filter(pk=run.pk).update(state="done")
    MatchRun.objects.exclude(state="done").update(state="superseded")
    assert not client_sees(admin_client(), url, run.listing.code)


def test_the_first_page_of_the_admin_links_to_them() -> None:
    run = failed_run()
    text = admin_client().get(reverse("admin:index")).content.decode()
    assert f"{reverse(RUNS)}?open=yes" in text
    assert run.listing.code not in text


def test_a_failed_run_is_retried_by_the_service() -> None:
    run = failed_run()
    response = act(admin_client(), reverse(RUNS), "retry", run)
    assert "已重新排队 1 个运行" in response.content.decode()
    run.listing.refresh_from_db()
    assert run.listing.is_waiting


def test_finished_runs_are_not_retried() -> None:
    run = failed_run()
    MatchRun.objects.filter(pk=run.pk).update(state="done")
    response = act(admin_client(), reverse(RUNS), "retry", run)
    assert "没有失败或等待中的" in response.content.decode()


def test_a_match_is_read_with_its_reasons_in_words() -> None:
    pair = make_pair(solution={"wished_industries": ["C36"]})
    url = reverse("admin:matchmaking_match_change", args=[pair.match.pk])
    text = admin_client().get(url).content.decode()
    assert "场景覆盖" in text
    assert "300–500 万元" not in text
    assert "行业符合期望" not in text


def test_a_match_tells_an_admin_a_public_budget() -> None:
    pair = make_pair(need={"budget_visibility": "public"})
    url = reverse("admin:matchmaking_match_change", args=[pair.match.pk])
    text = admin_client().get(url).content.decode()
    assert "报价 280–450 万元，预算 300–500 万元" in text


@pytest.mark.parametrize("column", ["total", "vendor_total", "rank_key", "vendor_key"])
def test_no_sum_is_asked_for_in_the_address(column: str) -> None:
    make_pair()
    url = reverse("admin:matchmaking_match_changelist")
    assert admin_client().get(url, {f"{column}__gte": 1}).status_code == 400


@pytest.mark.parametrize("name", ["match", "matchrun", "corpusstatistics", "impression"])
def test_nothing_that_scoring_writes_can_be_added(name: str) -> None:
    url = reverse(f"admin:matchmaking_{name}_add")
    assert admin_client().get(url).status_code == 403


def test_the_serving_weights_cannot_be_changed_or_deleted() -> None:
    serving = WeightSet.objects.get(is_serving=True)
    client = admin_client()
    change = reverse("admin:matchmaking_weightset_change", args=[serving.pk])
    assert client.post(change, {"version": 9, "weights": "{}"}).status_code == 403
    delete = reverse("admin:matchmaking_weightset_delete", args=[serving.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


def test_new_weights_are_checked_by_the_engines_own_rules() -> None:
    client = admin_client()
    url = reverse("admin:matchmaking_weightset_add")
    for wrong in ('{"charm": 5}', '{"scenario": -1}', "[1]"):
        response = client.post(url, {"version": 2, "weights": wrong})
        assert response.status_code == 200
        assert response.context["errors"]
    client.post(url, {"version": 2, "weights": '{"scenario": 50}'})
    prepared = WeightSet.objects.get(version=2)
    assert (prepared.is_serving, prepared.weights["scenario"]) == (False, 50)


def test_staff_who_are_not_platform_admins_read_no_match() -> None:
    client = Client()
    client.force_login(make_user(is_staff=True))
    for name in ("match", "matchrun", "impression"):
        assert client.get(reverse(f"admin:matchmaking_{name}_changelist")).status_code == 403


def test_admin_pages_keep_to_the_content_security_policy() -> None:
    client = Client()
    client.force_login(make_platform_admin())
    for url in (reverse("admin:index"), reverse(RUNS)):
        response = client.get(url)
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert " style=" not in response.content.decode()
