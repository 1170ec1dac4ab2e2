"""Attachments of a listing: sent, opened, reviewed and removed."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import ActorRequest
from catalog.attachments import reach_of
from catalog.choices import AttachmentKind
from catalog.disclosure import note_attachments
from catalog.files.naming import shown_name
from catalog.models import Attachment
from catalog.permissions import can_moderate_listing, visible_listings
from catalog.services import attach_file, note_opening, remove_attachment, review_attachments
from catalog.views.common import attempt, editable, for_editors, visible
from catalog.views.sending import send_file


@require_POST
@for_editors
def attachment_add(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Take several files at once; each is kept or refused on its own."""
    listing = editable(request.actor, public_id)
    uploads = request.FILES.getlist("files")
    kind = request.POST.get("kind", "")
    if not uploads:
        messages.error(request, _("请选择要上传的文件。"))
    kept = 0
    for upload in uploads[: settings.FILES_PER_LISTING]:
        try:
            attach_file(
                actor=request.actor,
                listing=listing,
                upload=upload,
                kind=AttachmentKind(kind) if kind in AttachmentKind else AttachmentKind.OTHER,
                description=request.POST.get("description", "").strip(),
            )
            kept += 1
        except ValidationError as refusal:
            told = {"name": shown_name(upload.name or ""), "words": " ".join(refusal.messages)}
            messages.error(request, _("“%(name)s”没有上传：%(words)s") % told)
    if len(uploads) > settings.FILES_PER_LISTING:
        told = {"n": settings.FILES_PER_LISTING}
        messages.error(request, _("一次最多上传 %(n)s 个文件，其余没有上传。") % told)
    if kept:
        messages.success(request, _("已上传 %(n)s 个附件。") % {"n": kept})
    # Without the fragment: what was refused is said at the top of the page.
    return redirect(listing)


@require_safe
def attachment(request: ActorRequest, public_id: UUID) -> HttpResponseBase:
    found = _opened(request, public_id)
    file = found.file
    return send_file(file.path, file.content_type, file.original_name, inline=file.is_image)


@require_safe
def attachment_thumbnail(request: ActorRequest, public_id: UUID) -> HttpResponseBase:
    found = _opened(request, public_id)
    if not found.file.thumbnail_path:
        raise Http404
    return send_file(found.file.thumbnail_path, "image/jpeg", "", inline=True)


def _opened(request: ActorRequest, public_id: UUID) -> Attachment:
    """Return an attachment that may be opened; all others answer like what does not exist."""
    rows = Attachment.objects.filter(
        visible_listings(request.actor, "listing__"), file__removed_at__isnull=True
    ).select_related("file", "listing__organization")
    found = get_object_or_404(rows, public_id=public_id)
    reach = reach_of(request.actor, found.listing)
    if not reach.opens(found):
        raise Http404
    if reach.is_confidential:
        note_attachments(request.actor, found.listing, ("content",))
        note_opening(actor=request.actor, attachment=found)
    return found


@require_POST
@for_editors
def attachment_remove(request: ActorRequest, public_id: UUID) -> HttpResponse:
    rows = Attachment.objects.filter(file__removed_at__isnull=True).select_related("file")
    found = get_object_or_404(rows, public_id=public_id)
    listing = editable(request.actor, _listing_of(found))
    attempt(
        request,
        lambda: remove_attachment(actor=request.actor, attachment=found),
        _("附件已删除。"),
    )
    return redirect(f"{listing.get_absolute_url()}#attachments")


def _listing_of(found: Attachment) -> UUID:
    return found.listing.public_id


@require_POST
@login_required
def attachments_review(request: ActorRequest, public_id: UUID) -> HttpResponse:
    listing = visible(request.actor, public_id)
    if not can_moderate_listing(request.actor, listing):
        raise Http404
    attempt(
        request,
        lambda: review_attachments(actor=request.actor, listing=listing),
        _("附件已核可，能看到条目的人现在可以看到它们。"),
    )
    return redirect(f"{listing.get_absolute_url()}#attachments")
