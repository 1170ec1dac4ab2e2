"""What a company allows its park: to write down a need for it after a visit."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Park, User
from accounts.permissions import overseen
from catalog.choices import MandateWay
from catalog.models.listings import Listing

if TYPE_CHECKING:
    from accounts.actors import Actor


class MandateQuerySet(models.QuerySet["Mandate"]):
    def in_force(self) -> Self:
        return self.filter(revoked_at__isnull=True, valid_until__gte=timezone.localdate())

    def overseen_by(self, actor: "Actor") -> Self:
        return self.filter(overseen(actor, "organization__"))


class Mandate(models.Model):
    """A recorded authorization. It ends with its last day, or when either side revokes it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="mandates", verbose_name=_("企业/机构")
    )
    park = models.ForeignKey(
        Park,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("园区"),
    )
    given_by = models.CharField(_("授权人（姓名与职务）"), max_length=120)
    way = models.CharField(_("授权方式"), max_length=8, choices=MandateWay)
    given_on = models.DateField(_("授权日期"))
    valid_until = models.DateField(_("有效期至"))
    note = models.CharField(_("说明"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    recorded_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    revoked_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("撤销人"),
    )
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("代录授权")
        verbose_name_plural = _("代录授权")
        ordering: ClassVar[list[str]] = ["-recorded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.organization} {self.given_on}"

    @property
    def is_in_force(self) -> bool:
        return self.revoked_at is None and self.valid_until >= timezone.localdate()


class VisitDraft(models.Model):
    """A need that park staff wrote down for a company; it is the company's until confirmed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listing = models.OneToOneField(
        Listing, on_delete=models.CASCADE, related_name="visit_draft", verbose_name=_("需求")
    )
    mandate = models.ForeignKey(
        Mandate, on_delete=models.PROTECT, related_name="drafts", verbose_name=_("代录授权")
    )
    drafted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("代录人")
    )
    drafted_at = models.DateTimeField(_("代录时间"), auto_now_add=True)
    confirmed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("确认人"),
    )
    confirmed_at = models.DateTimeField(_("企业确认时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("代录需求")
        verbose_name_plural = _("代录需求")
        ordering: ClassVar[list[str]] = ["-drafted_at", "-pk"]

    def __str__(self) -> str:
        return str(self.listing)

    def get_absolute_url(self) -> str:
        return reverse("catalog:visit_draft", args=[self.public_id])
