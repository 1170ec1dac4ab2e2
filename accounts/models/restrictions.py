"""Whom an organization will not work with, and where it declares a conflict of interest."""

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organizations import Organization
from accounts.models.people import User
from accounts.permissions import rows_of_own_organization

if TYPE_CHECKING:
    from accounts.actors import Actor


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    def visible_to(self, actor: "Actor") -> Self:
        """The organization's own people and the platform; whom it names never learns of it."""
        return self.filter(rows_of_own_organization(actor))

    def concerning(self, organization_ids: Iterable[int]) -> Self:
        """What bears on these organizations: their own rows, and conflicts others declared."""
        ids = list(organization_ids)
        return self.filter(
            Q(organization_id__in=ids) | Q(other_id__in=ids, kind=Restriction.Kind.CONFLICT)
        )


class Restriction(models.Model):
    class Kind(models.TextChoices):
        BLACKLIST = "blacklist", _("黑名单")
        CONFLICT = "conflict", _("利益冲突")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="restrictions",
        verbose_name=_("企业/机构"),
    )
    # No way back from the other side: nothing shown there may tell of it.
    other = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="+", verbose_name=_("对方企业")
    )
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("添加人"),
    )
    created_at = models.DateTimeField(_("添加时间"), auto_now_add=True)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        verbose_name = _("黑名单与利益冲突")
        verbose_name_plural = _("黑名单与利益冲突")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "other", "kind"], name="restriction_once"
            ),
            models.CheckConstraint(
                condition=~Q(organization=F("other")), name="restriction_of_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} × {self.other}"
