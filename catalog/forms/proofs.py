"""Asking for a check, deciding on one, and a customer's word."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from catalog.choices import ProofCheck


class AskCustomerForm(forms.Form):
    customer = forms.CharField(
        label=_("客户的企业全称或统一社会信用代码"),
        max_length=120,
        help_text=_("客户须是平台上通过核验的企业，由其所有者或编辑确认。"),
    )

    def clean_customer(self) -> Organization:
        words = self.cleaned_data["customer"].strip()
        rows = Organization.objects.active().verified()
        found = (rows.filter(legal_name=words) | rows.filter(credit_code=words.upper())).first()
        if found is None:
            raise forms.ValidationError(
                _("没有找到这家已核验的企业。请填写与其企业页面一致的全称，或请客户先完成核验。")
            )
        return found


class RowProofForm(forms.Form):
    """Confirming a certificate or a case."""

    checks = forms.MultipleChoiceField(
        label=_("核验内容"),
        choices=ProofCheck.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一项核验内容。")},
    )


class ConfirmForm(forms.Form):
    shows_name = forms.BooleanField(
        label=_("同意公开本企业名称（不勾选时只显示“客户确认”）"), required=False
    )
