"""How complete a solution is and what to fill in next, for its own people."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from accounts.requests import ActorRequest
from catalog.choices import ListingKind, ListingState
from catalog.content import SolutionContent
from catalog.permissions import can_edit_listing, is_private_side
from catalog.services import draft_content
from catalog.wording.names import Names
from matchmaking.completeness import meter_of
from matchmaking.pairs import visible_whole


class PageRequest(ActorRequest):
    htmx: HtmxDetails


@require_safe
@never_cache
def completeness(request: PageRequest, solution_id: UUID) -> HttpResponse:
    actor = request.actor
    solution = visible_whole(actor, ListingKind.SOLUTION, solution_id)
    if not is_private_side(actor, solution) or solution.state == ListingState.ARCHIVED:
        raise Http404
    draft = draft_content(solution)
    if not isinstance(draft, SolutionContent):
        raise Http404
    context = {
        "listing": solution,
        "title": draft.title,
        "can_edit": can_edit_listing(actor, solution),
        "meter": meter_of(actor, solution, draft, Names.load()),
    }
    template = "_completeness" if request.htmx else "completeness"
    return render(request, f"matchmaking/{template}.html", context)
