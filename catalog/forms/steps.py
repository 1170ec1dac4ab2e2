"""The steps of either side, in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.choices import ListingKind
from catalog.content import Content, NeedContent
from catalog.forms import needs, solutions
from catalog.forms.base import StepForm


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    label: Any
    form: type[StepForm]

    @property
    def template(self) -> str:
        return f"catalog/steps/{self.name}.html"


STEPS: Mapping[str, tuple[Step, ...]] = {
    ListingKind.NEED: (
        Step("need_problem", _("问题"), needs.NeedProblemForm),
        Step("need_scope", _("场景与参数"), needs.NeedScopeForm),
        Step("need_terms", _("预算与时间"), needs.NeedTermsForm),
        Step("need_requirements", _("具体要求"), needs.NeedRequirementsForm),
        Step("need_review", _("检查并提交"), needs.NeedReviewForm),
    ),
    ListingKind.SOLUTION: (
        Step("solution_what", _("方案"), solutions.SolutionWhatForm),
        Step("solution_delivery", _("价格与交付"), solutions.SolutionDeliveryForm),
        Step("solution_ability", _("能力与资质"), solutions.SolutionAbilityForm),
        Step("solution_cases", _("案例与期望"), solutions.SolutionCasesForm),
        Step("solution_review", _("检查并提交"), solutions.SolutionReviewForm),
    ),
}

# Which step states a field, for those that are worth filling in.
_WORTH: Mapping[str, tuple[tuple[str, Any, int], ...]] = {
    ListingKind.NEED: (
        ("goal", _("期望达到的目标"), 1),
        ("scenarios", _("典型场景"), 2),
        ("industry", _("行业"), 2),
        ("district", _("所在区"), 2),
        ("project_type", _("项目类型"), 2),
        ("parameters", _("项目参数"), 2),
        ("budget_high", _("预算"), 3),
        ("stage", _("项目阶段"), 3),
        ("wanted_end", _("期望完成"), 3),
        ("requirements", _("具体要求"), 4),
    ),
    ListingKind.SOLUTION: (
        ("description", _("详细说明"), 1),
        ("scenarios", _("典型场景"), 1),
        ("industries", _("服务行业"), 1),
        ("project_types", _("项目类型"), 1),
        ("price_high", _("价格"), 2),
        ("lead_time_high", _("交付周期"), 2),
        ("response_hours", _("故障响应"), 2),
        ("service_districts", _("服务地区"), 2),
        ("limits", _("参数范围"), 3),
        ("certifications", _("资质与认定"), 3),
        ("cases", _("案例"), 4),
    ),
}


@dataclass(frozen=True, slots=True)
class Completeness:
    percent: int
    # What would help the matching most: label and step.
    missing: list[tuple[Any, int]]


def completeness(content: Content) -> Completeness:
    """Say how much of what matching looks at is filled in."""
    worth = _WORTH[content.kind]
    missing = [(label, step) for name, label, step in worth if not _says(content, name)]
    return Completeness(round(100 * (len(worth) - len(missing)) / len(worth)), missing)


def _says(content: Content, name: str) -> bool:
    if isinstance(content, NeedContent):
        if name == "budget_high":
            return content.budget_low is not None or content.budget_high is not None
    elif name == "service_districts":
        return content.nationwide or bool(content.service_districts)
    value = getattr(content, name)
    return value is not None and value not in ("", ())


def step_of(kind: str, field: str) -> int:
    """Return the number of the step that states ``field``, from 1."""
    for number, step in enumerate(STEPS[kind], start=1):
        if field in step.form.base_fields or field == step.form.rows_field:
            return number
    return {"parameters": 2, "limits": 3, "certifications": 3}.get(
        field, 4 if kind == ListingKind.NEED else 3
    )
