"""The forms of a solution's steps."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.validators import validate_one_line
from catalog.choices import FactoryGoal, IntegrationForm, PriceBasis, PriceVisibility
from catalog.forms.base import StepForm
from catalog.forms.fields import (
    AmountField,
    DayField,
    WanField,
    YesNoField,
    lines,
    optional,
    several,
)
from catalog.forms.vocabulary import ScenarioForm

MOST = 100_000


def _count(label: Any, maximum: int = MOST, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=maximum, **kwargs)


class WhatForm(ScenarioForm):
    hide_optional = False
    title = forms.CharField(
        label=_("标题"), min_length=2, max_length=200, validators=[validate_one_line]
    )
    summary = forms.CharField(
        label=_("摘要"),
        max_length=300,
        required=False,
        validators=[validate_one_line],
        help_text=_("显示在列表里的一两句话。"),
    )
    description = lines(8, label=_("详细说明"), max_length=10_000, required=False)
    industries = several(_("服务行业"))
    project_types = several(
        _("项目类型"), help_text=_("选定后在“能力范围”一步填写各类项目的参数范围。")
    )
    factory_goals = several(_("建设目标"), FactoryGoal.choices)
    integration_forms = several(_("集成方式"), IntegrationForm.choices)

    def prepare(self) -> None:
        super().prepare()
        self.let_choose("industries", "industry")
        self.let_choose("project_types", "project_type")


class PriceForm(StepForm):
    price_low = WanField(label=_("价格下限（万元）"))
    price_high = WanField(label=_("价格上限（万元）"))
    price_basis = optional(_("计价单位"), PriceBasis.choices)
    price_includes_tax = YesNoField(label=_("价格是否含税"))
    price_scope = forms.CharField(
        label=_("价格包含范围"),
        max_length=300,
        required=False,
        help_text=_("例如：设备、安装调试、一年质保；不含土建。"),
    )
    price_visibility = forms.ChoiceField(
        label=_("谁能看到价格"),
        choices=[
            (PriceVisibility.PUBLIC, _("公开：任何访客都能看到")),
            (PriceVisibility.MEMBERS, _("登录企业可见：登录并加入企业的用户能看到")),
            (PriceVisibility.OWNER, _("仅本企业可见：只用于计算匹配度")),
        ],
        initial=PriceVisibility.PUBLIC,
        widget=forms.RadioSelect,
    )
    lead_time_low = _count(_("最短交付周期（周）"), 520)
    lead_time_high = _count(_("最长交付周期（周）"), 520)
    capacity = _count(_("可并行项目数"))
    capacity_taken = _count(_("已占用项目数"), help_text=_("仅本企业可见，用于判断是否还有余力。"))
    earliest_start = DayField(label=_("最早可开工"))
    response_hours = _count(_("故障响应（小时）"))
    on_site = YesNoField(label=_("提供驻场"))
    warranty_months = _count(_("质保（月）"))
    spares = forms.CharField(label=_("备件"), max_length=300, required=False)
    yearly_fee = WanField(label=_("年服务费（万元）"))
    nationwide = forms.BooleanField(label=_("服务全国"), required=False)
    service_districts = several(_("服务地区"))
    ranges = (
        ("price_low", "price_high", _("价格下限不能高于上限。")),
        ("lead_time_low", "lead_time_high", _("交付周期下限不能大于上限。")),
        ("capacity_taken", "capacity", _("已占用的项目数不能大于可并行项目数。")),
    )

    def prepare(self) -> None:
        self.let_choose("service_districts", "district")


class ShareForm(StepForm):
    domestic_share = AmountField(label=_("国产化率（%）"), min_value=0, max_value=100)


class WishesForm(StepForm):
    wished_project_low = WanField(label=_("期望项目金额下限（万元）"))
    wished_project_high = WanField(label=_("期望项目金额上限（万元）"))
    wished_industries = several(_("期望行业"))
    wished_districts = several(_("期望地区"))
    ranges = (
        (
            "wished_project_low",
            "wished_project_high",
            _("期望项目金额下限不能高于上限。"),
        ),
    )

    def prepare(self) -> None:
        self.let_choose("wished_industries", "industry")
        self.let_choose("wished_districts", "district")
