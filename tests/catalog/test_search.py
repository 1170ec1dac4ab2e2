"""Searching and recall by words, against the real PostgreSQL."""

import string
from itertools import count
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organization
from catalog.choices import ListingKind, ListingState
from catalog.models import Catalogue, Listing, ListingWords, Synonym
from catalog.search.indexing import (
    IndexedText,
    index_many,
    index_words,
    outdated,
    reindex_words,
)
from catalog.search.lexicon import STOP_WORDS
from catalog.search.query import Found, apply, parse
from catalog.search.synonyms import NO_SYNONYMS, synonyms_of
from catalog.search.tokens import TOKENIZER_VERSION, vector_literal, words
from tests.builders import make_need

_numbers = count(1)
_CHINESE = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
_COMMON = st.sampled_from("仓储物流机器人视觉检测系统数字孪生车间立体库智能排产焊接工作站管理的和")
_AWKWARD = st.sampled_from(
    ["'", '"', "\\", "&", "|", "!", "(", ")", ":*", "<->", "\x00", "😀", "\ud800", "--", ";"]
)
_ANY_TEXT = st.one_of(
    st.text(),
    st.lists(st.one_of(_AWKWARD, _COMMON, st.text(max_size=3)), max_size=40).map("".join),
)


def listing(
    title: str,
    summary: str = "",
    text: str = "",
    *,
    kind: ListingKind = ListingKind.SOLUTION,
    catalogue: Catalogue | None = None,
    state: ListingState = ListingState.PUBLISHED,
) -> Listing:
    """A listing with its words."""
    organization, _created = Organization.objects.get_or_create(legal_name="示例搜索有限公司")
    made = Listing.objects.create(
        kind=kind,
        code=f"T-{next(_numbers)}",
        title=title[:200].replace("\x00", "").encode("utf-8", "ignore").decode(),
        organization=organization,
        catalogue=catalogue or catalogue_called("main"),
        state=state,
    )
    index_words(
        listing_id=made.pk,
        public=(title, summary, text),
        content_version=1,
    )
    return made


def catalogue_called(code: str) -> Catalogue:
    return Catalogue.objects.get_or_create(code=code, defaults={"name_zh": code})[0]


def search(text: str, synonyms: Any = NO_SYNONYMS) -> Found:
    return apply(Listing.objects.all(), parse(text, synonyms))


def titles(text: str, synonyms: Any = NO_SYNONYMS) -> list[str]:
    found = search(text, synonyms).queryset.order_by("-rank", "pk")
    return list(found.values_list("title", flat=True))


# --- words ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("建设MES系统与5G专网", ["mes", "5g", "系统", "专网"]),
        ("支持AGV/AMR调度", ["agv/amr", "agv", "amr", "调度"]),
        ("符合GB/T 39116-2020三级", ["gb/t39116-2020", "gb/t39116", "gb/t", "39116"]),
        ("通过ISO9001认证", ["iso9001", "iso", "9001", "认证"]),
        ("采用TCP/IP协议和PLC-S7", ["tcp/ip", "tcp", "ip", "plc-s7", "plc", "s7", "协议"]),
        ("3D视觉", ["3d", "视觉"]),
        ("C++与C#开发", ["c++", "c#", "开发"]),
        ("自动化立体仓库", ["立体仓库", "立体", "仓库"]),
        ("专精特新“小巨人”", ["专精特新", "小巨人"]),
        ("ＭＥＳ系统", ["mes", "系统"]),
    ],
)
def test_terms_inside_chinese_stay_whole_and_give_their_parts(
    text: str, expected: list[str]
) -> None:
    assert set(expected) <= set(words(text))


def test_one_spelling_of_a_standard_finds_the_other() -> None:
    assert set(words("GB/T39116")) == set(words("gb/t 39116"))


def test_stop_words_and_punctuation_are_no_words() -> None:
    assert words("的，和、以及！？……😀'\\") == []


def test_a_lone_character_is_a_word_and_a_remainder_is_not() -> None:
    assert words("库") == ["库"]
    assert all(len(word) > 1 for word in words("立体库改造的仓"))


def test_tiny_decimals_stay_whole() -> None:
    assert "3.5" in words("精度3.5mm")


@settings(max_examples=200, deadline=None)
@given(_ANY_TEXT)
def test_any_text_can_be_cut(text: str) -> None:
    assert all(0 < len(word) <= 64 for word in words(text))


# --- the index ---


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_ANY_TEXT, _ANY_TEXT)
def test_any_text_can_be_indexed_and_searched(text: str, query: str) -> None:
    made = listing(text, query, text)
    list(search(query).queryset)
    made.delete()


@pytest.mark.django_db
def test_two_megabytes_of_text_fit_into_the_index() -> None:
    distinct = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(2_000_000))
    listing("仓储", "x" * 5_000, distinct)
    assert titles("仓储") == ["仓储"]


@pytest.mark.django_db
def test_indexing_again_replaces_the_words() -> None:
    made = listing("焊接工作站")
    index_many([IndexedText(made.pk, ("视觉检测", "", ""), 2)])
    assert titles("焊接") == []
    assert titles("视觉") == ["焊接工作站"]
    assert ListingWords.objects.get(listing=made).content_version == 2


