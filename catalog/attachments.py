"""Which attachments one viewer may know of, and which they may open."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.actors import Actor
from catalog.choices import AttachmentKind, Confidentiality, ListingState
from catalog.disclosure import ATTACHMENT_STAGES, Disclosure, note_attachments, stage_of
from catalog.models import Attachment, Listing, Need
from catalog.permissions import can_moderate_listing, is_private_side


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one viewer gets into the attachments of one listing."""

    stage: Disclosure
    # The owner's people and the moderators, who see what nobody has reviewed yet.
    is_inside: bool
    is_confidential: bool

    def tells(self, field: str) -> bool:
        return self.stage >= ATTACHMENT_STAGES[field]

    def shows(self, attachment: Attachment) -> bool:
        """Whether the viewer may know that ``attachment`` exists."""
        if self.is_inside:
            return True
        if attachment.kind == AttachmentKind.CASE_EVIDENCE:
            return False
        return self.tells("name") and (self.is_confidential or attachment.reviewed_at is not None)

    def opens(self, attachment: Attachment) -> bool:
        return self.shows(attachment) and self.tells("content")


NOTHING = Reach(Disclosure.SUMMARY, is_inside=False, is_confidential=True)


def reach_of(actor: Actor, listing: Listing) -> Reach:
    """Return how far ``actor`` gets; whether the listing itself may be seen is asked before."""
    confidential = Need.objects.filter(
        pk=listing.pk, confidentiality=Confidentiality.CONFIDENTIAL
    ).exists()
    is_inside = is_private_side(actor, listing) or can_moderate_listing(actor, listing)
    if listing.state != ListingState.PUBLISHED and not is_inside:
        return NOTHING
    stage = stage_of(actor, listing, confidential=confidential)
    if is_inside:
        stage = max(stage, Disclosure.AGREED)
    return Reach(stage, is_inside, confidential)


def kept_attachments(listing: Listing) -> QuerySet[Attachment]:
    rows = Attachment.objects.filter(listing=listing, file__removed_at__isnull=True)
    return rows.select_related("file")


def shown_attachments(actor: Actor, listing: Listing) -> list[tuple[Attachment, bool]]:
    """Return what ``actor`` may know of, each with whether it may be opened."""
    kept = list(kept_attachments(listing))
    if not kept:
        return []
    reach = reach_of(actor, listing)
    shown = [(each, reach.opens(each)) for each in kept if reach.shows(each)]
    if shown and reach.is_confidential:
        note_attachments(actor, listing, ("name",))
    return shown
