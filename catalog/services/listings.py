"""What an owner does with a listing: draft, submit, withdraw, answer, archive."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import record
from accounts.models import Organization
from accounts.permissions import require
from catalog.checks import check_content
from catalog.choices import CaseEvidence, ListingKind, ListingState, RevisionState
from catalog.content import CaseContent, Content, SolutionContent
from catalog.models import (
    Catalogue,
    CodeCounter,
    Listing,
    ModerationEntry,
    Need,
    Revision,
    Solution,
    VisitDraft,
)
from catalog.permissions import can_create_listing, can_edit_listing, can_moderate_listing
from catalog.reading import live_content, revision_content
from catalog.reidentification import check as check_risk
from catalog.services.moderation import MAX_TEXT, enter
from catalog.services.states import StateConflict, decide, move
from catalog.services.validation import require_complete, validated
from catalog.services.wanting import count_change
from catalog.signals import listing_withdrawn


@dataclass(frozen=True, slots=True)
class Basis:
    """How some fields of a draft stood when somebody began to change them."""

    fields: frozenset[str]
    mark: str

    @classmethod
    def of(cls, payload: Mapping[str, object], fields: Iterable[str]) -> "Basis":
        named = frozenset(fields)
        said = {name: payload.get(name) for name in sorted(named)}
        words = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
        return cls(named, hashlib.sha256(words.encode()).hexdigest()[:20])


class DraftConflict(ValidationError):
    """Somebody changed the same fields since they were opened."""

    def __init__(self) -> None:
        super().__init__(_("这一步的内容在别处改过（另一个窗口，或者您的同事）。"), code="conflict")


CODE_PREFIXES = {ListingKind.NEED: "XQ", ListingKind.SOLUTION: "FA"}


class Identifiable(ValidationError):
    """A confidential need's summary leads back to few; its owner has not said "all the same"."""

    def __init__(self) -> None:
        super().__init__(
            _("保密需求的公开信息可能让人认出贵企业：请在“检查并提交”一步确认后再提交。"),
            code="identifiable",
        )


@transaction.atomic
def create_listing(
    *,
    actor: Actor,
    kind: ListingKind,
    payload: object,
    organization: Organization | None = None,
    catalogue: Catalogue | None = None,
    external_id: str = "",
    source: str = "",
    is_demo: bool = False,
) -> Revision:
    """Create a listing as a draft of ``organization`` (the actor's own when not given)."""
    owner = organization or actor.organization
    if owner is None:
        raise PermissionDenied
    require(can_create_listing(actor) and (actor.is_system or owner.pk == actor.organization_id))
    return begin_listing(
        actor=actor,
        kind=kind,
        payload=payload,
        organization=owner,
        catalogue=catalogue,
        external_id=external_id,
        source=source,
        is_demo=is_demo,
    )


def begin_listing(
    *,
    actor: Actor,
    kind: ListingKind,
    payload: object,
    organization: Organization,
    catalogue: Catalogue | None = None,
    external_id: str = "",
    source: str = "",
    is_demo: bool = False,
) -> Revision:
    """Write a first draft of ``organization``; the verb that calls it has asked who may."""
    content = _own_words(actor, validated(kind, payload))
    model = Need if kind == ListingKind.NEED else Solution
    listing = model.objects.create(
        kind=kind,
        code=next_code(kind),
        organization=organization,
        catalogue=catalogue or Catalogue.objects.get(code=Catalogue.MAIN),
        created_by=actor.user,
        external_id=external_id,
        source=source,
        is_demo=is_demo,
    )
    revision = Revision.objects.create(
        listing=listing, number=1, payload=content.model_dump(mode="json"), created_by=actor.user
    )
    record(actor, "listing.created", listing, revision=revision.pk)
    return revision


def next_code(kind: ListingKind) -> str:
    """Return the next readable code, e.g. XQ-2026-00417; call it inside a transaction."""
    year = timezone.localdate().year
    prefix = CODE_PREFIXES[kind]
    CodeCounter.objects.bulk_create([CodeCounter(prefix=prefix, year=year)], ignore_conflicts=True)
    CodeCounter.objects.filter(prefix=prefix, year=year).update(last=F("last") + 1)
    last = CodeCounter.objects.values_list("last", flat=True).get(prefix=prefix, year=year)
    return f"{prefix}-{year}-{last:05d}"


