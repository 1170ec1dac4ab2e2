"""Both sides' way from interest to an agreement of confidentiality."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Restriction, User
from catalog.models import Need, Solution


class IntroductionQuerySet(models.QuerySet["Introduction"]):
    def visible_to(self, actor: Actor) -> Self:
        """Either side's own people read it, and the platform.

        A need's owner does not hear of interest from those it will not work with; whoever shows
        that interest reads the same as if nobody had answered yet.
        """
        if actor.is_system:
            return self
        if actor.organization_id is None or actor.role is None:
            return self.none()
        own = actor.organization_id
        unheard = Q(begun_by=Introduction.Side.SOLUTION) & Q(
            state__in=(Introduction.State.INTERESTED, Introduction.State.WITHDRAWN),
            accepted_at__isnull=True,
        )
        unwanted = Restriction.objects.filter(
            organization_id=own, other_id=OuterRef("solution__organization_id")
        )
        return self.filter(
            Q(solution__organization_id=own)
            | (Q(need__organization_id=own) & ~(unheard & Exists(unwanted)))
        )

    def open(self) -> Self:
        return self.filter(state__in=Introduction.OPEN_STATES)


class Introduction(models.Model):
    """One need and one solution on their way to each other.

    Every move is a compare-and-swap of ``state``; both sides may press at the same moment.
    """

    class Side(models.TextChoices):
        NEED = "need", _("需求方")
        SOLUTION = "solution", _("供方")

        @property
        def other(self) -> "Introduction.Side":
            sides = Introduction.Side
            return sides.SOLUTION if self is sides.NEED else sides.NEED

    class State(models.TextChoices):
        INTERESTED = "interested", _("待对方回应")
        ACCEPTED = "accepted", _("双方已接受")
        AGREED = "agreed", _("已确认保密约定")
        DECLINED = "declined", _("已婉拒")
        WITHDRAWN = "withdrawn", _("已撤回")

    OPEN_STATES: ClassVar[tuple[State, ...]] = (State.INTERESTED, State.ACCEPTED, State.AGREED)

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
