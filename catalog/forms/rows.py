"""Lists of rows: a need's requirements, a solution's cases."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.choices import IntegrationForm, RequirementKind, RequirementLevel
from catalog.content import CODED_REQUIREMENTS, NUMBERED_REQUIREMENTS
from catalog.forms.base import Payload, RowForm, Rows
from catalog.forms.fields import TEN_THOUSAND, AmountField, plain

MAX_REQUIREMENTS = 40
MAX_CASES = 60

# Which vocabulary a requirement's option comes from.
_OPTIONS = {
    RequirementKind.CERTIFICATION: "certification",
    RequirementKind.SCENARIO: "scenario",
    RequirementKind.INDUSTRY_CASE: "industry",
    RequirementKind.DISTRICT: "district",
}


class RequirementForm(RowForm):
    level = forms.ChoiceField(
        label=gettext_lazy("级别"),
        choices=RequirementLevel.choices,
        initial=RequirementLevel.SHOULD,
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("类型"),
        choices=[("", gettext_lazy("请选择")), *RequirementKind.choices],
        required=False,
    )
    code = forms.ChoiceField(label=gettext_lazy("选项"), required=False)
    number = AmountField(label=gettext_lazy("数值"), min_value=0, max_value=1_000_000_000)
    text = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def prepare(self) -> None:
        code = self.fields["code"]
        assert isinstance(code, forms.ChoiceField)  # noqa: S101
        groups: list[Any] = [("", _("请选择"))]
        for kind, vocabulary in _OPTIONS.items():
            keep = [str(row.get("code")) for row in self.stored if row.get("kind") == kind]
            rows = self.names.options(vocabulary, dict.fromkeys(keep))
            groups.append((str(kind.label), [(f"{kind}:{each}", name) for each, name in rows]))
        ways = RequirementKind.INTEGRATION
        groups.append(
            (str(ways.label), [(f"{ways}:{each}", name) for each, name in IntegrationForm.choices])
        )
        code.choices = groups

    @classmethod
    def opened(cls, row: Payload) -> dict[str, Any]:
        kind = row.get("kind") or RequirementKind.TEXT
        number = row.get("number")
        if number is not None and kind == RequirementKind.BUDGET:
            number = Decimal(str(number)) / TEN_THOUSAND
        return {
            "level": row.get("level"),
            "kind": kind,
            "code": f"{kind}:{row['code']}" if row.get("code") else "",
            "number": None if number is None else plain(number),
            "text": row.get("text", ""),
        }

    def is_blank(self) -> bool:
        """A row whose kind was never chosen and that says nothing."""
        values = getattr(self, "cleaned_data", {})
        return not any(values.get(name) for name in ("kind", "code", "text")) and (
            values.get("number") is None
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.errors or self.is_blank():
            return values
        kind = values.get("kind") or _guess(values)
        values["kind"] = kind
        if kind in CODED_REQUIREMENTS:
            chosen, _colon, code = str(values.get("code") or "").partition(":")
            if not code:
                self.add_error("code", _("请选择这条要求对应的选项。"))
            elif chosen != kind:
                self.add_error("code", _("这个选项与所选类型不符。"))
        elif kind in NUMBERED_REQUIREMENTS and values.get("number") is None:
            self.add_error("number", _("请填写不小于 0 的数值。"))
        elif kind == RequirementKind.TEXT and not values.get("text"):
            self.add_error("text", _("请写明这条要求的内容。"))
        return values

    def row(self) -> dict[str, Any]:
        values = self.cleaned_data
        kind = RequirementKind(values["kind"])
        number = values.get("number") if kind in NUMBERED_REQUIREMENTS else None
        if number is not None and kind == RequirementKind.BUDGET:
            number *= TEN_THOUSAND
        coded = kind in CODED_REQUIREMENTS
        return {
            "level": values.get("level") or RequirementLevel.SHOULD,
            "kind": kind,
            "text": values.get("text", ""),
            "code": values["code"].partition(":")[2] if coded else "",
            "number": number,
        }


def _guess(values: dict[str, Any]) -> str:
    """Return the kind that what was filled in can only mean."""
    option = str(values.get("code") or "").partition(":")[0]
    return option or RequirementKind.TEXT


class CaseForm(RowForm):
    customer = forms.CharField(label=gettext_lazy("客户或其描述"), max_length=300, required=False)
    customer_anonymous = forms.BooleanField(
        label=gettext_lazy("不公开客户名称"), required=False, initial=True
    )
    industry = forms.ChoiceField(label=gettext_lazy("行业"), required=False)
    year = forms.IntegerField(
        label=gettext_lazy("年份"), required=False, min_value=1980, max_value=2100
    )
    result = forms.CharField(
        label=gettext_lazy("可衡量的成效"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def prepare(self) -> None:
        industry = self.fields["industry"]
        assert isinstance(industry, forms.ChoiceField)  # noqa: S101
        keep = dict.fromkeys(str(row.get("industry") or "") for row in self.stored)
        industry.choices = [("", _("未说明")), *self.names.options("industry", keep)]

    @classmethod
    def opened(cls, row: Payload) -> dict[str, Any]:
        return {name: row.get(name) for name in cls.base_fields}

    def is_blank(self) -> bool:
        values = getattr(self, "cleaned_data", {})
        return not any(values.get(name) for name in ("customer", "industry", "year", "result"))

    def row(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.base_fields}


class RequirementRows(Rows):
    key = "requirements"
    form = RequirementForm
    max_num = MAX_REQUIREMENTS
    absolute_max = MAX_REQUIREMENTS + 20


class CaseRows(Rows):
    key = "cases"
    form = CaseForm
    max_num = MAX_CASES
    absolute_max = MAX_CASES + 20
