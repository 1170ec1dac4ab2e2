"""What a park is asked to check, with what in hand, and what a customer says of a case."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Park, User
from catalog.choices import ConfirmationState, ProofCheck, ProofState, ProofSubject
from catalog.models.files import StoredFile
from catalog.models.solutions import Solution
from catalog.models.vocabulary import Certification
from catalog.permissions import overseen_proofs

if TYPE_CHECKING:
    from accounts.actors import Actor


class ProofRequestQuerySet(models.QuerySet["ProofRequest"]):
    def waiting(self) -> Self:
        return self.filter(state=ProofState.WAITING)

    def overseen_by(self, actor: "Actor") -> Self:
        """Those the actor may decide: never one of an organization they belong to."""
        return self.filter(overseen_proofs(actor))


class ProofRequest(models.Model):
    """One thing that an organization asks its park to check.

    A case has no address of its own, since every approval writes a solution's cases anew: it is
    known by its words (``case_key``), and what was checked of it ends with them.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="proof_requests",
        verbose_name=_("企业/机构"),
    )
    subject = models.CharField(_("核验对象"), max_length=13, choices=ProofSubject)
    solution = models.ForeignKey(
        Solution,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="proof_requests",
        verbose_name=_("解决方案"),
    )
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("资质")
    )
    case_key = models.CharField(max_length=64, blank=True, editable=False)
    # As it read when it was asked about: the checker and the record need no other.
    told = models.CharField(_("内容"), max_length=700, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    note = models.TextField(_("说明"), blank=True, max_length=1000)
    state = models.CharField(
        _("状态"), max_length=10, choices=ProofState, default=ProofState.WAITING
    )
    asked_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("申请人"),
    )
    asked_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    checks = ArrayField(
        models.CharField(max_length=12, choices=ProofCheck),
        verbose_name=_("核验内容"),
        default=list,
        blank=True,
    )
    reason = models.CharField(_("原因"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("核验人"),
    )
    decided_by_park = models.ForeignKey(
        Park,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("核验园区"),
    )
    decided_at = models.DateTimeField(_("核验时间"), null=True, blank=True)

    objects = ProofRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("核验申请")
        verbose_name_plural = _("核验申请")
        ordering: ClassVar[list[str]] = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "subject", "solution", "certification", "case_key"],
                condition=Q(state=ProofState.WAITING),
                nulls_distinct=False,
                name="proof_request_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(subject=ProofSubject.ORGANIZATION, solution__isnull=True)
                | Q(
                    subject=ProofSubject.CERTIFICATION,
                    solution__isnull=False,
                    certification__isnull=False,
                )
                | (Q(subject=ProofSubject.CASE, solution__isnull=False) & ~Q(case_key="")),
                name="proof_request_names_its_subject",
            ),
        ]

    def __str__(self) -> str:
        return self.told or str(self.organization)

    def get_absolute_url(self) -> str:
        return reverse("catalog:proof", args=[self.public_id])

    @property
    def heading(self) -> str:
        subject = str(self.get_subject_display())
        return f"{subject}：{self.told}" if self.told else subject

    def check_labels(self) -> list[str]:
        return [str(ProofCheck(code).label) for code in self.checks]


class ProofFile(models.Model):
    """A file sent with a request: for the organization's own people and those who check it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(
        ProofRequest, on_delete=models.CASCADE, related_name="files", verbose_name=_("核验申请")
    )
    file = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="proof", verbose_name=_("文件")
    )

    class Meta:
        verbose_name = _("核验材料")
        verbose_name_plural = _("核验材料")
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.request_id} {self.pk}"


class CaseConfirmation(models.Model):
    """A customer's own word on a case: asked by the vendor, given by the customer's people."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    solution = models.ForeignKey(
        Solution,
        on_delete=models.CASCADE,
        related_name="confirmations",
        verbose_name=_("解决方案"),
    )
    case_key = models.CharField(max_length=64, editable=False)
    told = models.CharField(_("案例"), max_length=700)
    customer = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="case_confirmations",
        verbose_name=_("客户"),
    )
    state = models.CharField(
        _("状态"), max_length=10, choices=ConfirmationState, default=ConfirmationState.ASKED
    )
    # Whether readers may learn who confirmed; the customer decides.
    shows_name = models.BooleanField(_("公开客户名称"), default=False)
    reason = models.CharField(_("说明"), max_length=500, blank=True)
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("申请人")
    )
    asked_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    answered_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("答复人"),
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("客户确认")
        verbose_name_plural = _("客户确认")
        ordering: ClassVar[list[str]] = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["solution", "case_key"],
                condition=Q(state__in=[ConfirmationState.ASKED, ConfirmationState.CONFIRMED]),
                name="case_confirmation_once",
            )
        ]

    def __str__(self) -> str:
        return self.told

    def get_absolute_url(self) -> str:
        return reverse("catalog:confirmation", args=[self.public_id])

    @property
    def heading(self) -> str:
        return self.told
