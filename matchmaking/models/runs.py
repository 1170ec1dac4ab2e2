"""One scoring of one listing: why, when, how many, how long, by which engine."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
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

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listing = models.ForeignKey(
        Listing, on_delete=models.CASCADE, related_name="match_runs", verbose_name=_("条目")
    )
    reason = models.CharField(_("原因"), max_length=12, choices=Reason)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.WAITING)
    wanted_version = models.PositiveIntegerField(_("评分版本"))
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    recalled = models.PositiveIntegerField(_("候选数"), default=0)
    scored = models.PositiveIntegerField(_("已评分"), default=0)
    kept = models.PositiveIntegerField(_("保留匹配"), default=0)
    ruled_out = models.PositiveIntegerField(_("排除数"), default=0)
    # Who was ruled out and why: solution ids with evidence codes, nearest first.
    exclusions = models.JSONField(default=list)
    # False when the model could not load and the run worked on words and scenarios alone.
    used_vectors = models.BooleanField(_("使用向量"), default=True)
    engine_version = models.CharField(_("引擎版本"), max_length=20, blank=True)
    weight_set = models.ForeignKey(
        WeightSet, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("权重集")
    )
    corpus = models.ForeignKey(
        CorpusStatistics,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("语料统计"),
    )
    error = models.CharField(_("错误"), max_length=300, blank=True)

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
                fields=["state", "created_at"],
                condition=Q(state__in=["waiting", "running", "failed"]),
                name="match_run_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} v{self.wanted_version} {self.state}"
