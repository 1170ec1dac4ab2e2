"""What moderators do with submissions: claim, publish, return, escalate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.errors import Refused
from accounts.events import record
from accounts.permissions import require
from catalog.checks import check_content
from catalog.choices import ListingState, RevisionState
from catalog.disclosure import public_text
from catalog.models import (
    Attachment,
    Listing,
    ModerationEntry,
    ReturnReason,
    Revision,
    VisitDraft,
)
from catalog.permissions import can_decide_escalated, can_moderate_listing, can_take_over_claim
from catalog.reading import revision_content
from catalog.search.indexing import index_words
from catalog.search.suggestion_keys import write_listing_keys
from catalog.services.content_rows import write_content
from catalog.services.states import StateConflict, decide, move
from catalog.services.wanting import count_change

MAX_TEXT = 2000
_FREED = {"claimed_by": None, "claimed_until": None}


class Claimed(Refused):
    """Somebody else is working on it."""

    def __init__(self, revision: Revision) -> None:
        who = revision.claimed_by.get_full_name() if revision.claimed_by else ""
        until = timezone.localtime(revision.claimed_until).strftime("%H:%M")
        super().__init__(
            _("%(who)s 已认领这份提交（至 %(until)s），请等待释放或到期后再处理。")
            % {"who": who, "until": until},
            code="claimed",
        )


class Escalated(Refused):
    """The park passed it on."""

    def __init__(self) -> None:
        super().__init__(_("这份提交已上报平台，由平台管理员决定。"), code="escalated")


def is_claimed_by_other(actor: Actor, revision: Revision) -> bool:
    """Whether somebody else's claim on ``revision`` is alive."""
    return (
        revision.claimed_by_id is not None
        and revision.claimed_by_id != actor.user_id
        and revision.claimed_until is not None
        and revision.claimed_until > timezone.now()
    )


def _decidable(actor: Actor) -> Q:
    """Return the condition on a submission under which ``actor`` may act on it now."""
    if actor.is_system:
        return Q()
    free = (
        Q(claimed_by__isnull=True)
        | Q(claimed_until__lte=timezone.now())
        | Q(claimed_by_id=actor.key)
    )
    return free if can_decide_escalated(actor) else free & Q(escalated_at__isnull=True)


def _refusal(actor: Actor, revision: Revision) -> ValidationError:
    """Return why a compare-and-swap on ``revision`` found nothing."""
    now = Revision.objects.select_related("claimed_by").filter(pk=revision.pk).first()
    if now is None or now.state != RevisionState.SUBMITTED:
        return StateConflict()
    if now.submitted_at != revision.submitted_at:
        return StateConflict()
    if is_claimed_by_other(actor, now):
        return Claimed(now)
    if now.escalated_at is not None and not can_decide_escalated(actor):
        return Escalated()
    return StateConflict()


@transaction.atomic
def claim_revision(*, actor: Actor, revision: Revision, take_over: bool = False) -> Revision:
    """Keep a submission for ``actor`` for a while, so that nobody else works on it too.

    Claiming again prolongs it. ``take_over``: though somebody else's claim is alive.
    """
    require(actor.user is not None and can_moderate_listing(actor, revision.listing))
    require(not take_over or can_take_over_claim(actor))
    free = Q() if take_over else _decidable(actor)
    until = timezone.now() + timedelta(minutes=settings.MODERATION_CLAIM_MINUTES)
    if not (
        Revision.objects.filter(
            free,
            pk=revision.pk,
            state=RevisionState.SUBMITTED,
            submitted_at=revision.submitted_at,
        ).update(claimed_by=actor.user, claimed_until=until)
    ):
        raise _refusal(actor, revision)
    record(actor, "listing.claimed", revision.listing, revision=revision.pk)
    revision.refresh_from_db()
    return revision


