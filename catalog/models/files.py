"""Files that people sent, and what they are attached to. The bytes lie in private storage."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from catalog.choices import AttachmentKind, FileFormat
from catalog.files.verdict import CONTENT_TYPES, IMAGES, FileType
from catalog.models.listings import Listing


class StoredFile(models.Model):
    """Inspected bytes under a random name. The record outlives them: ``removed_at`` says when
    they went."""

    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="stored_files",
        verbose_name=_("企业/机构"),
    )
    uploaded_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("上传人"),
    )
    # Below the private storage; empty once the bytes are gone.
    path = models.CharField(max_length=100, blank=True, editable=False)
    thumbnail_path = models.CharField(max_length=100, blank=True, editable=False)
    original_name = models.CharField(_("文件名"), max_length=120)
    format = models.CharField(_("格式"), max_length=8, choices=FileFormat)
    charset = models.CharField(max_length=10, blank=True)
    size = models.PositiveBigIntegerField(_("大小"))
    thumbnail_size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField("SHA-256", max_length=64)
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    removed_at = models.DateTimeField(_("删除时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("文件")
        verbose_name_plural = _("文件")
        constraints = [
            models.UniqueConstraint(
                fields=["path"], condition=~Q(path=""), name="stored_file_path_once"
            ),
            models.CheckConstraint(
                condition=Q(path="", removed_at__isnull=False)
                | (~Q(path="") & Q(removed_at__isnull=True)),
                name="stored_file_kept_or_removed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization"],
                condition=Q(removed_at__isnull=True),
                name="stored_file_kept",
            )
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.pk}"

    @property
    def is_image(self) -> bool:
        return self.format in IMAGES

    @property
    def content_type(self) -> str:
        found = CONTENT_TYPES[FileType(self.format)]
        return f"{found}; charset={self.charset}" if self.charset else found


class Attachment(models.Model):
    """A file of a listing, under an address nobody can guess."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listing = models.ForeignKey(
        Listing, on_delete=models.PROTECT, related_name="attachments", verbose_name=_("条目")
    )
    file = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="attachment", verbose_name=_("文件")
    )
    kind = models.CharField(
        _("类别"), max_length=14, choices=AttachmentKind, default=AttachmentKind.OTHER
    )
    description = models.CharField(_("说明"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    # Readers of an open listing see what its moderator saw; parties to an agreement need not wait.
    reviewed_at = models.DateTimeField(_("审核时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.kind}"

    def get_absolute_url(self) -> str:
        return reverse("catalog:attachment", args=[self.public_id])
