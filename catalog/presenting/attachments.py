"""The attachments of a listing as one viewer may see them on its page."""

from dataclasses import dataclass

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from accounts.actors import Actor
from catalog.attachments import shown_attachments
from catalog.choices import AttachmentKind, ListingState
from catalog.files.verdict import EXTENSIONS
from catalog.models import Attachment, Listing
from catalog.permissions import can_edit_listing, can_moderate_listing

ACCEPT = ",".join(f".{each}" for listed in EXTENSIONS.values() for each in listed)


@dataclass(frozen=True, slots=True)
class ShownAttachment:
    name: str
    kind: str
    format: str
    size: str
    description: str
    # Empty while the viewer may know the name only.
    href: str
    thumbnail: str
    remove_href: str
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Attachments:
    """What the page shows; none at all for whoever may not even know how many there are."""

    rows: list[ShownAttachment]
    can_add: bool
    can_review: bool
    is_full: bool
    kinds: list[tuple[str, str]]
    accept: str
    megabytes: int
    most: int


def attachments_of(actor: Actor, listing: Listing) -> Attachments | None:
    can_add = can_edit_listing(actor, listing) and listing.state != ListingState.ARCHIVED
    shown = shown_attachments(actor, listing)
    if not shown and not can_add:
        return None
    rows = [_row(each, opens=opens, can_remove=can_add) for each, opens in shown]
    waiting = any(row.is_waiting for row in rows)
    return Attachments(
        rows=rows,
        can_add=can_add,
        can_review=waiting and can_moderate_listing(actor, listing),
        is_full=len(rows) >= settings.FILES_PER_LISTING,
        kinds=[(value, str(label)) for value, label in AttachmentKind.choices],
        accept=ACCEPT,
        megabytes=settings.FILE_MEGABYTES,
        most=settings.FILES_PER_LISTING,
    )


def _row(attachment: Attachment, *, opens: bool, can_remove: bool) -> ShownAttachment:
    address = [attachment.public_id]
    file = attachment.file
    return ShownAttachment(
        name=file.original_name,
        kind=str(AttachmentKind(attachment.kind).label),
        format=file.get_format_display(),
        size=filesizeformat(file.size),
        description=attachment.description if opens else "",
        href=reverse("catalog:attachment", args=address) if opens else "",
        thumbnail=(
            reverse("catalog:attachment_thumbnail", args=address)
            if opens and file.thumbnail_path
            else ""
        ),
        remove_href=reverse("catalog:attachment_remove", args=address) if can_remove else "",
        is_waiting=attachment.reviewed_at is None,
    )