@transaction.atomic
def release_revision(*, actor: Actor, revision: Revision) -> Revision:
    """Give up one's own claim."""
    require(actor.user is not None and can_moderate_listing(actor, revision.listing))
    freed = Revision.objects.filter(
        pk=revision.pk, state=RevisionState.SUBMITTED, claimed_by=actor.user
    ).update(**_FREED)
    if not freed:
        raise StateConflict
    record(actor, "listing.released", revision.listing, revision=revision.pk)
    revision.refresh_from_db()
    return revision


def _moderated(actor: Actor, revision: Revision) -> Listing:
    """Lock the listing of ``revision`` for a decision of ``actor``."""
    listing = (
        Listing.objects.select_for_update(no_key=True, of=["self"])
        .select_related("organization")
        .get(pk=revision.listing_id)
    )
    require(can_moderate_listing(actor, listing))
    if VisitDraft.objects.filter(listing=listing, drafted_by_id=actor.key).exists():
        raise Refused(_("这份需求由您代录，请由其他审核人处理。"), code="own_draft")
    return listing


def _conclude(
    actor: Actor, revision: Revision, state: RevisionState, *, reason: str | None = None
) -> None:
    """Decide the submission that was read, unless somebody else is at it."""
    changes: dict[str, object] = {} if reason is None else {"reason": reason}
    try:
        decide(
            revision,
            RevisionState.SUBMITTED,
            state,
            seen=revision.submitted_at,
            where=_decidable(actor),
            decided_by=actor.user,
            decided_at=timezone.now(),
            escalated_at=None,
            **_FREED,
            **changes,
        )
    except StateConflict as conflict:
        raise _refusal(actor, revision) from conflict


def enter(
    actor: Actor,
    listing: Listing,
    revision: Revision,
    kind: ModerationEntry.Kind,
    *,
    text: str = "",
    reasons: Sequence[str] = (),
) -> ModerationEntry:
    """Append a step to the record that the owner and the figures read."""
    return ModerationEntry.objects.create(
        revision=revision,
        kind=kind,
        by=actor.user,
        text=text,
        reasons=list(reasons),
        submitted_at=revision.submitted_at,
        park_id=listing.organization.park_id,
    )


@transaction.atomic
def publish_revision(*, actor: Actor, revision: Revision) -> Listing:
    """Apply a submitted revision to the live tables and put the listing into the halls."""
    listing = _moderated(actor, revision)
    if listing.state == ListingState.ARCHIVED:
        raise StateConflict
    _conclude(actor, revision, RevisionState.APPROVED)
    content = revision_content(revision)
    first = listing.state != ListingState.PUBLISHED
    write_content(listing, content)
    move(
        listing,
        ListingState(listing.state),
        ListingState.PUBLISHED,
        published_at=timezone.now() if first else listing.published_at,
    )
    version = count_change(listing, reason="published" if first else "edited")
    index_words(
        listing_id=listing.pk,
        public=public_text(content),
        content_version=version,
    )
    write_listing_keys([listing.pk])
    enter(actor, listing, revision, ModerationEntry.Kind.PUBLISHED)
    Attachment.objects.filter(
        listing=listing, reviewed_at__isnull=True, created_at__lte=revision.submitted_at
    ).update(reviewed_at=timezone.now())
    record(actor, "listing.published", listing, revision=revision.pk)
    return listing


@transaction.atomic
def return_revision(
    *, actor: Actor, revision: Revision, reason: str, reasons: Sequence[str] = ()
) -> Listing:
    """Give a submission back to its owner: ``reasons`` are codes of ReturnReason."""
    listing = _moderated(actor, revision)
    reason = _text(reason)
    canned = _canned(reasons)
    if not (reason or canned):
        raise ValidationError({"reason": [_("请写明退回原因。")]})
    whole = "\n".join([*(each.name_zh for each in canned), *([reason] if reason else [])])
    _conclude(actor, revision, RevisionState.RETURNED, reason=_text(whole))
    if listing.state == ListingState.SUBMITTED:
        move(listing, ListingState.SUBMITTED, ListingState.RETURNED)
    enter(
        actor,
        listing,
        revision,
        ModerationEntry.Kind.RETURNED,
        text=reason,
        reasons=[each.code for each in canned],
    )
    record(actor, "listing.returned", listing, revision=revision.pk)
    return listing


