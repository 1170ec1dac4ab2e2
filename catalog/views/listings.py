"""What an owner does with a listing, and the owner's own list."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import ActorRequest
from catalog.choices import ListingState
from catalog.models import Listing, Revision
from catalog.reidentification import ACKNOWLEDGED
from catalog.services import (
    answer_return,
    archive_listing,
    submit_listing,
    withdraw_submission,
)
from catalog.views.common import attempt, editable, for_editors, for_members


@require_POST
@for_editors
def listing_submit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    listing = editable(request.actor, public_id)
    attempt(
        request,
        lambda: submit_listing(actor=request.actor, listing=listing),
        _("已提交审核。审核通过后公开显示；匹配结果现在就能看到。"),
    )
    return redirect(listing)


@require_POST
@for_editors
def listing_withdraw(request: ActorRequest, public_id: UUID) -> HttpResponse:
    listing = editable(request.actor, public_id)
    attempt(
        request,
        lambda: withdraw_submission(actor=request.actor, listing=listing),
        _("已撤回，可以继续修改。"),
    )
    return redirect(listing)


@require_POST
@for_editors
def listing_answer(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Answer a return, and hand in the same words again if asked to."""
    listing = editable(request.actor, public_id)
    again = request.POST.get("again") == "yes"
    attempt(
        request,
        lambda: answer_return(
            actor=request.actor,
            listing=listing,
            text=request.POST.get("text", ""),
            submit_again=again,
            acknowledged=ACKNOWLEDGED in request.POST,
        ),
        _("回复已保存，并已重新提交审核。") if again else _("回复已保存，审核人员会看到。"),
    )
    return redirect(listing)


@require_POST
@for_editors
def listing_archive(request: ActorRequest, public_id: UUID) -> HttpResponse:
    listing = editable(request.actor, public_id)
    attempt(
        request,
        lambda: archive_listing(actor=request.actor, listing=listing),
        _("已归档，不再出现在大厅和匹配中。"),
    )
    return redirect(listing)


@require_safe
@never_cache
@for_members
def my_listings(request: ActorRequest) -> HttpResponse:
    newest = Revision.objects.filter(listing=OuterRef("pk")).order_by("-number")
    opened = newest.filter(state__in=Revision.OPEN_STATES)
    rows: Any = Listing.objects.filter(organization=request.actor.organization)
    state = request.GET.get("state", "")
    if state in ListingState.values:
        rows = rows.filter(state=state)
    rows = rows.annotate(
        newest_title=Subquery(newest.values("payload__title")[:1]),
        open_state=Subquery(opened.values("state")[:1]),
    ).order_by("-updated_at", "-pk")
    page = Paginator(rows, 30).get_page(request.GET.get("page"))
    tabs = [{"label": _("全部"), "href": "?", "current": state not in ListingState.values}]
    tabs += [
        {"label": label, "href": f"?state={value}", "current": value == state}
        for value, label in ListingState.choices
    ]
    return render(request, "catalog/my_listings.html", {"rows": page, "tabs": tabs})
