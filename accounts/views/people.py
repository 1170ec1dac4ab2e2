"""One's own desk and settings."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from accounts import services
from accounts.actors import Actor
from accounts.forms import ProfileForm
from accounts.models import District, Invitation, JoinRequest, Language, Organization, User
from accounts.panels import dashboard_page
from accounts.permissions import can_manage_members, can_moderate_somewhere
from accounts.requests import ActorRequest


def _person(request: ActorRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


@require_safe
@login_required
def dashboard(request: ActorRequest) -> HttpResponse:
    user, actor = _person(request), request.actor
    organization = actor.organization
    context = {
        "organization": organization,
        "invitations": Invitation.objects.open().addressed_to(user).select_related("organization"),
        "own_requests": JoinRequest.objects.pending()
        .filter(user=user)
        .select_related("organization"),
        "suspended": user.memberships.exclude(
            pk__in=[each.pk for each in request.memberships]
        ).select_related("organization"),
        **_organization_context(actor, organization),
        "districts": District.objects.filter(pk__in=actor.district_ids),
        **_oversight_context(actor),
    }
    return render(request, "accounts/dashboard.html", context)


def _organization_context(actor: Actor, organization: Organization | None) -> dict[str, object]:
    if organization is None:
        return {}
    return {
        "can_manage": can_manage_members(actor, organization),
        "member_count": organization.memberships.count(),
        "requests": JoinRequest.objects.decided_by_owner(actor).pending().select_related("user"),
        "last_verification": None
        if organization.is_verified
        else organization.verifications.first(),
        "panels": dashboard_page.panels(actor, organization),
    }


def _oversight_context(actor: Actor) -> dict[str, object]:
    if not can_moderate_somewhere(actor):
        return {}
    overseen = Organization.objects.overseen_by(actor)
    return {
        "oversees": True,
        "waiting_count": overseen.awaiting_verification().count(),
        "claim_count": JoinRequest.objects.claims_overseen_by(actor).pending().count(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: ActorRequest) -> HttpResponse:
    user = _person(request)
    form = ProfileForm(
        request.POST or None,
        initial={"display_name": user.display_name, "language": user.language},
    )
    if request.method == "POST" and form.is_valid():
        services.edit_profile(actor=request.actor, user=user, **form.cleaned_data)
        translation.activate(user.language)
        messages.success(request, _("已保存。"))
        response = redirect("accounts:profile")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response
    context = {"form": form, "phone_login": bool(settings.SMS_SENDER)}
    return render(request, "accounts/profile.html", context, status=422 if form.is_bound else 200)


@require_POST
def set_language(request: ActorRequest) -> HttpResponse:
    """Django's switch by cookie; for the signed-in it also becomes their own choice."""
    wanted = request.POST.get("language", "")
    if wanted in Language.values:
        services.choose_language(actor=request.actor, language=wanted)
    response: HttpResponse = django_set_language(request)
    return response
