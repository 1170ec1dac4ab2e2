"""What a vendor can do."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import District, Park
from catalog.choices import CaseEvidence, PriceBasis, PriceVisibility
from catalog.models.listings import Listing
from catalog.models.vocabulary import (
    CapabilityDomain,
    Certification,
    Industry,
    Parameter,
    ProjectType,
)


def _ordered(low: str, high: str) -> Q:
    """Return a condition that holds while either bound is unknown or both are in order."""
    return (
        Q(**{f"{low}__isnull": True})
        | Q(**{f"{high}__isnull": True})
        | Q(**{f"{low}__lte": F(high)})
    )


class Solution(Listing):
    description = models.TextField(_("详细说明"), blank=True)
    industries = models.ManyToManyField(
        Industry, blank=True, related_name="solutions", verbose_name=_("服务行业")
    )
    project_types = models.ManyToManyField(
        ProjectType, blank=True, related_name="solutions", verbose_name=_("项目类型")
    )
    price_low = models.DecimalField(
        _("价格下限"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    price_high = models.DecimalField(
        _("价格上限"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    price_basis = models.CharField(_("计价单位"), max_length=10, choices=PriceBasis, blank=True)
    price_includes_tax = models.BooleanField(_("价格含税"), null=True, blank=True)
    price_scope = models.CharField(_("价格包含范围"), max_length=300, blank=True)
    price_visibility = models.CharField(
        _("价格可见范围"), max_length=10, choices=PriceVisibility, default=PriceVisibility.PUBLIC
    )
    lead_time_low = models.PositiveSmallIntegerField(_("最短交付周期（周）"), null=True, blank=True)
    lead_time_high = models.PositiveSmallIntegerField(
        _("最长交付周期（周）"), null=True, blank=True
    )
    capacity = models.PositiveIntegerField(_("可并行项目数"), null=True, blank=True)
    capacity_taken = models.PositiveIntegerField(_("已占用项目数"), null=True, blank=True)
    earliest_start = models.DateField(_("最早可开工"), null=True, blank=True)
    response_hours = models.PositiveIntegerField(_("故障响应（小时）"), null=True, blank=True)
    on_site = models.BooleanField(_("提供驻场"), null=True, blank=True)
    warranty_months = models.PositiveIntegerField(_("质保（月）"), null=True, blank=True)
    spares = models.CharField(_("备件"), max_length=300, blank=True)
    yearly_fee = models.DecimalField(
        _("年服务费"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    nationwide = models.BooleanField(_("服务全国"), default=False)
    service_districts = models.ManyToManyField(
        District, blank=True, related_name="served_by", verbose_name=_("服务地区")
    )
    domestic_share = models.DecimalField(
        _("国产化率（%）"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    wished_project_low = models.DecimalField(
        _("期望项目金额下限"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    wished_project_high = models.DecimalField(
        _("期望项目金额上限"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    wished_industries = models.ManyToManyField(
        Industry, blank=True, related_name="+", verbose_name=_("期望行业")
    )
    wished_districts = models.ManyToManyField(
        District, blank=True, related_name="+", verbose_name=_("期望地区")
    )

    class Meta:
        verbose_name = _("解决方案")
        verbose_name_plural = _("解决方案")
        constraints = [
            models.CheckConstraint(
                condition=_ordered("price_low", "price_high"), name="solution_price_ordered"
            ),
            models.CheckConstraint(
                condition=_ordered("lead_time_low", "lead_time_high"),
                name="solution_lead_time_ordered",
            ),
            models.CheckConstraint(
                condition=_ordered("capacity_taken", "capacity"),
                name="solution_capacity_ordered",
            ),
            models.CheckConstraint(
                condition=_ordered("wished_project_low", "wished_project_high"),
                name="solution_wish_ordered",
            ),
        ]


class SolutionLimit(models.Model):
    solution = models.ForeignKey(Solution, on_delete=models.CASCADE, related_name="limits")
    parameter = models.ForeignKey(Parameter, on_delete=models.PROTECT, verbose_name=_("参数"))
    low = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    choices = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    flag = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = _("方案参数范围")
        verbose_name_plural = _("方案参数范围")
        ordering: ClassVar[list[str]] = ["parameter__position"]
        constraints = [
            models.UniqueConstraint(fields=["solution", "parameter"], name="solution_limit_once"),
            models.CheckConstraint(
                condition=_ordered("low", "high"), name="solution_limit_ordered"
            ),
        ]

    def __str__(self) -> str:
        return str(self.parameter)


class Case(models.Model):
    solution = models.ForeignKey(Solution, on_delete=models.CASCADE, related_name="cases")
    position = models.PositiveSmallIntegerField()
    customer = models.CharField(_("客户或其描述"), max_length=300, blank=True)
    customer_anonymous = models.BooleanField(_("客户匿名"), default=True)
    industry = models.ForeignKey(
        Industry, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("行业")
    )
    year = models.PositiveSmallIntegerField(_("年份"), null=True, blank=True)
    result = models.CharField(_("可衡量的成效"), max_length=300, blank=True)
    evidence = models.CharField(
        _("证据级别"), max_length=20, choices=CaseEvidence, default=CaseEvidence.STATED
    )
    # Who stands behind the evidence, as readers may know it: a park, or a customer who allows it.
    proven_by = models.CharField(_("核验或确认方"), max_length=120, blank=True)
    proven_at = models.DateTimeField(_("核验或确认时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("案例")
        verbose_name_plural = _("案例")
        ordering: ClassVar[list[str]] = ["solution", "position"]
        constraints = [
            models.UniqueConstraint(fields=["solution", "position"], name="case_position_once")
        ]

    def __str__(self) -> str:
        return self.customer or str(self.pk)


class HeldCertification(models.Model):
    solution = models.ForeignKey(Solution, on_delete=models.CASCADE, related_name="certifications")
    certification = models.ForeignKey(Certification, on_delete=models.PROTECT)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    verified_at = models.DateTimeField(_("核验时间"), null=True, blank=True)
    verified_by_park = models.ForeignKey(
        Park,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("核验园区"),
    )

    class Meta:
        verbose_name = _("持有资质")
        verbose_name_plural = _("持有资质")
        ordering: ClassVar[list[str]] = ["certification__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["solution", "certification"], name="held_certification_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.certification)

    def counts_on(self, day: date) -> bool:
        """Whether somebody checked it and it has not run out."""
        is_over = self.valid_until is not None and self.valid_until < day
        return self.verified_at is not None and not is_over


class MaturityReach(models.Model):
    solution = models.ForeignKey(Solution, on_delete=models.CASCADE, related_name="maturity")
    domain = models.ForeignKey(CapabilityDomain, on_delete=models.PROTECT)
    level = models.PositiveSmallIntegerField(_("可达等级"))

    class Meta:
        verbose_name = _("可达成熟度")
        verbose_name_plural = _("可达成熟度")
        ordering: ClassVar[list[str]] = ["domain__position"]
        constraints = [
            models.UniqueConstraint(fields=["solution", "domain"], name="maturity_reach_once"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=5), name="maturity_reach_levels"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.domain}: {self.level}"
