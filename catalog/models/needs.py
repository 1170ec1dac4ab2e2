"""What a factory wants changed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import District
from catalog.choices import (
    BudgetVisibility,
    Confidentiality,
    NeedStage,
    Procurement,
    RequirementKind,
    RequirementLevel,
    WindowReason,
)
from catalog.models.listings import Listing
from catalog.models.vocabulary import CapabilityDomain, Industry, Parameter, ProjectType


class Need(Listing):
    situation = models.TextField(_("现状与问题"), blank=True)
    goal = models.TextField(_("期望达到的目标"), blank=True)
    project_type = models.ForeignKey(
        ProjectType, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("项目类型")
    )
    stage = models.CharField(_("项目阶段"), max_length=10, choices=NeedStage, blank=True)
    decision_date = models.DateField(_("决策日期"), null=True, blank=True)
    procurement = models.CharField(_("采购方式"), max_length=16, choices=Procurement, blank=True)
    industry = models.ForeignKey(
        Industry,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("行业"),
    )
    budget_low = models.DecimalField(
        _("预算下限"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    budget_high = models.DecimalField(
        _("预算上限"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    budget_includes_tax = models.BooleanField(_("预算含税"), null=True, blank=True)
    budget_is_ceiling = models.BooleanField(_("预算上限为限价"), default=False)
    budget_visibility = models.CharField(
        _("预算可见范围"), max_length=10, choices=BudgetVisibility, default=BudgetVisibility.OWNER
    )
    wanted_start = models.DateField(_("期望开始"), null=True, blank=True)
    wanted_end = models.DateField(_("期望完成"), null=True, blank=True)
    window_is_fixed = models.BooleanField(_("工期不可调整"), default=False)
    window_reason = models.CharField(
        _("不可调整的原因"), max_length=10, choices=WindowReason, blank=True
    )
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("所在区"),
    )
    confidentiality = models.CharField(
        _("保密级别"), max_length=14, choices=Confidentiality, default=Confidentiality.OPEN
    )
    weights = models.JSONField(_("各项比重"), null=True, blank=True)

    class Meta:
        verbose_name = _("需求")
        verbose_name_plural = _("需求")
        constraints = [
            models.CheckConstraint(
                condition=Q(budget_low__isnull=True)
                | Q(budget_high__isnull=True)
                | Q(budget_low__lte=F("budget_high")),
                name="need_budget_ordered",
            ),
            models.CheckConstraint(
                condition=Q(wanted_start__isnull=True)
                | Q(wanted_end__isnull=True)
                | Q(wanted_start__lte=F("wanted_end")),
                name="need_dates_ordered",
            ),
            models.CheckConstraint(
                condition=Q(window_is_fixed=False) | Q(wanted_end__isnull=False),
                name="need_fixed_window_ends",
            ),
            models.CheckConstraint(
                condition=Q(window_is_fixed=True) | Q(window_reason=""),
                name="need_window_reason_of_fixed",
            ),
        ]


class NeedParameter(models.Model):
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="parameters")
    parameter = models.ForeignKey(Parameter, on_delete=models.PROTECT, verbose_name=_("参数"))
    number = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    choice = models.CharField(max_length=60, blank=True)
    flag = models.BooleanField(null=True, blank=True)
    text = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("需求参数")
        verbose_name_plural = _("需求参数")
        ordering: ClassVar[list[str]] = ["parameter__position"]
        constraints = [
            models.UniqueConstraint(fields=["need", "parameter"], name="need_parameter_once")
        ]

    def __str__(self) -> str:
        return str(self.parameter)


class Requirement(models.Model):
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="requirements")
    position = models.PositiveSmallIntegerField()
    level = models.CharField(_("级别"), max_length=6, choices=RequirementLevel)
    kind = models.CharField(_("类型"), max_length=20, choices=RequirementKind)
    text = models.CharField(_("说明"), max_length=300, blank=True)
    # The code of a vocabulary row; which vocabulary follows from the kind.
    code = models.CharField(_("选项"), max_length=60, blank=True)
    number = models.DecimalField(_("数值"), max_digits=16, decimal_places=4, null=True, blank=True)

    class Meta:
        verbose_name = _("要求")
        verbose_name_plural = _("要求")
        ordering: ClassVar[list[str]] = ["need", "position"]
        constraints = [
            models.UniqueConstraint(fields=["need", "position"], name="requirement_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.get_kind_display()}"


class MaturityTarget(models.Model):
    """Where a factory stands in one sub-domain and where it wants to be; 0 is below level 1."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="maturity")
    domain = models.ForeignKey(CapabilityDomain, on_delete=models.PROTECT)
    current = models.PositiveSmallIntegerField(_("现状等级"), null=True, blank=True)
    target = models.PositiveSmallIntegerField(_("目标等级"), null=True, blank=True)

    class Meta:
        verbose_name = _("成熟度目标")
        verbose_name_plural = _("成熟度目标")
        ordering: ClassVar[list[str]] = ["domain__position"]
        constraints = [
            models.UniqueConstraint(fields=["need", "domain"], name="maturity_target_once"),
            models.CheckConstraint(
                condition=(Q(current__isnull=True) | Q(current__lte=5))
                & (Q(target__isnull=True) | Q(target__lte=5)),
                name="maturity_target_levels",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.domain}: {self.current} → {self.target}"
