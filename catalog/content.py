"""What a listing says, as one frozen value: checked once at the edge, then trusted.

A revision stores it as JSON, the live tables store it as rows, and the engine's facts are
built from it, so an unpublished edit is scored by the same code as a published listing.
Vocabulary is named by its stable codes. None and empty mean "not said".
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

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
    RequirementKind,
    RequirementLevel,
    WindowReason,
)


def _tidy(value: object) -> object:
    """Strip the ends and refuse NUL, which PostgreSQL cannot store."""
    if isinstance(value, str):
        if "\x00" in value:
            raise PydanticCustomError("null_character", str(_("文字中含有无法保存的字符。")))
        return value.strip()
    return value


Title = Annotated[str, BeforeValidator(_tidy), Field(min_length=2, max_length=200)]
Code = Annotated[str, BeforeValidator(_tidy), Field(max_length=60)]
Line = Annotated[str, BeforeValidator(_tidy), Field(max_length=300)]
Paragraphs = Annotated[str, BeforeValidator(_tidy), Field(max_length=10_000)]
Money = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]
Number = Annotated[Decimal, Field(ge=-1_000_000_000, le=1_000_000_000, decimal_places=4)]
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
Weeks = Annotated[int, Field(ge=0, le=520)]
Count = Annotated[int, Field(ge=0, le=100_000)]
Year = Annotated[int, Field(ge=1980, le=2100)]
Level = Annotated[int, Field(ge=0, le=5)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))]


def _weighs_something(
    weights: dict[Criterion, int] | None,
) -> dict[Criterion, int] | None:
    if weights is not None and not any(weights.values()):
        raise PydanticCustomError("weights_zero", str(_("至少有一项的比重要大于 0。")))
    return weights


Weight = Annotated[int, Field(ge=0, le=100)]
Weights = Annotated[dict[Criterion, Weight] | None, AfterValidator(_weighs_something)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _ordered(low: Any, high: Any, message: Any) -> None:
    if low is not None and high is not None and low > high:
        raise PydanticCustomError("range", str(message))


class ParameterContent(Frozen):
    """A need's value of one project parameter; exactly one of the four is given."""

    parameter: Code
    number: Number | None = None
    choice: Code = ""
    flag: bool | None = None
    text: Line = ""


class LimitContent(Frozen):
    """A solution's answer to one project parameter."""

    parameter: Code
    low: Number | None = None
    high: Number | None = None
    choices: tuple[Code, ...] = ()
    flag: bool | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _ordered(self.low, self.high, _("下限不能大于上限。"))
        return self


class RequirementContent(Frozen):
    """One line of a need. ``code`` names vocabulary, ``number`` is in the kind's own unit."""

    level: RequirementLevel = RequirementLevel.SHOULD
    kind: RequirementKind = RequirementKind.TEXT
    text: Line = ""
    code: Code = ""
    number: Number | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.kind == RequirementKind.TEXT and not self.text:
            raise PydanticCustomError("requirement_text", str(_("请写明这条要求的内容。")))
        if self.kind in CODED_REQUIREMENTS and not self.code:
            raise PydanticCustomError("requirement_code", str(_("请选择这条要求对应的选项。")))
        if self.kind in NUMBERED_REQUIREMENTS and (self.number is None or self.number < 0):
            raise PydanticCustomError("requirement_number", str(_("请填写不小于 0 的数值。")))
        if (
            self.kind == RequirementKind.DOMESTIC_SHARE
            and self.number is not None
            and self.number > 100
        ):
            raise PydanticCustomError("requirement_percent", str(_("百分比不能超过 100。")))
        return self


CODED_REQUIREMENTS = frozenset(
    {
        RequirementKind.CERTIFICATION,
        RequirementKind.SCENARIO,
        RequirementKind.INTEGRATION,
        RequirementKind.INDUSTRY_CASE,
        RequirementKind.DISTRICT,
    }
)
NUMBERED_REQUIREMENTS = frozenset(
    {
        RequirementKind.DOMESTIC_SHARE,
        RequirementKind.LEAD_TIME,
        RequirementKind.BUDGET,
        RequirementKind.RESPONSE,
    }
)


class MaturityContent(Frozen):
    domain: Code
    current: Level | None = None
    target: Level | None = None


class MaturityReachContent(Frozen):
    domain: Code
    level: Annotated[int, Field(ge=1, le=5)]


class CaseContent(Frozen):
    customer: Line = ""
    customer_anonymous: bool = True
    industry: Code = ""
    year: Year | None = None
    result: Line = ""
    evidence: CaseEvidence = CaseEvidence.STATED


