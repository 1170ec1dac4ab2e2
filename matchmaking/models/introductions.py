"""Both sides' way from interest to an agreement of confidentiality."""

import uuid
from datetime import datetime
from typing import ClassVar, Self, TypeAlias

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from catalog.models import Need, Solution
from matchmaking.choices import IntroductionSide, IntroductionState
from matchmaking.permissions import visible_introductions


class IntroductionQuerySet(models.QuerySet["Introduction"]):
    def visible_to(self, actor: Actor) -> Self:
        """Either side's own people read it; of unwanted interest its owner does not hear."""
        return self.filter(visible_introductions(actor))

    def open(self) -> Self:
        return self.filter(state__in=Introduction.OPEN_STATES)


class Introduction(models.Model):
    """One need and one solution on their way to each other.

    Every move is a compare-and-swap of ``state``; both sides may press at the same moment.
    """

    Side: TypeAlias = IntroductionSide
    State: TypeAlias = IntroductionState

    OPEN_STATES: ClassVar[tuple[IntroductionState, ...]] = (
        State.INTERESTED,
        State.ACCEPTED,
        State.AGREED,
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    need = models.ForeignKey(
        Need, on_delete=models.PROTECT, related_name="introductions", verbose_name=_("需求")
    )
    solution = models.ForeignKey(
        Solution,
        on_delete=models.PROTECT,
        related_name="introductions",
        verbose_name=_("解决方案"),
    )
    begun_by = models.CharField(_("发起方"), max_length=10, choices=Side)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.INTERESTED)
    # Who speaks for a side: the last of its people who said yes.
    need_contact = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("需求方联系人"),
    )
    solution_contact = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("供方联系人"),
    )
    begun_at = models.DateTimeField(_("发起时间"), default=timezone.now)
    accepted_at = models.DateTimeField(_("接受时间"), null=True, blank=True)
    need_confirmed_at = models.DateTimeField(_("需求方确认约定"), null=True, blank=True)
    solution_confirmed_at = models.DateTimeField(_("供方确认约定"), null=True, blank=True)
    agreed_at = models.DateTimeField(_("双方确认约定"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    ended_by = models.CharField(_("结束方"), max_length=10, choices=Side, blank=True)
    updated_at = models.DateTimeField(_("更新时间"), default=timezone.now)

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        verbose_name = _("对接")
        verbose_name_plural = _("对接")
        ordering: ClassVar[list[str]] = ["-updated_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "solution"],
                condition=Q(state__in=["interested", "accepted", "agreed"]),
                name="introduction_open_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed")
                | Q(need_confirmed_at__isnull=False, solution_confirmed_at__isnull=False),
                name="introduction_agreed_by_both",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["interested", "declined", "withdrawn"])
                | Q(accepted_at__isnull=False),
                name="introduction_accepted_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id}×{self.solution_id} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("matchmaking:introduction_detail", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES

    def confirmed_at(self, side: Side) -> datetime | None:
        return self.need_confirmed_at if side == self.Side.NEED else self.solution_confirmed_at
