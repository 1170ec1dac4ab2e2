"""Reports of readers: taken in, folded, decided."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.errors import Conflict, Refused
from accounts.events import record
from accounts.models import Organization
from accounts.permissions import require
from catalog.choices import ListingState, ReportReason, ReportState
from catalog.models import Listing, Report
from catalog.permissions import can_decide_report, can_report
from catalog.services.listings import archive_listing

MOST_WORDS = 1000


@transaction.atomic
def report(
    *,
    actor: Actor,
    organization: Organization,
    listing: Listing | None = None,
    reason: str,
    words: str = "",
    contact: str = "",
) -> Report:
    """Take a reader's word against ``listing``, or ``organization`` itself.

    A second word of the same person while the first is open replaces it.
    """
    require(can_report(actor, organization))
    if listing is not None and listing.organization_id != organization.pk:
        raise ValueError(listing.pk)
    told = {
        "reason": ReportReason(reason),
        "words": words.strip()[:MOST_WORDS],
        "contact": "" if actor.is_authenticated else contact,
    }
    about: dict[str, Any] = {
        "organization": organization,
        "listing": listing,
        "state": ReportState.OPEN,
    }
    if actor.user is None:
        made = Report.objects.create(**about, **told)
    else:
        made, _created = Report.objects.update_or_create(
            reporter=actor.user, **about, defaults=told
        )
    record(actor, "report.made", made, organization=organization.pk)
    return made


@transaction.atomic
def handle_report(
    *, actor: Actor, report: Report, upheld: bool, answer: str, takes_down: bool = False
) -> None:
    """Decide a report, with words for who reported; ``takes_down`` archives the listing too."""
    require(can_decide_report(actor, report.organization))
    if not answer.strip():
        raise Refused(_("请写明处理结果，举报人会看到。"), code="no_answer")
    if takes_down and not upheld:
        raise Refused(_("举报不成立时不能下架条目。"), code="not_upheld")
    changed = Report.objects.filter(pk=report.pk, state=ReportState.OPEN).update(
        state=ReportState.UPHELD if upheld else ReportState.DISMISSED,
        answer=answer.strip()[:500],
        handled_by=actor.user,
        handled_at=timezone.now(),
        # Nobody needs it any more.
        contact="",
    )
    if not changed:
        raise Conflict
    report.refresh_from_db()
    listing = report.listing
    if takes_down and listing is not None and listing.state != ListingState.ARCHIVED:
        archive_listing(actor=actor, listing=listing)
    record(actor, "report.upheld" if upheld else "report.dismissed", report)
