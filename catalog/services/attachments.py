"""Every write of attachments: taken in, reviewed, removed; and the record of who opened one."""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.errors import Refused
from accounts.events import record
from accounts.models import Organization
from accounts.permissions import is_member_of, require
from catalog.choices import AttachmentKind, FileFormat, ListingState
from catalog.files.inspecting import inspect_file
from catalog.files.limits import MEGABYTE
from catalog.files.naming import LENGTH, extension_of, shown_name
from catalog.files.sentences import sentence
from catalog.files.storage import discard, keep
from catalog.files.verdict import EXTENSIONS, IMAGES, RefusedFile, Verdict
from catalog.models import Attachment, Listing, StoredFile
from catalog.permissions import can_edit_listing, can_moderate_listing

Row = TypeVar("Row")

# Whoever takes a bigger piece at once holds more in memory than a file needs.
_CHUNK = 256 * 1024


def attach_file(
    *,
    actor: Actor,
    listing: Listing,
    upload: "UploadedFile[bytes]",
    kind: AttachmentKind,
    description: str = "",
) -> Attachment:
    """Inspect ``upload`` and keep it with ``listing``, or refuse it with the reason."""
    require(can_edit_listing(actor, listing))
    if len(description) > 200:
        raise Refused(_("最多 %(n)s 个字。") % {"n": 200})
    # Asked before the work, and again under the lock: a full house need not look at files.
    _require_room(listing, 0)

    def attach(file: StoredFile) -> Attachment:
        attachment = Attachment.objects.create(
            listing=listing, file=file, kind=kind, description=description.strip()
        )
        record(actor, "attachment.added", attachment, listing=listing.pk, file=file.pk)
        return attachment

    return keep_file(
        actor=actor,
        organization_id=listing.organization_id,
        upload=upload,
        require_room=lambda size: _require_room(listing, size),
        use=attach,
    )


def keep_file(
    *,
    actor: Actor,
    organization_id: int,
    upload: "UploadedFile[bytes]",
    require_room: Callable[[int], None],
    use: Callable[[StoredFile], Row],
) -> Row:
    """Inspect ``upload``, store it, and return the row that ``use`` makes of it.

    ``require_room`` is asked under the lock of the organization's row how many bytes still fit.
    Both happen or neither; raises Refused with the reason.
    """
    with tempfile.TemporaryDirectory(prefix="zhipei-") as name:
        folder = Path(name)
        try:
            verdict = _inspected(upload, folder)
        except RefusedFile as refusal:
            raise Refused(sentence(refusal), code=refusal.code) from None
        return _kept(actor, organization_id, upload, verdict, folder, require_room, use)


def _inspected(upload: "UploadedFile[bytes]", folder: Path) -> Verdict:
    megabytes = settings.FILE_MEGABYTES
    if (upload.size or 0) > megabytes * MEGABYTE:
        raise RefusedFile("too_large", megabytes=megabytes)
    sent = folder / "sent"
    with sent.open("wb") as opened:
        for piece in upload.chunks(_CHUNK):
            opened.write(piece)
    extension = extension_of(shown_name(upload.name or ""))
    verdict = inspect_file(sent, extension, folder)
    if extension not in EXTENSIONS[verdict.type]:
        told = str(FileFormat(verdict.type).label)
        raise RefusedFile("extension", extension=extension[:20], type=told)
    if verdict.type not in IMAGES:
        sent.rename(folder / "file")
    return verdict


