"""The moderators' queue, and the page on which one submission is decided."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import can_moderate_somewhere
from accounts.requests import ActorRequest
from catalog.models import Revision
from catalog.paging import keyset_page
from catalog.presenting.deadlines import waiting
from catalog.presenting.desk import (
    ORDER,
    filtered,
    filters,
    queue_row,
    review_of,
    seen,
    totals,
    waiting_revisions,
)
from catalog.services import (
    StateConflict,
    claim_revision,
    escalate_revision,
    publish_plain,
    publish_revision,
    release_revision,
    return_revision,
    with_waiting_files,
)
from catalog.views.common import attempt

PAGE_SIZE = 20
# What a line of the queue says, of rows that are wide.
IN_QUEUE = (
    *("public_id", "payload", "submitted_at", "escalated_at", "findings", "claimed_until"),
    *("listing__code", "listing__kind", "listing__published_at"),
    *("listing__organization__legal_name", "listing__organization__park__name_zh"),
    *("listing__organization__park__name_en", "created_by__email"),
    *("claimed_by__display_name", "claimed_by__email"),
)
PUBLISH, RETURN, ESCALATE = "publish", "return", "escalate"
P = ParamSpec("P")
View = Callable[Concatenate[ActorRequest, P], HttpResponse]


def for_moderators(view: View[P]) -> View[P]:
    """Lead visitors to log in; to those who moderate nothing no such address exists."""

    @wraps(view)
    def guarded(request: ActorRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not can_moderate_somewhere(request.actor):
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(guarded)


@require_safe
@never_cache
@for_moderators
def queue(request: ActorRequest) -> HttpResponse:
    actor, asked, now = request.actor, request.GET.dict(), timezone.now()
    rows = waiting_revisions(actor)
    kept = filtered(rows, actor, asked)
    page = keyset_page(kept.only(*IN_QUEUE), ORDER, asked.get("cursor", ""), PAGE_SIZE)
    whole = totals(rows)
    shown = whole if kept is rows else totals(kept)
    with_files = with_waiting_files(revision.listing_id for revision in page.rows)
    context = {
        "rows": [
            queue_row(actor, revision, now, has_files=revision.listing_id in with_files)
            for revision in page.rows
        ],
        "page": page,
        "filters": filters(actor, asked),
        "is_filtered": whole != shown,
        "total": whole.number,
        "shown": shown.number,
        "oldest": waiting(whole.oldest, now) if whole.oldest else None,
    }
    return render(request, "catalog/moderation/queue.html", context)


def _waiting(request: ActorRequest, public_id: UUID) -> Revision:
    return get_object_or_404(waiting_revisions(request.actor), public_id=public_id)


@require_safe
@never_cache
@for_moderators
def review(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _page(request, _waiting(request, public_id))


def _page(request: ActorRequest, revision: Revision, error: str = "") -> HttpResponse:
    sent = request.POST
    context = {
        "view": review_of(request.actor, revision),
        "error": error,
        "decision": sent.get("decision", ""),
        "reason": sent.get("reason", ""),
        "chosen": sent.getlist("reasons"),
        "note": sent.get("note", ""),
    }
    status = 422 if error else 200
    return render(request, "catalog/moderation/review.html", context, status=status)


@require_POST
@for_moderators
def decide(request: ActorRequest, public_id: UUID) -> HttpResponse:
    revision = _waiting(request, public_id)
    decision = request.POST.get("decision", "")
    if decision not in {PUBLISH, RETURN, ESCALATE}:
        messages.error(request, _("请选择发布、退回或上报。"))
        return redirect("catalog:moderation_review", revision.public_id)
    try:
        if request.POST.get("seen") != seen(revision):
            raise StateConflict
        messages.success(request, _decided(request, revision, decision))
    except StateConflict as refusal:
        messages.error(request, refusal.messages[0])
    except ValidationError as refusal:
        return _page(request, revision, " ".join(refusal.messages))
    return redirect("catalog:moderation_queue")


def _decided(request: ActorRequest, revision: Revision, decision: str) -> str:
    """Carry out the decision and say what was done."""
    actor, sent = request.actor, request.POST
    if decision == PUBLISH:
        publish_revision(actor=actor, revision=revision)
        return _("已发布。")
    if decision == ESCALATE:
        escalate_revision(actor=actor, revision=revision, note=sent.get("note", ""))
        return _("已上报平台。")
    return_revision(
        actor=actor,
        revision=revision,
        reason=sent.get("reason", ""),
        reasons=sent.getlist("reasons"),
    )
    return _("已退回，原因已告知提交企业。")


@require_POST
@for_moderators
def claim(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Claim a submission, take it over from somebody, or release it."""
    actor, revision = request.actor, _waiting(request, public_id)
    wish = request.POST.get("claim", "")
    if wish == "release":
        attempt(
            request,
            lambda: release_revision(actor=actor, revision=revision),
            _("已释放，他人可以处理。"),
        )
        return redirect("catalog:moderation_queue")
    attempt(
        request,
        lambda: claim_revision(actor=actor, revision=revision, take_over=wish == "take_over"),
        _("已认领，到期前他人不能处理。"),
    )
    return redirect("catalog:moderation_review", revision.public_id)


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_POST
@for_moderators
def publish_many(request: ActorRequest) -> HttpResponse:
    """Publish the chosen plain cases; what was changed since it was listed is left alone."""
    chosen = set(request.POST.getlist("chosen")[:PAGE_SIZE])
    ids = [each.partition("@")[0] for each in chosen]
    listed = waiting_revisions(request.actor).filter(public_id__in=filter(is_uuid, ids))
    rows = [row for row in listed.order_by(*ORDER) if f"{row.public_id}@{seen(row)}" in chosen]
    outcomes = publish_plain(actor=request.actor, revisions=rows)
    done = sum(not each.refusal for each in outcomes)
    if done:
        messages.success(request, _("已发布 %(n)s 份提交。") % {"n": done})
    for each in outcomes:
        if each.refusal:
            messages.error(request, f"{each.revision.listing.code}：{each.refusal}")
    if len(chosen) > len(rows):
        messages.error(
            request,
            _("有 %(n)s 份提交已被处理或有改动，没有发布。") % {"n": len(chosen) - len(rows)},
        )
    if not chosen:
        messages.error(request, _("没有选择任何提交。"))
    return redirect("catalog:moderation_queue")
