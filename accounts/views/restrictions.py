"""The blacklist and the conflicts of interest of the organization one acts for."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.forms import RestrictionForm
from accounts.models import Organization, Restriction
from accounts.permissions import can_restrict_for, can_see_restrictions
from accounts.requests import ActorRequest
from accounts.views.common import attempt
from accounts.views.joining import FOUND_AT_MOST, find_organizations, searched_words


def _own_organization(request: ActorRequest) -> Organization:
    organization = request.actor.organization
    if organization is None or not can_see_restrictions(request.actor, organization):
        raise Http404
    return organization


@require_safe
@never_cache
@login_required
def listing(request: ActorRequest) -> HttpResponse:
    organization = _own_organization(request)
    can_change = can_restrict_for(request.actor, organization)
    words = searched_words(request) if can_change else ""
    found = find_organizations(words).exclude(pk=organization.pk)[:FOUND_AT_MOST] if words else []
    context = {
        "organization": organization,
        "restrictions": organization.restrictions.select_related("other", "created_by"),
        "can_change": can_change,
        "words": words,
        "found": found,
        "form": RestrictionForm(),
    }
    return render(request, "accounts/restrictions.html", context)


@require_POST
@login_required
def add(request: ActorRequest) -> HttpResponse:
    organization = _own_organization(request)
    form = RestrictionForm(request.POST)
    if not form.is_valid():
        raise Http404
    named = Organization.objects.active()
    other = get_object_or_404(named, public_id=form.cleaned_data["other"])
    attempt(
        request,
        lambda: services.add_restriction(
            actor=request.actor,
            organization=organization,
            other=other,
            kind=form.cleaned_data["kind"],
            note=form.cleaned_data["note"],
        ),
        _("已加入名单，需求的匹配结果会重新计算。"),
    )
    return redirect("accounts:restrictions")


@require_POST
@login_required
def remove(request: ActorRequest, public_id: UUID) -> HttpResponse:
    rows = Restriction.objects.visible_to(request.actor).filter(
        organization=_own_organization(request)
    )
    row = get_object_or_404(rows.select_related("organization"), public_id=public_id)
    attempt(
        request,
        lambda: services.remove_restriction(actor=request.actor, restriction=row),
        _("已移出名单，需求的匹配结果会重新计算。"),
    )
    return redirect("accounts:restrictions")
