"""An organization's page, and the forms of those who run it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.errors import Refused
from accounts.forms import JoinForm, OrganizationForm, ReasonForm
from accounts.middleware import ORGANIZATION_KEY
from accounts.models import Organization
from accounts.panels import organization_page
from accounts.permissions import (
    can_edit_organization,
    can_see_members,
    can_verify_organization,
    is_owner_of,
)
from accounts.requests import ActorRequest
from accounts.views.common import back, wanted_page
from accounts.visitors import kept_for_visitors


def visible(request: ActorRequest, public_id: UUID) -> Organization:
    rows = Organization.objects.visible_to(request.actor).select_related(
        "district", "park", "verified_by_park"
    )
    return get_object_or_404(rows, public_id=public_id)


@require_safe
@kept_for_visitors
def detail(request: ActorRequest, public_id: UUID) -> HttpResponse:
    organization = visible(request, public_id)
    actor = request.actor
    own = can_see_members(actor, organization)
    checks = can_verify_organization(actor, organization)
    verification = organization.verifications.first() if own or checks else None
    context = {
        "organization": organization,
        "verification": verification,
        "is_own": own,
        "can_edit": is_owner_of(actor, organization.pk),
        "can_verify": checks,
        "can_ask": actor.is_authenticated and not _belongs(request, organization),
        "asked": _asked(request, organization),
        "join_form": JoinForm(),
        "reason_form": ReasonForm(),
        "panels": organization_page.panels(actor, organization),
    }
    return render(request, "accounts/organization_detail.html", context)


def _belongs(request: ActorRequest, organization: Organization) -> bool:
    return any(each.organization_id == organization.pk for each in request.memberships)


def _asked(request: ActorRequest, organization: Organization) -> bool:
    actor = request.actor
    return (
        actor.is_authenticated
        and organization.join_requests.pending().filter(user_id=actor.key).exists()
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create(request: ActorRequest) -> HttpResponse:
    form = OrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_organization(actor=request.actor, facts=form.facts())
        except Refused as refusal:
            form.add_error("credit_code", refusal.messages[0])
        else:
            request.session[ORGANIZATION_KEY] = str(made.public_id)
            messages.success(request, _("企业已创建，您是所有者。"))
            return back(request, "accounts:dashboard")
    wanted = wanted_page(request, request.POST if request.method == "POST" else request.GET)
    context = {"form": form, "next": wanted}
    return render(request, "accounts/organization_form.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    organization = visible(request, public_id)
    # The form is for owners; platform admins have theirs in the admin.
    if not (
        is_owner_of(request.actor, organization.pk)
        and can_edit_organization(request.actor, organization)
    ):
        raise Http404
    form = OrganizationForm(request.POST or None, instance=organization)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.edit_organization(
                actor=request.actor, organization=organization, changes=form.facts()
            )
        except Refused as refusal:
            form.add_error("credit_code", refusal.messages[0])
        else:
            if organization.is_verified and not saved.is_verified:
                messages.warning(request, _("已保存。核验过的信息有改动，需要重新核验。"))
            else:
                messages.success(request, _("已保存。"))
            return redirect(saved)
    context = {"form": form, "organization": organization}
    return render(request, "accounts/organization_form.html", context, status=_status(form))


def _status(form: OrganizationForm) -> int:
    return 422 if form.is_bound else 200


@require_POST
@login_required
def switch(request: ActorRequest) -> HttpResponse:
    wanted = request.POST.get("organization", "")
    for membership in request.memberships:
        if str(membership.organization.public_id) == wanted:
            request.session[ORGANIZATION_KEY] = wanted
            return back(request, "accounts:dashboard")
    raise Http404
