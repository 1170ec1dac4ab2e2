"""What the pages of listings share."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.requests import ActorRequest
from catalog.models import Listing
from catalog.permissions import can_create_listing, can_edit_listing

P = ParamSpec("P")
View = Callable[Concatenate[ActorRequest, P], HttpResponse]


def visible(actor: Actor, public_id: UUID, kind: str | None = None) -> Listing:
    """Return the listing if ``actor`` may know of it; everything else is a 404."""
    rows = Listing.objects.visible_to(actor).with_owner("catalogue")
    return get_object_or_404(rows.filter(kind=kind) if kind else rows, public_id=public_id)


def editable(actor: Actor, public_id: UUID, kind: str | None = None) -> Listing:
    """Return the listing if ``actor`` may edit it; to others no such address exists."""
    listing = visible(actor, public_id, kind)
    if not can_edit_listing(actor, listing):
        raise Http404
    return listing


def for_members(view: View[P]) -> View[P]:
    """Lead visitors to log in, and people without an organization to create theirs first."""

    @wraps(view)
    def guarded(request: ActorRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        actor = request.actor
        if not actor.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if actor.organization_id is None:
            messages.info(request, _("需求和方案都以企业的名义发布，请先创建或加入一家企业。"))
            return _to_create_organization(request)
        return view(request, *args, **kwargs)

    return guarded


def _to_create_organization(request: ActorRequest) -> HttpResponse:
    """Afterwards they are led back to what they wanted to read."""
    target = reverse("accounts:organization_create")
    if request.method == "GET":
        target += f"?{urlencode({'next': request.get_full_path()})}"
    return redirect(target)


def for_editors(view: View[P]) -> View[P]:
    """The same, for what viewers of an organization may not do."""

    @wraps(view)
    def guarded(request: ActorRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not can_create_listing(request.actor):
            raise PermissionDenied(_("您在本企业的角色是“查看”，不能编辑。"))
        return view(request, *args, **kwargs)

    return for_members(guarded)


def attempt(request: ActorRequest, act: Callable[[], Any], done: str) -> bool:
    """Call a service; tell the person that it is done, or why it was refused."""
    try:
        act()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return False
    messages.success(request, done)
    return True