def _own_words(actor: Actor, content: Content) -> Content:
    """Hold every case to 自述: only a check by park or customer raises it, never its vendor."""
    if actor.is_system or not isinstance(content, SolutionContent):
        return content
    cases = tuple(
        case.model_copy(update={"evidence": CaseEvidence.STATED}) for case in content.cases
    )
    return content.model_copy(update={"cases": cases})


@transaction.atomic
def save_draft(*, actor: Actor, listing: Listing, payload: object) -> Revision:
    """Store ``payload`` as the listing's open draft, opening one when there is none."""
    listing = _locked(listing)
    require(can_edit_listing(actor, listing))
    return store_draft(actor=actor, listing=listing, payload=payload)


def store_draft(*, actor: Actor, listing: Listing, payload: object) -> Revision:
    """Store a draft; the verb that calls it has asked who may, inside its transaction."""
    listing = _locked(listing)
    if listing.state == ListingState.ARCHIVED:
        raise ValidationError(_("已归档的条目不能再修改。"))
    content = _keep_checked_cases(actor, listing, validated(listing.kind, payload))
    stored = content.model_dump(mode="json")
    revision = open_revision(listing)
    if revision is None:
        latest = listing.revisions.order_by("-number").first()
        number = latest.number if latest else 0
        revision = Revision.objects.create(
            listing=listing,
            number=number + 1,
            base=number or None,
            payload=stored,
            created_by=actor.user,
        )
    elif revision.state == RevisionState.SUBMITTED:
        raise ValidationError(_("正在等待审核；如需修改，请先撤回提交。"))
    elif revision.state == RevisionState.DRAFT and revision.payload == stored:
        # Saving by itself comes often; what changes nothing did not happen.
        return revision
    else:
        revision.payload = stored
        revision.state = RevisionState.DRAFT
        revision.save(update_fields=["payload", "state", "updated_at"])
    if listing.state == ListingState.RETURNED:
        move(listing, ListingState.RETURNED, ListingState.DRAFT)
    record(actor, "listing.drafted", listing, revision=revision.pk)
    return revision


@transaction.atomic
def update_draft(
    *, actor: Actor, listing: Listing, changes: Mapping[str, object], basis: Basis | None = None
) -> Revision:
    """Change some fields of the draft: two people on different steps keep each other's words.

    ``basis``: how the fields of this step stood when they were opened. If somebody changed them
    since, nothing is written.
    """
    listing = _locked(listing)
    require(can_edit_listing(actor, listing))
    current = draft_payload(listing)
    if basis is not None and basis != Basis.of(current, basis.fields):
        raise DraftConflict
    return save_draft(actor=actor, listing=listing, payload={**current, **changes})


def draft_payload(listing: Listing) -> dict[str, object]:
    payload: dict[str, object] = draft_content(listing).model_dump(mode="json", warnings=False)
    return payload


def _locked(listing: Listing) -> Listing:
    """Read the row again and keep others from changing it until the transaction ends."""
    rows = Listing.objects.select_for_update(no_key=True, of=["self"])
    return rows.select_related("organization").get(pk=listing.pk)


def draft_content(listing: Listing) -> Content:
    """Return what an editor starts from: the open draft, else the newest words there are."""
    revision = open_revision(listing)
    if revision is None and listing.published_at is None:
        revision = listing.revisions.order_by("-number").first()
    return revision_content(revision) if revision else live_content(listing)


def _keep_checked_cases(actor: Actor, listing: Listing, content: Content) -> Content:
    """Return ``content`` with the evidence a checker gave, where the case is still the same."""
    if actor.is_system or not isinstance(content, SolutionContent):
        return content
    checked: defaultdict[tuple[object, ...], list[CaseEvidence]] = defaultdict(list)
    for row in Solution.objects.get(pk=listing.pk).cases.select_related("industry"):
        industry = row.industry.code if row.industry else ""
        checked[row.customer, industry, row.year, row.result].append(CaseEvidence(row.evidence))

    def proven(case: CaseContent) -> CaseContent:
        # One check proves one case: a copy of it is the vendor's own word.
        known = checked[case.customer, case.industry, case.year, case.result]
        evidence = known.pop(0) if known else CaseEvidence.STATED
        return case.model_copy(update={"evidence": evidence})

    return content.model_copy(update={"cases": tuple(proven(case) for case in content.cases)})


def open_revision(listing: Listing) -> Revision | None:
    return listing.revisions.filter(state__in=Revision.OPEN_STATES).first()


