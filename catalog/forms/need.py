"""The forms of a need's steps."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.validators import validate_one_line
from catalog.choices import (
    BudgetVisibility,
    Confidentiality,
    FactoryGoal,
    IntegrationForm,
    NeedStage,
    Procurement,
)
from catalog.forms.base import StepForm
from catalog.forms.fields import DayField, WanField, YesNoField, lines, optional, several
from catalog.forms.vocabulary import ScenarioForm


class ProblemForm(StepForm):
    hide_optional = False
    title = forms.CharField(
        label=_("标题"),
        min_length=2,
        max_length=200,
        validators=[validate_one_line],
        help_text=_("一句话说清要解决什么，例如“铸件表面缺陷在线检测”。"),
    )
    situation = lines(
        8,
        label=_("现状与问题"),
        max_length=10_000,
        help_text=_("现在怎么做、问题在哪里、影响多大。有数字就写数字。"),
    )
    goal = lines(5, label=_("期望达到的目标"), max_length=10_000, required=False)
    summary = forms.CharField(
        label=_("摘要"),
        max_length=300,
        required=False,
        validators=[validate_one_line],
        help_text=_("显示在列表里；保密需求的外人只能看到标题、摘要和类别。"),
    )


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
    )
