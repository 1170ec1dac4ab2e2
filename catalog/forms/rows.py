"""The rows of a list: a need's requirements, a solution's cases."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.choices import IntegrationForm, RequirementKind, RequirementLevel
from catalog.content import (
    CODED_REQUIREMENTS,
    NUMBERED_REQUIREMENTS,
    CaseContent,
    RequirementContent,
)
from catalog.forms.base import RowForm
from catalog.forms.fields import TEN_THOUSAND, CountField, NumberField, OneField, wan

# Which field of the row holds the code of which kind of requirement.
_CODE_FIELDS = {
    RequirementKind.CERTIFICATION: "certification",
    RequirementKind.SCENARIO: "scenario",
    RequirementKind.INTEGRATION: "integration",
    RequirementKind.INDUSTRY_CASE: "industry",
    RequirementKind.DISTRICT: "district",
}


class RequirementForm(RowForm):
    level = forms.ChoiceField(
        label=_("级别"), choices=RequirementLevel.choices, initial=RequirementLevel.SHOULD
    )
    kind = forms.ChoiceField(
        label=_("类型"), choices=RequirementKind.choices, initial=RequirementKind.TEXT
    )
    text = forms.CharField(label=_("说明"), max_length=300, required=False)
    certification = OneField(label=_("资质"))
    scenario = OneField(label=_("场景"))
    integration = OneField(label=_("集成方式"), choices=IntegrationForm.choices)
    industry = OneField(label=_("行业"))
    district = OneField(label=_("地区"))
    number = NumberField(
        label=_("数值"),
        min_value=0,
        max_value=1_000_000_000,
        help_text=_("国产化率填 %，交付周期填周，总价填万元，故障响应填小时。"),
    )

    def prepare(self) -> None:
        for name in ("certification", "scenario", "industry", "district"):
            field: Any = self.fields[name]
            field.offer(self.names.options(name, [self.initial.get(name, "")]))

    def is_blank(self) -> bool:
        said = (self.cleaned_data.get(name) for name in ("text", "number", *_CODE_FIELDS.values()))
        # 驻场 says all by its kind; any other kind needs a word, a choice or a number.
        on_site = self.cleaned_data.get("kind") == RequirementKind.ON_SITE
        return not on_site and not any(value not in (None, "") for value in said)

    def row(self) -> dict[str, Any]:
        kind = RequirementKind(self.cleaned_data["kind"])
        number = self.cleaned_data["number"] if kind in NUMBERED_REQUIREMENTS else None
        if kind == RequirementKind.BUDGET and number is not None:
            number *= TEN_THOUSAND
        return {
            "level": self.cleaned_data["level"],
            "kind": kind,
            "text": self.cleaned_data["text"],
            "code": self.cleaned_data[_CODE_FIELDS[kind]] if kind in CODED_REQUIREMENTS else "",
            "number": number,
        }


def requirement_initial(row: RequirementContent) -> dict[str, Any]:
    number: Decimal | str | None = row.number
    if row.kind == RequirementKind.BUDGET and row.number is not None:
        number = wan(row.number)
    initial = {"level": row.level, "kind": row.kind, "text": row.text, "number": number}
    if row.kind in _CODE_FIELDS:
        initial[_CODE_FIELDS[RequirementKind(row.kind)]] = row.code
    return initial


class CaseForm(RowForm):
    customer = forms.CharField(
        label=_("客户或其描述"),
        max_length=300,
        required=False,
        help_text=_("不便具名时写描述，例如“某汽车零部件企业”。"),
    )
    customer_anonymous = forms.BooleanField(label=_("不具名"), required=False, initial=True)
    industry = OneField(label=_("行业"))
    year = CountField(label=_("年份"), highest=2100)
    result = forms.CharField(
        label=_("可衡量的成效"),
        max_length=300,
        required=False,
        help_text=_("写出数字，例如“漏检率由 2.1% 降到 0.3%”。"),
    )

    def prepare(self) -> None:
        field: Any = self.fields["industry"]
        field.offer(self.names.options("industry", [self.initial.get("industry", "")]))

    def is_blank(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in ("customer", "result"))

    def row(self) -> dict[str, Any]:
        names = ("customer", "customer_anonymous", "industry", "year", "result")
        return {name: self.cleaned_data[name] for name in names}


def case_initial(row: CaseContent) -> dict[str, Any]:
    return row.model_dump(mode="python", exclude={"evidence"}, warnings=False)
