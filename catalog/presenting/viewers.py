"""Who read what of a confidential need, as its owner reads it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from catalog.choices import Confidentiality, ViewerStanding
from catalog.content import Content, NeedContent
from catalog.disclosure import Disclosure
from catalog.models import DisclosureGrant, DisclosureView, Listing
from catalog.permissions import can_see_viewers
from catalog.wording.stages import field_words

ON_PAGE = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """One look: on whose behalf, by whom, when, at what."""

    at: datetime
    organization: str
    person: str
    standing: str
    fields: list[str]


@dataclass(frozen=True, slots=True)
class LetIn:
    organization: str
    stage: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Viewers:
    """What the need's own page shows: the newest looks, and how many there are."""

    newest: list[Seen]
    total: int
    let_in: list[LetIn]


def views_of(listing: Listing) -> QuerySet[DisclosureView]:
    return (
        DisclosureView.objects.filter(listing_id=listing.pk)
        .select_related("viewer", "organization", "listing__organization__park")
        .order_by("-pk")
    )


def seen_of(view: DisclosureView) -> Seen:
    return Seen(
        at=view.at,
        organization=_behalf(view),
        # The name a person goes by, never an address: a look is no introduction.
        person=view.viewer.display_name or _("未填写姓名"),
        standing=view.get_standing_display(),
        fields=field_words(view.fields),
    )


def _behalf(view: DisclosureView) -> str:
    if view.standing == ViewerStanding.PLATFORM:
        return _("平台")
    if view.standing == ViewerStanding.PARK:
        return str(view.listing.organization.park or _("园区"))
    return view.organization.legal_name if view.organization else _("未填写")


def let_in(listing: Listing) -> list[LetIn]:
    """Return which organizations may read more than the summary now, and since when."""
    rows = DisclosureGrant.objects.in_force().filter(listing_id=listing.pk)
    newest: dict[int, DisclosureGrant] = {}
    for row in rows.select_related("organization").order_by("stage", "-since"):
        newest[row.organization_id] = row
    words = {
        Disclosure.ACCEPTED: _("双方已接受对接"),
        Disclosure.AGREED: _("双方已确认保密约定"),
    }
    return [
        LetIn(row.organization.legal_name, words[Disclosure(row.stage)], row.since)
        for row in newest.values()
    ]


def viewers_of(actor: Actor, listing: Listing, content: Content) -> Viewers | None:
    """Return who looked at a need, for its own people; None for everybody else."""
    if not isinstance(content, NeedContent) or not can_see_viewers(actor, listing):
        return None
    rows = views_of(listing)
    newest = [seen_of(row) for row in rows[:ON_PAGE]]
    total = rows.count() if len(newest) == ON_PAGE else len(newest)
    # Everybody reads an open need: nobody had to be let in.
    is_confidential = content.confidentiality == Confidentiality.CONFIDENTIAL
    return Viewers(newest, total, let_in(listing) if is_confidential else [])
