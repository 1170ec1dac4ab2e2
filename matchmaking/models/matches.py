"""The current scoring of a pair, and to whom it was shown."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from catalog.models import Need, Solution
from matchmaking.models.constants import CorpusStatistics, WeightSet
from matchmaking.models.runs import MatchRun


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
