"""The forms of a need's steps."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.validators import validate_one_line
from catalog.choices import (
    BudgetVisibility,
    Confidentiality,
    Criterion,
    FactoryGoal,
    IntegrationForm,
    NeedStage,
    Procurement,
    WindowReason,
)
from catalog.forms.base import StepForm
from catalog.forms.fields import DayField, WanField, YesNoField, lines, optional, several
from catalog.forms.vocabulary import ScenarioForm
from catalog.suggesting import title_of
from catalog.weighing import platform_weights

SHORTEST_TITLE = 2

# What each criterion asks of a vendor, in plain words.
HINTS = {
    Criterion.SCENARIO: _("方案覆盖您选的典型场景"),
    Criterion.TECHNICAL: _("参数达标，描述与需求对得上"),
    Criterion.INDUSTRY: _("做过您这个行业的项目"),
    Criterion.BUDGET: _("价格在预算之内"),
    Criterion.DATES: _("赶得上您要的时间"),
    Criterion.AFTER_SALES: _("服务到得了，响应快"),
    Criterion.INTEGRATION: _("集成方式与建设目标一致"),
    Criterion.OUTCOMES: _("过往项目经确认的结果好"),
    Criterion.CERTIFICATIONS: _("具备所要的资质"),
    Criterion.MATURITY: _("能把成熟度提到目标等级"),
    Criterion.DOMESTIC: _("国产化率高"),
}


@dataclass(frozen=True, slots=True)
class WeightRow:
    """One criterion's number, what it is about, and what the platform gives it."""

    field: BoundField
    hint: Any
    default: int


