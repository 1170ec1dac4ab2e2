"""Nothing that waits for a stage reaches a page, a search or a filter before it."""

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.actors import ANONYMOUS, SYSTEM, Actor
from accounts.models import Membership, Organization
from catalog.choices import ListingKind
from catalog.content import NeedContent, SolutionContent
from catalog.disclosure import MODEL_STAGES, NEED_STAGES, SOLUTION_STAGES, disclose
from catalog.models import Need, Scenario, Solution
from catalog.reading import need_content
from catalog.services import submit_listing
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_draft,
    make_need,
    make_organization,
    make_park,
    make_solution,
    make_staff_actor,
    make_vocabulary,
    need_payload,
)
from tests.catalog.pages import context_of, status, text_of, url_of

pytestmark = pytest.mark.django_db
# Stands in every field that a stranger may not read.
SECRET = "绝密字样"


@pytest.fixture(autouse=True)
def _vocabulary(db: None) -> None:
    make_vocabulary()


def secret_owner() -> Organization:
    return make_organization(legal_name=f"{SECRET}股份有限公司", short_name=SECRET)


def confidential(owner: Organization | None = None, **overrides: Any) -> Need:
    scenario = Scenario.objects.order_by("position")[0]
    fields = {
        "title": "反应釜投料无人化",
        "summary": "甲类车间投料，须整体防爆。",
        "situation": f"{SECRET}现有三条投料线全靠人工，粉尘大。",
        "goal": f"{SECRET}投料岗位无人值守。",
        "scenarios": [scenario.code],
        "industry": "C26",
        "district": "jinshan",
        "project_type": "agv_warehouse",
        "requirements": [{"level": "must", "kind": "text", "text": f"{SECRET}投料误差不超过一克"}],
        "maturity": [{"domain": "data", "current": 1, "target": 3}],
        "decision_date": "2031-05-17",
        "wanted_start": "2031-06-18",
        "wanted_end": "2031-09-19",
        "budget_low": "6660000",
        "budget_high": "7770000",
        "budget_visibility": "public",
        "confidentiality": "confidential",
        **overrides,
    }
    return make_need(owner or secret_owner(), **fields)


SECRETS = (SECRET, "666–", "777 万", "2031-0")


def test_every_field_of_the_content_has_a_stage() -> None:
    assert set(NEED_STAGES) == set(NeedContent.model_fields)
    assert set(SOLUTION_STAGES) == set(SolutionContent.model_fields)


@pytest.mark.parametrize("label", MODEL_STAGES)
def test_every_field_of_the_models_has_a_stage(label: str) -> None:
    model = apps.get_model(label)
    stored = {
        field.name for field in (*model._meta.concrete_fields, *model._meta.local_many_to_many)
    }
    assert stored - set(MODEL_STAGES[label]) == set()


def test_no_row_of_a_listing_is_left_out_of_the_table() -> None:
    owned = {
        relation.related_model._meta.label_lower
        for model in (Need, Solution)
        for relation in model._meta.related_objects
        if relation.one_to_many and relation.model is model
        if relation.related_model._meta.app_label == "catalog"
    }
    assert owned <= set(MODEL_STAGES)


@pytest.mark.parametrize("who", ["visitor", "member of another organization"])
def test_no_public_page_tells_more_of_a_confidential_need_than_its_summary(who: str) -> None:
    need = confidential()
    actor = ANONYMOUS if who == "visitor" else make_actor()
    scenario = need.scenarios.get()
    for url in (
        url_of(need),
        reverse("catalog:need_list"),
        reverse("catalog:need_list") + "?q=投料",
        scenario.get_absolute_url(),
        reverse("home"),
    ):
        text = text_of(url, actor)
        assert need.title in text, url
        for secret in SECRETS:
            assert secret not in text, (url, secret)


def test_the_page_of_a_confidential_need_says_that_there_is_more() -> None:
    text = text_of(url_of(confidential()))
    assert "这是保密需求" in text
    assert "企业名称保密" in text
    assert "甲类车间投料，须整体防爆。" in text
    assert "化学原料和化学制品制造业" in text


def test_a_search_never_finds_a_confidential_need_by_what_it_hides() -> None:
    confidential(
        situation="熔盐储罐区域每班人工巡检两次。", goal="巡检无人化，误报率低于百分之一。"
    )
    assert context_of("need_list", params={"q": "熔盐储罐"})["total"] == 0
    assert context_of("need_list", params={"q": "误报率"})["total"] == 0
    assert context_of("need_list", params={"q": "投料"})["total"] == 1


def test_its_own_people_read_all_of_a_confidential_need() -> None:
    owner = secret_owner()
    need = confidential(owner)
    for role in (Membership.Role.OWNER, Membership.Role.VIEWER):
        text = text_of(url_of(need), make_actor(role, owner))
        assert f"{SECRET}投料误差不超过一克" in text
        assert "666–777 万元" in text


