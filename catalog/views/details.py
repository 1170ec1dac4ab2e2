"""A listing's own page."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import ActorRequest
from catalog.choices import ListingKind
from catalog.presenting.attachments import attachments_of
from catalog.presenting.pages import listing_page, moderated_revision, own_side, shown_content
from catalog.views.common import visible
from catalog.wording.names import Names


@require_safe
@never_cache
def need_detail(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _detail(request, public_id, ListingKind.NEED)


@require_safe
@never_cache
def solution_detail(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _detail(request, public_id, ListingKind.SOLUTION)


def _detail(request: ActorRequest, public_id: UUID, kind: ListingKind) -> HttpResponse:
    actor = request.actor
    listing = visible(actor, public_id, kind)
    content = shown_content(actor, listing)
    if content is None:
        raise Http404
    context = {
        "listing": listing,
        "view": listing_page(actor, listing, content, Names.load()),
        "own": own_side(actor, listing),
        "attachments": attachments_of(actor, listing),
        "to_moderate": moderated_revision(actor, listing),
    }
    return render(request, f"catalog/{kind}_detail.html", context)
