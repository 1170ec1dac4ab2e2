"""Vendors of one need that are not strangers to each other."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from accounts.permissions import overseen
from accounts.relations import Link
from catalog.models import Need

if TYPE_CHECKING:
    from accounts.actors import Actor


class RelationFlagQuerySet(models.QuerySet["RelationFlag"]):
    def open(self) -> Self:
        return self.filter(state=RelationFlag.State.OPEN)

    def overseen_by(self, actor: "Actor") -> Self:
        """Those the actor may decide: of needs it oversees, between others than its own."""
        rows = self.filter(overseen(actor, "need__organization__"))
        if actor.organization_id is None:
            return rows
        return rows.exclude(Q(one=actor.organization_id) | Q(other=actor.organization_id))


class RelationFlag(models.Model):
    """A reason to look: two vendors interested in one need are connected.

    For the park that oversees the need and for the platform; neither vendor is told, nor the need's
    owner, for whom the park decides what follows.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待核查")
        EXPLAINED = "explained", _("已说明")
        CONFIRMED = "confirmed", _("已确认关联")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    need = models.ForeignKey(
        Need, on_delete=models.CASCADE, related_name="relation_flags", verbose_name=_("需求")
    )
    one = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="+", verbose_name=_("企业甲")
    )
    other = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="+", verbose_name=_("企业乙")
    )
    links = ArrayField(models.CharField(max_length=14, choices=Link), verbose_name=_("关联"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    words = models.CharField(_("结论"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("发现时间"), auto_now_add=True)
    handled_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("处理人"),
    )
    handled_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    objects = RelationFlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("供应商关联提示")
        verbose_name_plural = _("供应商关联提示")
        ordering: ClassVar[list[str]] = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["need", "one", "other"], name="relation_flag_once"),
            models.CheckConstraint(
                condition=Q(one__lt=F("other")), name="relation_flag_smaller_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id}: {self.one_id}–{self.other_id}"

    def get_absolute_url(self) -> str:
        return reverse("matchmaking:relation", args=[self.public_id])

    def link_labels(self) -> list[str]:
        return [str(Link(code).label) for code in self.links]
