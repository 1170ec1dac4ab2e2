"""What readers report of a listing or an organization, and what came of it."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from catalog.choices import ReportReason, ReportState
from catalog.models.listings import Listing
from catalog.permissions import overseen_reports

if TYPE_CHECKING:
    from accounts.actors import Actor


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> Self:
        return self.filter(state=ReportState.OPEN)

    def overseen_by(self, actor: "Actor") -> Self:
        """Those the actor may decide: never one about an organization they belong to."""
        return self.filter(overseen_reports(actor))


class Report(models.Model):
    """One reader's word against a listing or an organization.

    ``organization`` is whom it is about, or whose listing; it never learns who reported.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="reports", verbose_name=_("企业/机构")
    )
    listing = models.ForeignKey(
        Listing,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("条目"),
    )
    reason = models.CharField(_("原因"), max_length=12, choices=ReportReason)
    words = models.TextField(_("说明"), blank=True, max_length=1000)
    reporter = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("举报人"),
    )
    # Of somebody without an account who wants an answer.
    contact = models.EmailField(_("联系邮箱"), blank=True)
    created_at = models.DateTimeField(_("举报时间"), auto_now_add=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=ReportState, default=ReportState.OPEN
    )
    answer = models.CharField(_("处理结果"), max_length=500, blank=True)
    handled_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("处理人"),
    )
    handled_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("举报")
        verbose_name_plural = _("举报")
        ordering: ClassVar[list[str]] = ["created_at", "pk"]
        constraints = [
            # One person's reports of one thing fold into one while it is open.
            models.UniqueConstraint(
                fields=["reporter", "organization", "listing"],
                condition=Q(state=ReportState.OPEN, reporter__isnull=False),
                nulls_distinct=False,
                name="report_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} · {self.listing or self.organization}"

    def get_absolute_url(self) -> str:
        return reverse("catalog:report", args=[self.public_id])
