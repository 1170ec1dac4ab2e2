"""The current scoring of a pair, and to whom it was shown."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from catalog.models import Need, Solution
from matchmaking.engine.results import PairScore
from matchmaking.models.constants import CorpusStatistics, WeightSet
from matchmaking.models.reasons import unpack_reasons


class MatchQuerySet(models.QuerySet["Match"]):
    def for_need(self, need_id: int) -> Self:
        """A need's list in its owner's order."""
        return self.filter(need_id=need_id, in_need_list=True).order_by(
            "-rank_key", "-total", "solution_id"
        )

    def for_solution(self, solution_id: int) -> Self:
        """A solution's list, ordered by nothing but what its vendor may know."""
        return self.filter(solution_id=solution_id, in_solution_list=True).order_by(
            "-vendor_key", "need_id"
        )


class Match(models.Model):
    """The current scoring of one pair; one row a pair, for as long as a side's list holds it.

    The database does not check the references (``db_constraint``): a check locks, and so
    rewrites, one row of a listing for every pair written. Listings are archived, never deleted,
    and versions of weights and corpora that rows name are protected below.
    """

    need = models.ForeignKey(
        Need,
        on_delete=models.CASCADE,
        related_name="matches",
        verbose_name=_("需求"),
        db_index=False,
        db_constraint=False,
    )
    solution = models.ForeignKey(
        Solution,
        on_delete=models.CASCADE,
        related_name="matches",
        verbose_name=_("解决方案"),
        db_index=False,
        db_constraint=False,
    )
    in_need_list = models.BooleanField(_("在需求列表中"), default=False)
    in_solution_list = models.BooleanField(_("在方案列表中"), default=False)
    total = models.PositiveIntegerField(_("得分（百分之一分）"))
    # Null when the vendor states no wishes.
    vendor_total = models.PositiveIntegerField(_("供方得分（百分之一分）"), null=True, blank=True)
    rank_key = models.PositiveIntegerField()
    # The rank key rebuilt without what the need's owner keeps to itself.
    vendor_key = models.PositiveIntegerField()
    # True only in a vendor's list: for reasons that the need's owner keeps to itself.
    ruled_out = models.BooleanField(_("已被需方条件排除"), default=False)
    confidence = models.FloatField(_("信息完整度"))
    # See models/reasons.py.
    reasons = models.BinaryField()
    need_version = models.PositiveIntegerField(_("需求版本"))
    solution_version = models.PositiveIntegerField(_("方案版本"))
    engine_version = models.CharField(_("引擎版本"), max_length=20)
    weight_set = models.ForeignKey(
        WeightSet,
        on_delete=models.PROTECT,
        verbose_name=_("权重集"),
        db_index=False,
        db_constraint=False,
    )
    # The need's owner weighed the criteria itself; the platform's set counted for the rest.
    own_weights = models.BooleanField(_("需方自定权重"), default=False)
    corpus = models.ForeignKey(
        CorpusStatistics,
        on_delete=models.PROTECT,
        verbose_name=_("语料统计"),
        db_index=False,
        db_constraint=False,
    )
    created_at = models.DateTimeField(_("创建时间"), db_default=Now())
    updated_at = models.DateTimeField(_("更新时间"), db_default=Now())

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("匹配")
        verbose_name_plural = _("匹配")
        constraints = [
            models.UniqueConstraint(fields=["need", "solution"], name="match_once_per_pair"),
            models.CheckConstraint(condition=Q(total__lte=10000), name="match_total_bounds"),
            models.CheckConstraint(
                condition=Q(in_need_list=True) | Q(in_solution_list=True),
                name="match_in_some_list",
            ),
            models.CheckConstraint(
                condition=Q(in_need_list=False) | Q(ruled_out=False),
                name="match_ruled_out_of_need_list",
            ),
        ]
        # Each holds its list's whole order, so that the fiftieth place is read off the index.
        indexes = [
            models.Index(
                "need",
                F("rank_key").desc(),
                F("total").desc(),
                "solution",
                condition=Q(in_need_list=True),
                name="match_need_list",
            ),
            models.Index(
                "solution",
                F("vendor_key").desc(),
                "need",
                condition=Q(in_solution_list=True),
                name="match_solution_list",
            ),
            # Whose lists hold a solution: asked when it changes or leaves.
            models.Index(fields=["solution"], condition=Q(in_need_list=True), name="match_holders"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id}×{self.solution_id} {self.total / 100:.2f}"

    @property
    def score(self) -> PairScore:
        """The score with all its reasons, both sides' own included."""
        return unpack_reasons(bytes(self.reasons))


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
