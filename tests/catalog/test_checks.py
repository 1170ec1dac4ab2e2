"""The automatic checks: what each finds, and what it must leave alone."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.actors import SYSTEM
from catalog.checks import Finding, FindingCode, Severity, check_content, neighbour_source, said
from catalog.checks.amounts import Common, amounts
from catalog.checks.contacts import ContactKind, contacts, masked
from catalog.checks.duplicates import Neighbour
from catalog.checks.evidence import case_evidence, certification_evidence
from catalog.checks.forbidden import Forbidden, forbidden_words
from catalog.choices import ListingKind
from catalog.content import NeedContent, SolutionContent
from catalog.models import ForbiddenWord, Revision
from catalog.reading import revision_content
from catalog.services import submit_listing
from catalog.wording.names import Names
from tests.builders import (
    make_draft,
    make_need,
    make_organization,
    make_vocabulary,
    need_payload,
    solution_payload,
)


def kinds(text: str) -> set[str]:
    return {contact.kind.value for contact in contacts(text)}


# --- Contact details ---


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "请致电 138-0013-8000",
        "1 3 8 0 0 1 3 8 0 0 0",
        "一三八零零一三八零零零",
        "幺叁捌〇〇壹叁捌零零零",
        "１３８００１３８０００",
        "+86 138 0013 8000",
        "021-58881234",
        "(021)58881234",
        "400-820-8820",
        "电话：58881234",
    ],
)
def test_a_telephone_number_is_found_however_it_is_written(text: str) -> None:
    assert kinds(text) == {"phone"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("sales@example.com", ContactKind.EMAIL),
        ("ｓａｌｅｓ＠ｅｘａｍｐｌｅ．ｃｏｍ", ContactKind.EMAIL),
        ("sales (at) example dot com", ContactKind.EMAIL),
        ("微信：zhipei_2026", ContactKind.WECHAT),
        ("加V zhipei2026 详谈", ContactKind.WECHAT),
        ("vx: abc-12345", ContactKind.WECHAT),
        ("QQ：123456789", ContactKind.QQ),
        ("扣扣群 87654321", ContactKind.QQ),
        ("www.example.com", ContactKind.URL),
        ("见 https://example.com/a?b=1", ContactKind.URL),
        ("官网 example.com.cn", ContactKind.URL),
    ],
)
def test_other_ways_to_reach_somebody_are_found(text: str, kind: ContactKind) -> None:
    assert kind.value in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "GB/T 39116-2020",
        "ISO 9001:2015、IATF 16949:2016",
        "2026-11-22 15:30:00",
        "20261122153000",
        "50000元",
        "总投资 13800138000 元",
        "尺寸 1500×2000×2500 mm",
        "托盘 1200-1000-150，载重 1500kg",
        "托盘 400 800 1200 mm",
        "13800-15000 转每分",
        "PLC S7-1500、ASP.NET、Node.js、Socket.IO",
        "对接企业微信 Enterprise 版，增加V形导轨",
        "XQ-2026-00417 与 FA-2026-00012",
        "统一社会信用代码 91310115MA0000001X",
        "IP 地址 192.168.100.200",
        "良率 99.95%，节拍 12.5 秒",
    ],
)
def test_figures_of_the_trade_are_no_contact_details(text: str) -> None:
    assert kinds(text) == set()


@given(st.text(max_size=400))
def test_no_text_breaks_the_search_for_contacts(text: str) -> None:
    for contact in contacts(text):
        assert masked(contact) != contact.text


@given(st.integers(3, 9), st.integers(0, 999_999_999), st.sampled_from(["", " ", "-", ".", "·"]))
def test_every_mobile_number_is_found_in_groups_of_3_4_4(second: int, rest: int, mark: str) -> None:
    digits = f"1{second}{rest:09d}"
    text = mark.join([digits[:3], digits[3:7], digits[7:]])
    assert "phone" in kinds(f"联系 {text}。")


_YEARS = st.integers(1990, 2030)


@given(
    st.sampled_from(["GB/T", "GB", "JB/T", "ISO", "IEC", "DB31/T", "T/CMES"]),
    st.integers(1, 99_999),
    _YEARS,
    st.sampled_from(["-", ":", " — "]),
)
def test_no_standard_is_taken_for_a_contact(body: str, number: int, year: int, mark: str) -> None:
    assert kinds(f"符合 {body} {number}{mark}{year} 的要求") == set()


@given(
    st.dates(date(1990, 1, 1), date(2035, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d"]),
)
def test_no_date_is_taken_for_a_contact(day: date, form: str) -> None:
    assert kinds(f"交付日期 {day.strftime(form)}，验收") == set()


@given(st.integers(0, 10**12), st.sampled_from(["元", "万元", " 元", "mm", "kg", "%", "台"]))
def test_no_amount_with_its_unit_is_taken_for_a_contact(amount: int, unit: str) -> None:
    assert kinds(f"约 {amount}{unit} 左右") == set()


@given(st.from_regex(r"\A[A-Z]{2,4}-[0-9]{2,4}[A-Z]?(-[0-9]{1,3})?\Z"))
def test_no_model_number_is_taken_for_a_contact(model: str) -> None:
    assert kinds(f"采用 {model} 型控制器") == set()


# --- Words, evidence, amounts ---


def test_a_forbidden_word_is_found_and_its_harmless_uses_are_not() -> None:
    words = [Forbidden("第一", ("第一期", "第一阶段")), Forbidden("保证", ("质量保证", "保证金"))]
    texts = [("title", "第一期改造"), ("goal", "质量保证体系；保证金 5%")]
    assert forbidden_words(texts, words) == []
    found = forbidden_words([("goal", "第一期做到行业第一，保证达标")], words)
    assert [each.data["word"] for each in found] == ["第一", "保证"]


@pytest.mark.django_db
def test_the_shipped_words_cover_superlatives_and_promises() -> None:
    make_vocabulary()
    shipped = set(ForbiddenWord.objects.values_list("name_zh", flat=True))
    assert {"最佳", "第一", "国家级", "保证"} <= shipped


def solution(**fields: Any) -> SolutionContent:
    return SolutionContent.model_validate(solution_payload(**fields))


def test_a_case_is_told_what_it_lacks() -> None:
    content = solution(
        cases=[
            {"customer": "某钢厂", "year": 2024, "result": "漏检率降到 0.1%"},
            {"customer": "某车企", "result": "效果很好"},
            {"result": "节省 3 人", "year": 2023},
        ]
    )
    found = case_evidence(content)
    assert [(each.data["case"], each.data["lacks"]) for each in found] == [
        (2, "figures,year"),
        (3, "customer"),
    ]


def test_a_certification_without_a_date_or_past_it_is_noticed() -> None:
    content = solution(
        certifications=[
            {"certification": "a", "valid_until": "2027-01-01"},
            {"certification": "b", "valid_until": "2026-01-01"},
            {"certification": "c"},
        ]
    )
    found = certification_evidence(content, date(2026, 11, 23))
    assert [(each.data["certification"], each.data["lacks"]) for each in found] == [
        ("b", "validity"),
        ("c", "date"),
    ]


def need(**fields: Any) -> NeedContent:
    return NeedContent.model_validate(need_payload(**fields))


COMMON = Common(20, 500_000.0, 1_500_000.0)


@pytest.mark.parametrize(
    ("high", "common", "expected"),
    [
        ("800000", COMMON, None),
        ("9000000", COMMON, None),
        ("80", COMMON, ("below", "any")),
        ("5000", COMMON, ("below", "type")),
        ("900000000", COMMON, ("above", "type")),
        ("900000000", None, None),
        ("900000000", Common(3, 500_000.0, 1_500_000.0), None),
        ("3000000000", None, ("above", "any")),
    ],
)
def test_a_budget_is_held_against_what_is_common(
    high: str, common: Common | None, expected: tuple[str, str] | None
) -> None:
    found = amounts(need(budget_high=high), common)
    assert [(each.data["side"], each.data["than"]) for each in found] == (
        [expected] if expected else []
    )


def test_a_price_of_a_piece_may_be_small() -> None:
    assert amounts(solution(price_low="200", price_high="300"), COMMON) == []


def test_a_finding_survives_being_stored() -> None:
    finding = Finding(FindingCode.CONTACT, Severity.SERIOUS, "title", {"kind": "qq"}, private=True)
    assert Finding.from_json(finding.to_json()) == finding


@pytest.mark.parametrize("code", FindingCode)
def test_every_finding_can_be_said(code: FindingCode) -> None:
    data: dict[FindingCode, dict[str, str | int]] = {
        FindingCode.CONTACT: {"kind": "phone", "excerpt": "138***"},
        FindingCode.FORBIDDEN_WORD: {"word": "最佳"},
        FindingCode.DUPLICATE: {"code": "XQ-1", "percent": 95, "by": "meaning"},
        FindingCode.CASE_EVIDENCE: {"case": 1, "lacks": "figures,year,customer"},
        FindingCode.CERTIFICATION_EVIDENCE: {"certification": "x", "lacks": "date"},
        FindingCode.AMOUNT: {"side": "above", "than": "type"},
    }
    finding = Finding(code, Severity.NOTE, "title", data.get(code, {}))
    words = said(finding, {"title": "标题"}, Names())
    assert words.title
    assert words.text
    assert words.field == "标题"


# --- All of them, on rows ---


def submission(kind: ListingKind = ListingKind.NEED, **fields: Any) -> Revision:
    payload = need_payload(**fields) if kind == ListingKind.NEED else solution_payload(**fields)
    revision = make_draft(kind, make_organization(verified=True), payload)
    return submit_listing(actor=SYSTEM, listing=revision.listing)


def codes(revision: Revision) -> list[str]:
    return [each["code"] for each in revision.findings]


@pytest.mark.django_db
def test_a_submission_carries_what_the_checks_found() -> None:
    make_vocabulary()
    revision = submission(goal="做到行业最佳，详谈 13800138000")
    assert {"contact", "forbidden_word", "first_listing"} <= set(codes(revision))
    assert all(not each["private"] for each in revision.findings)


@pytest.mark.django_db
def test_contact_details_behind_a_later_stage_of_a_confidential_need_are_left_alone() -> None:
    revision = submission(confidentiality="confidential", goal="请致电 13800138000")
    assert "contact" not in codes(revision)


@pytest.mark.django_db
@pytest.mark.parametrize("confidentiality", ["open", "confidential"])
def test_a_finding_about_a_budget_that_moderators_may_not_see_is_kept_from_them(
    confidentiality: str,
) -> None:
    revision = submission(
        budget_high="80", budget_visibility="owner", confidentiality=confidentiality
    )
    (found,) = [each for each in revision.findings if each["code"] == "amount"]
    assert found["private"]


@pytest.mark.django_db
def test_the_same_words_again_are_noticed_with_a_note_that_no_vector_was_there() -> None:
    text = "后处理产线依赖人工目检，漏检率偏高，希望引入在线视觉检测并与 MES 对接。"
    first = make_need(title="铸件缺陷检测改造", situation=text)
    revision = submission(title="铸件缺陷检测改造", situation=text)
    (found,) = [each for each in revision.findings if each["code"] == "duplicate"]
    assert found["data"] == {"code": first.code, "percent": 100, "by": "words"}


@pytest.mark.django_db
def test_near_meanings_are_noticed_where_vectors_are_there(monkeypatch: Any) -> None:
    other, far = make_need(), make_need()
    revision = submission()
    near = [Neighbour(other.pk, 0.97), Neighbour(far.pk, 0.5)]
    monkeypatch.setattr(neighbour_source, "_nearest", lambda _listing, _content: near)
    found = check_content(revision.listing, revision_content(revision))
    told = [each.data for each in found if each.code == FindingCode.DUPLICATE]
    assert told == [{"code": other.code, "percent": 97, "by": "meaning"}]


@pytest.mark.django_db
def test_common_budgets_are_counted_by_project_type() -> None:
    make_vocabulary()
    for number in range(12):
        make_need(project_type="mes", budget_high=Decimal(800_000 + 10_000 * number))
    odd = submission(project_type="mes", budget_high="900000000", budget_visibility="public")
    other = submission(project_type="energy", budget_high="900000000", budget_visibility="public")
    assert "amount" in codes(odd)
    assert "amount" not in codes(other)
