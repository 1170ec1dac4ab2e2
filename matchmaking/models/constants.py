"""What scores rest on besides their two listings; versioned and pinned by every run."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Catalogue


class WeightSet(models.Model):
    """Percent a criterion, versioned: a set that has served is never changed, only replaced."""

    version = models.PositiveIntegerField(_("版本"), unique=True)
    weights = models.JSONField(_("权重（%）"))
    note = models.CharField(_("说明"), max_length=300, blank=True)
    is_serving = models.BooleanField(_("使用中"), default=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("权重集")
        verbose_name_plural = _("权重集")
        ordering: ClassVar[list[str]] = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_serving"], condition=Q(is_serving=True), name="weight_set_one_serving"
            )
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class WeightSetEvaluation(models.Model):
    """What a weight set did on judged or current data, by one engine; asked for, then measured."""

    weight_set = models.ForeignKey(
        WeightSet, on_delete=models.CASCADE, related_name="evaluations", verbose_name=_("权重集")
    )
    engine_version = models.CharField(_("引擎版本"), max_length=20)
    # What it was measured on, by name: "tech-transfer", "catalogue"; outcomes once there are any.
    data = models.CharField(_("数据"), max_length=100, blank=True)
    figures = models.JSONField(_("指标"), default=dict)
    requested_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("申请人")
    )
    created_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    error = models.CharField(_("错误"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("权重集评估")
        verbose_name_plural = _("权重集评估")
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.weight_set} · {self.engine_version}"

    @property
    def has_measured(self) -> bool:
        """Whether it came to an end and had something to measure on."""
        return self.finished_at is not None and not self.error and bool(self.data)


class CorpusStatistics(models.Model):
    """Document frequencies, means, deviations and medians of one catalogue, pinned by runs."""

    catalogue = models.ForeignKey(
        Catalogue,
        on_delete=models.PROTECT,
        related_name="statistics",
        verbose_name=_("目录库"),
    )
    fingerprint = models.CharField(_("指纹"), max_length=64)
    listings = models.PositiveIntegerField(_("条目数"))
    # Constants mean something to the engine that fitted them only.
    engine_version = models.CharField(_("引擎版本"), max_length=20)
    constants = models.BinaryField()
    is_serving = models.BooleanField(_("使用中"), default=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("语料统计")
        verbose_name_plural = _("语料统计")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue"],
                condition=Q(is_serving=True),
                name="corpus_statistics_one_serving",
            )
        ]

    def __str__(self) -> str:
        return f"{self.catalogue} {self.fingerprint[:8]}"