def _text(text: str) -> str:
    text = text.strip()
    if len(text) > MAX_TEXT:
        raise ValidationError({"reason": [_("最多 %(n)s 个字。") % {"n": MAX_TEXT}]})
    return text


def _canned(codes: Sequence[str]) -> list[ReturnReason]:
    rows = list(ReturnReason.objects.filter(code__in=codes, retired=False))
    if len(rows) != len(set(codes)):
        raise ValidationError({"reason": [_("所选的退回原因不存在或已停用。")]})
    return rows


@transaction.atomic
def escalate_revision(*, actor: Actor, revision: Revision, note: str) -> Revision:
    """Pass a submission on to the platform admins, who alone decide it from then on."""
    listing = _moderated(actor, revision)
    note = _text(note)
    if not note:
        raise ValidationError({"note": [_("请写明为什么上报。")]})
    escalated = Revision.objects.filter(
        _decidable(actor),
        pk=revision.pk,
        state=RevisionState.SUBMITTED,
        submitted_at=revision.submitted_at,
        escalated_at__isnull=True,
    ).update(escalated_at=timezone.now(), **_FREED)
    if not escalated:
        raise _refusal(actor, revision)
    revision.refresh_from_db()
    enter(actor, listing, revision, ModerationEntry.Kind.ESCALATED, text=note)
    record(actor, "listing.escalated", listing, revision=revision.pk)
    return revision


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of many; ``refusal`` is empty when it was published."""

    revision: Revision
    refusal: str = ""


def publish_plain(*, actor: Actor, revisions: Iterable[Revision]) -> list[Outcome]:
    """Publish what has nothing to look at, each on its own; tell what was not and why."""
    outcomes = []
    for revision in revisions:
        try:
            if with_waiting_files([revision.listing_id]):
                raise Refused(_("有附件等待核可，请单独审核。"))
            if not is_plain(revision):
                raise Refused(_("自动检查有发现，请单独审核。"))
            publish_revision(actor=actor, revision=revision)
        except ValidationError as refusal:
            outcomes.append(Outcome(revision, " ".join(refusal.messages)))
        except PermissionDenied:
            outcomes.append(Outcome(revision, _("没有权限审核这份提交。")))
        else:
            outcomes.append(Outcome(revision))
    return outcomes


def with_waiting_files(listing_ids: Iterable[int]) -> set[int]:
    """Return those listings that have files which no moderator has opened to readers yet."""
    waiting = Attachment.objects.filter(
        listing__in=list(listing_ids), reviewed_at__isnull=True, file__removed_at__isnull=True
    )
    return set(waiting.values_list("listing_id", flat=True))


def is_plain(revision: Revision) -> bool:
    """Whether the checks, run now, notice nothing that moderators may know of."""
    if revision.escalated_at is not None:
        return False
    found = check_content(revision.listing, revision_content(revision))
    return all(finding.private for finding in found)


@transaction.atomic
def check_submission(*, listing_id: int) -> int:
    """Run the checks of a listing's waiting submission again; return how many there are.

    Meaning is known only after the submission: whoever makes the vectors asks for this.
    """
    revision = (
        Revision.objects.filter(listing=listing_id, state=RevisionState.SUBMITTED)
        .select_related("listing__organization")
        .first()
    )
    if revision is None:
        return 0
    found = check_content(revision.listing, revision_content(revision))
    Revision.objects.filter(
        pk=revision.pk, state=RevisionState.SUBMITTED, submitted_at=revision.submitted_at
    ).update(findings=[finding.to_json() for finding in found])
    return len(found)
