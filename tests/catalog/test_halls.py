"""The halls: what they list, what narrows them, and how they are paged."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actors import ANONYMOUS, SYSTEM
from catalog.choices import ListingKind
from catalog.models import Catalogue, Listing
from catalog.presenting.halls import HALLS, RELEVANCE
from catalog.services import archive_listing, create_listing
from tests.builders import (
    make_actor,
    make_draft,
    make_need,
    make_organization,
    make_park,
    make_solution,
    make_vocabulary,
    need_payload,
    publish,
)
from tests.catalog.pages import context_of, counts, status, text_of, titles

pytestmark = pytest.mark.django_db
NEEDS, SOLUTIONS = "need_list", "solution_list"


@pytest.fixture(autouse=True)
def _vocabulary(db: None) -> None:
    make_vocabulary()


def make_external_need(code: str = "elsewhere", **overrides: Any) -> Listing:
    catalogue = Catalogue.objects.create(code=code, name_zh="外来库", is_external=True)
    revision = create_listing(
        actor=SYSTEM,
        kind=ListingKind.NEED,
        organization=make_organization(),
        catalogue=catalogue,
        payload=need_payload(**overrides),
    )
    listing = publish(revision)
    listing.refresh_from_db()
    return listing


# --- What is listed ---


def test_a_hall_lists_only_what_is_published_in_force_and_ours() -> None:
    shown = make_need()
    organization = make_organization()
    make_draft(ListingKind.NEED, organization, need_payload())
    archive_listing(actor=SYSTEM, listing=make_need())
    over = make_need()
    Listing.objects.filter(pk=over.pk).update(expires_on=timezone.localdate() - timedelta(days=1))
    make_need(make_organization(suspended_at=timezone.now()))
    make_external_need()
    assert titles(context_of(NEEDS)) == [shown.title]


def test_even_its_owner_finds_a_draft_on_the_dashboard_and_not_in_the_hall() -> None:
    owner = make_actor()
    assert owner.organization is not None
    make_draft(ListingKind.NEED, owner.organization, need_payload())
    assert titles(context_of(NEEDS, owner)) == []


def test_an_external_catalogue_shows_only_when_asked_for_and_says_what_it_is() -> None:
    ours, theirs = make_need(), make_external_need()
    asked = {"catalogue": "elsewhere"}
    assert titles(context_of(NEEDS, params=asked)) == [theirs.title]
    assert titles(context_of(NEEDS)) == [ours.title]
    assert "外部数据" in text_of(reverse("catalog:need_list"), params=asked)


@pytest.mark.parametrize("code", ["nowhere", "%00"])
def test_an_unknown_catalogue_does_not_exist(code: str) -> None:
    assert status(reverse("catalog:need_list") + f"?catalogue={code}x") == 404


def test_a_card_says_what_a_vendor_leaves_open() -> None:
    make_solution()
    card = context_of(SOLUTIONS)["cards"][0]
    assert [fact.label for fact in card.facts if not fact.value] == ["价格", "交付周期"]
    assert "待询" in text_of(reverse("catalog:solution_list"))


def test_an_empty_hall_says_whether_nothing_is_there_or_nothing_fits() -> None:
    hall = reverse("catalog:need_list")
    assert "还没有公开的条目" in text_of(hall)
    assert "没有符合条件的条目" in text_of(f"{hall}?q=检测")


# --- Facets ---

NEED_FACETS: list[tuple[str, dict[str, Any], str]] = [
    ("scenario", {"scenarios": ["plant_digital_planning"]}, "plant_digital_planning"),
    ("industry", {"industry": "C36"}, "C36"),
    ("district", {"district": "pudong"}, "pudong"),
    ("type", {"project_type": "mes"}, "mes"),
    ("stage", {"stage": "funded"}, "funded"),
    ("goal", {"factory_goals": ["unmanned"]}, "unmanned"),
    ("integration", {"integration_forms": ["end_to_end"]}, "end_to_end"),
    ("budget", {"budget_high": "800000", "budget_visibility": "public"}, "50-200"),
]
SOLUTION_FACETS: list[tuple[str, dict[str, Any], str]] = [
    ("industry", {"industries": ["C36", "C35"]}, "C36"),
    ("type", {"project_types": ["mes"]}, "mes"),
    ("district", {"service_districts": ["pudong"]}, "pudong"),
    ("certification", {"certifications": [{"certification": "iso_9001"}]}, "iso_9001"),
    ("price", {"price_low": "600000", "price_high": "3000000"}, "200-500"),
    ("goal", {"factory_goals": ["smart", "digital"]}, "digital"),
    ("integration", {"integration_forms": ["vertical"]}, "vertical"),
]


@pytest.mark.parametrize(("facet", "content", "code"), NEED_FACETS, ids=lambda v: str(v)[:20])
def test_a_facet_of_needs_narrows_them_and_counts_them(
    facet: str, content: dict[str, Any], code: str
) -> None:
    wanted, _other = make_need(**content), make_need()
    assert counts(context_of(NEEDS), facet)[code] == 1
    assert titles(context_of(NEEDS, params={facet: code})) == [wanted.title]


@pytest.mark.parametrize(("facet", "content", "code"), SOLUTION_FACETS, ids=lambda v: str(v)[:20])
def test_a_facet_of_solutions_narrows_them_and_counts_them(
    facet: str, content: dict[str, Any], code: str
) -> None:
    wanted, _other = make_solution(**content), make_solution()
    assert counts(context_of(SOLUTIONS), facet)[code] == 1
    assert titles(context_of(SOLUTIONS, params={facet: code})) == [wanted.title]


def test_a_facet_is_counted_under_all_other_filters_but_not_under_itself() -> None:
    make_need(industry="C36", district="pudong")
    make_need(industry="C36", district="jiading")
    make_need(industry="C35", district="jiading")
    context = context_of(NEEDS, params={"industry": "C36"})
    assert counts(context, "industry") == {"C35": 1, "C36": 2}
    assert counts(context, "district") == {
        "sh_pudong": 1,
        "pudong": 1,
        "sh_west": 1,
        "jiading": 1,
    }


def test_two_choices_of_one_facet_add_up_and_two_facets_cut_down() -> None:
    make_need(industry="C36", district="pudong")
    make_need(industry="C35", district="pudong")
    make_need(industry="C35", district="jiading")
    both = {"industry": ["C36", "C35"]}
    assert context_of(NEEDS, params=both)["total"] == 3
    assert context_of(NEEDS, params={**both, "district": "pudong"})["total"] == 2


def test_a_listing_with_two_of_the_chosen_codes_is_listed_once() -> None:
    make_solution(industries=["C36", "C35"])
    context = context_of(SOLUTIONS, params={"industry": ["C36", "C35"]})
    assert (context["total"], len(context["cards"])) == (1, 1)


def test_whoever_serves_the_whole_country_serves_each_district() -> None:
    make_solution(nationwide=True)
    make_solution(service_districts=["pudong"])
    context = context_of(SOLUTIONS)
    assert counts(context, "district")["pudong"] == 2
    assert counts(context, "district")["jiading"] == 1
    assert context_of(SOLUTIONS, params={"district": "jiading"})["total"] == 1


def test_the_size_and_the_park_of_the_vendor_narrow_solutions() -> None:
    park = make_park()
    make_solution(make_organization(size="small", park=park))
    make_solution(make_organization(size="large"))
    assert counts(context_of(SOLUTIONS), "size") == {"large": 1, "small": 1}
    assert context_of(SOLUTIONS, params={"park": park.code})["total"] == 1


def test_each_filter_in_force_is_a_chip_whose_link_drops_it_alone() -> None:
    make_need(industry="C36", district="pudong")
    params = {"industry": "C36", "district": "pudong", "cursor": "x", "q": "缺陷"}
    chips = context_of(NEEDS, params=params)["chips"]
    assert len(chips) == 3
    for chip, gone in zip(chips, ("q", "industry", "district"), strict=True):
        assert f"{gone}=" not in chip.href
        assert "cursor=" not in chip.href
        assert chip.href.count("=") == 2


@pytest.mark.parametrize(
    "query", ["industry=%00", "industry=nonsense", "budget=x", "sort=x", "q=%00", "q=()&|!:*'"]
)
def test_nonsense_in_the_address_is_no_error(query: str) -> None:
    make_need()
    assert status(reverse("catalog:need_list") + "?" + query) == 200
    assert status(reverse("catalog:solution_list") + "?" + query) == 200


# --- What facets must not tell ---


def test_a_budget_that_is_not_public_can_neither_be_filtered_nor_counted() -> None:
    make_need(budget_high="800000")
    assert counts(context_of(NEEDS), "budget") == {}
    assert context_of(NEEDS, params={"budget": "50-200"})["total"] == 0


def test_a_confidential_need_is_traced_by_nothing_finer_than_its_page_tells() -> None:
    park = make_park()
    make_need(
        make_organization(park=park),
        confidentiality="confidential",
        budget_high="800000",
        budget_visibility="public",
        district="jinshan",
    )
    context = context_of(NEEDS)
    assert context["total"] == 1
    assert counts(context, "park") == {}
    assert counts(context, "budget") == {"50-200": 1}
    assert counts(context, "district") == {"sh_south": 1}
    found = {
        value: context_of(NEEDS, params={facet: value})["total"]
        for facet, value in (
            ("park", park.code),
            ("district", "jinshan"),
            ("district", "sh_south"),
            ("district", "sh_north"),
            ("budget", "50-200"),
            ("budget", "200-500"),
        )
    }
    assert found == {
        park.code: 0,
        "jinshan": 0,
        "sh_south": 1,
        "sh_north": 0,
        "50-200": 1,
        "200-500": 0,
    }


def test_a_price_for_members_is_filtered_and_counted_for_members_only() -> None:
    make_solution(price_high="800000", price_visibility="members")
    make_solution(price_high="800000", price_visibility="owner")
    assert counts(context_of(SOLUTIONS), "price") == {}
    assert context_of(SOLUTIONS, params={"price": "50-200"})["total"] == 0
    assert counts(context_of(SOLUTIONS, make_actor()), "price") == {"50-200": 1}


# --- Search and order ---


def test_a_search_finds_words_and_their_synonyms() -> None:
    found = make_need(title="立库改造", situation="原料仓库位不够，需要扩容并减少叉车。")
    make_need(title="焊装夹具", situation="每次换型要停线四个小时，太慢。")
    assert titles(context_of(NEEDS, params={"q": "自动化立体仓库"})) == [found.title]


def test_a_search_that_had_to_be_loosened_says_so() -> None:
    make_need(title="焊接机器人换型", situation="每次换型要停线四个小时，太慢。")
    params = {"q": "焊接 区块链"}
    text = text_of(reverse("catalog:need_list"), params=params)
    assert "焊接机器人换型" in text
    assert "没有同时包含所有词的条目" in text


def test_the_order_can_be_chosen_and_relevance_needs_a_search() -> None:
    make_need(title="乙车间视觉检测")
    make_need(title="甲车间视觉检测")
    make_need(title="阿尔法车间视觉检测")
    newest = titles(context_of(NEEDS))
    assert newest[0] == "阿尔法车间视觉检测"
    by_title = titles(context_of(NEEDS, params={"sort": "title"}))
    assert by_title == ["阿尔法车间视觉检测", "甲车间视觉检测", "乙车间视觉检测"]
    assert titles(context_of(NEEDS, params={"sort": "relevance"})) == newest
    assert len(titles(context_of(NEEDS, params={"q": "视觉检测", "sort": "relevance"}))) == 3


# --- Pages ---


@pytest.mark.parametrize(
    ("kind", "sort"), [(kind, sort) for kind, hall in HALLS.items() for sort in hall.sorts]
)
def test_pages_follow_each_other_without_a_gap_or_an_overlap(kind: ListingKind, sort: str) -> None:
    owner, day = make_organization(), timezone.localdate()
    for number in range(25):
        title = f"视觉检测 {number:02}"
        if kind == ListingKind.NEED:
            expires_on = str(day + timedelta(days=number)) if number % 3 else None
            make_need(owner, title=title, expires_on=expires_on)
        else:
            weeks = number if number % 3 else None
            make_solution(owner, title=title, lead_time_low=weeks, lead_time_high=weeks)
    name, params = f"{kind}_list", {"sort": sort, "q": "检测" if sort == RELEVANCE else ""}
    first = context_of(name, params=params)
    second = context_of(name, params={**params, "cursor": first["page"].next})
    assert (len(first["cards"]), len(second["cards"])) == (20, 5)
    assert len({*titles(first), *titles(second)}) == 25
    assert not second["page"].next
    back = context_of(name, params={**params, "cursor": second["page"].previous})
    assert titles(back) == titles(first)


def test_what_is_published_meanwhile_does_not_shift_the_next_page() -> None:
    owner = make_organization()
    for number in range(22):
        make_need(owner, title=f"视觉检测 {number:02}")
    first = context_of(NEEDS)
    make_need(owner, title="刚刚发布")
    second = context_of(NEEDS, params={"cursor": first["page"].next})
    assert titles(second) == ["视觉检测 01", "视觉检测 00"]


def test_a_forged_cursor_or_one_of_another_order_shows_the_first_page() -> None:
    owner = make_organization()
    for number in range(21):
        make_need(owner, title=f"视觉检测 {number:02}")
    first = context_of(NEEDS)
    for cursor in ("nonsense", first["page"].next):
        page = context_of(NEEDS, params={"cursor": cursor, "sort": "title"})
        assert len(page["cards"]) == 20


# --- Cost ---


def make_full_need() -> Listing:
    return make_need(
        scenarios=["plant_digital_planning"],
        industry="C36",
        district="pudong",
        project_type="mes",
        requirements=[{"level": "must", "kind": "on_site"}],
    )


def make_full_solution() -> Listing:
    return make_solution(
        scenarios=["plant_digital_planning"],
        industries=["C36"],
        project_types=["mes"],
        certifications=[{"certification": "iso_9001"}],
        cases=[{"customer": "某厂", "industry": "C36", "result": "漏检率降到 0.3%"}],
    )


@pytest.mark.parametrize(
    ("name", "make", "most"), [(NEEDS, make_full_need, 12), (SOLUTIONS, make_full_solution, 12)]
)
def test_a_page_of_a_hall_takes_as_many_queries_for_ten_as_for_two(
    name: str, make: Callable[[], Listing], most: int
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(reverse(f"catalog:{name}"), {"q": "检测"}).status_code == 200
        return len(captured)

    for _ in range(2):
        make()
    few = queries()
    for _ in range(8):
        make()
    assert queries() == few
    assert few <= most, few


def test_visitors_and_members_alike_read_the_halls() -> None:
    make_need()
    for actor in (ANONYMOUS, make_actor(None), make_actor("viewer")):
        assert context_of(NEEDS, actor)["total"] == 1


@pytest.mark.parametrize("name", ["need_list", "solution_list", "scenario_list"])
def test_a_page_can_be_asked_for_without_its_body(name: str) -> None:
    assert Client().head(reverse(f"catalog:{name}")).status_code == 200
