"""The step that shows what free words suggest: visible, editable, stored only when taken."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from catalog.choices import ListingKind, ListingState
from catalog.models import Listing
from catalog.services import create_listing
from tests.builders import make_actor, make_vocabulary

pytestmark = pytest.mark.django_db

CHAT = (
    "我们厂在松江做注塑件，表面划痕全靠人眼看，想上个相机自动检，节拍0.5秒一片，"
    "预算60到80万，三个月内上线，必须有ISO9001，要本地服务"
)


@pytest.fixture(autouse=True)
def _vocabulary() -> None:
    make_vocabulary()


def browser(actor: Actor) -> Client:
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user)
    return client


def begun(**fields: Any) -> tuple[Client, Listing]:
    actor = make_actor()
    payload = {"title": "划痕检测", "situation": CHAT, **fields}
    listing = create_listing(actor=actor, kind=ListingKind.NEED, payload=payload).listing
    return browser(actor), listing


def address(listing: Listing) -> str:
    return reverse("catalog:need_edit", args=[listing.public_id, "suggestions"])


def saved(listing: Listing) -> dict[str, Any]:
    payload: dict[str, Any] = listing.revisions.order_by("-number")[0].payload
    return payload


def test_free_words_alone_begin_a_need_and_lead_to_what_they_suggest() -> None:
    response = browser(make_actor()).post(
        reverse("catalog:need_create"), {"situation": f"张工 10:32\n大家好，{CHAT}"}
    )
    listing = Listing.objects.get()
    assert response["Location"] == address(listing)
    assert saved(listing)["title"].startswith("我们厂在松江做注塑件")
    assert saved(listing)["scenarios"] == []


def test_each_suggestion_shows_the_words_it_rests_on() -> None:
    client, listing = begun()
    page = client.get(address(listing)).content.decode()
    for words in ("松江", "注塑", "划痕全靠人眼看，想上个相机", "0.5秒一片", "60到80万"):
        assert f"<mark>{words}" in page or words in page
    assert "<mark>松江</mark>" in page
    assert "在线智能检测" in page
    assert "ISO 9001" in page


def test_opening_the_page_stores_nothing() -> None:
    client, listing = begun()
    before = saved(listing)
    assert client.get(address(listing)).status_code == 200
    assert saved(listing) == before


def test_all_at_once_fills_every_field() -> None:
    client, listing = begun()
    form = client.get(address(listing)).context["form"]
    data = {f.html_name: f.value() for f in form if f.value() not in (None, False)}
    client.post(address(listing), {**data, "action": "all"})
    payload = saved(listing)
    assert payload["scenarios"][0] == "inline_inspection"
    assert (payload["industry"], payload["district"]) == ("C29", "songjiang")
    assert payload["project_type"] == "vision_inspection"
    assert (float(payload["budget_low"]), float(payload["budget_high"])) == (600_000, 800_000)
    kinds = {row["kind"]: row for row in payload["requirements"]}
    assert float(kinds["lead_time_max"]["number"]) == 13
    assert kinds["certification"]["code"] == "iso_9001"
    assert kinds["certification"]["level"] == "must"
    assert kinds["text"]["text"] == "要求本地服务"
    assert {"parameter": "vision_inspection.cycle_time"}.items() <= payload["parameters"][0].items()
    assert payload["maturity"][0]["current"] == 1


def test_what_is_not_ticked_is_not_stored() -> None:
    client, listing = begun()
    data = {"take-district": "on", "value-district": "songjiang", "value-industry": "C29"}
    client.post(address(listing), data)
    payload = saved(listing)
    assert payload["district"] == "songjiang"
    assert (payload["industry"], payload["scenarios"], payload["requirements"]) == ("", [], [])


def test_none_of_it_leaves_the_need_as_it_was() -> None:
    client, listing = begun()
    before = saved(listing)
    data = {"take-district": "on", "value-district": "songjiang", "action": "none"}
    response = client.post(address(listing), data)
    assert response.status_code == 302
    assert saved(listing) == before


def test_a_suggestion_may_be_corrected_while_it_is_taken() -> None:
    client, listing = begun()
    data = {
        "take-district": "on",
        "value-district": "qingpu",
        "take-budget_high": "on",
        "value-budget_high": "95",
    }
    client.post(address(listing), data)
    payload = saved(listing)
    assert payload["district"] == "qingpu"
    assert float(payload["budget_high"]) == 950_000


def test_what_the_need_says_already_is_replaced_only_on_demand() -> None:
    client, listing = begun(district="qingpu", scenarios=["inline_inspection"])
    page = client.get(address(listing))
    form = page.context["form"]
    assert form["take-district"].value() is False
    assert "现填：青浦" in page.content.decode()
    assert "take-scenario:inline_inspection" not in form.fields


def test_parameters_of_a_type_that_was_not_taken_are_left_out() -> None:
    client, listing = begun()
    key = "parameter:vision_inspection.cycle_time"
    client.post(address(listing), {f"take-{key}": "on", f"value-{key}": "0.5"})
    assert saved(listing)["parameters"] == []


def test_an_impossible_value_is_named_at_its_field() -> None:
    client, listing = begun()
    data = {
        "take-budget_low": "on",
        "value-budget_low": "90",
        "take-budget_high": "on",
        "value-budget_high": "80",
    }
    response = client.post(address(listing), data)
    assert response.status_code == 422
    assert "预算下限不能高于上限" in response.content.decode()


def test_taken_and_submitted_in_one_go() -> None:
    client, listing = begun()
    data = {"take-district": "on", "value-district": "songjiang", "action": "submit"}
    client.post(address(listing), data)
    listing.refresh_from_db()
    assert listing.state == ListingState.SUBMITTED
    assert saved(listing)["district"] == "songjiang"


def test_scenarios_and_a_goal_are_another_way_to_begin() -> None:
    data = {
        "situation": "",
        "scenarios": ["smart_scheduling"],
        "factory_goals": ["smart"],
        "start_shown": "True",
    }
    response = browser(make_actor()).post(reverse("catalog:need_create"), data)
    assert response.status_code == 302
    payload = saved(Listing.objects.get())
    assert payload["scenarios"] == ["smart_scheduling"]
    assert payload["title"] == "车间智能排产"
