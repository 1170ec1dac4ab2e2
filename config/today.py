"""What waits for one person today, from every app: counts with where to go, the urgent first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import JoinRequest, Organization
from accounts.permissions import can_moderate_somewhere
from catalog.choices import ListingState, RevisionState
from catalog.models import Listing, Need, Revision
from catalog.permissions import moderated_revisions
from matchmaking.models import Introduction, Match

EXPIRES_WITHIN_DAYS, NEW_WITHIN_DAYS = 14, 7


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of thing that waits; ``n`` of them, dealt with at ``href``."""

    label: str
    n: int
    href: str
    urgent: bool = False


# What is counted, what it is called, the name of the page for it, whether it is urgent.
_Waiting = tuple[QuerySet[Any], str, str, bool]


def todays_tasks(actor: Actor) -> list[Task]:
    """Return what waits for ``actor``, all counted in one query; what does not wait is left out."""
    waiting = [*_of_organization(actor), *_of_overseers(actor)]
    if not waiting:
        return []
    parts: list[QuerySet[Any, Any]] = [
        rows.order_by()
        .annotate(task=Value(at, output_field=IntegerField()))
        .values("task")
        .annotate(n=Count("pk"))
        .values_list("task", "n")
        for at, (rows, *_rest) in enumerate(waiting)
    ]
    counted = dict(parts[0].union(*parts[1:], all=True))
    return [
        Task(label, counted[at], reverse(view), urgent)
        for at, (_rows, label, view, urgent) in enumerate(waiting)
        if counted.get(at)
    ]


def _of_organization(actor: Actor) -> Iterator[_Waiting]:
    own = actor.organization_id
    if own is None:
        return
    today = timezone.localdate()
    drafts = Revision.objects.filter(listing__organization_id=own).exclude(
        listing__state=ListingState.ARCHIVED
    )
    mine = "catalog:my_listings"
    yield drafts.filter(state=RevisionState.RETURNED), _("被退回，等您修改"), mine, True
    # The other side's word is out: it is for us to answer.
    sides = Introduction.Side
    ours = Q(need__organization_id=own, begun_by=sides.SOLUTION) | Q(
        solution__organization_id=own, begun_by=sides.NEED
    )
    asked = Introduction.objects.visible_to(actor).filter(ours, state=Introduction.State.INTERESTED)
    yield asked, _("对接等您回应"), "matchmaking:introduction_list", True
    expiring = Listing.objects.filter(
        organization_id=own,
        state=ListingState.PUBLISHED,
        expires_on__range=(today, today + timedelta(days=EXPIRES_WITHIN_DAYS)),
    )
    yield expiring, _("两周内到期"), mine, True
    since = timezone.now() - timedelta(days=NEW_WITHIN_DAYS)
    fresh = Match.objects.filter(
        need=OuterRef("pk"), in_need_list=True, ruled_out=False, created_at__gte=since
    )
    needs = Need.objects.filter(Exists(fresh), organization_id=own, state=ListingState.PUBLISHED)
    yield needs, _("一周内有新匹配的需求"), mine, False
    yield drafts.filter(state=RevisionState.DRAFT), _("草稿未完成"), mine, False
    yield drafts.filter(state=RevisionState.SUBMITTED), _("等待审核"), mine, False


def _of_overseers(actor: Actor) -> Iterator[_Waiting]:
    if not can_moderate_somewhere(actor):
        return
    submitted = Revision.objects.filter(moderated_revisions(actor), state=RevisionState.SUBMITTED)
    yield submitted, _("待审核的内容"), "catalog:moderation_queue", True
    unchecked = Organization.objects.overseen_by(actor).awaiting_verification()
    yield unchecked, _("待核验企业"), "accounts:verification_queue", True
    claims = JoinRequest.objects.claims_overseen_by(actor).pending()
    yield claims, _("待处理认领"), "accounts:verification_queue", True
