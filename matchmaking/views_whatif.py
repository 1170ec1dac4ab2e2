"""What if? The need's owner tries other conditions; nothing is kept."""

import time
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from accounts.actors import Actor
from accounts.requests import ActorRequest
from catalog.choices import ListingKind, ListingState, RevisionState
from catalog.content import NeedContent
from catalog.models import Listing
from catalog.permissions import can_edit_listing, is_private_side
from catalog.reading import revision_content
from catalog.services import draft_content, open_revision
from catalog.wording.names import Names
from matchmaking.facts import matching_content
from matchmaking.pairs import visible_whole
from matchmaking.whatif import Supposition, WhatIfForm, compare, costs_of, fitting, load_market

# The mark of a form that was sent: a page opened without it shows the need as it is.
TRIED = "try"
DRAFT = "draft"
# How often one person may have the vendors of a draft counted.
FITTINGS_A_MINUTE = 30


class PageRequest(ActorRequest):
    htmx: HtmxDetails


@require_safe
@never_cache
def what_if(request: PageRequest, need_id: UUID) -> HttpResponse:
    """The need's list as it would be under other conditions, and what each condition costs."""
    actor = request.actor
    need = _own_need(actor, need_id)
    content = matching_content(need)
    if not isinstance(content, NeedContent):
        return render(request, "matchmaking/not_submitted.html", {"listing": need})
    names = Names.load()
    draft = _draft(need)
    uses_draft = draft is not None and DRAFT in request.GET
    data = request.GET if TRIED in request.GET else None
    form = WhatIfForm(data, draft if draft is not None and uses_draft else content, names)
    context: dict[str, Any] = {
        "listing": need,
        "content": content,
        "form": form,
        "has_draft": draft is not None,
        "uses_draft": uses_draft,
        "is_tried": form.is_bound or uses_draft,
    }
    if not form.is_bound or form.is_valid():
        context |= _outcome(actor, need, content, form, names)
    if request.htmx:
        return render(request, "matchmaking/whatif/_outcome.html", context)
    status = 422 if form.errors else 200
    return render(request, "matchmaking/whatif/page.html", context, status=status)


@require_safe
@never_cache
def need_fitting(request: PageRequest, need_id: UUID) -> HttpResponse:
    """How many vendors fit the need as its draft stands, and what each must of it costs."""
    need = _own_need(request.actor, need_id)
    content = draft_content(need)
    if not isinstance(content, NeedContent):
        raise Http404
    can_edit = can_edit_listing(request.actor, need)
    context: dict[str, Any] = {"listing": need, "can_edit": can_edit}
    if _may_ask(request):
        market = load_market(request.actor, need, content)
        supposed = Supposition(content)
        vendors, left = fitting(market, supposed)
        costs = [cost for cost in costs_of(market, supposed, Names.load()) if cost.binds]
        context |= {"vendors": vendors, "fitting": left, "costs": costs}
    else:
        context["is_busy"] = True
    template = "_fitting" if request.htmx else "fitting"
    return render(request, f"matchmaking/{template}.html", context)


def _may_ask(request: PageRequest) -> bool:
    """Whether the person has asked seldom enough: each answer reads hundreds of candidates."""
    key = f"need_fitting:{request.actor.user_id}:{int(time.time() // 60)}"
    cache.add(key, 0, timeout=120)
    return cache.incr(key) <= FITTINGS_A_MINUTE


def _own_need(actor: Actor, public_id: UUID) -> Listing:
    """Return the need if it is the actor's own; for everybody else there is no page.

    What it costs to change a budget tells the budget.
    """
    need = visible_whole(actor, ListingKind.NEED, public_id)
    if not is_private_side(actor, need) or need.state == ListingState.ARCHIVED:
        raise Http404
    return need


def _draft(need: Listing) -> NeedContent | None:
    """Return the edit of a published need that nobody has approved yet, if there is one."""
    revision = open_revision(need) if need.state == ListingState.PUBLISHED else None
    if revision is None or revision.state == RevisionState.RETURNED:
        return None
    content = revision_content(revision)
    return content if isinstance(content, NeedContent) else None


def _outcome(
    actor: Actor, need: Listing, content: NeedContent, form: WhatIfForm, names: Names
) -> dict[str, Any]:
    market = load_market(actor, need, content)
    supposed = form.supposition()
    return {
        "outcome": compare(actor, market, content, supposed, names),
        "costs": costs_of(market, supposed, names),
        "candidates": len(market.table.ids),
        "vendors": len({solution.organization_id for solution in market.table.facts}),
        "has_hidden": market.has_hidden,
    }
