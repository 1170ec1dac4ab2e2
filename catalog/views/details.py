"""A listing's own page."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import ActorRequest
from accounts.visitors import kept_for_visitors
from catalog.choices import ListingKind
from catalog.permissions import can_report, can_see_viewers, can_seek_introduction
from catalog.presenting.attachments import attachments_of
from catalog.presenting.pages import listing_page, moderated_revision, own_side, shown_content
from catalog.presenting.viewers import let_in, seen_of, viewers_of, views_of
from catalog.rooms import need_page
from catalog.views.common import for_members, visible
from catalog.wording.names import Names

VIEWS_SHOWN = 50


@require_safe
@never_cache
@kept_for_visitors
def need_detail(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _detail(request, public_id, ListingKind.NEED)


@require_safe
@never_cache
@kept_for_visitors
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
        "can_report": can_report(actor, listing.organization),
        "own": own_side(actor, listing),
        "attachments": attachments_of(actor, listing),
        "to_moderate": moderated_revision(actor, listing),
        "can_introduce": can_seek_introduction(actor, listing),
        "viewers": viewers_of(actor, listing, content),
        "panels": need_page.panels(actor, listing) if kind == ListingKind.NEED else [],
    }
    return render(request, f"catalog/{kind}_detail.html", context)


@require_safe
@never_cache
@for_members
def need_viewers(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Who read what of a confidential need, and who may read it now: for its owner."""
    listing = visible(request.actor, public_id, ListingKind.NEED)
    if not can_see_viewers(request.actor, listing):
        raise Http404
    page = Paginator(views_of(listing), VIEWS_SHOWN).get_page(request.GET.get("page"))
    context = {
        "listing": listing,
        "page": page,
        "rows": [seen_of(row) for row in page],
        "let_in": let_in(listing),
    }
    return render(request, "catalog/need_viewers.html", context)
