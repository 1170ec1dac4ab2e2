"""What the engine found, by which constants, and when."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from catalog.models import Catalogue, Listing, Need, Solution


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


class MatchQuerySet(models.QuerySet["Match"]):
    def for_need(self, need_id: int) -> Self:
        return self.filter(need_id=need_id, in_need_list=True).order_by(
            "-rank_key", "-total", "solution_id"
        )

    def for_solution(self, solution_id: int) -> Self:
        return self.filter(solution_id=solution_id, in_solution_list=True).order_by(
            "-rank_key", "-total", "need_id"
        )


class Match(models.Model):
    """The current scoring of one pair; upserted, one row a pair.

    It stays while either side's list holds it. Each side's run sets only its own flag, so
    the rows do not depend on the order in which runs finish.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    need = models.ForeignKey(
        Need, on_delete=models.CASCADE, related_name="matches", verbose_name=_("需求")
    )
    solution = models.ForeignKey(
        Solution, on_delete=models.CASCADE, related_name="matches", verbose_name=_("解决方案")
    )
    in_need_list = models.BooleanField(_("在需求列表中"), default=False)
    in_solution_list = models.BooleanField(_("在方案列表中"), default=False)
    total = models.PositiveIntegerField(_("得分（百分之一分）"))
    # Null when the vendor states no wishes.
    vendor_total = models.PositiveIntegerField(_("供方得分（百分之一分）"), null=True, blank=True)
    rank_key = models.PositiveIntegerField()
    confidence = models.FloatField(_("信息完整度"))
    # Parts, constraints and missing fields as evidence codes; rendered for one viewer.
    reasons = models.JSONField()
    need_version = models.PositiveIntegerField(_("需求版本"))
    solution_version = models.PositiveIntegerField(_("方案版本"))
    engine_version = models.CharField(_("引擎版本"), max_length=20)
    weight_set = models.ForeignKey(WeightSet, on_delete=models.PROTECT, verbose_name=_("权重集"))
    corpus = models.ForeignKey(
        CorpusStatistics, on_delete=models.PROTECT, verbose_name=_("语料统计")
    )
    run = models.ForeignKey(
        MatchRun, on_delete=models.SET_NULL, null=True, verbose_name=_("匹配运行")
    )
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("匹配")
        verbose_name_plural = _("匹配")
        constraints = [
            models.UniqueConstraint(fields=["need", "solution"], name="match_once_per_pair"),
            models.CheckConstraint(condition=Q(total__lte=10000), name="match_total_bounds"),
        ]
        indexes = [
            models.Index(
                fields=["need", "-rank_key"],
                condition=Q(in_need_list=True),
                name="match_need_list",
            ),
            models.Index(
                fields=["solution", "-rank_key"],
                condition=Q(in_solution_list=True),
                name="match_solution_list",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id}×{self.solution_id} {self.total / 100:.2f}"


class Impression(models.Model):
    """Which pair was shown to whom, at which place: what later learning corrects for."""

    at = models.DateTimeField(_("时间"), auto_now_add=True)
    need = models.ForeignKey(
        Need, on_delete=models.CASCADE, related_name="+", verbose_name=_("需求")
    )
    solution = models.ForeignKey(
        Solution, on_delete=models.CASCADE, related_name="+", verbose_name=_("解决方案")
    )
    viewer = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("查看人")
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("企业/机构"),
    )
    place = models.PositiveSmallIntegerField(_("位置"))
    total = models.PositiveIntegerField(_("得分（百分之一分）"))

    class Meta:
        verbose_name = _("展示记录")
        verbose_name_plural = _("展示记录")
        indexes = [models.Index(fields=["need", "at"])]

    def __str__(self) -> str:
        return f"{self.need_id}×{self.solution_id} @{self.place}"
