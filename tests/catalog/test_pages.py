"""A listing's own page, the scenarios and the front page."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.actors import ANONYMOUS, SYSTEM
from accounts.models import Membership, Organization
from catalog.choices import ListingKind
from catalog.models import HeldCertification, Listing, Revision, Scenario
from catalog.services import archive_listing, return_revision, save_draft, submit_listing
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
    publish,
    solution_payload,
)
from tests.catalog.pages import client_of, status, text_of, url_of

pytestmark = pytest.mark.django_db
EDITED = "改过的标题在此"


@pytest.fixture(autouse=True)
def _vocabulary(db: None) -> None:
    make_vocabulary()


def draft_of(organization: Organization | None, **overrides: Any) -> Revision:
    assert organization is not None
    return make_draft(ListingKind.NEED, organization, need_payload(**overrides))


def returned(organization: Organization | None, reason: str) -> Listing:
    revision = draft_of(organization)
    submit_listing(actor=SYSTEM, listing=revision.listing)
    return return_revision(actor=SYSTEM, revision=revision, reason=reason)


# --- Addresses ---


def test_what_is_not_there_and_what_is_of_the_other_kind_answer_alike() -> None:
    need = make_need()
    assert status(reverse("catalog:need_detail", args=[uuid4()])) == 404
    assert status(reverse("catalog:solution_detail", args=[need.public_id])) == 404
    assert status(reverse("catalog:need_detail", args=[need.public_id])) == 200


def test_a_suspended_organizations_listings_are_gone_for_others() -> None:
    solution = make_solution(make_organization(suspended_at=timezone.now()))
    assert status(url_of(solution)) == 404
    assert status(url_of(solution), make_admin_actor()) == 200


def test_an_archived_listing_stays_with_its_owner() -> None:
    owner = make_actor()
    need = make_need(owner.organization)
    archive_listing(actor=SYSTEM, listing=need)
    assert status(url_of(need)) == 404
    text = text_of(url_of(need), owner)
    assert "已归档" in text
    assert reverse("catalog:listing_archive", args=[need.public_id]) not in text


# --- What a page says ---


def test_a_needs_page_says_what_is_asked_in_numbers_with_units() -> None:
    need = make_need(
        project_type="agv_warehouse",
        parameters=[
            {"parameter": "agv_warehouse.max_load", "number": "1200"},
            {"parameter": "agv_warehouse.environment", "choice": "冷库"},
        ],
        maturity=[{"domain": "data", "current": 1, "target": 4}],
        requirements=[
            {"level": "should", "kind": "on_site"},
            {"level": "must", "kind": "domestic_share_min", "number": "60"},
        ],
        wanted_start="2027-01-01",
        wanted_end="2027-06-30",
    )
    text = strip_tags(text_of(url_of(need)))
    for words in ("1200 kg", "冷库", "国产化率不低于 60%", "2027-01-01 – 2027-06-30", "未填写"):
        assert words in text
    assert text.index("国产化率不低于") < text.index("提供驻场服务")


def test_choices_of_parameters_are_read_in_english_by_english_readers() -> None:
    need = make_need(
        project_type="agv_warehouse",
        parameters=[{"parameter": "agv_warehouse.environment", "choice": "冷库"}],
    )
    response = Client(headers={"accept-language": "en"}).get(url_of(need))
    text = response.content.decode()
    assert "Cold store" in text
    assert "冷库" not in text


def test_a_solutions_page_weighs_each_case_by_its_evidence_and_leaves_the_rest_open() -> None:
    solution = make_solution(
        cases=[
            {"customer": "某压铸厂", "industry": "C36", "year": 2025, "result": "漏检率降到 0.3%"},
            {"result": "节拍 12 秒", "evidence": "park_verified"},
            {"result": "人工减半", "evidence": "customer_confirmed"},
        ],
        price_low="1800000",
        price_high="5200000",
        price_basis="project",
        price_includes_tax=False,
    )
    text = text_of(url_of(solution))
    assert "某压铸厂 · 汽车制造业 · 2025" in text
    assert "180–520 万元/项目（不含税）" in text
    for words in ("自述", "园区核验", "客户确认"):
        assert f"{words}</span>" in text
    assert "待询" in text


def test_a_certification_counts_as_checked_only_once_somebody_checked_it() -> None:
    solution = make_solution(certifications=[{"certification": "iso_9001"}])
    checked = '<span class="badge ok">平台核验，至 –</span>'
    assert checked not in text_of(url_of(solution))
    HeldCertification.objects.filter(solution=solution).update(verified_at=timezone.now())
    assert checked in text_of(url_of(solution))


def test_a_page_says_where_its_words_come_from_and_who_vouches_for_the_owner() -> None:
    park = make_park(name_zh="张江机器人谷")
    checked = make_organization(verified=True, verified_by_park=park)
    assert "由张江机器人谷核验" in text_of(url_of(make_solution(checked)))
    nobodys = make_solution(make_organization(is_claimed=False, source="某研究报告"))
    Listing.objects.filter(pk=nobodys.pk).update(is_demo=True, source="某研究报告")
    text = text_of(url_of(nobodys))
    for words in ("未认领", "演示数据", "某研究报告"):
        assert words in text


def test_scenarios_of_a_listing_lead_to_their_own_pages() -> None:
    scenario = Scenario.objects.order_by("position")[0]
    need = make_need(scenarios=[scenario.code])
    assert f'href="{scenario.get_absolute_url()}"' in text_of(url_of(need))


def test_words_of_a_listing_are_never_markup() -> None:
    need = make_need(title="<script>alert(1)</script>", situation="<b>现状</b>说明一共十个字以上")
    for url in (url_of(need), reverse("catalog:need_list"), reverse("home")):
        assert "<script>alert(1)" not in text_of(url)


# --- The owner's side ---


def test_an_owner_reads_a_draft_and_may_submit_edit_and_archive_it() -> None:
    owner = make_actor()
    listing = draft_of(owner.organization, title="尚未提交的需求").listing
    text = text_of(url_of(listing), owner)
    assert "尚未提交的需求" in text
    for name in ("listing_submit", "listing_archive"):
        assert reverse(f"catalog:{name}", args=[listing.public_id]) in text
    assert f"/needs/{listing.public_id}/edit/" in text


def test_a_viewer_reads_the_same_without_the_buttons() -> None:
    owner = make_organization()
    listing = draft_of(owner, title="尚未提交的需求").listing
    text = text_of(url_of(listing), make_actor(Membership.Role.VIEWER, owner))
    assert "尚未提交的需求" in text
    assert reverse("catalog:listing_submit", args=[listing.public_id]) not in text
    assert f"/needs/{listing.public_id}/edit/" not in text


def test_a_submission_can_be_taken_back_but_not_edited() -> None:
    owner = make_actor()
    listing = draft_of(owner.organization).listing
    submit_listing(actor=SYSTEM, listing=listing)
    text = text_of(url_of(listing), owner)
    assert reverse("catalog:listing_withdraw", args=[listing.public_id]) in text
    assert f"/needs/{listing.public_id}/edit/" not in text


def test_an_owner_reads_why_a_submission_came_back() -> None:
    owner = make_actor()
    listing = returned(owner.organization, "请补充现有设备型号。")
    assert "请补充现有设备型号。" in text_of(url_of(listing), owner)


def test_an_edit_waits_beside_the_published_words() -> None:
    owner = make_actor()
    need = make_need(owner.organization)
    save_draft(actor=SYSTEM, listing=need, payload=need_payload(title=EDITED))
    assert "有一份修改还没有提交" in text_of(url_of(need), owner)
    submit_listing(actor=SYSTEM, listing=need)
    text = text_of(url_of(need), owner)
    assert "修改正在等待审核" in text
    assert need.title in text
    stranger = text_of(url_of(need))
    assert EDITED not in stranger
    assert "修改正在等待审核" not in stranger


def test_an_expired_listing_tells_its_owner_why_the_hall_lacks_it() -> None:
    owner = make_actor()
    need = make_need(owner.organization)
    Listing.objects.filter(pk=need.pk).update(expires_on="2020-01-01")
    assert "已过有效期" in text_of(url_of(need), owner)


def test_only_the_own_side_is_led_to_matches() -> None:
    owner = make_actor()
    need, solution = make_need(owner.organization), make_solution(owner.organization)
    for listing in (need, solution):
        matches = reverse(f"matchmaking:{listing.kind}_matches", args=[listing.public_id])
        assert f'hx-get="{matches}' in text_of(url_of(listing), owner)
        for actor in (ANONYMOUS, make_actor()):
            assert matches not in text_of(url_of(listing), actor)


def test_a_draft_has_no_matches_to_lead_to() -> None:
    owner = make_actor()
    listing = draft_of(owner.organization).listing
    assert "/matches/" not in text_of(url_of(listing), owner)


# --- The moderators' side ---


def test_whoever_moderates_is_led_to_the_review_and_reads_the_history() -> None:
    park = make_park()
    listing = returned(make_organization(park=park), "请补充现有设备型号。")
    staff = make_staff_actor(park)
    assert "请补充现有设备型号。" in text_of(url_of(listing), staff)
    save_draft(actor=SYSTEM, listing=listing, payload=need_payload())
    submit_listing(actor=SYSTEM, listing=listing)
    revision = listing.revisions.get(state="submitted")
    review = reverse("catalog:moderation_review", args=[revision.public_id])
    assert review in text_of(url_of(listing), staff)
    assert status(url_of(listing), make_staff_actor(make_park())) == 404


def test_a_moderator_is_told_nothing_of_an_edit_before_it_is_submitted() -> None:
    park = make_park()
    need = make_need(make_organization(park=park))
    save_draft(actor=SYSTEM, listing=need, payload=need_payload(title=EDITED))
    text = text_of(url_of(need), make_staff_actor(park))
    assert "第 1 版通过并发布" in text
    assert "第 2 版" not in text
    assert EDITED not in text


# --- Scenarios and the front page ---


def test_the_scenarios_are_counted_by_what_the_halls_list() -> None:
    scenario = Scenario.objects.order_by("position")[0]
    make_need(scenarios=[scenario.code])
    for _ in range(2):
        make_solution(scenarios=[scenario.code])
    draft_of(make_organization(), scenarios=[scenario.code])
    response = Client().get(reverse("catalog:scenario_list"))
    groups = response.context["stages"]
    assert len(groups) == 8
    assert sum(len(group.scenarios) for group in groups) == 40
    row = next(row for group in groups for row in group.scenarios if row.code == scenario.code)
    assert (row.needs, row.solutions) == (1, 2)


def test_a_scenarios_page_shows_both_sides_and_leads_into_the_halls() -> None:
    scenario = Scenario.objects.order_by("position")[0]
    need = make_need(scenarios=[scenario.code])
    solution = make_solution(scenarios=[scenario.code])
    other = make_solution()
    text = text_of(scenario.get_absolute_url())
    assert need.title in text
    assert solution.title in text
    assert other.title not in text
    assert reverse("catalog:need_list") + f"?scenario={scenario.code}" in text


def test_a_retired_scenario_leaves_the_list_and_keeps_its_page() -> None:
    scenario = Scenario.objects.order_by("position")[0]
    Scenario.objects.filter(pk=scenario.pk).update(retired=True)
    assert scenario.get_absolute_url() not in text_of(reverse("catalog:scenario_list"))
    assert status(scenario.get_absolute_url()) == 200


def test_an_unknown_scenario_does_not_exist() -> None:
    assert status(reverse("catalog:scenario_detail", args=["nowhere"])) == 404


def test_the_front_page_counts_what_is_there_and_lists_the_newest_needs() -> None:
    owner = make_organization()
    needs = [make_need(owner) for _ in range(9)]
    publish(make_draft(ListingKind.SOLUTION, owner, solution_payload()))
    draft_of(owner)
    response = Client().get(reverse("home"))
    figures = response.context["figures"]
    assert (figures["needs"], figures["solutions"], figures["organizations"]) == (9, 1, 1)
    shown = [need.title for need in response.context["needs"]]
    assert shown == [need.title for need in reversed(needs)][:8]


# --- Cost ---


def test_a_page_takes_a_fixed_number_of_queries() -> None:
    def queries(rows: int) -> int:
        need = make_need(
            requirements=[{"kind": "text", "text": f"第 {n} 条"} for n in range(rows)],
            scenarios=[scenario.code for scenario in Scenario.objects.all()[:rows]],
            industry="C36",
            district="pudong",
        )
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(url_of(need)).status_code == 200
        return len(captured)

    few = queries(1)
    assert queries(9) == few
    assert few <= 12, few


def test_a_page_is_never_kept_by_a_cache() -> None:
    response = client_of().get(url_of(make_need()))
    assert "no-store" in response.headers["Cache-Control"]
