"""Who was let into a confidential listing, and who looked at what of it."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from catalog.choices import ViewerStanding
from catalog.models.listings import Listing


class DisclosureGrantQuerySet(models.QuerySet["DisclosureGrant"]):
    def in_force(self) -> Self:
        """Those that count now; a suspended organization's do not."""
        return self.filter(revoked_at__isnull=True, organization__suspended_at__isnull=True)


class DisclosureGrant(models.Model):
    """An organization may read a listing up to a stage, since both sides said so."""

    class Stage(models.IntegerChoices):
        ACCEPTED = 1, _("双方接受对接")
        AGREED = 2, _("双方确认保密约定")

    listing = models.ForeignKey(
        Listing, on_delete=models.CASCADE, related_name="grants", verbose_name=_("条目")
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="disclosure_grants",
        verbose_name=_("企业/机构"),
    )
    stage = models.PositiveSmallIntegerField(_("阶段"), choices=Stage)
    since = models.DateTimeField(_("开始时间"), default=timezone.now)
    # Plain ids: introductions belong to the app above.
    introduction_id = models.BigIntegerField()
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    objects = DisclosureGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("披露授权")
        verbose_name_plural = _("披露授权")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "organization", "introduction_id", "stage"],
                condition=models.Q(revoked_at__isnull=True),
                name="grant_in_force_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["organization"],
                condition=models.Q(revoked_at__isnull=True),
                name="grant_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} → {self.listing_id} ({self.stage})"


class DisclosureView(models.Model):
    """Somebody outside the owning organization had confidential fields before their eyes.

    Appended only, one row a viewer, listing, set of fields and hour; the database refuses
    changes. The owner reads it at the listing's own page.
    """

    listing = models.ForeignKey(
        Listing, on_delete=models.PROTECT, related_name="views", verbose_name=_("条目")
    )
    viewer = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("查看人")
    )
    # On whose behalf; null for those who act for no organization.
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("企业/机构"),
    )
    standing = models.CharField(_("身份"), max_length=10, choices=ViewerStanding)
    stage = models.PositiveSmallIntegerField(_("阶段"))
    fields = ArrayField(models.CharField(max_length=40), verbose_name=_("内容"))
    at = models.DateTimeField(_("时间"), default=timezone.now)
    hour = models.DateTimeField()

    class Meta:
        verbose_name = _("查看记录")
        verbose_name_plural = _("查看记录")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "viewer", "organization", "standing", "stage", "fields", "hour"],
                nulls_distinct=False,
                name="disclosure_view_once_an_hour",
            )
        ]

    def __str__(self) -> str:
        return f"{self.viewer_id} → {self.listing_id}"
