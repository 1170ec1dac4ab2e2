"""Reasons in words: complete, exact, and silent about what a viewer may not know."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from accounts.actors import Actor
from catalog.content import NeedContent, SolutionContent
from catalog.models import Need, Solution
from catalog.reading import need_content, solution_content
from catalog.wording.amounts import money, number, points, span
from matchmaking.engine.criteria import NEED_FIELDS
from matchmaking.engine.evidence import EVIDENCE, Evidence, EvidenceKind, because
from matchmaking.engine.results import PairScore, Part, Status
from matchmaking.engine.weights import Criterion
from matchmaking.render import MatchView, Names, Renderer, Sight, Total, render_match
from matchmaking.render.labels import CRITERIA, field_label
from matchmaking.render.labels import FIELDS as LABELS
from matchmaking.render.privacy import FIELDS
from matchmaking.render.score import sight_of
from matchmaking.render.words import WORDS, words_of
from tests.matchmaking.pairs import NEED, SOLUTION, Pair, make_pair

CHINESE = re.compile(r"[\u4e00-\u9fff]")
_REFS: dict[str, Any] = {
    "scenarios": ("inspection",),
    "industries": ("C36",),
    "forms": ("vertical",),
    "goals": ("smart",),
    "signals": ("characters", "meaning"),
    "project_type": "aoi",
    "parameter": "aoi.size",
    "industry": "C36",
    "district": "pudong",
    "subdomain": "equipment",
    "certification": "little_giant",
    "requirement": "1",
    "expires": "2026-01-01",
    "basis": "unit",
    "kind": "text",
    "unit": "mm",
    "value": "300",
    "limit": "500",
    "nationwide": False,
}


def sample(kind: EvidenceKind) -> Evidence:
    return because(kind.code, **{name: _REFS.get(name, 3) for name in kind.refs})


def contents() -> Sight:
    return Sight(NeedContent.model_validate(NEED), SolutionContent.model_validate(SOLUTION))


def view_for(pair: Pair, actor: Actor, language: str = "zh-hans") -> MatchView:
    return render_match(pair.match, actor, language)


@pytest.mark.parametrize("kind", EVIDENCE.values(), ids=lambda kind: kind.code)
def test_every_code_of_the_engine_has_chinese_words(kind: EvidenceKind) -> None:
    words = words_of(sample(kind), contents(), Names())
    assert CHINESE.search(words)
    assert "%(" not in words


def test_no_words_stand_for_a_code_the_engine_does_not_know() -> None:
    assert set(WORDS) == set(EVIDENCE)


def test_every_field_that_evidence_rests_on_is_declared_with_its_content_fields() -> None:
    fields = {field for kind in EVIDENCE.values() for field in kind.fields}
    assert fields <= set(FIELDS)
    for field, columns in FIELDS.items():
        model = NeedContent if field.startswith("need.") else SolutionContent
        assert set(columns) <= set(model.model_fields), field


def test_every_criterion_and_every_unfilled_field_has_a_label() -> None:
    assert set(CRITERIA) == set(Criterion)
    assert set(NEED_FIELDS.values()) <= set(LABELS) <= set(FIELDS)
    assert field_label("solution.limits.aoi.size", Names()) == "参数范围（aoi.size）"
    with pytest.raises(KeyError):
        field_label("solution.secret", Names())


@pytest.mark.django_db
def test_what_the_engine_calls_private_is_hidden_from_the_other_side() -> None:
    pair = make_pair()
    need = Need.objects.get(pk=pair.need.pk)
    solution = Solution.objects.get(pk=pair.solution.pk)
    contents = (need, need_content(need), solution, solution_content(solution))
    owner = sight_of(pair.owner, *contents)
    vendor = sight_of(pair.vendor, *contents)
    for kind in EVIDENCE.values():
        evidence = sample(kind)
        if kind.private_to in ("need_owner", "platform"):
            assert vendor.hides(evidence), kind.code
        if kind.private_to in ("vendor", "platform"):
            assert owner.hides(evidence), kind.code
        if not kind.private_to:
            assert not vendor.hides(evidence), kind.code


@pytest.mark.django_db
def test_the_owner_reads_parts_that_add_up_to_the_shown_total() -> None:
    pair = make_pair()
    view = view_for(pair, pair.owner)
    assert not view.total.is_banded
    whole = sum(round(100 * float(part.points)) for part in view.parts)
    assert points(whole) == view.total.shown == points(pair.match.total)


@pytest.mark.django_db
def test_the_owner_reads_reasons_with_numbers_and_names() -> None:
    pair = make_pair()
    words = {line for part in view_for(pair, pair.owner).parts for line in part.words}
    assert "覆盖 2 个场景中的 1 个：智能在线检测" in words
    assert "缺：质量精准追溯" in words
    assert "报价 280–450 万元，预算 300–500 万元" in words
    assert "汽车制造业 1 个案例，最近一个在 2025 年" in words
    assert "最大工件：需求 300 mm，方案 ≤ 500 mm，满足" in words


@pytest.mark.django_db
def test_the_owner_reads_nothing_of_the_vendors_wishes() -> None:
    pair = make_pair(solution={"wished_industries": ["C36"], "wished_project_low": "1000000"})
    assert view_for(pair, pair.owner).wishes is None


@pytest.mark.django_db
def test_the_vendor_reads_how_the_need_suits_its_wishes_but_not_the_budget() -> None:
    pair = make_pair(solution={"wished_industries": ["C36"], "wished_project_low": "1000000"})
    wishes = view_for(pair, pair.vendor).wishes
    assert wishes is not None
    assert wishes.total.is_banded
    hidden = {part.criterion: part.hidden for part in wishes.parts}
    assert hidden == {"size": True, "industry": False, "capacity": False}


@pytest.mark.django_db
def test_a_vendor_learns_nothing_of_an_owner_only_budget() -> None:
    pair = make_pair(need={"budget_is_ceiling": True})
    view = view_for(pair, pair.vendor)
    budget = next(part for part in view.parts if part.criterion == "budget")
    assert budget.hidden
    assert budget.points == ""
    assert budget.words == ("对方未公开",)
    assert view.total.is_banded
    assert "预算" not in repr(view.constraints)
    assert "500" not in repr([part.words for part in view.parts if part.criterion != "technical"])


@pytest.mark.django_db
def test_the_band_a_vendor_sees_does_not_move_with_the_hidden_budget() -> None:
    tight = make_pair(need={"budget_low": None, "budget_high": "1000000"})
    ample = make_pair(need={"budget_low": None, "budget_high": "9000000"})
    assert tight.match.total < ample.match.total
    assert view_for(tight, tight.vendor).total == view_for(ample, ample.vendor).total


@pytest.mark.django_db
def test_a_public_budget_is_shown_to_the_vendor_with_its_points() -> None:
    pair = make_pair(need={"budget_visibility": "public"})
    view = view_for(pair, pair.vendor)
    assert not view.total.is_banded
    assert any("预算 300–500 万元" in line for part in view.parts for line in part.words)


@pytest.mark.django_db
def test_a_confidential_need_hides_its_requirements_dates_and_words_from_the_vendor() -> None:
    pair = make_pair(need={"confidentiality": "confidential"})
    view = view_for(pair, pair.vendor)
    hidden = {part.criterion for part in view.parts if part.hidden}
    assert {"technical", "budget", "dates", "maturity"} <= hidden
    assert "scenario" not in hidden
    assert not view.constraints


@pytest.mark.django_db
def test_a_price_only_its_vendor_may_see_is_not_told_by_the_owners_points() -> None:
    pair = make_pair(solution={"price_visibility": "owner"})
    view = view_for(pair, pair.owner)
    budget = next(part for part in view.parts if part.criterion == "budget")
    assert budget.hidden
    assert view.total.is_banded
    assert not any("报价" in line for part in view.parts for line in part.words)


@pytest.mark.django_db
def test_how_much_capacity_is_taken_stays_with_the_vendor() -> None:
    pair = make_pair(solution={"capacity": 4, "capacity_taken": 4, "earliest_start": None})
    told = [line for part in view_for(pair, pair.owner).parts for line in part.words]
    own = [line for part in view_for(pair, pair.vendor).parts for line in part.words]
    assert "供方最早开工时间待确认" in told
    assert any("已占用 4 个" in line for line in own)


@pytest.mark.django_db
def test_an_empty_solution_is_explained_by_what_is_missing() -> None:
    pair = make_pair(
        solution={
            name: SolutionContent.model_fields[name].get_default(call_default_factory=True)
            for name in SOLUTION
            if name not in ("title", "description")
        }
    )
    view = view_for(pair, pair.owner)
    assert {"典型场景", "项目报价", "服务行业"} <= {item.field for item in view.missing}
    assert any(part.assumed for part in view.parts)
    assert view.confidence < 50


@pytest.mark.django_db
def test_hidden_fields_are_not_named_among_what_is_missing() -> None:
    pair = make_pair(solution={"price_low": None, "price_high": None})
    fields = {item.field for item in view_for(pair, pair.vendor).missing}
    assert "项目报价" not in fields


@pytest.mark.django_db
def test_reasons_can_be_read_in_english_too() -> None:
    pair = make_pair()
    names = [line for part in view_for(pair, pair.owner, "en").parts for line in part.words]
    assert any("Online inspection" in line for line in names)


@pytest.mark.django_db
def test_names_take_two_queries_however_many_codes_there_are(
    django_assert_num_queries: Any,
) -> None:
    pair = make_pair()
    with django_assert_num_queries(2):
        names = Names.load()
    need, solution = (
        need_content(Need.objects.get(pk=pair.need.pk)),
        solution_content(Solution.objects.get(pk=pair.solution.pk)),
    )
    score = pair.match.score
    with django_assert_num_queries(0):
        Renderer(Sight(need, solution), names).render(score)


def test_a_band_comes_from_the_visible_parts_alone() -> None:
    total = Total.banded([(800, 1000), (100, 1000)])
    assert total.shown == "40–50"
    assert Total.banded([]).shown == "0–10"
    assert Total.banded([(1000, 1000)]).shown == "90–100"
    assert Total.exact(10_000).band == "90–100"


def test_a_ruled_out_pair_says_so() -> None:
    assert str(replace(Total.exact(9000)).headline.label) == "强"
    assert str(Total.exact(6000).headline.label) == "可谈"
    assert str(Total.exact(100).headline.label) == "弱"


@pytest.mark.parametrize(("value", "first"), [(0.9, "做过同类项目"), (0.1, "文字相关度")])
def test_what_speaks_for_a_solution_is_no_reason_against_it(value: float, first: str) -> None:
    evidence = tuple(sample(EVIDENCE[code]) for code in ("project_type.same", "text.relevance"))
    points = round(10_000 * value)
    part = Part("technical", 1, value, points, 10_000, Status.KNOWN, 1.0, evidence)
    score = PairScore("1", "2", points, 1.0, (part,), (), (), None, points)
    reason = Renderer(contents(), Names()).glance(score).leading[0]
    assert reason.words.startswith(first)


@pytest.mark.django_db
def test_a_glance_counts_what_the_whole_view_tells() -> None:
    pair = make_pair(solution={"lead_time_low": None, "lead_time_high": None})
    for actor in (pair.owner, pair.vendor):
        view = view_for(pair, actor)
        assert view.leading
        assert view.open_count == sum(item.verdict == "unknown" for item in view.constraints)
        assert [gap.field for gap in view.gaps] == [item.code for item in view.own_missing]
        assert view.wished == (view.wishes.total if view.wishes else None)
    assert view_for(pair, pair.vendor).gaps


def test_amounts_are_written_as_people_say_them() -> None:
    low, high = Decimal(2_800_000), Decimal(4_500_000)
    assert money(low, high) == "280–450 万元"
    assert money(None, high) == "≤ 450 万元"
    assert money(low, low, basis="台") == "280 万元/台"
    assert money(None, None) == "未填写"
    with translation.override("en"):
        assert "2,800,000–4,500,000" in money(low, high)
    assert number(1996) == "1996"
    assert number(12_000) == "12,000"
    assert span(None, None) == ""


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    sight = contents()
    for percent, shown in ((100, "99%"), (0, "1%"), (40, "40%")):
        assert shown in words_of(because("budget.partly", percent=percent), sight, Names())


@pytest.mark.django_db
def test_beside_a_list_only_the_first_reasons_are_given() -> None:
    parts = view_for((pair := make_pair()), pair.owner).parts
    technical = next(part for part in parts if part.criterion == "technical")
    assert len(technical.words) == 3
    assert technical.brief == (*technical.words[:2], "另有 1 条")
