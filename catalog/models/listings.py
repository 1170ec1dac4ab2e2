"""The common part of needs and solutions: owner, moderation state, versions."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from catalog.choices import (
    FactoryGoal,
    IntegrationForm,
    ListingKind,
    ListingState,
    RevisionState,
)
from catalog.models.vocabulary import Scenario
from catalog.querysets import ListingQuerySet


class Catalogue(models.Model):
    """A body of listings that is searched and matched on its own."""

    MAIN: ClassVar[str] = "main"

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name_zh = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=80, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)
    # External data (外部数据) stays off the public halls unless asked for.
    is_external = models.BooleanField(_("外部数据"), default=False)

    class Meta:
        verbose_name = _("目录库")
        verbose_name_plural = _("目录库")

    def __str__(self) -> str:
        return self.name_zh


class CodeCounter(models.Model):
    """The last number given out for a kind of readable code in a year."""

    prefix = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="code_counter_once")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}-{self.last:05d}"


class Listing(models.Model):
    """One entry of either side. Need and Solution share its primary key.

    The live columns hold approved content only; a draft or an edit is a Revision.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("编号"), max_length=20, unique=True, editable=False)
    kind = models.CharField(_("类别"), max_length=10, choices=ListingKind, editable=False)
    catalogue = models.ForeignKey(
        Catalogue, on_delete=models.PROTECT, related_name="listings", verbose_name=_("目录库")
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="listings",
        verbose_name=_("企业/机构"),
    )
    state = models.CharField(
        _("状态"), max_length=10, choices=ListingState, default=ListingState.DRAFT
    )
    title = models.CharField(_("标题"), max_length=200, blank=True)
    summary = models.CharField(_("摘要"), max_length=300, blank=True)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    scenarios = models.ManyToManyField(
        Scenario, blank=True, related_name="listings", verbose_name=_("典型场景")
    )
    factory_goals = ArrayField(
        models.CharField(max_length=10, choices=FactoryGoal),
        verbose_name=_("建设目标"),
        default=list,
        blank=True,
    )
    integration_forms = ArrayField(
        models.CharField(max_length=12, choices=IntegrationForm),
        verbose_name=_("集成方式"),
        default=list,
        blank=True,
    )
    external_id = models.CharField(_("外部编号"), max_length=80, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)
    is_demo = models.BooleanField(_("演示数据"), default=False)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    archived_at = models.DateTimeField(_("归档时间"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)

    # What must be scored is a fact in the database, changed together with the content:
    # the listing waits while scored_version < wanted_version.
    content_version = models.PositiveIntegerField(default=0, editable=False)
    wanted_version = models.PositiveIntegerField(default=0, editable=False)
    scored_version = models.PositiveIntegerField(default=0, editable=False)
    # The content version whose change the other side's lists have been told of.
    spread_version = models.PositiveIntegerField(default=0, editable=False)
    wanted_at = models.DateTimeField(null=True, blank=True, editable=False)
    scored_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("供需条目")
        verbose_name_plural = _("供需条目")
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue", "kind", "external_id"],
                condition=~Q(external_id=""),
                name="listing_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(scored_version__lte=F("wanted_version")),
                name="listing_scored_not_ahead",
            ),
        ]
        indexes = [
            models.Index(
                fields=["catalogue", "kind", "-published_at", "-id"],
                condition=Q(state="published"),
                name="listing_hall",
            ),
            models.Index(
                fields=["wanted_at"],
                condition=Q(scored_version__lt=F("wanted_version")),
                name="listing_waiting",
            ),
            models.Index(fields=["organization", "kind", "-id"], name="listing_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return reverse(f"catalog:{self.kind}_detail", args=[self.public_id])

    @property
    def is_waiting(self) -> bool:
        """Whether its matches are older than what was last asked for."""
        return self.scored_version < self.wanted_version


class Revision(models.Model):
    """A draft or an edit, kept beside the live content until somebody approves it."""

    OPEN_STATES: ClassVar[tuple[RevisionState, ...]] = (
        RevisionState.DRAFT,
        RevisionState.SUBMITTED,
        RevisionState.RETURNED,
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listing = models.ForeignKey(
        Listing, on_delete=models.CASCADE, related_name="revisions", verbose_name=_("条目")
    )
    number = models.PositiveIntegerField(_("版本号"))
    base = models.PositiveIntegerField(_("基于版本"), null=True, blank=True)
    payload = models.JSONField()
    state = models.CharField(
        _("状态"), max_length=10, choices=RevisionState, default=RevisionState.DRAFT
    )
    created_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("提交人"),
    )
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("审核人"),
    )
    decided_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    reason = models.TextField(_("退回原因"), blank=True, max_length=2000)
    # Who works on the submission, until when others leave it alone.
    claimed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("认领人"),
    )
    claimed_until = models.DateTimeField(_("认领至"), null=True, blank=True)
    # Set while a submission is the platform's to decide rather than the park's.
    escalated_at = models.DateTimeField(_("上报时间"), null=True, blank=True)
    # What the automatic checks found in the submission (catalog/checks), for the queue.
    findings = models.JSONField(_("自动检查"), default=list, blank=True)

    class Meta:
        verbose_name = _("版本")
        verbose_name_plural = _("版本")
        ordering: ClassVar[list[str]] = ["listing", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["listing"],
                condition=Q(state__in=["draft", "submitted", "returned"]),
                name="revision_open_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"],
                condition=Q(state="submitted"),
                name="revision_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} #{self.number}"
