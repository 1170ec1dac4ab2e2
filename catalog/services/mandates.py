"""代录: a recorded authorization, what park staff write down under it, and the company's word."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.errors import Conflict, Refused
from accounts.events import record
from accounts.models import Organization
from accounts.permissions import require, works_for_park
from catalog.choices import ListingKind, ListingState, MandateWay
from catalog.models import Mandate, VisitDraft
from catalog.permissions import can_record_mandate, can_revoke_mandate
from catalog.services.listings import begin_listing, draft_payload, store_draft

# How long an authorization may last, in days.
LONGEST_MANDATE = 366


@transaction.atomic
def record_mandate(
    *,
    actor: Actor,
    organization: Organization,
    given_by: str,
    way: str,
    given_on: date,
    valid_until: date,
    note: str = "",
) -> Mandate:
    """Write down that a company allowed its park to draft needs for it."""
    require(can_record_mandate(actor, organization))
    today = timezone.localdate()
    if given_on > today:
        raise Refused(_("授权日期不能晚于今天。"), code="future")
    if not today <= valid_until <= today + timedelta(days=LONGEST_MANDATE):
        raise Refused(_("授权有效期应在今天之后的一年以内。"), code="bad_term")
    mandate = Mandate.objects.create(
        organization=organization,
        park=organization.park if works_for_park(actor, organization.park_id) else None,
        given_by=given_by.strip(),
        way=MandateWay(way),
        given_on=given_on,
        valid_until=valid_until,
        note=note.strip(),
        recorded_by=actor.user,
    )
    record(actor, "mandate.recorded", mandate, organization=organization.pk)
    return mandate


@transaction.atomic
def revoke_mandate(*, actor: Actor, mandate: Mandate) -> None:
    """End an authorization at once: what was drafted stays the company's."""
    require(can_revoke_mandate(actor, mandate.organization))
    revoked = Mandate.objects.filter(pk=mandate.pk, revoked_at__isnull=True).update(
        revoked_at=timezone.now(), revoked_by=actor.user
    )
    if not revoked:
        raise Conflict
    mandate.refresh_from_db()
    record(actor, "mandate.revoked", mandate, organization=mandate.organization_id)


@transaction.atomic
def draft_for_company(
    *, actor: Actor, mandate: Mandate, payload: Mapping[str, object]
) -> VisitDraft:
    """Write down a need for the company: a draft of its own, which only it can hand in."""
    organization = _authorizing(actor, mandate).organization
    revision = begin_listing(
        actor=actor, kind=ListingKind.NEED, payload=payload, organization=organization
    )
    draft = VisitDraft.objects.create(
        listing=revision.listing, mandate=mandate, drafted_by=actor.user
    )
    record(
        actor,
        "visit_draft.written",
        revision.listing,
        mandate=mandate.pk,
        organization=organization.pk,
    )
    return draft


@transaction.atomic
def change_visit_draft(
    *, actor: Actor, draft: VisitDraft, changes: Mapping[str, object]
) -> VisitDraft:
    """Go on writing, while the authorization holds and the company has not taken it over."""
    mandate = _authorizing(actor, draft.mandate)
    draft = VisitDraft.objects.select_for_update(of=["self"]).get(pk=draft.pk)
    listing = draft.listing
    if draft.confirmed_at is not None or listing.state != ListingState.DRAFT:
        raise Refused(_("企业已接手这份需求，不能再代为修改。"), code="taken_over")
    store_draft(actor=actor, listing=listing, payload={**draft_payload(listing), **changes})
    record(
        actor,
        "visit_draft.changed",
        listing,
        mandate=mandate.pk,
        organization=mandate.organization_id,
    )
    return draft


def _authorizing(actor: Actor, mandate: Mandate) -> Mandate:
    """Lock ``mandate`` and return it, if ``actor`` may write under it now."""
    row = Mandate.objects.select_for_update(of=["self"]).get(pk=mandate.pk)
    require(can_record_mandate(actor, row.organization))
    if not row.is_in_force:
        raise Refused(_("代录授权已到期或被撤销，请重新取得授权。"), code="no_mandate")
    return row