@pytest.mark.django_db
def test_words_of_another_tokenizer_are_made_again() -> None:
    made, other = listing("旧标题"), listing("另一个")
    ListingWords.objects.filter(listing=made).update(tokenizer_version=TOKENIZER_VERSION + 1)
    ListingWords.objects.filter(listing=other).delete()
    assert outdated() == 2

    def read(ids: Any) -> list[IndexedText]:
        return [IndexedText(pk, ("新的词", "", ""), 3) for pk in ids]

    steps: list[int] = []
    assert reindex_words(read, progress=steps.append) == 2
    assert sum(steps) == 2
    assert outdated() == 0
    assert len(titles("新的词")) == 2


# --- search ---


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(st.one_of(_COMMON, _CHINESE), min_size=2, max_size=20), st.data())
def test_any_two_characters_of_a_title_find_it(title: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(title) - 2))
    end = data.draw(st.integers(start + 2, len(title)))
    made = listing(title)
    found = search(title[start:end])
    assert made in found.queryset
    assert not found.loosened
    made.delete()


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    # "as", "for" and their like are no terms: every text has them.
    st.text(string.ascii_letters, min_size=2, max_size=8).filter(
        lambda term: term.lower() not in STOP_WORDS
    ),
    st.text(_COMMON, min_size=1),
)
def test_a_latin_term_inside_chinese_is_found(term: str, chinese: str) -> None:
    made = listing(f"{chinese}{term}{chinese}")
    assert made in search(term.swapcase()).queryset
    made.delete()


@pytest.mark.django_db
def test_the_title_ranks_before_the_summary_and_the_summary_before_the_rest() -> None:
    listing("甲", text="支持立体仓库")
    listing("乙", "支持立体仓库")
    listing("立体仓库")
    assert titles("立体仓库") == ["立体仓库", "乙", "甲"]


@pytest.mark.django_db
def test_a_word_ranks_before_the_same_characters_of_two_words() -> None:
    listing("建立库存台账")
    listing("立库改造")
    assert titles("立库") == ["立库改造", "建立库存台账"]


@pytest.mark.django_db
def test_every_word_must_be_held() -> None:
    listing("AGV调度系统")
    listing("MES系统")
    found = search("AGV 系统")
    assert [row.title for row in found.queryset] == ["AGV调度系统"]
    assert not found.loosened


@pytest.mark.django_db
def test_where_nothing_holds_every_word_some_will_do_and_it_is_said() -> None:
    listing("AGV调度")
    listing("焊接工作站")
    found = search("AGV 光刻")
    assert [row.title for row in found.queryset] == ["AGV调度"]
    assert found.loosened


@pytest.mark.django_db
def test_synonyms_find_each_other_also_inside_longer_input() -> None:
    known = synonyms_of([["自动化立体仓库", "立库", "AS/RS"], ["MES", "制造执行系统"]])
    listing("自动化立体仓库建设")
    listing("AS/RS扩建")
    listing("制造执行系统升级")
    assert set(titles("立库", known)) == {"自动化立体仓库建设", "AS/RS扩建"}
    assert set(titles("as/rs", known)) == {"自动化立体仓库建设", "AS/RS扩建"}
    assert titles("mes升级", known) == ["制造执行系统升级"]
    assert titles("制造执行系统", known) == ["制造执行系统升级"]


@pytest.mark.django_db
def test_a_synonym_is_not_read_across_two_words() -> None:
    known = synonyms_of([["自动化立体仓库", "立库"]])
    listing("自动化立体仓库")
    assert titles("建立库存", known) == []


@pytest.mark.django_db
def test_synonyms_of_the_table_count_at_once() -> None:
    listing("自主移动机器人")
    assert list(apply(Listing.objects.all(), parse("AMR")).queryset) == []
    Synonym.objects.create(words=["AMR", "自主移动机器人"])
    assert apply(Listing.objects.all(), parse("AMR")).queryset.count() == 1


@pytest.mark.django_db
def test_private_text_is_never_found_by_searching() -> None:
    make_need(
        title="精密加工产线改造",
        summary="对机加产线做自动化改造。",
        situation="预算三百万元，客户为星河重工 ZX9，现状依赖人工。",
        confidentiality="confidential",
    )
    assert titles("精密加工") == ["精密加工产线改造"]
    for query in ("星河重工", "预算", "ZX9", "三百万", "星河"):
        assert titles(query) == []


@pytest.mark.parametrize("text", ["", "   ", "！？", "'\"\\", "😀", "\x00", "&|!():*"])
def test_only_punctuation_asks_for_nothing(text: str) -> None:
    assert parse(text, NO_SYNONYMS).is_empty


@pytest.mark.django_db
def test_an_empty_query_keeps_everything() -> None:
    listing("焊接工作站")
    found = search("")
    assert [row.rank for row in found.queryset] == [0.0]
    assert not found.loosened


@pytest.mark.django_db
def test_stop_words_alone_are_taken_at_their_word() -> None:
    listing("我的工厂")
    assert titles("我的") == ["我的工厂"]


def test_long_input_is_cut() -> None:
    query = parse("仓储物流机器人" * 10_000, NO_SYNONYMS)
    assert len(query.text) == 200
    assert len(query.strict) < 20_000


@pytest.mark.django_db
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_ANY_TEXT)
def test_the_written_vector_is_what_postgresql_reads(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(%s::tsvector)",
            [vector_literal((text, "", ""), with_grams=False)],
        )
        assert set(cursor.fetchone()[0]) == set(words(text))
