"""Organizations, who acts for them, and who checked them."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.models.places import District, Park
from accounts.validators import validate_credit_code

if TYPE_CHECKING:
    from accounts.actors import Actor


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def active(self) -> Self:
        return self.filter(suspended_at__isnull=True)

    def verified(self) -> Self:
        return self.filter(verified_at__isnull=False)


class Organization(models.Model):
    class Size(models.TextChoices):
        LARGE = "large", _("大型")
        MEDIUM = "medium", _("中型")
        SMALL = "small", _("小型")
        MICRO = "micro", _("微型")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    legal_name = models.CharField(_("企业全称"), max_length=120)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    credit_code = models.CharField(
        _("统一社会信用代码"), max_length=18, blank=True, validators=[validate_credit_code]
    )
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("所在区")
    )
    size = models.CharField(_("规模"), max_length=10, choices=Size, blank=True)
    park = models.ForeignKey(
        Park,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organizations",
        verbose_name=_("所属园区"),
    )
    website = models.URLField(_("网站"), blank=True)
    description = models.TextField(_("简介"), blank=True, max_length=4000)
    verified_at = models.DateTimeField(_("核验时间"), null=True, blank=True)
    verified_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="verified_organizations",
        verbose_name=_("核验人"),
    )
    # Kept beside the person: a badge names the park that checked, also after staff changed.
    verified_by_park = models.ForeignKey(
        Park, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    suspended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    is_claimed = models.BooleanField(_("已认领"), default=True)
    is_demo = models.BooleanField(_("演示数据"), default=False)
    source = models.CharField(_("来源"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("企业/机构")
        verbose_name_plural = _("企业/机构")
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=Q(verified_at__isnull=False) & ~Q(credit_code=""),
                name="organization_verified_code_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.legal_name

    def get_absolute_url(self) -> str:
        return reverse("accounts:organization_detail", args=[self.public_id])

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        """Roles that count now: neither the role nor the organization is suspended."""
        return self.filter(suspended_at__isnull=True, organization__suspended_at__isnull=True)


class Membership(models.Model):
    class Role(models.TextChoices):
        OWNER = "owner", _("所有者")
        EDITOR = "editor", _("编辑")
        VIEWER = "viewer", _("查看")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("角色"), max_length=10, choices=Role, default=Role.VIEWER)
    suspended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("加入时间"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("成员")
        verbose_name_plural = _("成员")
        constraints = [
            models.UniqueConstraint(fields=["user", "organization"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organization}"
