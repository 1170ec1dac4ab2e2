"""Gives every request its actor, its memberships and its reader's language."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from accounts.actors import ANONYMOUS, Actor, acting, chosen, memberships_of
from accounts.models import Membership, User
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
