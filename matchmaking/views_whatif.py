"""What if? The need's owner tries other conditions; nothing is kept."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from accounts.actors import Actor
from accounts.requests import ActorRequest
from catalog.choices import ListingKind, ListingState, RevisionState
from catalog.content import NeedContent
from catalog.models import Listing
from catalog.permissions import is_private_side, visible_listings
from catalog.services import draft_content, open_revision
from catalog.wording.names import Names
from matchmaking.facts import matching_content
from matchmaking.whatif import WhatIfForm, compare, costs_of, load_market

# The mark of a form that was sent: a page opened without it shows the need as it is.
TRIED = "try"
DRAFT = "draft"


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


def _own_need(actor: Actor, public_id: UUID) -> Listing:
    """Return the need if it is the actor's own; for everybody else there is no page.

    What it costs to change a budget tells the budget.
    """
    need = get_object_or_404(
        Listing.objects.filter(visible_listings(actor), kind=ListingKind.NEED).select_related(
            "organization", "catalogue"
        ),
        public_id=public_id,
    )
    if not is_private_side(actor, need) or need.state == ListingState.ARCHIVED:
        raise Http404
    return need


def _draft(need: Listing) -> NeedContent | None:
    """Return the edit of a published need that nobody has approved yet, if there is one."""
    revision = open_revision(need) if need.state == ListingState.PUBLISHED else None
    if revision is None or revision.state == RevisionState.RETURNED:
        return None
    content = draft_content(need)
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
