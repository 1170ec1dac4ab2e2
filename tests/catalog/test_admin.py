"""The admin of the catalogue: listings are read there and decided on, vocabulary is edited."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from catalog.choices import ListingKind
from catalog.models import Listing, Revision, Scenario, Synonym
from tests.builders import (
    make_member,
    make_organization,
    make_platform_admin,
    make_user,
    make_vocabulary,
)
from tests.matchmaking.pairs import make_pair, make_submitted

pytestmark = pytest.mark.django_db
MODELS = [
    model for model in admin.site._registry if model._meta.app_label in ("catalog", "matchmaking")
]
REVISIONS = "admin:catalog_revision_changelist"


def admin_client() -> Client:
    client = Client()
    client.force_login(make_platform_admin())
    return client


def url_of(model: type[Model], view: str, *arguments: Any) -> str:
    options = model._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_{view}", args=arguments)


def act(client: Client, url: str, action: str, *objects: Model, **fields: str) -> Any:
    data = {"action": action, ACTION_CHECKBOX_NAME: [row.pk for row in objects], **fields}
    return client.post(url, data, follow=True)


def submitted() -> Revision:
    return make_submitted(ListingKind.NEED, make_organization()).revisions.get()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_page_of_every_model_opens(model: type[Model]) -> None:
    make_pair()
    submitted()
    client = admin_client()
    listed = client.get(url_of(model, "changelist"), {"q": "缺陷"})
    assert listed.status_code == 200
    assert client.get(url_of(model, "changelist")).status_code == 200
    added = client.get(url_of(model, "add"))
    assert added.status_code in (200, 403)
    row = model._default_manager.first()
    if row is not None:
        for view in ("change", "history"):
            assert client.get(url_of(model, view, row.pk)).status_code == 200


@pytest.mark.parametrize(
    "label", ["need", "solution", "revision", "embeddingspace"], ids=lambda label: label
)
def test_what_services_write_cannot_be_added_changed_or_deleted(label: str) -> None:
    make_pair()
    client = admin_client()
    model = next(m for m in MODELS if m._meta.label_lower == f"catalog.{label}")
    assert client.get(url_of(model, "add")).status_code == 403
    row = model._default_manager.first()
    if row is not None:
        assert client.post(url_of(model, "change", row.pk), {}).status_code == 403
        assert client.post(url_of(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_publishing_from_the_admin_goes_through_the_service() -> None:
    revision = submitted()
    response = act(admin_client(), reverse(REVISIONS), "publish", revision)
    assert "已处理 1 个版本" in response.content.decode()
    assert Listing.objects.get(pk=revision.listing_id).state == "published"
    assert LogEntry.objects.filter(object_id=str(revision.pk)).exists()


def test_returning_asks_for_the_reason_first() -> None:
    revision = submitted()
    client = admin_client()
    asked = act(client, reverse(REVISIONS), "send_back", revision)
    assert "退回原因" in asked.content.decode()
    assert Revision.objects.get(pk=revision.pk).state == "submitted"
    act(client, reverse(REVISIONS), "send_back", revision, reason="请补充现状", asked="yes")
    returned = Revision.objects.get(pk=revision.pk)
    assert (returned.state, returned.reason) == ("returned", "请补充现状")


def test_an_empty_reason_is_asked_for_again() -> None:
    revision = submitted()
    act(admin_client(), reverse(REVISIONS), "send_back", revision, reason="  ", asked="yes")
    assert Revision.objects.get(pk=revision.pk).state == "submitted"


def test_what_is_decided_already_is_reported_and_changes_nothing() -> None:
    revision = submitted()
    client = admin_client()
    act(client, reverse(REVISIONS), "publish", revision)
    again = act(client, reverse(REVISIONS), "publish", revision)
    assert "内容刚刚被他人更新" in again.content.decode()


def test_admins_do_not_decide_on_listings_of_their_own_organization() -> None:
    revision = submitted()
    client = Client()
    user = make_platform_admin()
    make_member(revision.listing.organization, user, role=Membership.Role.OWNER)
    client.force_login(user)
    response = act(client, reverse(REVISIONS), "publish", revision)
    assert "任何人都不能审核自己企业的条目" in response.content.decode()
    assert Listing.objects.get(pk=revision.listing_id).state == "submitted"


def test_matching_again_from_the_admin_raises_the_wanted_version() -> None:
    pair = make_pair()
    url = reverse("admin:catalog_need_changelist")
    response = act(admin_client(), url, "rematch", pair.need)
    assert "已为 1 个条目重新排队" in response.content.decode()
    assert Listing.objects.get(pk=pair.need.pk).is_waiting
    assert client_sees(admin_client(), f"{url}?scoring=waiting", pair.need.code)
    assert not client_sees(admin_client(), f"{url}?scoring=current", pair.need.code)


def client_sees(client: Client, url: str, text: str) -> bool:
    return text in client.get(url).content.decode()


def test_staff_who_are_not_platform_admins_read_no_listing() -> None:
    pair = make_pair()
    staff = make_user(is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="catalog"))
    client = Client()
    client.force_login(staff)
    for name in ("need", "solution", "revision"):
        assert client.get(reverse(f"admin:catalog_{name}_changelist")).status_code == 403
    change = reverse("admin:catalog_need_change", args=[pair.need.pk])
    assert client.get(change).status_code == 403
    assert client.get(reverse("admin:catalog_scenario_changelist")).status_code == 200


def test_what_is_an_owners_alone_is_no_admins() -> None:
    secret = {"budget_low": "4440000", "budget_high": "5550000", "weights": {"budget": 97}}
    ceiling = [{"level": "must", "kind": "budget_max", "number": "5551234"}]
    pair = make_pair(
        need={**secret, "requirements": ceiling},
        solution={"wished_project_low": "6660000", "capacity": 98765, "capacity_taken": 97531},
    )
    client = admin_client()
    waiting = make_submitted(
        ListingKind.NEED, pair.owner.organization or make_organization(), **secret
    )
    pages = [
        reverse("admin:catalog_need_change", args=[pair.need.pk]),
        reverse("admin:catalog_solution_change", args=[pair.solution.pk]),
        reverse("admin:catalog_revision_change", args=[waiting.revisions.get().pk]),
        reverse("admin:catalog_need_change", args=[waiting.pk]),
    ]
    for url in pages:
        text = client.get(url).content.decode()
        assert "仅本企业可见" in text
        for told in ("4440000", "4,440,000", "5550000", "5,550,000", "5551234", "6660000", "97531"):
            assert told not in text.replace(str(waiting.public_id), ""), (url, told)


def test_a_public_budget_is_read_in_the_admin() -> None:
    pair = make_pair(need={"budget_high": "5550000", "budget_visibility": "public"})
    url = reverse("admin:catalog_need_change", args=[pair.need.pk])
    assert "5550000" in admin_client().get(url).content.decode().replace(",", "")


@pytest.mark.parametrize(
    "asked",
    [
        ("need", "budget_high__lte"),
        ("need", "weights__budget"),
        ("need", "budget_visibility"),
        ("solution", "wished_project_low__gte"),
        ("solution", "capacity_taken"),
        ("solution", "price_high__lte"),
        ("revision", "payload__budget_high"),
    ],
)
def test_nothing_hidden_is_asked_for_in_the_address(asked: tuple[str, str]) -> None:
    make_pair()
    label, lookup = asked
    url = reverse(f"admin:catalog_{label}_changelist")
    assert admin_client().get(url, {lookup: "5000000"}).status_code == 400


def test_people_without_staff_rights_do_not_reach_the_admin() -> None:
    client = Client()
    client.force_login(make_user())
    assert client.get(reverse("admin:catalog_need_changelist")).status_code in (302, 404)


def test_an_edited_term_is_marked_so_that_reloading_keeps_it() -> None:
    make_pair()
    scenario = Scenario.objects.get(code="inspection")
    admin_client().post(
        reverse("admin:catalog_scenario_change", args=[scenario.pk]),
        {"name_zh": "在线检测", "position": 1, "stage": scenario.stage_id},
    )
    scenario.refresh_from_db()
    assert (scenario.name_zh, scenario.edited_by_admin) == ("在线检测", True)


def test_terms_are_retired_never_deleted() -> None:
    make_pair()
    scenario = Scenario.objects.get(code="inspection")
    url = reverse("admin:catalog_scenario_delete", args=[scenario.pk])
    assert admin_client().post(url, {"post": "yes"}).status_code == 403


def test_a_synonym_group_made_in_the_admin_is_marked_as_such() -> None:
    admin_client().post(reverse("admin:catalog_synonym_add"), {"words": "立库,自动化立体仓库"})
    assert Synonym.objects.get().edited_by_admin


def test_a_listing_shows_what_happened_to_it() -> None:
    pair = make_pair()
    url = reverse("admin:catalog_need_change", args=[pair.need.pk])
    assert client_sees(admin_client(), url, "listing.published")


def test_escalating_and_taking_over_from_the_admin_go_through_the_services() -> None:
    revision = submitted()
    client = admin_client()
    asked = act(client, reverse(REVISIONS), "escalate", revision)
    assert "为什么上报" in asked.content.decode()
    act(client, reverse(REVISIONS), "escalate", revision, note="可能涉及军工", asked="yes")
    act(client, reverse(REVISIONS), "take_over", revision)
    revision.refresh_from_db()
    assert revision.escalated_at is not None
    assert revision.claimed_by is not None
    assert str(revision.claimed_by) in client.get(reverse(REVISIONS)).content.decode()
    act(client, reverse(REVISIONS), "release", revision)
    revision.refresh_from_db()
    assert revision.claimed_by is None


def test_the_admin_returns_with_canned_reasons() -> None:
    make_vocabulary()
    revision = submitted()
    act(admin_client(), reverse(REVISIONS), "send_back", revision, reasons="too_vague", asked="yes")
    revision.refresh_from_db()
    assert "过于笼统" in revision.reason
