"""Reporting a listing or an organization, and deciding on a report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.choices import ReportReason
from catalog.services import MOST_WORDS


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("原因"),
        choices=ReportReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择举报原因。")},
    )
    words = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明哪一处有问题、依据是什么，便于园区核对。"),
    )
    contact = forms.EmailField(
        label=_("联系邮箱"),
        required=False,
        help_text=_("选填。只有处理人能看到，处理后即删除。"),
    )

    def __init__(self, *args: Any, asks_contact: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_contact:
            del self.fields["contact"]


class ReportDecisionForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label=_("结论"),
        choices=[("yes", _("举报成立")), ("no", _("举报不成立"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择结论。")},
    )
    answer = forms.CharField(
        label=_("处理结果"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("举报人会看到；被举报的企业不会知道举报人是谁。"),
    )
    takes_down = forms.BooleanField(label=_("同时下架该条目"), required=False)
