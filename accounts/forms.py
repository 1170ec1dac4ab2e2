"""What people fill in about themselves and their organizations."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.legal import current
from accounts.models import (
    District,
    Language,
    Membership,
    Organization,
    Park,
    Restriction,
    User,
    Verification,
)
from accounts.services.consents import give_consent
from accounts.services.organizations import USUAL_TERM
from accounts.validators import clean_credit_code, validate_credit_code, validate_one_line

if TYPE_CHECKING:
    OrganizationModelForm = forms.ModelForm[Organization]
else:
    OrganizationModelForm = forms.ModelForm


def _texts() -> str:
    return format_html(
        '<a href="{}" target="_blank" rel="noopener">{}</a> · '
        '<a href="{}" target="_blank" rel="noopener">{}</a>',
        *(reverse("accounts:privacy"), _("隐私政策")),
        *(reverse("accounts:terms"), _("用户协议")),
    )


# Addresses are known only once every URL is.
_links_to_texts = lazy(_texts, str)()


class SignupForm(forms.Form):
    """What sign-up asks beside e-mail and password."""

    display_name = forms.CharField(
        label=_("姓名"),
        max_length=60,
        validators=[validate_one_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    consent = forms.BooleanField(
        label=_("我已阅读并同意隐私政策和用户协议"),
        help_text=_links_to_texts,
        error_messages={"required": _("需要您同意才能注册。")},
    )
    field_order = ["email", "phone", "display_name", "password1", "password2", "consent"]

    def signup(self, request: HttpRequest, user: User) -> None:  # noqa: ARG002 - allauth's hook
        user.display_name = self.cleaned_data["display_name"]
        user.language = Language.ENGLISH if get_language() == "en" else Language.CHINESE
        user.save(update_fields=["display_name", "language"])
        give_consent(actor=Actor(user=user), user=user, versions=current())


class OrganizationForm(OrganizationModelForm):
    class Meta:
        model = Organization
        fields: ClassVar[list[str]] = [
            "legal_name",
            "short_name",
            "credit_code",
            "district",
            "size",
            "park",
            "website",
            "description",
            "legal_representative",
            "shareholders",
        ]
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "shareholders": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "legal_representative": _("选填，不公开。只用于园区核查供应商之间的关联。"),
            "shareholders": _("选填，不公开，每行一个。"),
        }

    # Copied by hand on a phone it may come with spaces: they are taken out before the check.
    credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        required=False,
        max_length=30,
        help_text=_("18 位，见营业执照。没有也能先创建，但核验时必须有。"),
    )
    website = forms.URLField(label=_("网站"), required=False, assume_scheme="https")
    district = forms.ModelChoiceField(
        label=_("所在区"),
        queryset=District.objects.filter(retired=False),
        required=False,
        empty_label=_("未填写"),
    )
    park = forms.ModelChoiceField(
        label=_("所属园区"),
        queryset=Park.objects.all(),
        required=False,
        empty_label=_("没有园区"),
        help_text=_("由所在园区核验；没有园区的由平台核验。"),
    )
    size = forms.ChoiceField(
        label=_("规模"), choices=[("", _("未填写")), *Organization.Size.choices], required=False
    )

    def clean_legal_name(self) -> str:
        name: str = self.cleaned_data["legal_name"]
        validate_one_line(name)
        return name

    def clean_credit_code(self) -> str:
        code = clean_credit_code(self.cleaned_data["credit_code"])
        if code:
            validate_credit_code(code)
        return code

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def _post_clean(self) -> None:
        """Leave the instance alone: the service writes, on a row that it has locked."""


class ProfileForm(forms.Form):
    display_name = forms.CharField(label=_("姓名"), max_length=60, validators=[validate_one_line])
    language = forms.ChoiceField(label=_("语言"), choices=Language.choices)


class ErasureForm(forms.Form):
    password = forms.CharField(
        label=_("当前密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("电子邮箱"), max_length=254)
    role = forms.ChoiceField(
        label=_("角色"), choices=Membership.Role.choices, initial=Membership.Role.EDITOR
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("角色"), choices=Membership.Role.choices)


class JoinForm(forms.Form):
    message = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("让对方知道您是谁，例如部门和职务。"),
    )


class VerificationForm(forms.Form):
    checks = forms.MultipleChoiceField(
        label=_("核验内容"),
        choices=Verification.Check.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一项核验内容。")},
    )
    note = forms.CharField(
        label=_("说明"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    valid_until = forms.DateField(
        label=_("有效期至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    facts_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_until"].initial = timezone.localdate() + timedelta(days=USUAL_TERM)


class RestrictionForm(forms.Form):
    other = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("类型"), choices=Restriction.Kind.choices)
    note = forms.CharField(
        label=_("备注"), max_length=300, required=False, help_text=_("只有本企业的成员能看到。")
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=500)
