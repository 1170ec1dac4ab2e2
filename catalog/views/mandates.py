"""代录: what park staff record and write down, and where a company takes it back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Organization
from accounts.permissions import is_member_of
from accounts.requests import ActorRequest
from catalog.forms.mandates import MandateForm, VisitDraftForm
from catalog.models import Mandate, VisitDraft
from catalog.permissions import can_record_mandate, can_revoke_mandate, can_see_proofs
from catalog.services import (
    change_visit_draft,
    draft_for_company,
    draft_payload,
    record_mandate,
    revoke_mandate,
)
from catalog.views.common import attempt
from catalog.views.moderation import for_moderators


@require_safe
@never_cache
@for_moderators
def mandate_list(request: ActorRequest) -> HttpResponse:
    rows = Mandate.objects.overseen_by(request.actor).select_related("organization", "park")
    shown = rows.prefetch_related("drafts__listing")[:100]
    return render(request, "catalog/mandates/list.html", {"rows": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_moderators
def mandate_record(request: ActorRequest, public_id: UUID) -> HttpResponse:
    rows = Organization.objects.overseen_by(request.actor).active()
    organization = get_object_or_404(rows, public_id=public_id)
    if not can_record_mandate(request.actor, organization):
        raise Http404
    form = MandateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            request,
            lambda: record_mandate(
                actor=request.actor, organization=organization, **form.cleaned_data
            ),
            _("授权已登记，企业可以看到并随时撤销。"),
        )
        if done:
            return redirect("catalog:mandate_list")
    context = {"form": form, "organization": organization}
    status = 422 if request.method == "POST" else 200
    return render(request, "catalog/mandates/record.html", context, status=status)


@require_safe
@never_cache
@login_required
def organization_mandates(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """The company's own view: who may write for it, and what was written."""
    organization = get_object_or_404(
        Organization.objects.visible_to(request.actor), public_id=public_id
    )
    if not can_see_proofs(request.actor, organization):
        raise Http404
    context = {
        "organization": organization,
        "rows": organization.mandates.select_related("park").prefetch_related("drafts__listing"),
        "can_revoke": can_revoke_mandate(request.actor, organization),
        "is_own": is_member_of(request.actor, organization.pk),
        "can_record": can_record_mandate(request.actor, organization),
    }
    return render(request, "catalog/mandates/organization.html", context)


@require_POST
@login_required
def mandate_revoke(request: ActorRequest, public_id: UUID) -> HttpResponse:
    mandate = get_object_or_404(Mandate.objects.select_related("organization"), public_id=public_id)
    if not can_revoke_mandate(request.actor, mandate.organization):
        raise Http404
    attempt(
        request, lambda: revoke_mandate(actor=request.actor, mandate=mandate), _("授权已撤销。")
    )
    return redirect("catalog:organization_mandates", mandate.organization.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_moderators
def visit_draft_write(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Begin a need under an authorization."""
    rows = Mandate.objects.overseen_by(request.actor).select_related("organization")
    mandate = get_object_or_404(rows, public_id=public_id)
    form = VisitDraftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = draft_for_company(actor=request.actor, mandate=mandate, payload=form.payload())
        except ValidationError as refusal:
            form.add_error(None, refusal.messages[0])
        else:
            messages.success(request, _("已代录为企业的草稿，等待企业确认后提交。"))
            return redirect(draft)
    return _page(request, form, mandate)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_moderators
def visit_draft(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Go on writing; what the company took over is no longer shown here."""
    rows = VisitDraft.objects.filter(
        mandate__in=Mandate.objects.overseen_by(request.actor).in_force(),
        confirmed_at__isnull=True,
    ).select_related("listing", "mandate__organization")
    draft = get_object_or_404(rows, public_id=public_id)
    payload = draft_payload(draft.listing)
    opened = {name: payload.get(name) for name in VisitDraftForm.base_fields}
    form = VisitDraftForm(request.POST or None, initial=opened)
    if request.method == "POST" and form.is_valid():
        changes = form.payload()
        done = attempt(
            request,
            lambda: change_visit_draft(actor=request.actor, draft=draft, changes=changes),
            _("已保存。"),
        )
        if done:
            return redirect(draft)
    return _page(request, form, draft.mandate, draft)


def _page(
    request: ActorRequest, form: VisitDraftForm, mandate: Mandate, draft: VisitDraft | None = None
) -> HttpResponse:
    context = {"form": form, "mandate": mandate, "draft": draft}
    status = 422 if request.method == "POST" else 200
    return render(request, "catalog/mandates/draft.html", context, status=status)