def _kept(
    actor: Actor,
    organization_id: int,
    upload: "UploadedFile[bytes]",
    verdict: Verdict,
    folder: Path,
    require_room: Callable[[int], None],
    use: Callable[[StoredFile], Row],
) -> Row:
    """Write bytes and rows: the bytes first, so that no row ever lacks them."""
    source, thumbnail = folder / "file", folder / "thumbnail"
    size = source.stat().st_size
    small = thumbnail.stat().st_size if thumbnail.exists() else 0
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    paths: list[str] = []
    try:
        with transaction.atomic():
            # Two files at the same time must not both take the last place.
            Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
            require_room(size + small)
            paths += [keep(source)] + ([keep(thumbnail)] if small else [])
            file = StoredFile.objects.create(
                organization_id=organization_id,
                uploaded_by=actor.user,
                path=paths[0],
                thumbnail_path=paths[1] if small else "",
                original_name=shown_name(upload.name or "")[:LENGTH],
                format=FileFormat(verdict.type),
                charset=verdict.charset,
                size=size,
                thumbnail_size=small,
                sha256=digest,
            )
            return use(file)
    except BaseException:
        discard(*paths)
        raise


def _require_room(listing: Listing, size: int) -> None:
    """Refuse what goes over a limit; it only holds while the organization's row is locked."""
    if Listing.objects.filter(pk=listing.pk, state=ListingState.ARCHIVED).exists():
        raise Refused(_("已归档的条目不能再修改。"))
    kept = Attachment.objects.filter(listing=listing, file__removed_at__isnull=True).count()
    if kept >= settings.FILES_PER_LISTING:
        told = {"n": settings.FILES_PER_LISTING}
        raise Refused(_("每个条目最多 %(n)s 个附件，请先删除不需要的。") % told, code="too_many")
    require_bytes(listing.organization_id, size)


def require_bytes(organization_id: int, size: int) -> None:
    """Refuse more than an organization may keep of files altogether."""
    if used_bytes(organization_id) + size > settings.FILES_MEGABYTES * MEGABYTE:
        told = {"n": settings.FILES_MEGABYTES}
        raise Refused(
            _("本企业的附件总量不能超过 %(n)s MB，请先删除不需要的。") % told, code="no_room"
        )


def used_bytes(organization_id: int) -> int:
    """Return how much of private storage an organization's files take."""
    rows = StoredFile.objects.filter(organization_id=organization_id, removed_at__isnull=True)
    return rows.aggregate(total=Sum(F("size") + F("thumbnail_size")))["total"] or 0


@transaction.atomic
def remove_attachment(*, actor: Actor, attachment: Attachment) -> StoredFile:
    """Delete the bytes for good; the record of the file stays."""
    require(can_edit_listing(actor, attachment.listing))
    file = remove_file(attachment.file)
    record(actor, "attachment.removed", attachment, listing=attachment.listing_id, file=file.pk)
    return file


def remove_file(file: StoredFile) -> StoredFile:
    """Take a file's bytes away when the transaction commits; call it inside one."""
    file = StoredFile.objects.select_for_update(no_key=True).get(pk=file.pk)
    if file.removed_at is not None:
        raise Refused(_("附件已经删除。"), code="gone")
    paths = (file.path, file.thumbnail_path)
    file.path, file.thumbnail_path, file.removed_at = "", "", timezone.now()
    file.save(update_fields=["path", "thumbnail_path", "removed_at"])
    transaction.on_commit(lambda: discard(*paths))
    return file


@transaction.atomic
def review_attachments(*, actor: Actor, listing: Listing) -> int:
    """Let readers of the listing see what its moderator has seen; return how many that opened."""
    require(can_moderate_listing(actor, listing))
    waiting = Attachment.objects.select_for_update(no_key=True, of=["self"]).filter(
        listing=listing, reviewed_at__isnull=True, file__removed_at__isnull=True
    )
    ids = list(waiting.values_list("pk", flat=True))
    Attachment.objects.filter(pk__in=ids).update(reviewed_at=timezone.now())
    if ids:
        record(actor, "attachment.reviewed", listing, count=len(ids))
    return len(ids)


def note_opening(*, actor: Actor, attachment: Attachment) -> None:
    """Record that somebody outside the owning organization opened a confidential file."""
    if actor.is_authenticated and not is_member_of(actor, attachment.listing.organization_id):
        record(actor, "attachment.opened", attachment, listing=attachment.listing_id)