@transaction.atomic
def submit_listing(*, actor: Actor, listing: Listing, acknowledged: bool = False) -> Revision:
    """Hand the open draft to the moderators; its owner gets private matches at once.

    ``acknowledged``: the owner was told that the summary leads back to few organizations.
    """
    listing = _locked(listing)
    require(can_edit_listing(actor, listing))
    revision = open_revision(listing)
    if revision is None or revision.state != RevisionState.DRAFT:
        raise StateConflict
    _hand_over(actor, listing, revision, acknowledged=acknowledged)
    return revision


def _hand_over(actor: Actor, listing: Listing, revision: Revision, *, acknowledged: bool) -> None:
    """Move an open revision to the moderators, with what the checks notice in it."""
    content = validated(listing.kind, revision.payload)
    require_complete(content)
    risk = None if actor.is_system else check_risk(content, listing.organization)
    if risk is not None and not acknowledged:
        raise Identifiable
    found = check_content(listing, content)
    decide(
        revision,
        RevisionState(revision.state),
        RevisionState.SUBMITTED,
        submitted_at=timezone.now(),
        claimed_by=None,
        claimed_until=None,
        findings=[finding.to_json() for finding in found],
    )
    if listing.state != ListingState.PUBLISHED:
        move(listing, ListingState(listing.state), ListingState.SUBMITTED)
        count_change(listing, reason="submitted")
    enter(actor, listing, revision, ModerationEntry.Kind.SUBMITTED)
    _take_over(actor, listing)
    known = 1 if risk is not None else None
    record(actor, "listing.submitted", listing, revision=revision.pk, acknowledged_risk=known)


def _take_over(actor: Actor, listing: Listing) -> None:
    """What a park wrote down becomes the company's own word when the company hands it in."""
    if VisitDraft.objects.filter(listing=listing, confirmed_at__isnull=True).update(
        confirmed_by=actor.user, confirmed_at=timezone.now()
    ):
        record(actor, "visit_draft.confirmed", listing)


@transaction.atomic
def answer_return(
    *,
    actor: Actor,
    listing: Listing,
    text: str,
    submit_again: bool = False,
    acknowledged: bool = False,
) -> Revision:
    """Answer the moderators' last return; ``submit_again`` hands in the same words once more.

    Then ``acknowledged`` means what it does for a submission: who fits the summary may have
    changed since.
    """
    listing = _locked(listing)
    require(can_edit_listing(actor, listing))
    revision = open_revision(listing)
    if revision is None or revision.state == RevisionState.SUBMITTED:
        raise StateConflict
    if not revision.entries.filter(kind=ModerationEntry.Kind.RETURNED).exists():
        raise StateConflict
    text = text.strip()
    if not text:
        raise ValidationError({"text": [_("请写下回复。")]})
    if len(text) > MAX_TEXT:
        raise ValidationError({"text": [_("最多 %(n)s 个字。") % {"n": MAX_TEXT}]})
    enter(actor, listing, revision, ModerationEntry.Kind.ANSWERED, text=text)
    record(actor, "listing.answered", listing, revision=revision.pk)
    if submit_again:
        _hand_over(actor, listing, revision, acknowledged=acknowledged)
    return revision


@transaction.atomic
def withdraw_submission(*, actor: Actor, listing: Listing) -> Revision:
    """Take a submission back to draft before a moderator decided."""
    listing = _locked(listing)
    require(can_edit_listing(actor, listing))
    revision = open_revision(listing)
    if revision is None:
        raise StateConflict
    decide(
        revision,
        RevisionState.SUBMITTED,
        RevisionState.DRAFT,
        claimed_by=None,
        claimed_until=None,
    )
    enter(actor, listing, revision, ModerationEntry.Kind.WITHDRAWN)
    if listing.state == ListingState.SUBMITTED:
        move(listing, ListingState.SUBMITTED, ListingState.DRAFT)
    record(actor, "listing.withdrawn", listing, revision=revision.pk)
    return revision


@transaction.atomic
def archive_listing(*, actor: Actor, listing: Listing) -> Listing:
    """Take a listing out of the halls for good; its history stays."""
    listing = _locked(listing)
    require(can_edit_listing(actor, listing) or can_moderate_listing(actor, listing))
    if listing.state == ListingState.ARCHIVED:
        raise StateConflict
    move(
        listing,
        ListingState(listing.state),
        ListingState.ARCHIVED,
        archived_at=timezone.now(),
    )
    listing.revisions.filter(state__in=Revision.OPEN_STATES).update(state=RevisionState.WITHDRAWN)
    listing_withdrawn.send(Listing, listing_id=listing.pk)
    record(actor, "listing.archived", listing)
    return listing
