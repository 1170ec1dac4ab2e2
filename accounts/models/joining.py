"""The two ways into an organization: being invited, and asking."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.organizations import Membership, Organization
from accounts.models.people import User
from accounts.permissions import claims_overseen, joins_to_decide, visible_invitations

if TYPE_CHECKING:
    from accounts.actors import Actor


def verified_emails(user: User) -> set[str]:
    """Return the addresses that ``user`` has proved to control, in lower case."""
    rows = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {str(email).lower() for email in rows}


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Not used, not taken back, not expired, and into a working organization."""
        return self.filter(
            accepted_at__isnull=True,
            revoked_at__isnull=True,
            expires_at__gt=timezone.now(),
            organization__suspended_at__isnull=True,
        )

    def addressed_to(self, user: User) -> Self:
        """Those sent to an address that the user has proved to control."""
        return self.annotate(address=Lower("email")).filter(address__in=verified_emails(user))

    def visible_to(self, actor: "Actor") -> Self:
        """An organization's invitations are its owners' business."""
        return self.filter(visible_invitations(actor))


class Invitation(models.Model):
    """An offer of a role to an e-mail address; accepted by whoever controls that address."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="invitations",
        verbose_name=_("企业/机构"),
    )
    email = models.EmailField(_("电子邮箱"))
    role = models.CharField(_("角色"), max_length=10, choices=Membership.Role)
    invited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("邀请人")
    )
    created_at = models.DateTimeField(_("邀请时间"), auto_now_add=True)
    expires_at = models.DateTimeField(_("有效期至"))
    accepted_at = models.DateTimeField(_("接受时间"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("邀请")
        verbose_name_plural = _("邀请")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                "organization",
                Lower("email"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.organization}"

    def get_absolute_url(self) -> str:
        return reverse("accounts:invitation", args=[self.public_id])


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def pending(self) -> Self:
        return self.filter(state=JoinRequest.State.PENDING)

    def decided_by_owner(self, actor: "Actor") -> Self:
        """Requests to join the organization that the actor owns."""
        return self.filter(joins_to_decide(actor))

    def claims_overseen_by(self, actor: "Actor") -> Self:
        """Requests for organizations nobody has claimed yet; nobody decides their own."""
        return self.filter(claims_overseen(actor))

    def decidable_by(self, actor: "Actor") -> Self:
        return self.filter(joins_to_decide(actor) | claims_overseen(actor))


class JoinRequest(models.Model):
    class State(models.TextChoices):
        PENDING = "pending", _("待处理")
        ACCEPTED = "accepted", _("已接受")
        DECLINED = "declined", _("已拒绝")
        WITHDRAWN = "withdrawn", _("已撤回")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="join_requests",
        verbose_name=_("企业/机构"),
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="join_requests", verbose_name=_("申请人")
    )
    message = models.CharField(_("说明"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PENDING)
    created_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    decided_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("处理人"),
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("加入申请")
        verbose_name_plural = _("加入申请")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"],
                condition=Q(state="pending"),
                name="join_request_pending_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.organization}"
