"""Everything a listing says, field by field, in words: for pages, reviews and comparisons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from catalog.choices import (
    BudgetVisibility,
    CaseEvidence,
    Confidentiality,
    Criterion,
    FactoryGoal,
    IntegrationForm,
    NeedStage,
    PriceBasis,
    PriceVisibility,
    Procurement,
    RequirementLevel,
    WindowReason,
)
from catalog.content import (
    CaseContent,
    Content,
    HeldCertificationContent,
    LimitContent,
    NeedContent,
    ParameterContent,
    SolutionContent,
)
from catalog.wording.amounts import money, number, span
from catalog.wording.names import Names, joined
from catalog.wording.requirements import requirement_words
from catalog.wording.terms import said_of


@dataclass(frozen=True, slots=True)
class Described:
    """One thing a listing says; ``words`` is empty when it does not say it."""

    key: str
    label: str
    words: str
    # The content fields it is made of: it is hidden when the first of them is.
    fields: tuple[str, ...] = ()
    # The rows that the words list, one a line; None for what is not a list.
    rows: tuple[str, ...] | None = None

    @property
    def field(self) -> str:
        return self.fields[0] if self.fields else self.key


_PERIOD_FIELDS = ("wanted_start", "wanted_end", "window_is_fixed", "window_reason")


def _rows(key: str, label: str, rows: Iterable[str]) -> Described:
    listed = tuple(rows)
    return Described(key, label, "\n".join(listed), rows=listed)


def described(content: Content, names: Names) -> list[Described]:
    """Return every field of ``content`` in the order of the page."""
    if isinstance(content, NeedContent):
        return _common(content, names) + _need(content, names)
    return _common(content, names) + _solution(content, names)


def _common(content: Content, names: Names) -> list[Described]:
    return [
        Described("title", _("标题"), content.title),
        Described("summary", _("摘要"), content.summary),
        Described("scenarios", _("典型场景"), names.listed("scenario", content.scenarios)),
        Described("factory_goals", _("建设目标"), _labels(FactoryGoal, content.factory_goals)),
        Described(
            "integration_forms", _("集成方式"), _labels(IntegrationForm, content.integration_forms)
        ),
    ]


def _need(content: NeedContent, names: Names) -> list[Described]:
    industry = names.of("industry", content.industry) if content.industry else ""
    project = names.of("project_type", content.project_type) if content.project_type else ""
    budget_fields = ("budget_high", "budget_low", "budget_includes_tax", "budget_is_ceiling")
    return [
        Described("situation", _("现状与问题"), content.situation),
        Described("goal", _("期望达到的目标"), content.goal),
        Described("industry", _("行业"), industry),
        Described("district", _("所在区"), _name(names, "district", content.district)),
        Described("project_type", _("项目类型"), project),
        _rows(
            "parameters",
            pgettext("plural", "项目参数"),
            (
                said_of(names.parameter(row.parameter), parameter_value(row, names))
                for row in content.parameters
            ),
        ),
        Described("stage", _("项目阶段"), _label(NeedStage, content.stage)),
        Described("budget", _("预算"), budget_words(content), budget_fields),
        Described(
            "budget_visibility",
            _("预算可见范围"),
            _label(BudgetVisibility, content.budget_visibility),
        ),
        Described("decision_date", _("决策日期"), day(content.decision_date)),
        Described("procurement", _("采购方式"), _label(Procurement, content.procurement)),
        Described("period", _("期望工期"), period(content), _PERIOD_FIELDS),
        _rows(
            "requirements",
            _("具体要求"),
            (
                said_of(RequirementLevel(row.level).label, requirement_words(row, names))
                for row in content.requirements
            ),
        ),
        _rows(
            "maturity",
            _("能力成熟度"),
            (
                said_of(
                    names.of("domain", row.domain),
                    f"{_level(row.current)} → {_level(row.target)}",
                )
                for row in content.maturity
            ),
        ),
        Described(
            "confidentiality", _("保密级别"), _label(Confidentiality, content.confidentiality)
        ),
        Described("expires_on", _("有效期至"), day(content.expires_on)),
        Described("weights", _("各项比重"), weight_words(content)),
    ]


def _solution(content: SolutionContent, names: Names) -> list[Described]:
    return [
        Described("description", _("详细说明"), content.description),
        Described("industries", _("服务行业"), names.listed("industry", content.industries)),
        Described(
            "project_types", _("项目类型"), names.listed("project_type", content.project_types)
        ),
        Described("price", _("价格"), price_words(content), ("price_high", "price_low")),
        Described("price_scope", _("价格包含范围"), content.price_scope),
        Described(
            "price_visibility", _("价格可见范围"), _label(PriceVisibility, content.price_visibility)
        ),
        Described("lead_time", _("交付周期"), lead_time_words(content), ("lead_time_high",)),
        Described("capacity", _("可并行项目数"), _count(content.capacity)),
        Described("capacity_taken", _("已占用项目数"), _count(content.capacity_taken)),
        Described("earliest_start", _("最早可开工"), day(content.earliest_start)),
        *_after_sales(content),
        Described("districts", _("服务地区"), area_words(content, names), ("service_districts",)),
        Described("domestic_share", _("国产化率"), _percent(content.domestic_share)),
        _rows(
            "certifications",
            _("资质与认定"),
            (certification_words(row, names) for row in content.certifications),
        ),
        _rows(
            "limits",
            _("参数范围"),
            (
                said_of(names.parameter(row.parameter), limit_value(row, names))
                for row in content.limits
            ),
        ),
        _rows(
            "maturity",
            _("可达成熟度"),
            (
                said_of(names.of("domain", row.domain), _level(row.level))
                for row in content.maturity
            ),
        ),
        _rows(
            "cases", pgettext("plural", "案例"), (case_words(row, names) for row in content.cases)
        ),
        *_wishes(content, names),
    ]


def _after_sales(content: SolutionContent) -> list[Described]:
    response = _("%(n)s 小时") % {"n": content.response_hours}
    warranty = _("%(n)s 个月") % {"n": content.warranty_months}
    fee = money(content.yearly_fee, content.yearly_fee) if content.yearly_fee is not None else ""
    return [
        Described(
            "response_hours", _("故障响应"), response if content.response_hours is not None else ""
        ),
        Described("on_site", _("提供驻场"), yes_no(content.on_site)),
        Described(
            "warranty_months", _("质保"), warranty if content.warranty_months is not None else ""
        ),
        Described("spares", _("备件"), content.spares),
        Described("yearly_fee", _("年服务费"), fee),
    ]


def _wishes(content: SolutionContent, names: Names) -> list[Described]:
    low, high = content.wished_project_low, content.wished_project_high
    size = money(low, high) if low is not None or high is not None else ""
    return [
        Described("wished_project", _("期望项目金额"), size, ("wished_project_low",)),
        Described(
            "wished_industries", _("期望行业"), names.listed("industry", content.wished_industries)
        ),
        Described(
            "wished_districts", _("期望地区"), names.listed("district", content.wished_districts)
        ),
    ]


def budget_words(content: NeedContent) -> str:
    if content.budget_low is None and content.budget_high is None:
        return ""
    words = money(content.budget_low, content.budget_high)
    notes = [_tax(content.budget_includes_tax)] if content.budget_includes_tax is not None else []
    if content.budget_is_ceiling:
        notes.append(_("上限为限价"))
    return _noted(words, notes)


def price_words(content: SolutionContent) -> str:
    if content.price_low is None and content.price_high is None:
        return ""
    unit = _label(PriceBasis, content.price_basis)
    words = money(content.price_low, content.price_high, basis=unit)
    tax = content.price_includes_tax
    return _noted(words, [_tax(tax)] if tax is not None else [])


def _tax(included: bool) -> str:
    return _("含税") if included else _("不含税")


def _noted(words: str, notes: list[str]) -> str:
    return (
        _("%(words)s（%(notes)s）") % {"words": words, "notes": joined(notes)} if notes else words
    )


def lead_time_words(content: SolutionContent) -> str:
    if content.lead_time_low is None and content.lead_time_high is None:
        return ""
    return _("%(range)s 周") % {"range": span(content.lead_time_low, content.lead_time_high)}


def period(content: NeedContent) -> str:
    start, end = day(content.wanted_start), day(content.wanted_end)
    if start and end:
        words = f"{start} – {end}"
    elif end:
        words = _("%(day)s 前完成") % {"day": end}
    else:
        words = _("%(day)s 起") % {"day": start} if start else ""
    return _noted(words, [_window(content)]) if content.window_is_fixed else words


def _window(content: NeedContent) -> str:
    reason = _label(WindowReason, content.window_reason)
    return _("不可调整：%(reason)s") % {"reason": reason} if reason else _("不可调整")


def weight_words(content: NeedContent) -> str:
    """Return what the owner weighs and how much; what weighs nothing is left out."""
    weights = content.weights
    if weights is None:
        return _("按平台默认")
    return joined(
        f"{criterion.label} {weights[criterion]}"
        for criterion in Criterion
        if weights.get(criterion)
    )


def area_words(content: SolutionContent, names: Names) -> str:
    if content.nationwide:
        return _("全国")
    return names.listed("district", content.service_districts)


def certification_words(row: HeldCertificationContent, names: Names) -> str:
    name = names.of("certification", row.certification)
    if row.valid_until is None:
        return name
    return _("%(name)s（有效期至 %(day)s）") % {"name": name, "day": day(row.valid_until)}


def case_words(row: CaseContent, names: Names) -> str:
    parts = [
        row.customer or _("客户未说明"),
        names.of("industry", row.industry) if row.industry else "",
        str(row.year or ""),
        row.result,
        _("证据：%(level)s") % {"level": CaseEvidence(row.evidence).label},
    ]
    return " · ".join(part for part in parts if part)


def parameter_value(row: ParameterContent, names: Names) -> str:
    if row.number is not None:
        return f"{number(row.number)} {names.unit(row.parameter)}".strip()
    if row.flag is not None:
        return yes_no(row.flag)
    return names.choice(row.parameter, row.choice) if row.choice else row.text


def limit_value(row: LimitContent, names: Names) -> str:
    if row.low is not None or row.high is not None:
        return f"{span(row.low, row.high)} {names.unit(row.parameter)}".strip()
    if row.flag is not None:
        return yes_no(row.flag)
    return joined(names.choice(row.parameter, choice) for choice in row.choices)


def yes_no(value: bool | None) -> str:
    return "" if value is None else _("是") if value else _("否")


def day(value: date | None) -> str:
    return formats.date_format(value, "Y-m-d") if value else ""


def _level(value: int | None) -> str:
    return "–" if value is None else _("%(n)s 级") % {"n": value}


def _count(value: int | None) -> str:
    return "" if value is None else str(value)


def _percent(value: Decimal | None) -> str:
    return "" if value is None else f"{number(value)}%"


def _name(names: Names, kind: str, code: str) -> str:
    return names.of(kind, code) if code else ""


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value else ""


def _labels(choices: Any, values: Iterable[str]) -> str:
    return joined(str(choices(value).label) for value in values)
