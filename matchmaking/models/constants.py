"""What scores rest on besides their two listings; versioned and pinned by every run."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

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
