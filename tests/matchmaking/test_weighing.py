"""New weights are measured before they serve, and serve everywhere once they do."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event
from catalog.importing import UnreadableFile
from catalog.models import Listing
from catalog.services import StateConflict
from matchmaking import queue
from matchmaking.engine import ENGINE_VERSION
from matchmaking.engine.weights import DEFAULT_WEIGHTS
from matchmaking.models import WeightSet, WeightSetEvaluation
from matchmaking.services import (
    NotEvaluated,
    evaluate_weights,
    evaluation_of,
    request_evaluation,
    serve_weights,
)
from tests.builders import make_actor, make_admin_actor
from tests.catalog.test_admin import act, admin_client
from tests.matchmaking.pairs import make_pair

pytestmark = pytest.mark.django_db
SETS = "admin:matchmaking_weightset_changelist"


@pytest.fixture(autouse=True)
def _without_judged_pairs() -> object:
    with override_settings(BENCHMARKS_DIR=""):
        yield


def new_set(version: int = 2, **percent: int) -> WeightSet:
    return WeightSet.objects.create(
        version=version, weights={**DEFAULT_WEIGHTS.to_json(), **percent}
    )


def evaluated(weight_set: WeightSet, **changes: object) -> WeightSetEvaluation:
    fields = {
        "engine_version": ENGINE_VERSION,
        "data": "catalogue",
        "finished_at": timezone.now(),
        **changes,
    }
    return WeightSetEvaluation.objects.create(weight_set=weight_set, **fields)


def test_an_evaluation_is_made_by_the_process_that_holds_the_model(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    sent: list[tuple[object, ...]] = []
    monkeypatch.setattr(queue, "send", lambda *args, **kwargs: sent.append((*args, kwargs)))
    admin = make_admin_actor()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        evaluation = request_evaluation(actor=admin, weight_set=new_set())
    assert sent == [("matchmaking.evaluate_weights", evaluation.pk, {"queue": "embed"})]
    assert evaluation.requested_by == admin.user
    assert Event.objects.filter(verb="weights.evaluation_requested").exists()


def test_it_says_how_the_lists_would_change_criterion_by_criterion() -> None:
    make_pair()
    draft = new_set(scenario=0, budget=60)
    evaluation = request_evaluation(actor=make_admin_actor(), weight_set=draft)
    assert evaluate_weights(evaluation_id=evaluation.pk) == 1
    evaluation.refresh_from_db()
    assert (evaluation.data, evaluation.error) == ("catalogue", "")
    figures = evaluation.figures["catalogue"]
    assert figures["needs"] == 1
    assert figures["overlap@10"] == 1.0
    assert set(figures["criteria"]) == set(DEFAULT_WEIGHTS.to_json())
    assert evaluation_of(draft) == evaluation
    # What is finished stays as it is.
    assert evaluate_weights(evaluation_id=evaluation.pk) == 0


def test_with_nothing_to_measure_on_nothing_counts_as_measured() -> None:
    draft = new_set()
    evaluation = request_evaluation(actor=make_admin_actor(), weight_set=draft)
    assert evaluate_weights(evaluation_id=evaluation.pk) == 0
    assert evaluation_of(draft) is None
    with pytest.raises(NotEvaluated):
        serve_weights(actor=make_admin_actor(), weight_set=draft)


def test_a_failed_evaluation_says_so_and_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "tech-transfer").mkdir()
    draft = new_set()
    evaluation = request_evaluation(actor=make_admin_actor(), weight_set=draft)
    with override_settings(BENCHMARKS_DIR=str(tmp_path)), pytest.raises(UnreadableFile):
        evaluate_weights(evaluation_id=evaluation.pk)
    evaluation.refresh_from_db()
    assert evaluation.error == "UnreadableFile"
    assert evaluation_of(draft) is None


@pytest.mark.parametrize(
    "stale",
    [{"engine_version": "0.9"}, {"finished_at": None}, {"error": "ValueError"}, {"data": ""}],
)
def test_only_a_finished_evaluation_by_the_serving_engine_lets_a_set_serve(
    stale: dict[str, object],
) -> None:
    draft = new_set()
    evaluated(draft, **stale)
    with pytest.raises(NotEvaluated):
        serve_weights(actor=make_admin_actor(), weight_set=draft)
    assert WeightSet.objects.get(is_serving=True).version == 1


def test_serving_changes_hands_once_and_asks_for_everything_anew() -> None:
    pair = make_pair()
    draft = new_set()
    evaluated(draft)
    assert serve_weights(actor=make_admin_actor(), weight_set=draft) == 2
    assert WeightSet.objects.get(is_serving=True) == draft
    for listing in (pair.need, pair.solution):
        assert Listing.objects.get(pk=listing.pk).is_waiting
    event = Event.objects.get(verb="weights.served")
    assert (event.data["before"], event.data["version"]) == (1, 2)
    with pytest.raises(StateConflict):
        serve_weights(actor=make_admin_actor(), weight_set=draft)


def test_only_the_platform_chooses_weights() -> None:
    draft = new_set()
    evaluated(draft)
    for act_on in (request_evaluation, serve_weights):
        with pytest.raises(PermissionDenied):
            act_on(actor=make_actor(), weight_set=draft)


def test_the_admin_asks_for_an_evaluation_and_then_serves() -> None:
    make_pair()
    draft = new_set()
    client = admin_client()
    refused = act(client, reverse(SETS), "serve", draft)
    assert "当前引擎还没有评估这个权重集" in refused.content.decode()
    assert "已开始评估" in act(client, reverse(SETS), "evaluate", draft).content.decode()
    evaluate_weights(evaluation_id=draft.evaluations.get().pk)
    page = client.get(reverse("admin:matchmaking_weightset_change", args=[draft.pk]))
    assert "前 10 名平均有 100% 相同" in page.content.decode()
    assert " style=" not in page.content.decode()
    assert "已启用 v2，2 个条目" in act(client, reverse(SETS), "serve", draft).content.decode()
    again = act(client, reverse(SETS), "serve", draft)
    assert "这个权重集已在使用中" in again.content.decode()


def test_what_was_measured_can_no_longer_be_changed() -> None:
    draft = new_set()
    client = admin_client()
    url = reverse("admin:matchmaking_weightset_change", args=[draft.pk])
    assert client.post(url, {"version": 2, "weights": '{"scenario": 50}'}).status_code == 302
    evaluated(draft)
    assert client.post(url, {"version": 2, "weights": '{"scenario": 90}'}).status_code == 403
    draft.refresh_from_db()
    assert draft.weights["scenario"] == 50


def test_two_sets_never_serve_at_once() -> None:
    first, second = new_set(2), new_set(3)
    client = admin_client()
    for one in (first, second):
        evaluated(one)
    response = act(client, reverse(SETS), "serve", first, second)
    assert "每次只能启用一个权重集" in response.content.decode()
    assert WeightSet.objects.get(is_serving=True).version == 1
