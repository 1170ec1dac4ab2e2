"""Recording an authorization, and writing down a need after a visit."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.validators import validate_one_line
from catalog.choices import MandateWay
from catalog.models import Industry, Scenario

_DAY = {"type": "date"}


class MandateForm(forms.Form):
    given_by = forms.CharField(
        label=_("授权人（姓名与职务）"), max_length=120, validators=[validate_one_line]
    )
    way = forms.ChoiceField(label=_("授权方式"), choices=MandateWay.choices)
    given_on = forms.DateField(
        label=_("授权日期"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    valid_until = forms.DateField(
        label=_("有效期至"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    note = forms.CharField(
        label=_("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["given_on"].initial = today
        self.fields["valid_until"].initial = today + timedelta(days=90)


class VisitDraftForm(forms.Form):
    """What a visit brings home; the rest is the company's to add."""

    title = forms.CharField(
        label=_("标题"), min_length=4, max_length=200, validators=[validate_one_line]
    )
    situation = forms.CharField(
        label=_("现状与问题"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("走访中企业自己的说法：现在怎么做、问题在哪里、有哪些数字。"),
    )
    goal = forms.CharField(
        label=_("期望达到的目标"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    industry = forms.ModelChoiceField(
        label=_("所属行业"),
        queryset=Industry.objects.filter(retired=False),
        required=False,
        to_field_name="code",
        empty_label=_("未填写"),
    )
    scenarios = forms.ModelMultipleChoiceField(
        label=_("典型场景"),
        queryset=Scenario.objects.filter(retired=False),
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )

    def payload(self) -> dict[str, Any]:
        given = self.cleaned_data
        industry = given["industry"]
        return {
            "title": given["title"],
            "situation": given["situation"],
            "goal": given["goal"],
            "industry": industry.code if industry else "",
            "scenarios": [scenario.code for scenario in given["scenarios"]],
        }
