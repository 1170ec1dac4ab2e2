"""Gives every request its actor, its memberships and its reader's language."""

from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
from django_htmx.http import HttpResponseClientRedirect

from accounts.actors import ANONYMOUS, Actor, acting, chosen, memberships_of
from accounts.legal import current
from accounts.models import Membership, User
from accounts.permissions import needs_second_factor
from accounts.requests import ActorRequest

ORGANIZATION_KEY = "acting_organization"


class ActorMiddleware:
    """Builds the actor when first asked for, and never keeps one from an earlier request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = cast("ActorRequest", request)
        asked.memberships = cast("list[Membership]", SimpleLazyObject(lambda: _memberships(asked)))
        asked.actor = cast("Actor", SimpleLazyObject(lambda: _actor(asked)))
        if isinstance(asked.user, User) and asked.user.is_authenticated:
            # A person's own choice goes before the cookie and the browser's wish.
            translation.activate(asked.user.language)
            asked.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


def _memberships(request: ActorRequest) -> list[Membership]:
    return memberships_of(request.user) if request.user.is_authenticated else []


def _actor(request: ActorRequest) -> Actor:
    # Log-in and log-out change request.user within a request; a lazy actor may be built later.
    if not request.user.is_authenticated:
        return ANONYMOUS
    membership = chosen(request.memberships, request.session.get(ORGANIZATION_KEY))
    return acting(request.user, membership)


# What a person may reach without having agreed: reading the texts, agreeing, and leaving with or
# without their data.
WITHOUT_CONSENT = frozenset(
    {
        *("accounts:consent", "accounts:privacy", "accounts:terms", "accounts:personal_data"),
        *("accounts:personal_data_export", "accounts:erase", "account_logout", "set_language"),
    }
)


class ConsentMiddleware:
    """Asks the signed-in to agree to the texts as they are now, before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User) or user.agreed_to == current():
            return None
        if request.resolver_match and request.resolver_match.view_name in WITHOUT_CONSENT:
            return None
        wanted = request.get_full_path() if request.method == "GET" else "/"
        target = f"{reverse('accounts:consent')}?{urlencode({'next': wanted})}"
        if request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(target)
        return redirect(target)


# What somebody may reach who must set a second factor up first.
WITHOUT_SECOND_FACTOR = frozenset(
    {
        *("mfa_activate_totp", "mfa_reauthenticate", "account_reauthenticate", "account_logout"),
        *("accounts:consent", "accounts:privacy", "accounts:terms", "set_language"),
    }
)


class SecondFactorMiddleware:
    """Leads those whom the policy wants a second factor of to where they set it up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        user, match = request.user, request.resolver_match
        if not settings.MFA_REQUIRED_FOR_STAFF or not isinstance(user, User):
            return None
        if match and match.view_name in WITHOUT_SECOND_FACTOR:
            return None
        if is_mfa_enabled(user) or not needs_second_factor(cast("ActorRequest", request).actor):
            return None
        target = reverse("mfa_activate_totp")
        if request.path.startswith("/api/"):
            # Before any object is looked up: what exists and what does not answer alike.
            return JsonResponse({"detail": gettext("请先设置两步验证。")}, status=403)
        if request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(target)
        return redirect(target)