def test_whoever_moderates_reads_what_is_to_be_published_and_never_the_owners_fields() -> None:
    park = make_park()
    owner = make_organization(park=park)
    need = confidential(owner, budget_visibility="owner")
    text = text_of(url_of(need), make_staff_actor(park))
    assert f"{SECRET}投料误差不超过一克" in text
    assert owner.legal_name in text
    assert "666–" not in text
    assert SECRET not in text_of(url_of(need), make_staff_actor(make_park()))


# --- Money ---


@pytest.mark.parametrize("who", ["visitor", "stranger", "moderator"])
def test_a_budget_is_its_owners_unless_they_publish_it(who: str) -> None:
    park = make_park()
    actors = {"visitor": ANONYMOUS, "stranger": make_actor(), "moderator": make_staff_actor(park)}
    need = make_need(
        make_organization(park=park),
        budget_high="7770000",
        requirements=[{"level": "must", "kind": "budget_max", "number": "7770000"}],
    )
    for url in (url_of(need), reverse("catalog:need_list")):
        assert "777 万" not in text_of(url, actors[who])


def test_an_owner_is_told_that_the_budget_is_for_them_alone() -> None:
    owner = make_actor()
    need = make_need(owner.organization, budget_high="7770000")
    text = text_of(url_of(need), owner)
    assert "≤ 777 万元" in text
    assert "仅本企业可见" in text


def test_a_public_budget_is_read_by_everybody_and_not_called_private() -> None:
    need = make_need(budget_high="7770000", budget_includes_tax=True, budget_visibility="public")
    for text in (text_of(url_of(need)), text_of(reverse("catalog:need_list"))):
        assert "≤ 777 万元（含税）" in text
        assert "仅本企业可见" not in text


@pytest.mark.parametrize(
    ("visibility", "visitor", "member", "owner"),
    [
        ("public", True, True, True),
        ("members", False, True, True),
        ("owner", False, False, True),
    ],
)
def test_a_price_is_shown_as_far_as_its_vendor_lets_it(
    visibility: str, visitor: bool, member: bool, owner: bool
) -> None:
    vendor = make_actor()
    solution = make_solution(
        vendor.organization,
        price_high="7770000",
        price_scope="含安装调试",
        price_visibility=visibility,
    )
    readers: list[tuple[Actor, bool]] = [
        (ANONYMOUS, visitor),
        (make_actor(None), visitor),
        (make_actor(), member),
        (vendor, owner),
    ]
    for actor, shown in readers:
        page = text_of(url_of(solution), actor)
        assert ("777 万元" in page) is shown
        assert ("含安装调试" in page) is shown
        assert ("777 万元" in text_of(reverse("catalog:solution_list"), actor)) is shown


def test_a_hidden_price_is_not_taken_for_one_that_was_never_stated() -> None:
    solution = make_solution(price_high="7770000", price_visibility="members")
    assert "登录企业可见" in text_of(url_of(solution))
    assert "登录企业可见" in text_of(reverse("catalog:solution_list"))


def test_what_a_vendor_wishes_for_is_read_by_the_vendor_alone() -> None:
    park = make_park()
    vendor = make_organization(park=park)
    solution = make_solution(
        vendor, wished_project_low="6660000", wished_industries=["C42"], capacity=9
    )
    for actor in (ANONYMOUS, make_actor(), make_staff_actor(park)):
        text = text_of(url_of(solution), actor)
        assert "666 万" not in text
        assert "我们的期望" not in text
    assert "≥ 666 万元" in text_of(url_of(solution), make_actor("viewer", vendor))


# --- What has not been published ---


def test_what_is_not_published_answers_like_what_does_not_exist() -> None:
    park = make_park()
    owner = make_organization(park=park)
    draft = make_draft(ListingKind.NEED, owner, need_payload()).listing
    url = url_of(draft)
    others = (ANONYMOUS, make_actor(), make_staff_actor(park))
    assert [status(url, actor) for actor in others] == [404, 404, 404]
    assert status(url, make_actor("viewer", owner)) == 200
    assert status(url, make_admin_actor()) == 200
    submit_listing(actor=SYSTEM, listing=draft)
    assert [status(url, actor) for actor in others] == [404, 404, 200]
    assert status(url, make_staff_actor(make_park())) == 404


def test_the_disclosure_of_a_confidential_need_blanks_what_it_hides() -> None:
    need = confidential()
    told = disclose(make_actor(), need, need_content(need))
    assert isinstance(told.content, NeedContent)
    assert told.content.requirements == ()
    # 666–777 万元, told as the band it lies in; the district as its group.
    assert (told.content.budget_low, told.content.budget_high) == (
        Decimal(5_000_000),
        Decimal(10_000_000),
    )
    assert told.content.district == "sh_south"
    assert told.hides("situation")
    assert not told.shows_organization
