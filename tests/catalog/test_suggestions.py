"""Suggestions under the search box: what they find, what they never tell, what they cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actors import SYSTEM
from catalog.choices import ListingKind
from catalog.models import Listing, SuggestionKey
from catalog.search.spellings import MAX_KEY, spellings, typed
from catalog.search.suggesting import suggest
from catalog.search.suggestion_keys import rebuild_keys
from catalog.services import archive_listing
from tests.builders import (
    make_draft,
    make_need,
    make_organization,
    make_solution,
    make_vocabulary,
    need_payload,
)

pytestmark = pytest.mark.django_db
NEED, SOLUTION = ListingKind.NEED, ListingKind.SOLUTION


@pytest.fixture(autouse=True)
def _vocabulary(db: None) -> None:
    make_vocabulary()


def names(text: str, hall: ListingKind = NEED) -> list[str]:
    return [each.name_zh for each in suggest(text, hall)]


def words(text: str) -> list[str]:
    """Return the suggested words together with what each stands for."""
    return [word for each in suggest(text, NEED) for word in (each.name_zh, *each.also)]


# --- What is found ---


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("自动化立", "自动化立体仓库"),
        ("zdhltck", "自动化立体仓库"),
        ("zidonghualiti", "自动化立体仓库"),
        ("立库", "自动化立体仓库"),
        ("lk", "立库"),
        ("AGV", "移动机器人"),
        ("agv", "自动导引车"),
        ("yidongjiqiren", "AGV"),
        ("ycxwh", "预测性维护"),
        ("ＭＥＳ", "制造执行系统"),
    ],
)
def test_a_term_is_suggested_by_its_words_its_pinyin_and_its_synonyms(
    text: str, wanted: str
) -> None:
    assert wanted in words(text)


def test_initials_lead_to_every_term_that_begins_so() -> None:
    assert any(word.startswith("自动化") for word in words("zdh"))


@pytest.mark.parametrize("text", ["智能检测", "znjc", "zhinengjian"])
def test_a_scenario_is_found_from_a_word_inside_it(text: str) -> None:
    found = [each.name_zh for each in suggest(text, NEED) if each.kind == "scenario"]
    assert "在线智能检测" in found


def test_what_is_typed_in_full_goes_first() -> None:
    assert names("MES")[0] == "MES"


def test_titles_and_names_are_suggested_from_their_beginning_or_a_later_word() -> None:
    owner = make_organization(legal_name="上海睿视智能科技有限公司", short_name="睿视")
    made = make_solution(owner, title="压铸件表面划痕检测单元")
    assert made.title in names("压铸", SOLUTION)
    assert made.title in names("yzj", SOLUTION)
    assert made.title in names("划痕", SOLUTION)
    assert owner.legal_name in names("ruishi")
    assert owner.legal_name in names("睿视")
    assert made.title not in names("压铸", NEED)


def test_a_choice_leads_to_the_hall_narrowed_or_to_the_page() -> None:
    made = make_need(title="压铸件表面划痕检测")
    text = Client().get(reverse("catalog:suggestions"), {"q": "压铸件", "in": "need"})
    assert made.get_absolute_url() in text.content.decode()
    scenario = next(each for each in suggest("仓储", SOLUTION) if each.kind == "scenario")
    text = Client().get(reverse("catalog:suggestions"), {"q": "仓储", "in": "solution"})
    assert f"/solutions/?scenario={scenario.code}" in text.content.decode()


# --- What is never told ---


def test_a_confidential_need_is_never_suggested() -> None:
    make_need(title="秘密产线压铸检测", confidentiality="confidential")
    assert names("秘密产线") == []
    assert not SuggestionKey.objects.filter(key__startswith="秘密").exists()


def hidden_needs() -> list[Any]:
    def draft() -> None:
        make_draft(NEED, make_organization(), need_payload(title="隐藏的产线"))

    def archived() -> None:
        archive_listing(actor=SYSTEM, listing=make_need(title="隐藏的产线"))

    def suspended() -> None:
        owner = make_organization()
        make_need(owner, title="隐藏的产线")
        owner.suspended_at = timezone.now()
        owner.save()

    def over() -> None:
        made = make_need(title="隐藏的产线")
        yesterday = timezone.localdate() - timedelta(days=1)
        Listing.objects.filter(pk=made.pk).update(expires_on=yesterday)

    return [draft, archived, suspended, over]


@pytest.mark.parametrize("make", hidden_needs(), ids=lambda make: make.__name__)
def test_what_the_halls_do_not_list_is_not_suggested(make: Any) -> None:
    make()
    assert names("隐藏") == []


def test_a_suspended_organization_is_not_suggested() -> None:
    make_organization(legal_name="停业科技有限公司", suspended_at=timezone.now())
    assert names("停业") == []


def test_a_word_of_a_private_field_leads_to_nothing() -> None:
    make_need(title="产线改造", situation="使用独家配方紫霄宫材料")
    assert names("紫霄宫") == []


# --- Keys ---


def test_a_new_title_or_name_takes_the_place_of_the_old_one() -> None:
    owner = make_organization(legal_name="旧名科技有限公司", short_name="")
    owner.legal_name = "新名科技有限公司"
    owner.save()
    assert names("旧名") == []
    assert names("新名") == ["新名科技有限公司"]


def test_keys_can_be_written_anew_for_everything() -> None:
    made, owner = make_need(title="压铸件检测"), make_organization(legal_name="睿视科技")
    SuggestionKey.objects.all().delete()
    assert names("压铸件检测") == []
    rebuild_keys()
    assert names("压铸件检测") == [made.title]
    assert owner.legal_name in names("睿视")


@given(st.text(max_size=80))
def test_any_text_has_keys_of_bounded_length(text: str) -> None:
    for each in spellings(text):
        assert 0 < len(each.key) <= MAX_KEY
    assert len(typed(text)) <= MAX_KEY


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60), hall=st.sampled_from(["need", "solution", "x'--", ""]))
def test_any_text_is_answered_and_never_written_out_as_markup(text: str, hall: str) -> None:
    answer = Client().get(reverse("catalog:suggestions"), {"q": text, "in": hall})
    assert answer.status_code == 200
    assert "<script" not in answer.content.decode()


# --- Cost ---


def test_suggestions_take_four_queries_whatever_is_listed() -> None:
    owner = make_organization(legal_name="视觉科技有限公司")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            Client().get(reverse("catalog:suggestions"), {"q": "视觉", "in": "need"})
        return len(captured)

    make_need(owner, title="视觉检测")
    few = queries()
    for number in range(12):
        make_need(owner, title=f"视觉检测 {number}")
    assert queries() == few == 4


def test_a_beginning_is_looked_up_by_the_index() -> None:
    rows = SuggestionKey.objects.filter(kind="need", key__gte="zd", key__lt="zd\U0010ffff")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = rows.order_by("key")[:40].explain()
    assert "suggestion_key_begins" in plan
    assert "Sort" not in plan
