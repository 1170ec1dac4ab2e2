"""Checks, customers' confirmations and authorizations, read and decided through the services."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import Form, ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.actions import each
from accounts.admin_terms import actor_of
from accounts.errors import Refused
from accounts.forms import ReasonForm, VerificationForm
from catalog.admin.base import AskingAdmin, PlatformOnlyAdmin
from catalog.choices import ProofState, ProofSubject
from catalog.forms.mandates import MandateForm
from catalog.forms.proofs import RowProofForm
from catalog.models import CaseConfirmation, Mandate, ProofRequest
from catalog.services import (
    grant_proof,
    record_mandate,
    refuse_proof,
    revoke_mandate,
    withdraw_proof,
)

if TYPE_CHECKING:
    _MandateModelForm = ModelForm[Mandate]
else:
    # Django's form classes take their model as a type only in the stubs.
    _MandateModelForm = ModelForm


@admin.register(ProofRequest)
class ProofRequestAdmin(AskingAdmin[ProofRequest]):
    list_display = ("subject", "organization", "told", "state", "asked_at", "decided_by_park")
    list_filter = ("state", "subject", ("decided_by_park", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("organization", "decided_by_park")
    search_fields = ("organization__legal_name", "told")
    date_hierarchy = "asked_at"
    actions = ("grant", "grant_facts", "refuse", "withdraw")

    @admin.action(description=_("通过所选证书与案例的核验…"), permissions=["platform"])
    def grant(self, request: HttpRequest, queryset: QuerySet[ProofRequest]) -> HttpResponse | None:
        rows = queryset.exclude(subject=ProofSubject.ORGANIZATION)
        form = self.given(request, RowProofForm)
        if not form.is_valid():
            return self._ask_of(request, rows, form, "grant", str(_("通过核验")))
        actor, checks = actor_of(request), form.cleaned_data["checks"]
        each(request, rows, lambda row: grant_proof(actor=actor, request=row, checks=checks))
        return None

    @admin.action(description=_("通过所选企业的核验…（一次一家）"), permissions=["platform"])
    def grant_facts(
        self, request: HttpRequest, queryset: QuerySet[ProofRequest]
    ) -> HttpResponse | None:
        """Check an organization itself: its facts as they stood when the page was shown."""
        rows = queryset.filter(subject=ProofSubject.ORGANIZATION)
        found = rows.select_related("organization").first()
        if found is None or queryset.count() != 1:
            messages.error(request, _("请只选择一项企业信息的核验申请。"))
            return None
        shown = {"facts_version": found.organization.facts_version}
        form = self.given(request, VerificationForm, initial=shown)
        if not form.is_valid():
            return self._ask_of(request, rows, form, "grant_facts", str(_("通过核验")))
        actor, told = actor_of(request), form.cleaned_data
        each(
            request,
            rows,
            lambda row: grant_proof(
                actor=actor,
                request=row,
                checks=(),
                organization_checks=told["checks"],
                facts_version=told["facts_version"],
                valid_until=told["valid_until"],
                note=told["note"],
            ),
        )
        return None

    @admin.action(description=_("不通过所选核验…"), permissions=["platform"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[ProofRequest]) -> HttpResponse | None:
        form = self.given(request, ReasonForm)
        if not form.is_valid():
            return self._ask_of(request, queryset, form, "refuse", str(_("不通过核验")))
        actor, reason = actor_of(request), form.cleaned_data["reason"]
        each(request, queryset, lambda row: refuse_proof(actor=actor, request=row, reason=reason))
        return None

    @admin.action(description=_("撤销所选核验…"), permissions=["platform"])
    def withdraw(
        self, request: HttpRequest, queryset: QuerySet[ProofRequest]
    ) -> HttpResponse | None:
        form = self.given(request, ReasonForm)
        rows = queryset.filter(state=ProofState.VERIFIED)
        if not form.is_valid():
            return self.ask(request, rows, form, action="withdraw", title=str(_("撤销核验")))
        actor, reason = actor_of(request), form.cleaned_data["reason"]
        each(request, rows, lambda row: withdraw_proof(actor=actor, request=row, reason=reason))
        return None

    def _ask_of(
        self,
        request: HttpRequest,
        rows: QuerySet[ProofRequest],
        form: Form,
        action: str,
        title: str,
    ) -> HttpResponse:
        waiting = rows.filter(state=ProofState.WAITING)
        return self.ask(request, waiting, form, action=action, title=title)


@admin.register(CaseConfirmation)
class CaseConfirmationAdmin(PlatformOnlyAdmin[CaseConfirmation]):
    list_display = ("told", "solution", "customer", "state", "asked_at", "answered_at")
    list_filter = ("state",)
    list_select_related = ("solution", "customer")
    search_fields = ("told", "customer__legal_name")
    date_hierarchy = "asked_at"


class RecordMandateForm(MandateForm, _MandateModelForm):
    """The form of the park's page, with the company beside it."""

    class Meta:
        model = Mandate
        fields = ("organization", "given_by", "way", "given_on", "valid_until", "note")


@admin.register(Mandate)
class MandateAdmin(PlatformOnlyAdmin[Mandate]):
    form = RecordMandateForm
    list_display = (
        *("organization", "park", "given_by", "way", "valid_until", "revoked_at"),
        "visit_draft",
    )
    list_filter = ("way", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("organization", "park")
    search_fields = ("organization__legal_name", "given_by")
    autocomplete_fields = ("organization",)
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_platform_permission(request)

    @admin.display(description=_("代录需求"))
    def visit_draft(self, mandate: Mandate) -> str:
        """Lead to where a need is written down for the company, while it allows that."""
        if not mandate.is_in_force:
            return ""
        address = reverse("catalog:visit_draft_write", args=[mandate.public_id])
        return format_html('<a href="{}">{}</a>', address, _("代录需求"))

    def save_model(
        self,
        request: HttpRequest,
        obj: Mandate,
        form: Any,
        change: bool,  # noqa: ARG002 - a recorded one is never changed
    ) -> None:
        made = record_mandate(actor=actor_of(request), **form.cleaned_data)
        obj.pk, obj.public_id = made.pk, made.public_id

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
            messages.error(request, refusal.messages[0])
            request.method = "GET"
            return super().changeform_view(request, object_id, form_url, extra_context)

    @admin.action(description=_("撤销所选授权"), permissions=["platform"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Mandate]) -> None:
        actor = actor_of(request)
        each(request, queryset, lambda row: revoke_mandate(actor=actor, mandate=row))
