"""The steps of posting: which parts each has and which content fields it decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.choices import ListingKind
from catalog.forms import need, solution
from catalog.forms.base import Opening, Part
from catalog.forms.rows import CaseRows, RequirementRows
from catalog.forms.suggestions import SuggestionsForm
from catalog.forms.vocabulary import (
    CertificationsForm,
    LimitsForm,
    NeedLevelsForm,
    ParametersForm,
    ReachForm,
)


@dataclass(frozen=True, slots=True)
class Step:
    slug: str
    label: Any
    template: str
    parts: Mapping[str, Callable[[Opening], Part]]
    # The content fields asked here, so that an error found later can lead back.
    decides: frozenset[str]
    # The fields a save of this step may change; none named: any.
    may_change: frozenset[str] = frozenset()

    def open(self, opening: Opening) -> dict[str, Part]:
        return {name: make(opening) for name, make in self.parts.items()}


def _step(
    slug: str, label: Any, template: str, decides: str, **parts: Callable[[Opening], Part]
) -> Step:
    fields = frozenset(decides.split())
    # A need may begin with its goal and scenarios, which are asked for again where they belong.
    changes = fields | {"scenarios", "factory_goals"} if slug == "problem" else fields
    return Step(slug, label, f"catalog/post/{template}.html", parts, fields, changes)


STEPS: Mapping[str, tuple[Step, ...]] = {
    ListingKind.NEED: (
        _step(
            "problem",
            _("问题"),
            "need_problem",
            "title summary situation goal",
            form=need.ProblemForm,
            start=need.StartForm,
        ),
        _step("suggestions", _("核对建议"), "need_suggestions", "", form=SuggestionsForm),
        _step(
            "scope",
            _("范围"),
            "need_scope",
            "confidentiality scenarios industry district factory_goals integration_forms"
            " project_type parameters",
            # Asked here, so that a field left later can warn of what leads back to the owner.
            confidentiality=need.ConfidentialityForm,
            form=need.ScopeForm,
            parameters=ParametersForm,
        ),
        _step(
            "budget",
            _("预算与时间"),
            "need_budget",
            "budget_low budget_high budget_includes_tax budget_is_ceiling budget_visibility"
            " wanted_start wanted_end window_is_fixed window_reason"
            " stage decision_date procurement expires_on",
            form=need.BudgetForm,
        ),
        _step(
            "requirements",
            _("具体要求"),
            "need_requirements",
            "requirements weights",
            requirements=RequirementRows.open,
            weights=need.WeightsForm,
        ),
        _step("maturity", _("成熟度自评"), "need_maturity", "maturity", maturity=NeedLevelsForm),
        _step("review", _("检查并提交"), "need_review", ""),
    ),
    ListingKind.SOLUTION: (
        _step(
            "what",
            _("方案"),
            "solution_what",
            "title summary description scenarios industries project_types factory_goals"
            " integration_forms",
            form=solution.WhatForm,
        ),
        _step(
            "price",
            _("价格与服务"),
            "solution_price",
            "price_low price_high price_basis price_includes_tax price_scope price_visibility"
            " lead_time_low lead_time_high capacity capacity_taken earliest_start response_hours"
            " on_site warranty_months spares yearly_fee nationwide service_districts",
            form=solution.PriceForm,
        ),
        _step(
            "limits",
            _("能力范围"),
            "solution_limits",
            "limits certifications domestic_share maturity",
            limits=LimitsForm,
            certifications=CertificationsForm,
            form=solution.ShareForm,
            maturity=ReachForm,
        ),
        _step(
            "cases",
            _("案例与期望"),
            "solution_cases",
            "cases wished_project_low wished_project_high wished_industries wished_districts",
            cases=CaseRows.open,
            form=solution.WishesForm,
        ),
        _step("review", _("检查并提交"), "solution_review", ""),
    ),
}


def step_of(kind: str, slug: str) -> Step | None:
    return next((step for step in STEPS[kind] if step.slug == slug), None)


def step_deciding(kind: str, path: str) -> Step:
    """Return the step that asks for the field of ``path``, else the last."""
    field = path.partition(".")[0]
    return next((step for step in STEPS[kind] if field in step.decides), STEPS[kind][-1])
