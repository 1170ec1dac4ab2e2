"""Organizations, and how people come into them, in the admin."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.admin.actions import each
from accounts.admin_terms import KeptAdmin, WatchedAdmin, actor_of
from accounts.errors import Refused
from accounts.forms import OrganizationForm
from accounts.models import (
    Invitation,
    JoinRequest,
    Membership,
    Organization,
    Restriction,
    User,
    Verification,
)


class _WatchedInline(admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


class _MembershipInline(_WatchedInline):
    model = Membership
    fields = readonly_fields = ("user", "role", "suspended_at", "created_at")


class _VerificationInline(_WatchedInline):
    model = Verification
    fk_name = "organization"
    fields = readonly_fields = (
        "verified_at",
        "park",
        "verified_by",
        "checks",
        "note",
        "ended_at",
        "end_reason",
    )


class OrganizationAdminForm(OrganizationForm):
    """The same checks as on the site; a code that is taken is told beside its field."""

    def clean_credit_code(self) -> str:
        code = super().clean_credit_code()
        holders = (
            Organization.objects.verified().filter(credit_code=code).exclude(pk=self.instance.pk)
        )
        if code and holders.exists():
            raise ValidationError(_("该统一社会信用代码已属于一家核验过的企业。"))
        return code


class OwnerActionForm(ActionForm):
    owner = forms.EmailField(required=False, label=_("所有者电子邮箱"))


@admin.register(Organization)
class OrganizationAdmin(KeptAdmin[Organization]):
    """Facts are edited through the service; verification and suspension are actions."""

    form = OrganizationAdminForm
    list_display = (
        "legal_name",
        "short_name",
        "park",
        "district",
        "verified_at",
        "is_claimed",
        "suspended_at",
        "is_demo",
    )
    list_filter = (
        ("verified_at", admin.EmptyFieldListFilter),
        ("suspended_at", admin.EmptyFieldListFilter),
        ("park", admin.RelatedOnlyFieldListFilter),
        "size",
        "is_claimed",
        "is_demo",
    )
    list_select_related = ("park", "district")
    search_fields = ("legal_name", "short_name", "credit_code")
    search_help_text = _("名称或统一社会信用代码")
    readonly_fields = (
        "verified_at",
        "verified_by",
        "verified_by_park",
        "suspended_at",
        "is_claimed",
        "is_demo",
        "source",
        "created_at",
    )
    inlines = (_MembershipInline, _VerificationInline)
    action_form = OwnerActionForm
    actions = ("verify", "suspend", "reinstate", "appoint_owner")

    def save_model(
        self, request: HttpRequest, obj: Organization, form: OrganizationForm, change: bool
    ) -> None:
        actor = actor_of(request)
        if change:
            services.edit_organization(actor=actor, organization=obj, changes=form.facts())
        else:
            made = services.register_organization(actor=actor, facts=form.facts())
            obj.pk, obj.public_id = made.pk, made.public_id
            obj.legal_name, obj.short_name = made.legal_name, made.short_name

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            # Somebody else's check came in between: show the page as it is now.
            messages.error(request, refusal.messages[0])
            request.method = "GET"
            return super().changeform_view(request, object_id, form_url, extra_context)

    @admin.action(
        description=_("核验所选企业（已查国家企业信用信息公示系统）"), permissions=["change"]
    )
    def verify(self, request: HttpRequest, queryset: QuerySet[Organization]) -> None:
        actor = actor_of(request)
        each(
            request,
            queryset,
            lambda row: services.verify_organization(
                actor=actor,
                organization=row,
                facts_version=row.facts_version,
                checks=[Verification.Check.REGISTRY],
            ),
        )

    @admin.action(description=_("停用所选企业"), permissions=["change"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[Organization]) -> None:
        actor = actor_of(request)
        each(
            request,
            queryset,
            lambda row: services.suspend_organization(actor=actor, organization=row),
        )

    @admin.action(description=_("恢复所选企业"), permissions=["change"])
    def reinstate(self, request: HttpRequest, queryset: QuerySet[Organization]) -> None:
        actor = actor_of(request)
        each(
            request,
            queryset,
            lambda row: services.reinstate_organization(actor=actor, organization=row),
        )

    @admin.action(
        description=_("为没有所有者的企业指定所有者（先填电子邮箱）"), permissions=["change"]
    )
    def appoint_owner(self, request: HttpRequest, queryset: QuerySet[Organization]) -> None:
        """Who proved to control the address that was typed beside the action."""
        actor = actor_of(request)
        address = request.POST.get("owner", "").strip()
        user = User.objects.filter(
            emailaddress__email__iexact=address, emailaddress__verified=True
        ).first()
        if user is None:
            messages.error(request, _("没有验证过该电子邮箱的用户。"))
            return
        each(
            request,
            queryset,
            lambda row: services.appoint_owner(actor=actor, organization=row, user=user),
        )


@admin.register(Invitation)
class InvitationAdmin(WatchedAdmin[Invitation]):
    list_display = ("email", "organization", "role", "expires_at", "accepted_at", "revoked_at")
    list_filter = ("role", ("accepted_at", admin.EmptyFieldListFilter))
    list_select_related = ("organization",)
    search_fields = ("email", "organization__legal_name")
    date_hierarchy = "created_at"


@admin.register(JoinRequest)
class JoinRequestAdmin(WatchedAdmin[JoinRequest]):
    """Owners decide on their own; here the claims of organizations without one are decided."""

    list_display = ("user", "organization", "state", "created_at", "decided_by", "decided_at")
    list_filter = ("state", "organization__is_claimed")
    list_select_related = ("user", "organization", "decided_by")
    search_fields = ("user__email", "organization__legal_name")
    date_hierarchy = "created_at"
    actions = ("accept", "decline")

    @admin.action(description=_("接受所选认领申请"), permissions=["view"])
    def accept(self, request: HttpRequest, queryset: QuerySet[JoinRequest]) -> None:
        actor = actor_of(request)
        each(
            request,
            queryset,
            lambda row: services.accept_join_request(actor=actor, join_request=row),
        )

    @admin.action(description=_("拒绝所选认领申请"), permissions=["view"])
    def decline(self, request: HttpRequest, queryset: QuerySet[JoinRequest]) -> None:
        actor = actor_of(request)
        each(
            request,
            queryset,
            lambda row: services.decline_join_request(actor=actor, join_request=row),
        )


@admin.register(Restriction)
class RestrictionAdmin(WatchedAdmin[Restriction]):
    """Kept by the organizations themselves; what they noted stays with them."""

    list_display = ("organization", "other", "kind", "created_at")
    list_filter = ("kind",)
    list_select_related = ("organization", "other")
    search_fields = ("organization__legal_name", "other__legal_name")
    date_hierarchy = "created_at"
    exclude = ("note",)
