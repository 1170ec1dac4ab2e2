"""Every write of a listing's life: draft, submit, publish, return, archive, ask for scores."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import record
from accounts.models import Organization
from accounts.permissions import require
from catalog.choices import CaseEvidence, ListingKind, ListingState, RevisionState
from catalog.content import CaseContent, Content, SolutionContent
from catalog.disclosure import public_text
from catalog.models import Catalogue, CodeCounter, Listing, Need, Revision, Solution
from catalog.permissions import (
    can_create_listing,
    can_edit_listing,
    can_moderate_listing,
    can_request_scoring,
)
from catalog.reading import live_content, revision_content
from catalog.search.indexing import index_words
from catalog.services.content_rows import write_content
from catalog.services.validation import require_complete, validated
from catalog.signals import listing_withdrawn, scoring_wanted

CODE_PREFIXES = {ListingKind.NEED: "XQ", ListingKind.SOLUTION: "FA"}


class StateConflict(ValidationError):
    """Somebody else moved the listing first; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(_("内容刚刚被他人更新，请刷新后重试。"), code="conflict")


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
    content = _own_words(actor, validated(kind, payload))
    model = Need if kind == ListingKind.NEED else Solution
    listing = model.objects.create(
        kind=kind,
        code=next_code(kind),
        organization=owner,
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
    listing = Listing.objects.select_for_update(no_key=True, of=["self"]).get(pk=listing.pk)
    require(can_edit_listing(actor, listing))
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
    else:
        revision.payload = stored
        revision.state = RevisionState.DRAFT
        revision.save(update_fields=["payload", "state", "updated_at"])
    if listing.state == ListingState.RETURNED:
        _move(listing, ListingState.RETURNED, ListingState.DRAFT)
    record(actor, "listing.drafted", listing, revision=revision.pk)
    return revision


@transaction.atomic
def update_draft(*, actor: Actor, listing: Listing, changes: Mapping[str, object]) -> Revision:
    """Change some fields of the draft: two people on different steps keep each other's words."""
    listing = Listing.objects.select_for_update(no_key=True, of=["self"]).get(pk=listing.pk)
    require(can_edit_listing(actor, listing))
    payload = {**draft_content(listing).model_dump(mode="json", warnings=False), **changes}
    return save_draft(actor=actor, listing=listing, payload=payload)


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
def submit_listing(*, actor: Actor, listing: Listing) -> Revision:
    """Hand the open draft to the moderators; its owner gets private matches at once."""
    listing = Listing.objects.select_for_update(no_key=True, of=["self"]).get(pk=listing.pk)
    require(can_edit_listing(actor, listing))
    revision = open_revision(listing)
    if revision is None or revision.state != RevisionState.DRAFT:
        raise StateConflict
    require_complete(validated(listing.kind, revision.payload))
    _decide(revision, RevisionState.DRAFT, RevisionState.SUBMITTED, submitted_at=timezone.now())
    if listing.state == ListingState.DRAFT:
        _move(listing, ListingState.DRAFT, ListingState.SUBMITTED)
        _bump(listing, reason="submitted")
    record(actor, "listing.submitted", listing, revision=revision.pk)
    return revision


@transaction.atomic
def withdraw_submission(*, actor: Actor, listing: Listing) -> Revision:
    """Take a submission back to draft before a moderator decided."""
    listing = Listing.objects.select_for_update(no_key=True, of=["self"]).get(pk=listing.pk)
    require(can_edit_listing(actor, listing))
    revision = open_revision(listing)
    if revision is None:
        raise StateConflict
    _decide(revision, RevisionState.SUBMITTED, RevisionState.DRAFT)
    if listing.state == ListingState.SUBMITTED:
        _move(listing, ListingState.SUBMITTED, ListingState.DRAFT)
    record(actor, "listing.withdrawn", listing, revision=revision.pk)
    return revision


@transaction.atomic
def publish_revision(*, actor: Actor, revision: Revision) -> Listing:
    """Apply a submitted revision to the live tables and put the listing into the halls."""
    listing = (
        Listing.objects.select_for_update(no_key=True, of=["self"])
        .select_related("organization")
        .get(pk=revision.listing_id)
    )
    require(can_moderate_listing(actor, listing))
    if listing.state == ListingState.ARCHIVED:
        raise StateConflict
    _decide(
        revision,
        RevisionState.SUBMITTED,
        RevisionState.APPROVED,
        seen=revision.submitted_at,
        decided_by=actor.user,
        decided_at=timezone.now(),
    )
    content = revision_content(revision)
    first = listing.state != ListingState.PUBLISHED
    write_content(listing, content)
    _move(
        listing,
        ListingState(listing.state),
        ListingState.PUBLISHED,
        published_at=timezone.now() if first else listing.published_at,
    )
    version = _bump(listing, reason="published" if first else "edited")
    index_words(
        listing_id=listing.pk,
        public=public_text(content),
        content_version=version,
    )
    record(actor, "listing.published", listing, revision=revision.pk)
    return listing


@transaction.atomic
def return_revision(*, actor: Actor, revision: Revision, reason: str) -> Listing:
    """Give a submission back to its owner with the reason."""
    listing = (
        Listing.objects.select_for_update(no_key=True, of=["self"])
        .select_related("organization")
        .get(pk=revision.listing_id)
    )
    require(can_moderate_listing(actor, listing))
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": [_("请写明退回原因。")]})
    if len(reason) > 2000:
        raise ValidationError({"reason": [_("最多 %(n)s 个字。") % {"n": 2000}]})
    _decide(
        revision,
        RevisionState.SUBMITTED,
        RevisionState.RETURNED,
        seen=revision.submitted_at,
        decided_by=actor.user,
        decided_at=timezone.now(),
        reason=reason,
    )
    if listing.state == ListingState.SUBMITTED:
        _move(listing, ListingState.SUBMITTED, ListingState.RETURNED)
    record(actor, "listing.returned", listing, revision=revision.pk)
    return listing


@transaction.atomic
def archive_listing(*, actor: Actor, listing: Listing) -> Listing:
    """Take a listing out of the halls for good; its history stays."""
    listing = (
        Listing.objects.select_for_update(no_key=True, of=["self"])
        .select_related("organization")
        .get(pk=listing.pk)
    )
    require(can_edit_listing(actor, listing) or can_moderate_listing(actor, listing))
    if listing.state == ListingState.ARCHIVED:
        raise StateConflict
    _move(
        listing,
        ListingState(listing.state),
        ListingState.ARCHIVED,
        archived_at=timezone.now(),
    )
    listing.revisions.filter(state__in=Revision.OPEN_STATES).update(state=RevisionState.WITHDRAWN)
    listing_withdrawn.send(Listing, listing_id=listing.pk)
    record(actor, "listing.archived", listing)
    return listing


@transaction.atomic
def request_scoring(*, actor: Actor, listings: Iterable[Listing], reason: str) -> int:
    """Ask for fresh matches of ``listings``; return how many were asked for."""
    ids = []
    for listing in listings:
        require(can_request_scoring(actor, listing))
        record(actor, "listing.scoring_requested", listing)
        ids.append(listing.pk)
    return len(want_scoring_of(ids, reason=reason))


def want_scoring(listing_id: int, *, reason: str) -> int:
    """Note in the row that ``listing_id`` must be scored, and tell who does it."""
    return want_scoring_of([listing_id], reason=reason)[listing_id]


@transaction.atomic
def want_scoring_of(listing_ids: Iterable[int], *, reason: str) -> dict[int, int]:
    """Note in their rows that listings must be scored; return the wanted versions by id.

    Rows are locked in ascending order, so that two who want the same listings do not wait for
    each other.
    """
    rows = Listing.objects.filter(pk__in=list(listing_ids)).order_by("pk")
    wanted = {
        pk: version + 1
        for pk, version in rows.select_for_update(no_key=True).values_list("pk", "wanted_version")
    }
    Listing.objects.filter(pk__in=list(wanted)).update(
        wanted_version=F("wanted_version") + 1, wanted_at=timezone.now()
    )
    if wanted:
        scoring_wanted.send(Listing, wanted=wanted, reason=reason)
    return wanted


@transaction.atomic
def want_all_scored() -> int:
    """Note that every listing with matches must be scored anew; return how many.

    Nobody is told of that many: the sweeper finds them. Locked in ascending order, as above.
    """
    rows = Listing.objects.filter(wanted_version__gt=0).exclude(state=ListingState.ARCHIVED)
    list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    return rows.update(wanted_version=F("wanted_version") + 1, wanted_at=timezone.now())


@transaction.atomic
def want_needs_scored(organization_ids: Iterable[int]) -> int:
    """Ask for fresh matches of every need of these organizations that has any; return how many."""
    needs = Listing.objects.filter(
        kind=ListingKind.NEED, organization_id__in=list(organization_ids), wanted_version__gt=0
    ).exclude(state=ListingState.ARCHIVED)
    return len(want_scoring_of(needs.values_list("pk", flat=True), reason="requested"))


def _bump(listing: Listing, *, reason: str) -> int:
    """Count a change of the content that matching reads, and ask for scores of it."""
    Listing.objects.filter(pk=listing.pk).update(content_version=F("content_version") + 1)
    want_scoring(listing.pk, reason=reason)
    return Listing.objects.values_list("content_version", flat=True).get(pk=listing.pk)


def _move(listing: Listing, expected: ListingState, state: ListingState, **changes: object) -> None:
    """Change the state by compare-and-swap; ``listing`` follows."""
    changed = Listing.objects.filter(pk=listing.pk, state=expected).update(
        state=state, updated_at=timezone.now(), **changes
    )
    if not changed:
        raise StateConflict
    listing.state = state


def _decide(
    revision: Revision,
    expected: RevisionState,
    state: RevisionState,
    *,
    seen: datetime | None = None,
    **changes: object,
) -> None:
    """Change the state by compare-and-swap; ``revision`` follows.

    ``seen`` is the submission that was read: one taken back, changed and sent again meanwhile
    is another one, though its row is the same.
    """
    rows = Revision.objects.filter(pk=revision.pk, state=expected)
    if seen is not None:
        rows = rows.filter(submitted_at=seen)
    if not rows.update(state=state, updated_at=timezone.now(), **changes):
        raise StateConflict
    revision.refresh_from_db()
