"""The pages of introductions. Whoever is on neither side meets a 404."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.permissions import is_member_of
from accounts.requests import ActorRequest
from catalog.choices import Confidentiality, ListingKind
from catalog.disclosure import disclose
from catalog.models import Need, Solution
from catalog.permissions import can_seek_introduction, visible_listings
from catalog.reading import need_content
from catalog.views.common import attempt, for_editors, for_members
from matchmaking import introductions as reading
from matchmaking.models import Introduction
from matchmaking.pairs import visible_listing
from matchmaking.services import (
    accept,
    confirm_agreement,
    decline,
    express_interest,
    withdraw,
)

PAGE_SIZE = 30
Side, State = Introduction.Side, Introduction.State

_VERBS: Mapping[str, Callable[..., Introduction]] = {
    "accept": accept,
    "decline": decline,
    "confirm": confirm_agreement,
    "withdraw": withdraw,
}


def _parse(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise Http404 from error


@require_safe
@never_cache
@for_members
def introduction_list(request: ActorRequest) -> HttpResponse:
    """Every introduction of the actor's organization, whichever side it is on."""
    actor = request.actor
    chosen = request.GET.get("state", "")
    rows = reading.of_actor(actor)
    if chosen in State.values:
        rows = rows.filter(state=chosen)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    counted = reading.counts(actor)
    tabs = [
        {
            "label": _("全部"),
            "href": "?",
            "current": chosen not in State.values,
            "count": sum(counted.values()),
        }
    ]
    tabs += [
        {
            "label": label,
            "href": f"?state={value}",
            "current": value == chosen,
            "count": counted.get(value, 0),
        }
        for value, label in State.choices
    ]
    context = {
        "page": page,
        "rows": [reading.row_of(actor, row) for row in page],
        "tabs": tabs,
    }
    return render(request, "matchmaking/introductions/list.html", context)


@require_safe
@never_cache
@for_members
def introduction_detail(request: ActorRequest, public_id: UUID) -> HttpResponse:
    row = get_object_or_404(reading.of_actor(request.actor), public_id=public_id)
    look = reading.look_at(request.actor, row)
    context = {"look": look, "row": look.row, "introduction": row}
    return render(request, "matchmaking/introductions/detail.html", context)


@require_POST
@for_editors
def introduction_move(request: ActorRequest, public_id: UUID, verb: str) -> HttpResponse:
    row = get_object_or_404(reading.of_actor(request.actor), public_id=public_id)
    done = {
        "accept": _("已接受，双方可以看到联系方式。"),
        "decline": _("已婉拒。"),
        "confirm": _("已确认保密约定。"),
        "withdraw": _("已撤回。"),
    }[verb]
    attempt(request, lambda: _VERBS[verb](actor=request.actor, introduction=row), done)
    return redirect(row)


@require_safe
@never_cache
@for_editors
def introduce_to_need(request: ActorRequest, need_id: UUID) -> HttpResponse:
    """A vendor chooses which solution it offers, and reads what the other side will see."""
    actor = request.actor
    listing = visible_listing(actor, ListingKind.NEED, need_id)
    if not can_seek_introduction(actor, listing):
        raise Http404
    need = Need.objects.select_related("organization").get(pk=listing.pk)
    told = disclose(actor, need, need_content(need), shown=())
    context = {
        "side": Side.SOLUTION.value,
        "target": listing,
        "target_title": told.content.title,
        "owner": listing.organization if told.shows_organization else None,
        "own": list(reading.own_candidates(actor, Solution, listing.catalogue_id)),
        "words": reading.interest_words(Side.SOLUTION, None),
        "chosen": request.GET.get("solution", ""),
    }
    return render(request, "matchmaking/introductions/begin.html", context)


@require_safe
@never_cache
@for_editors
def introduce_to_solution(request: ActorRequest, solution_id: UUID) -> HttpResponse:
    """A need's owner chooses for which need it asks, and reads what the vendor will see."""
    actor = request.actor
    listing = visible_listing(actor, ListingKind.SOLUTION, solution_id)
    if not can_seek_introduction(actor, listing):
        raise Http404
    own = list(reading.own_candidates(actor, Need, listing.catalogue_id))
    context = {
        "side": Side.NEED.value,
        "target": listing,
        "target_title": listing.title,
        "owner": listing.organization,
        "own": own,
        "words": reading.interest_words(Side.NEED, None),
        "secret_words": next(
            (
                reading.interest_words(Side.NEED, need_content(row))
                for row in own
                if row.confidentiality == Confidentiality.CONFIDENTIAL
            ),
            "",
        ),
        "chosen": request.GET.get("need", ""),
    }
    return render(request, "matchmaking/introductions/begin.html", context)


@require_POST
@for_editors
def introduction_begin(request: ActorRequest) -> HttpResponse:
    """Show interest in a pair, for the side that the actor's organization stands on."""
    actor = request.actor
    need = _visible(actor, Need, request.POST.get("need", ""))
    solution = _visible(actor, Solution, request.POST.get("solution", ""))
    if is_member_of(actor, need.organization_id):
        side, back = Side.NEED, solution
    elif is_member_of(actor, solution.organization_id):
        side, back = Side.SOLUTION, need
    else:
        raise Http404
    try:
        row = express_interest(actor=actor, need=need, solution=solution, side=side)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(back)
    except PermissionDenied as denied:
        raise Http404 from denied
    if row.state == State.ACCEPTED:
        messages.success(request, _("对方也表达了意向：已接受，双方可以看到联系方式。"))
    else:
        messages.success(request, _("已发出对接意向，等待对方回应。"))
    return redirect(row)


def _visible(actor: Actor, kind: type[Need] | type[Solution], public_id: str) -> Any:
    manager: Any = kind._default_manager
    rows = manager.filter(visible_listings(actor)).select_related("organization", "catalogue")
    return get_object_or_404(rows, public_id=_parse(public_id))
