"""Places, and the parks that check the organizations in them."""

import uuid
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.terms import Term


class DistrictGroup(Term):
    """Several districts together: all that a confidential need tells of where it lies."""

    class Meta(Term.Meta):
        verbose_name = _("片区")
        verbose_name_plural = _("片区")


class District(Term):
    """A place a factory lies in or a vendor serves: Shanghai's districts and around them."""

    class Level(models.TextChoices):
        DISTRICT = "district", _("上海市辖区")
        PROVINCE = "province", _("长三角省份")
        REGION = "region", _("区域")

    level = models.CharField(_("级别"), max_length=10, choices=Level, default=Level.DISTRICT)
    group = models.ForeignKey(
        DistrictGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="districts",
        verbose_name=_("所属片区"),
    )

    class Meta(Term.Meta):
        verbose_name = _("地区")
        verbose_name_plural = _("地区")


class Park(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(_("代码"), max_length=60, unique=True)
    name_zh = models.CharField(_("园区名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("所在区")
    )
    focus = models.CharField(_("主导方向"), max_length=200, blank=True)
    description = models.TextField(_("介绍"), blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)
    is_demo = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = _("园区")
        verbose_name_plural = _("园区")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.name_zh

    def get_absolute_url(self) -> str:
        return reverse("accounts:park_detail", args=[self.public_id])


class ParkStaff(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="park_roles")
    park = models.ForeignKey(Park, on_delete=models.CASCADE, related_name="staff")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("园区管理员")
        verbose_name_plural = _("园区管理员")
        constraints = [
            models.UniqueConstraint(fields=["user", "park"], name="park_staff_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.park}"


class DistrictOfficer(models.Model):
    """Reads counts over a district's parks; sees no organization and no listing by that."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="district_roles", verbose_name=_("用户")
    )
    district = models.ForeignKey(
        District, on_delete=models.CASCADE, related_name="officers", verbose_name=_("地区")
    )
    created_at = models.DateTimeField(_("任命时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("区级观察员")
        verbose_name_plural = _("区级观察员")
        constraints = [
            models.UniqueConstraint(fields=["user", "district"], name="district_officer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.district}"
