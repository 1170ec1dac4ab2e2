"""The record of what happened."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """What happened, who did it, on whose behalf. Appended only; it carries ids, never content."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    verb = models.CharField(max_length=60)
    # Plain ids rather than foreign keys: the record outlives what it tells of.
    user_id = models.BigIntegerField(null=True)
    organization_id = models.BigIntegerField(null=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    data = models.JSONField(default=dict)
    # The transaction that wrote the row, stamped by a trigger whatever an INSERT says: ids are
    # handed out before anybody commits, so only this tells which rows can still appear.
    written_in = models.BigIntegerField(db_default=0, editable=False)

    class Meta:
        verbose_name = _("事件")
        verbose_name_plural = _("事件")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"]),
            models.Index(fields=["written_in", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type}:{self.subject_id}"


class AuditSeal(models.Model):
    """A batch of events under a hash that also covers the batch before it.

    It covers every event written in a transaction from ``lower`` up to, not including,
    ``horizon``; when it was made, all of those transactions had ended. Appended only.
    """

    number = models.BigIntegerField(_("编号"), primary_key=True)
    lower = models.BigIntegerField()
    horizon = models.BigIntegerField()
    first_id = models.BigIntegerField(_("首个事件"))
    last_id = models.BigIntegerField(_("末个事件"))
    count = models.BigIntegerField(_("事件数"))
    sealed_at = models.DateTimeField(_("封存时间"))
    rows_hash = models.CharField(max_length=64)
    # Unique: two successors of one batch would be a fork.
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(_("哈希"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("封存批次")
        verbose_name_plural = _("封存批次")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} · {self.hash[:12]}"
