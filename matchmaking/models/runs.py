"""One scoring of one listing: why, when, how many, how long, by which engine."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models import Listing
from matchmaking.models.constants import CorpusStatistics, WeightSet


class MatchRun(models.Model):
    """One scoring of one listing: why, when, how many, how long, by which engine."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待中")
        RUNNING = "running", _("评分中")
        DONE = "done", _("已完成")
        SUPERSEDED = "superseded", _("已被取代")
        FAILED = "failed", _("失败")

    class Reason(models.TextChoices):
        SUBMITTED = "submitted", _("提交")
        PUBLISHED = "published", _("发布")
        EDITED = "edited", _("内容变更")
        COUNTERPART = "counterpart", _("对方变更")
        REQUESTED = "requested", _("人工重算")
        SWEPT = "swept", _("补漏")
        WITHDRAWN = "withdrawn", _("下架")
        REINSTATED = "reinstated", _("恢复")

    listing = models.ForeignKey(
        Listing,
        on_delete=models.CASCADE,
        related_name="match_runs",
        verbose_name=_("条目"),
        db_index=False,
    )
    reason = models.CharField(_("原因"), max_length=12, choices=Reason)
    state = models.CharField(
        _("状态"), max_length=12, choices=State, default=State.WAITING, db_default="waiting"
    )
    wanted_version = models.PositiveIntegerField(_("评分版本"))
    created_at = models.DateTimeField(_("创建时间"), db_default=Now())
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    recalled = models.PositiveIntegerField(_("候选数"), default=0, db_default=0)
    scored = models.PositiveIntegerField(_("已评分"), default=0, db_default=0)
    kept = models.PositiveIntegerField(_("保留匹配"), default=0, db_default=0)
    ruled_out = models.PositiveIntegerField(_("排除数"), default=0, db_default=0)
    # Rows of this listing's own list that were new or changed, and lists of the other side
    # that it entered, left or moved in.
    written = models.PositiveIntegerField(_("写入匹配"), default=0, db_default=0)
    placed = models.PositiveIntegerField(_("更新的对方列表"), default=0, db_default=0)
    # False when the model could not load and the run worked on words and scenarios alone.
    used_vectors = models.BooleanField(_("使用向量"), default=True, db_default=True)
    engine_version = models.CharField(
        _("引擎版本"), max_length=20, blank=True, default="", db_default=""
    )
    weight_set = models.ForeignKey(
        WeightSet,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("权重集"),
        db_index=False,
        db_constraint=False,
    )
    corpus = models.ForeignKey(
        CorpusStatistics,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("语料统计"),
        db_index=False,
        db_constraint=False,
    )
    error = models.CharField(_("错误"), max_length=300, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("匹配运行")
        verbose_name_plural = _("匹配运行")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "wanted_version"], name="match_run_once_per_version"
            )
        ]
        indexes = [
            models.Index(
                fields=["listing", "wanted_version"],
                condition=Q(state__in=["waiting", "running", "failed"]),
                name="match_run_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} v{self.wanted_version} {self.state}"
