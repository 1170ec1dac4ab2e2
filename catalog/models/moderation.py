"""What moderators leave behind, and the words they choose from."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Park, User
from accounts.terms import Term
from catalog.models.listings import Revision


class ReturnReason(Term):
    """A reason that moderators often give; its name is the sentence that the owner reads."""

    class Meta(Term.Meta):
        verbose_name = _("退回原因")
        verbose_name_plural = _("退回原因")


class ForbiddenWord(Term):
    """A word that public text should not use; its Chinese name is the word looked for."""

    # "第一" is a claim, "第一期" is a stage: where one of these begins at the same place or
    # contains the word, nothing is found.
    harmless_in = ArrayField(
        models.CharField(max_length=40), verbose_name=_("无妨的说法"), default=list, blank=True
    )

    class Meta(Term.Meta):
        verbose_name = _("违禁词")
        verbose_name_plural = _("违禁词")


class ModerationEntry(models.Model):
    """One step of a submission between its owner and its moderators. Appended only."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("event", "提交审核")
        WITHDRAWN = "withdrawn", _("撤回提交")
        RETURNED = "returned", _("退回")
        ANSWERED = "answered", _("企业回复")
        ESCALATED = "escalated", _("上报平台")
        PUBLISHED = "published", _("通过并发布")

    # What the owner may read: whom a case was passed to is the moderators' own business.
    FOR_OWNERS: ClassVar[tuple[Kind, ...]] = (
        Kind.SUBMITTED,
        Kind.WITHDRAWN,
        Kind.RETURNED,
        Kind.ANSWERED,
        Kind.PUBLISHED,
    )

    revision = models.ForeignKey(
        Revision, on_delete=models.CASCADE, related_name="entries", verbose_name=_("版本")
    )
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("操作人"),
    )
    text = models.TextField(_("内容"), blank=True, max_length=2000)
    # Codes of ReturnReason.
    reasons = ArrayField(
        models.CharField(max_length=60), verbose_name=_("原因"), default=list, blank=True
    )
    # The submission a decision was about, and the park that answered for it then.
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    park = models.ForeignKey(
        Park,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("园区"),
    )

    class Meta:
        verbose_name = _("审核记录")
        verbose_name_plural = _("审核记录")
        ordering: ClassVar[list[str]] = ["at", "pk"]
        indexes = [models.Index(fields=["park", "at"], name="moderation_entry_park")]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.kind}"
