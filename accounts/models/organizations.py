"""Organizations, who acts for them, and who checked them."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Self, TypeAlias

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import MembershipRole
from accounts.models.people import User
from accounts.models.places import District, Park
from accounts.permissions import overseen, rows_of_own_organization, visible_organizations
from accounts.validators import validate_credit_code

if TYPE_CHECKING:
    from accounts.actors import Actor


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def active(self) -> Self:
        return self.filter(suspended_at__isnull=True)

    def verified(self) -> Self:
        """Those whose check counts today: one that has run out does not, ended or not yet."""
        return self.filter(verified_until__gte=timezone.localdate())

    def unverified(self) -> Self:
        return self.exclude(verified_until__gte=timezone.localdate())

    def visible_to(self, actor: "Actor") -> Self:
        """Everybody sees working organizations; the suspended only those who oversee them."""
        return self.filter(visible_organizations(actor))

    def overseen_by(self, actor: "Actor") -> Self:
        """Those the actor may check: their parks' or all, and never one they belong to."""
        return self.filter(overseen(actor))

    def awaiting_verification(self) -> Self:
        """Working organizations that somebody claimed and nobody has checked yet."""
        return self.active().unverified().filter(is_claimed=True)


class Organization(models.Model):
    class Size(models.TextChoices):
        LARGE = "large", _("大型")
        MEDIUM = "medium", _("中型")
        SMALL = "small", _("小型")
        MICRO = "micro", _("微型")

        @property
        def is_small(self) -> bool:
            return self in (Organization.Size.SMALL, Organization.Size.MICRO)

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
    # Never shown to others: they tell the park when competitors are not strangers.
    legal_representative = models.CharField(_("法定代表人"), max_length=60, blank=True)
    shareholders = models.TextField(_("股东"), blank=True, max_length=2000)
    verified_at = models.DateTimeField(_("核验时间"), null=True, blank=True)
    verified_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="verified_organizations",
        verbose_name=_("核验人"),
    )
    verified_until = models.DateField(_("核验有效期至"), null=True, blank=True)
    # Kept beside the person: a badge names the park that checked, also after staff changed.
    verified_by_park = models.ForeignKey(
        Park,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("核验园区"),
    )
    # Counts the changes of what gets checked: a check of older facts does not pass for these.
    facts_version = models.PositiveIntegerField(default=1, editable=False)
    suspended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    is_claimed = models.BooleanField(_("已认领"), default=True)
    is_demo = models.BooleanField(_("演示数据"), default=False)
    source = models.CharField(_("来源"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("企业/机构")
        verbose_name_plural = _("企业/机构")
        ordering: ClassVar[list[str]] = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=Q(verified_at__isnull=False) & ~Q(credit_code=""),
                name="organization_verified_code_unique",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_until__isnull=True)
                | Q(verified_at__isnull=False, verified_until__isnull=False),
                name="organization_verified_until_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.legal_name

    def get_absolute_url(self) -> str:
        return reverse("accounts:organization_detail", args=[self.public_id])

    @property
    def is_verified(self) -> bool:
        return self.verified_until is not None and self.verified_until >= timezone.localdate()

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None

    @property
    def is_small(self) -> bool | None:
        """Whether it counts as a small or micro enterprise; None while its size is not stated."""
        return self.Size(self.size).is_small if self.size else None


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        """Roles that count now: neither the role nor the organization is suspended."""
        return self.filter(suspended_at__isnull=True, organization__suspended_at__isnull=True)

    def acting_owners(self) -> Self:
        """Owners who can still act: an organization keeps at least one."""
        return self.filter(
            role=Membership.Role.OWNER, suspended_at__isnull=True, user__is_active=True
        )

    def visible_to(self, actor: "Actor") -> Self:
        """Colleagues in the organization the actor acts for."""
        return self.filter(rows_of_own_organization(actor))


class Membership(models.Model):
    Role: TypeAlias = MembershipRole

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("用户")
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("企业/机构"),
    )
    role = models.CharField(_("角色"), max_length=10, choices=Role, default=Role.VIEWER)
    suspended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("加入时间"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("成员")
        verbose_name_plural = _("成员")
        ordering: ClassVar[list[str]] = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "organization"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organization}"


class Verification(models.Model):
    """One check of an organization: what was looked at, and why it stopped counting."""

    class Check(models.TextChoices):
        LICENCE = "licence", _("营业执照")
        REGISTRY = "registry", _("国家企业信用信息公示系统")
        ADDRESS = "address", _("注册或经营地址在园区内")
        CONTACT = "contact", _("联系人身份")
        VISIT = "visit", _("实地走访")

    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="verifications",
        verbose_name=_("企业/机构"),
    )
    park = models.ForeignKey(
        Park,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("核验园区"),
    )
    checks = ArrayField(models.CharField(max_length=12, choices=Check), verbose_name=_("核验内容"))
    note = models.TextField(_("说明"), blank=True, max_length=1000)
    verified_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("核验人"),
    )
    verified_at = models.DateTimeField(_("核验时间"))
    valid_until = models.DateField(_("有效期至"))
    ended_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("撤销人"),
    )
    ended_at = models.DateTimeField(_("失效时间"), null=True, blank=True)
    end_reason = models.CharField(_("失效原因"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("核验记录")
        verbose_name_plural = _("核验记录")
        ordering: ClassVar[list[str]] = ["-verified_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(ended_at__isnull=True),
                name="verification_current_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.verified_at:%Y-%m-%d}"

    def check_labels(self) -> list[str]:
        return [str(self.Check(code).label) for code in self.checks]