class HeldCertificationContent(Frozen):
    certification: Code
    valid_until: Day | None = None


class ListingContent(Frozen):
    title: Title
    summary: Line = ""
    language: Literal["zh-hans", "en"] = "zh-hans"
    scenarios: tuple[Code, ...] = ()
    factory_goals: tuple[FactoryGoal, ...] = ()
    integration_forms: tuple[IntegrationForm, ...] = ()


class NeedContent(ListingContent):
    kind: Literal["need"] = "need"
    situation: Paragraphs = ""
    goal: Paragraphs = ""
    project_type: Code = ""
    parameters: tuple[ParameterContent, ...] = ()
    stage: NeedStage | Literal[""] = ""
    decision_date: Day | None = None
    procurement: Procurement | Literal[""] = ""
    industry: Code = ""
    budget_low: Money | None = None
    budget_high: Money | None = None
    budget_includes_tax: bool | None = None
    budget_is_ceiling: bool = False
    budget_visibility: BudgetVisibility = BudgetVisibility.OWNER
    wanted_start: Day | None = None
    wanted_end: Day | None = None
    window_is_fixed: bool = False
    window_reason: WindowReason | Literal[""] = ""
    district: Code = ""
    maturity: tuple[MaturityContent, ...] = ()
    requirements: Annotated[tuple[RequirementContent, ...], Field(max_length=40)] = ()
    confidentiality: Confidentiality = Confidentiality.OPEN
    expires_on: Day | None = None
    # How much each criterion counts; what is left out counts nothing. None: as the platform does.
    weights: Weights = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _ordered(self.budget_low, self.budget_high, _("预算下限不能高于上限。"))
        _ordered(self.wanted_start, self.wanted_end, _("开始日期不能晚于完成日期。"))
        if self.window_is_fixed and self.wanted_end is None:
            raise PydanticCustomError("window", str(_("工期不可调整时，请填写期望完成日期。")))
        if self.window_reason and not self.window_is_fixed:
            raise PydanticCustomError("window", str(_("只有工期不可调整时才需要填写原因。")))
        _unique((p.parameter for p in self.parameters), _("同一参数不能填写两次。"))
        _unique((m.domain for m in self.maturity), _("同一能力子域不能填写两次。"))
        return self


class SolutionContent(ListingContent):
    kind: Literal["solution"] = "solution"
    description: Paragraphs = ""
    industries: tuple[Code, ...] = ()
    project_types: tuple[Code, ...] = ()
    limits: tuple[LimitContent, ...] = ()
    price_low: Money | None = None
    price_high: Money | None = None
    price_basis: PriceBasis | Literal[""] = ""
    price_includes_tax: bool | None = None
    price_scope: Line = ""
    price_visibility: PriceVisibility = PriceVisibility.PUBLIC
    lead_time_low: Weeks | None = None
    lead_time_high: Weeks | None = None
    capacity: Count | None = None
    capacity_taken: Count | None = None
    earliest_start: Day | None = None
    response_hours: Count | None = None
    on_site: bool | None = None
    warranty_months: Count | None = None
    spares: Line = ""
    yearly_fee: Money | None = None
    nationwide: bool = False
    service_districts: tuple[Code, ...] = ()
    certifications: tuple[HeldCertificationContent, ...] = ()
    domestic_share: Percent | None = None
    maturity: tuple[MaturityReachContent, ...] = ()
    cases: Annotated[tuple[CaseContent, ...], Field(max_length=60)] = ()
    wished_project_low: Money | None = None
    wished_project_high: Money | None = None
    wished_industries: tuple[Code, ...] = ()
    wished_districts: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        _ordered(self.price_low, self.price_high, _("价格下限不能高于上限。"))
        _ordered(self.lead_time_low, self.lead_time_high, _("交付周期下限不能大于上限。"))
        _ordered(
            self.wished_project_low, self.wished_project_high, _("期望项目金额下限不能高于上限。")
        )
        _ordered(self.capacity_taken, self.capacity, _("已占用的项目数不能大于可并行项目数。"))
        _unique((limit.parameter for limit in self.limits), _("同一参数不能填写两次。"))
        _unique((m.domain for m in self.maturity), _("同一能力子域不能填写两次。"))
        _unique((c.certification for c in self.certifications), _("同一资质不能填写两次。"))
        return self


def _unique(codes: Any, message: Any) -> None:
    seen = list(codes)
    if len(seen) != len(set(seen)):
        raise PydanticCustomError("duplicate", str(message))


Content = NeedContent | SolutionContent
