"""The moderators' queue, and the page on which one submission is decided."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.permissions import can_moderate_somewhere
from accounts.requests import ActorRequest
from catalog.choices import RevisionState
from catalog.disclosure import Disclosed, disclose
from catalog.models import Revision
from catalog.permissions import moderated_revisions
from catalog.reading import live_content, revision_content
from catalog.services import StateConflict, publish_revision, return_revision
from catalog.wording.describing import described
from catalog.wording.names import Names

PAGE_SIZE = 30
PUBLISH, RETURN = "publish", "return"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a submission, with what the approved version says instead."""

    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


def _waiting(actor: Actor) -> QuerySet[Revision]:
    if not can_moderate_somewhere(actor):
        raise Http404
    return Revision.objects.filter(
        moderated_revisions(actor), state=RevisionState.SUBMITTED
    ).select_related("listing__organization__park", "created_by")


@require_safe
@never_cache
@login_required
def queue(request: ActorRequest) -> HttpResponse:
    rows = _waiting(request.actor).order_by("submitted_at", "pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "catalog/moderation/queue.html", {"rows": page})


@require_safe
@never_cache
@login_required
def review(request: ActorRequest, public_id: UUID) -> HttpResponse:
    revision = get_object_or_404(_waiting(request.actor), public_id=public_id)
    return _page(request, revision)


def _page(
    request: ActorRequest, revision: Revision, *, reason: str = "", error: str = ""
) -> HttpResponse:
    listing = revision.listing
    actor = request.actor
    new = disclose(actor, listing, revision_content(revision))
    first = listing.published_at is None
    old = None if first else disclose(actor, listing, live_content(listing))
    names = Names.load()
    changes = _changes(old, new, names)
    context = {
        "revision": revision,
        "listing": listing,
        "title": new.content.title,
        "first": first,
        "changes": [each for each in changes if each.differs],
        "unchanged": [each for each in changes if not each.differs and each.after],
        "hidden": _hidden(new, names),
        "seen": seen(revision),
        "reason": reason,
        "error": error,
    }
    status = 422 if error else 200
    return render(request, "catalog/moderation/review.html", context, status=status)


def _changes(old: Disclosed | None, new: Disclosed, names: Names) -> list[Change]:
    before = {row.key: row.words for row in described(old.content, names)} if old else {}
    return [
        Change(row.label, before.get(row.key, ""), row.words)
        for row in described(new.content, names)
        if not new.hides(row.field)
    ]


def _hidden(told: Disclosed, names: Names) -> list[str]:
    return [row.label for row in described(told.content, names) if told.hides(row.field)]


def seen(revision: Revision) -> str:
    """Name the submission that is on the page: taken back and sent again it is another one."""
    return revision.submitted_at.isoformat() if revision.submitted_at else ""


@require_POST
@login_required
def decide(request: ActorRequest, public_id: UUID) -> HttpResponse:
    actor = request.actor
    revision = get_object_or_404(_waiting(actor), public_id=public_id)
    decision = request.POST.get("decision")
    reason = request.POST.get("reason", "")
    try:
        if request.POST.get("seen") != seen(revision):
            raise StateConflict
        if decision == PUBLISH:
            publish_revision(actor=actor, revision=revision)
            messages.success(request, _("已发布。"))
        elif decision == RETURN:
            return_revision(actor=actor, revision=revision, reason=reason)
            messages.success(request, _("已退回，原因已告知提交企业。"))
        else:
            messages.error(request, _("请选择发布或退回。"))
            return redirect("catalog:moderation_review", revision.public_id)
    except StateConflict as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("catalog:moderation_queue")
    except ValidationError as refusal:
        return _page(request, revision, reason=reason, error=" ".join(refusal.messages))
    return redirect("catalog:moderation_queue")