class ProblemForm(StepForm):
    situation = lines(
        8,
        label=_("说说您的问题"),
        max_length=10_000,
        required=False,
        help_text=_("用自己的话说就行，贴上聊天记录也行：现在怎么做、问题在哪里、有哪些数字。"),
    )
    title = forms.CharField(
        label=_("标题"),
        min_length=2,
        max_length=200,
        required=False,
        validators=[validate_one_line],
        help_text=_("留空就取问题的第一句话，以后可以改。"),
    )
    goal = lines(5, label=_("期望达到的目标"), max_length=10_000, required=False)
    summary = forms.CharField(
        label=_("摘要"),
        max_length=300,
        required=False,
        validators=[validate_one_line],
        help_text=_("显示在列表里；保密需求的外人只能看到标题、摘要和类别。"),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.errors or values.get("title"):
            return values
        values["title"] = title_of(values.get("situation", "")) or self._chosen_names()
        if len(values["title"]) < SHORTEST_TITLE:
            self.add_error("situation", _("请说说要解决的问题，一句话也行；或者先选一个典型场景。"))
        return values

    def _chosen_names(self) -> str:
        """Return the names of the scenarios ticked beside it, for want of other words."""
        chosen = self.data.getlist("scenarios") if isinstance(self.data, QueryDict) else []
        known = set(self.names.current.get("scenario", ()))
        return self.names.listed("scenario", [code for code in chosen if code in known])[:200]


class StartForm(ScenarioForm):
    """The other way to begin: what kind of factory it shall be, and with which scenarios."""

    factory_goals = several(_("建设目标"), FactoryGoal.choices)
    # Sent by the page that shows the boxes: without it an unticked box means nothing.
    start_shown = forms.BooleanField(required=False, widget=forms.HiddenInput, initial=True)

    def changes(self) -> dict[str, Any]:
        values = super().changes()
        return values if values.pop("start_shown") else {}

    @property
    def is_open(self) -> bool:
        """Whether to unfold it: somebody has chosen something."""
        return bool(self.errors or self["scenarios"].value() or self["factory_goals"].value())


class ScopeForm(ScenarioForm):
    industry = optional(_("行业"))
    district = optional(_("项目所在区"))
    factory_goals = several(_("建设目标"), FactoryGoal.choices)
    integration_forms = several(_("集成方式"), IntegrationForm.choices)
    project_type = optional(
        _("项目类型"), help_text=_("选定后可填写该类项目的参数，匹配会据此核对方案的能力范围。")
    )

    def prepare(self) -> None:
        super().prepare()
        self.let_choose("industry", "industry", empty=True)
        self.let_choose("district", "district", empty=True)
        self.let_choose("project_type", "project_type", empty=True)


class BudgetForm(StepForm):
    budget_low = WanField(label=_("预算下限（万元）"))
    budget_high = WanField(label=_("预算上限（万元）"))
    budget_includes_tax = YesNoField(label=_("预算是否含税"))
    budget_is_ceiling = forms.BooleanField(
        label=_("上限为限价：超过上限的报价不予考虑"), required=False
    )
    budget_visibility = forms.ChoiceField(
        label=_("谁能看到预算"),
        choices=[
            (BudgetVisibility.OWNER, _("仅本企业可见：只用于计算匹配度，供应商看不到金额")),
            (BudgetVisibility.PUBLIC, _("公开：金额显示在需求页面上")),
        ],
        initial=BudgetVisibility.OWNER,
        widget=forms.RadioSelect,
    )
    wanted_start = DayField(label=_("期望开始"))
    wanted_end = DayField(label=_("期望完成"))
    window_reason = forms.ChoiceField(
        label=_("工期能否调整"),
        choices=[
            ("", _("可以商量")),
            (WindowReason.SHUTDOWN, _("不可调整：停产检修窗口")),
            (WindowReason.GRANT, _("不可调整：资金或补贴期限")),
            (WindowReason.OTHER, _("不可调整：其他原因")),
        ],
        required=False,
        help_text=_("不可调整时，来不及完成的方案会被排除。"),
    )
    stage = optional(_("项目阶段"), NeedStage.choices)
    decision_date = DayField(label=_("决策日期"))
    procurement = optional(_("采购方式"), Procurement.choices)
    expires_on = DayField(
        label=_("有效期至"), help_text=_("过期后不再显示在需求大厅；留空则一直有效。")
    )
    ranges = (
        ("budget_low", "budget_high", _("预算下限不能高于上限。")),
        ("wanted_start", "wanted_end", _("开始日期不能晚于完成日期。")),
    )

    def opened(self) -> dict[str, Any]:
        found = super().opened()
        if self.payload.get("window_is_fixed") and not found.get("window_reason"):
            found["window_reason"] = WindowReason.OTHER
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("window_reason") and not values.get("wanted_end"):
            self.add_error("wanted_end", _("工期不可调整时，请填写期望完成日期。"))
        return values

    def changes(self) -> dict[str, Any]:
        values = super().changes()
        return {**values, "window_is_fixed": bool(values["window_reason"])}


class WeightsForm(StepForm):
    """What matters most to the owner: the platform's weights, or numbers of its own."""

    weighing = forms.ChoiceField(
        label=_("各项比重"),
        choices=[
            ("platform", _("按平台默认的比重")),
            ("own", _("按我们自己的比重")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        self.defaults = dict(platform_weights())
        for criterion in Criterion:
            self.fields[f"weight-{criterion}"] = forms.IntegerField(
                label=criterion.label, min_value=0, max_value=100, required=False
            )

    def opened(self) -> dict[str, Any]:
        stored = self.payload.get("weights")
        shown = self.defaults if stored is None else stored
        return {
            "weighing": "platform" if stored is None else "own",
            **{f"weight-{each}": shown.get(each, 0) for each in Criterion},
        }

    def _weights(self) -> dict[str, int] | None:
        if self.cleaned_data.get("weighing") != "own":
            return None
        return {each.value: self.cleaned_data.get(f"weight-{each}") or 0 for each in Criterion}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        weights = self._weights()
        if not self.errors and weights is not None and not any(weights.values()):
            self.add_error("weighing", _("至少有一项的比重要大于 0。"))
        return values

    def changes(self) -> dict[str, Any]:
        return {"weights": self._weights()}

    def blame(self, path: str, messages: list[str]) -> bool:
        key, _dot, name = path.partition(".")
        if key != "weights":
            return False
        field = f"weight-{name}"
        self.add_error(field if field in self.fields else "weighing", messages)
        return True

    @property
    def rows(self) -> list[WeightRow]:
        return [
            WeightRow(self[f"weight-{each}"], HINTS[each], self.defaults.get(each, 0))
            for each in Criterion
        ]

    @property
    def is_open(self) -> bool:
        """Whether there is something to see: an untouched section stays folded."""
        return bool(self.errors) or self["weighing"].value() == "own"


class ConfidentialityForm(StepForm):
    confidentiality = forms.ChoiceField(
        label=_("保密级别"),
        choices=[
            (Confidentiality.OPEN, _("公开：任何人都能看到需求内容和贵企业名称")),
            (
                Confidentiality.CONFIDENTIAL,
                _("保密：外人只看到标题、摘要和类别，看不到贵企业名称与详情"),
            ),
        ],
        initial=Confidentiality.OPEN,
        widget=forms.RadioSelect,
        required=False,
    )

    def changes(self) -> dict[str, Any]:
        """What was not sent stays as it is: nothing becomes public by leaving it out."""
        chosen = self.cleaned_data["confidentiality"]
        return {"confidentiality": chosen} if chosen else {}
