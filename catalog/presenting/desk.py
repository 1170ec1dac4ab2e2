"""The moderators' queue and their page about one submission."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.permissions import can_moderate_somewhere
from catalog.checks import Finding, FindingCode, SaidFinding, check_content, said
from catalog.choices import ListingKind, RevisionState
from catalog.disclosure import Disclosed, disclose
from catalog.models import Listing, ModerationEntry, ReturnReason, Revision
from catalog.permissions import (
    can_decide_escalated,
    can_take_over_claim,
    moderated_parks,
    moderated_revisions,
    visible_listings,
)
from catalog.presenting.attachments import Attachments, attachments_of
from catalog.presenting.changes import Changes, changes_between
from catalog.presenting.deadlines import Waiting, waiting
from catalog.reading import live_content, revision_content
from catalog.services import is_claimed_by_other
from catalog.wording.describing import described
from catalog.wording.names import Names

ORDER = ("submitted_at", "pk")
# Told to whoever may moderate: findings that rest on hidden fields are not.
_TOLD = [{"private": False}]


class Option(NamedTuple):
    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class QueueRow:
    revision: Revision
    waiting: Waiting
    # Labels of what the checks found, each once, with its tone.
    findings: list[tuple[str, str]]
    is_edit: bool
    is_mine: bool
    claimed_by_other: bool
    is_plain: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Review:
    revision: Revision
    listing: Listing
    title: str
    first: bool
    changes: Changes
    attachments: Attachments | None
    findings: list[SaidFinding]
    # Codes of the listings that findings point to, with their addresses.
    addresses: Mapping[str, str]
    waiting: Waiting
    entries: list[ModerationEntry]
    reasons: list[ReturnReason]
    claimed_by_other: bool
    is_mine: bool
    can_take_over: bool
    # Passed on to the platform, and this reader is not the platform.
    is_out_of_hands: bool
    seen: str
    previous: Revision | None
    next: Revision | None


def waiting_revisions(actor: Actor) -> QuerySet[Revision]:
    """Return the submissions that ``actor`` may decide."""
    if not can_moderate_somewhere(actor):
        raise PermissionDenied
    return Revision.objects.filter(
        moderated_revisions(actor), state=RevisionState.SUBMITTED
    ).select_related("listing__organization__park", "created_by", "claimed_by")


def seen(revision: Revision) -> str:
    """Name the submission that is on the page: taken back and sent again it is another one."""
    return revision.submitted_at.isoformat() if revision.submitted_at else ""


def _claims(actor: Actor) -> dict[str, Q]:
    alive = Q(claimed_until__gt=timezone.now())
    return {
        "me": alive & Q(claimed_by=actor.user),
        "nobody": ~alive | Q(claimed_until__isnull=True),
        "others": alive & ~Q(claimed_by=actor.user),
    }


def _found(value: str) -> Q:
    if value == "none":
        return ~Q(findings__contains=_TOLD)
    if value == "any":
        return Q(findings__contains=_TOLD)
    return Q(findings__contains=[{"code": value, "private": False}])


def filtered(
    rows: QuerySet[Revision], actor: Actor, asked: Mapping[str, str]
) -> QuerySet[Revision]:
    """Keep what the filters ask for; a value that no filter offers asks for nothing."""
    kind, park, claim = asked.get("kind"), asked.get("park"), asked.get("claim", "")
    change, found = asked.get("change"), asked.get("found", "")
    if kind in ListingKind.values:
        rows = rows.filter(listing__kind=kind)
    if park:
        rows = rows.filter(listing__organization__park__code=park)
    if claim in _claims(actor):
        rows = rows.filter(_claims(actor)[claim])
    if change in {"new", "edit"}:
        rows = rows.filter(listing__published_at__isnull=change == "new")
    if found in {"none", "any", *FindingCode.values}:
        rows = rows.filter(_found(found))
    if asked.get("escalated") in {"yes", "no"}:
        rows = rows.filter(escalated_at__isnull=asked["escalated"] == "no")
    return rows


def filters(actor: Actor, asked: Mapping[str, str]) -> list[Filter]:
    offered: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("kind", _("类别"), [(each.value, str(each.label)) for each in ListingKind]),
        ("change", _("新发布或修改"), [("new", _("首次提交")), ("edit", _("修改"))]),
        (
            "claim",
            _("认领"),
            [("me", _("我认领的")), ("nobody", _("无人认领")), ("others", _("他人认领"))],
        ),
        (
            "found",
            _("自动检查"),
            [
                ("none", _("没有发现")),
                ("any", _("有发现")),
                *((each.value, str(each.label)) for each in FindingCode),
            ],
        ),
        ("escalated", _("上报平台"), [("yes", _("已上报")), ("no", _("未上报"))]),
    ]
    known = list(moderated_parks(actor).values_list("code", "name_zh"))
    if len(known) > 1:
        offered.insert(2, ("park", _("园区"), known))
    return [
        Filter(
            name,
            label,
            [Option(value, words, asked.get(name) == value) for value, words in options],
        )
        for name, label, options in offered
    ]


class Totals(NamedTuple):
    number: int
    oldest: datetime | None


def totals(rows: QuerySet[Revision]) -> Totals:
    found = rows.aggregate(number=Count("pk"), oldest=Min("submitted_at"))
    return Totals(found["number"], found["oldest"])


def queue_row(
    actor: Actor, revision: Revision, now: datetime, *, has_files: bool = False
) -> QueueRow:
    """``has_files``: some wait to be looked at, which takes more than a tick in the list."""
    told = [each for each in map(Finding.from_json, revision.findings) if not each.private]
    tones = {"serious": "bad", "warning": "warn", "note": "info"}
    labels = dict.fromkeys((str(each.code.label), tones[each.severity]) for each in told)
    other = is_claimed_by_other(actor, revision)
    free = not other and revision.escalated_at is None
    return QueueRow(
        revision=revision,
        waiting=waiting(revision.submitted_at or now, now),
        findings=list(labels),
        is_edit=revision.listing.published_at is not None,
        is_mine=revision.claimed_by_id == actor.user_id
        and revision.claimed_until is not None
        and revision.claimed_until > now,
        claimed_by_other=other,
        is_plain=free and not told and not has_files,
        seen=seen(revision),
    )


def review_of(actor: Actor, revision: Revision) -> Review:
    """Everything a moderator reads before deciding, as far as ``actor`` may read it."""
    listing = revision.listing
    content = revision_content(revision)
    new = disclose(actor, listing, content)
    first = listing.published_at is None
    approved = None if first else live_content(listing)
    old = disclose(actor, listing, approved) if approved else None
    names = Names.load()
    now = timezone.now()
    findings = [each for each in check_content(listing, content) if each.field not in new.hidden]
    earlier, later = _beside(actor, revision)
    return Review(
        revision=revision,
        listing=listing,
        title=new.content.title,
        first=first,
        changes=changes_between(old, new, (approved, content), names),
        attachments=attachments_of(actor, listing),
        findings=[said(each, _labels(new, names), names) for each in findings],
        addresses=_addresses(actor, findings),
        waiting=waiting(revision.submitted_at or now, now),
        entries=list(revision.entries.select_related("by").order_by("at", "pk")),
        reasons=list(ReturnReason.objects.filter(retired=False)),
        claimed_by_other=is_claimed_by_other(actor, revision),
        is_mine=queue_row(actor, revision, now).is_mine,
        can_take_over=can_take_over_claim(actor),
        is_out_of_hands=revision.escalated_at is not None and not can_decide_escalated(actor),
        seen=seen(revision),
        previous=earlier,
        next=later,
    )


def _labels(told: Disclosed, names: Names) -> dict[str, str]:
    return {
        field: row.label
        for row in described(told.content, names)
        for field in (row.fields or (row.key,))
    }


def _addresses(actor: Actor, findings: list[Finding]) -> dict[str, str]:
    codes = [str(each.data["code"]) for each in findings if each.code == FindingCode.DUPLICATE]
    rows = Listing.objects.filter(visible_listings(actor), code__in=codes)
    return {row.code: row.get_absolute_url() for row in rows}


def _beside(actor: Actor, revision: Revision) -> tuple[Revision | None, Revision | None]:
    """Return the submissions just before and just after this one in the queue."""
    rows = waiting_revisions(actor)
    at, pk = revision.submitted_at, revision.pk
    before = rows.filter(Q(submitted_at__lt=at) | Q(submitted_at=at, pk__lt=pk))
    after = rows.filter(Q(submitted_at__gt=at) | Q(submitted_at=at, pk__gt=pk))
    return before.order_by("-submitted_at", "-pk").first(), after.order_by(*ORDER).first()
