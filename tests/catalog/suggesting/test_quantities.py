"""Numbers as people write them, read back as they were meant; no text is too odd."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.suggesting import Field, Lexicon, Reading, Suggestion, Term, suggest, title_of
from catalog.suggesting.numerals import neighbours, value_of
from catalog.suggesting.quantities import quantities

TODAY = date(2026, 11, 23)
_VOCABULARY = {
    "inline_inspection": ("在线智能检测", "Inline inspection"),
    "smart_warehousing": ("仓储智能管理", "Smart warehousing"),
}
LEXICON = Lexicon.of(
    scenarios=[Term(code, names) for code, names in _VOCABULARY.items()],
    industries=[Term("C29", ("橡胶和塑料制品业", ""))],
    project_types=[Term("agv_warehouse", ("AGV", "")), Term("vision_inspection", ("视觉", ""))],
    districts=[Term("songjiang", ("松江", "Songjiang"))],
)
_UNITS = ["万", "吨", "公斤", "个月", "周", "天", "%", "小时", "米", "秒", "台", "年底前", "月底前"]
_PIECES = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        [*_UNITS, "预算", "三百", "六七十", "半", "~", "到", "以内", "agv", "国产化率"]
    ),
    st.integers(min_value=0, max_value=10**14).map(str),
)
_CHINESE = "零一二三四五六七八九"


def found(text: str) -> dict[str, Suggestion]:
    return {each.key: each for each in suggest(text, LEXICON, TODAY)}


def in_chinese(number: int) -> str:
    """Write 1 to 9999 as Chinese does."""
    words, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if gap and words else "") + _CHINESE[digit] + name
            gap = False
        else:
            gap = bool(words)
    return words


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_no_text_is_too_odd(text: str) -> None:
    for each in suggest(text, LEXICON, TODAY):
        assert each.spans
        for span in each.spans:
            assert 0 <= span.start < span.end <= len(text)
    assert len(title_of(text)) <= 40


@given(st.integers(min_value=1, max_value=9999))
def test_a_chinese_number_reads_back_as_itself(number: int) -> None:
    assert value_of(in_chinese(number)) == number


@given(st.integers(min_value=1, max_value=99_999), st.sampled_from(["", " "]))
def test_a_budget_reads_back_in_yuan(number: int, space: str) -> None:
    budget = found(f"我们的预算{number}{space}万")["budget_high"]
    assert budget.number == number * 10_000


@given(st.integers(min_value=1, max_value=5000), st.integers(min_value=1, max_value=5000))
def test_a_range_reads_back_with_both_ends(one: int, other: int) -> None:
    low, high = min(one, other), max(one, other)
    known = found(f"预算{low}～{high}万元")
    assert known["budget_high"].number == high * 10_000
    if low < high:
        assert known["budget_low"].number == low * 10_000


@given(st.decimals(min_value="0.1", max_value="900", places=1))
def test_tons_and_kilograms_are_the_same_load(tons: Decimal) -> None:
    kilograms = format(tons * 1000, "f")
    key = "parameter:agv_warehouse.max_load"
    assert found(f"agv载重{tons}吨")[key].number == tons * 1000
    assert found(f"agv载重{kilograms}公斤")[key].number == tons * 1000


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("预算80万左右", None, 800_000),
        ("预算大概六七十万", 600_000, 700_000),
        ("一共预算二十万", None, 200_000),
        ("500到800万的预算", 5_000_000, 8_000_000),
        ("预算１２０万（含税）", None, 1_200_000),
        ("budget 1.2M RMB", None, 1_200_000),
        ("5万块行不行", None, 50_000),
        ("预算100万以上", 1_000_000, None),
        ("停一次损失十几万", None, None),
        ("电费一年三百多万", None, None),
        ("覆盖2万平米", None, None),
    ],
)
def test_money_is_a_budget_only_where_it_is_meant_so(
    text: str, low: int | None, high: int | None
) -> None:
    known = found(text)
    given_low, given_high = known.get("budget_low"), known.get("budget_high")
    assert (given_low.number if given_low else None) == low
    assert (given_high.number if given_high else None) == high


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("三个月内上线", 13),
        ("工期八个月", 35),
        ("半年内验收", 26),
        ("6周内要试运行", 6),
        ("30天内交货", 4),
        ("go live in 6 months", 26),
        ("一个月换二十几个款", None),
        ("希望提前一个月预警", None),
        ("数据要保存15年", None),
        ("一年内回本", None),
    ],
)
def test_a_duration_is_a_lead_time_only_where_work_shall_be_done(
    text: str, weeks: int | None
) -> None:
    known = found(text).get("requirement:lead_time_max")
    assert (known.number if known else None) == weeks


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("年底前上线", date(2026, 12, 31)),
        ("明年3月底前完成", date(2027, 3, 31)),
        ("6月底前", date(2027, 6, 30)),
        ("2027年5月前", date(2027, 4, 30)),
        ("12月15日前", date(2026, 12, 15)),
    ],
)
def test_a_deadline_is_the_next_such_day(text: str, day: date) -> None:
    assert found(text)[Field.WANTED_END].day == day


def test_pieces_a_minute_are_seconds_a_piece() -> None:
    (rate,) = quantities(Reading.of("每分钟120包"))
    assert (rate.dimension, rate.low) == ("cycle", Decimal("0.5"))


def test_only_digits_that_follow_each_other_are_a_range() -> None:
    assert neighbours("六七十") == (Decimal(60), Decimal(70))
    assert neighbours("三九十") is None
    assert value_of("三九十") is None


def test_a_must_is_told_from_a_wish() -> None:
    assert found("必须有ISO9001")["requirement:certification.iso_9001"].is_must
    assert not found("最好有ISO9001")["requirement:certification.iso_9001"].is_must


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("张工 10:32\n大家好，仓库找货太慢", "仓库找货太慢"),
        ("张工 10:32\r\n仓库找货太慢\r\n盘点要停产", "仓库找货太慢"),
        ("@李经理 在吗？排产太乱了。其他的再说", "排产太乱了"),
        ("", ""),
    ],
)
def test_a_title_is_the_first_thing_said_after_the_greeting(text: str, title: str) -> None:
    assert title_of(text) == title
