"""Inviting people, asking to join, and accepting either."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.errors import Conflict, Refused
from accounts.events import record
from accounts.models import Invitation, JoinRequest, Membership, Organization, User
from accounts.permissions import can_decide_join_request, can_manage_members, require
from accounts.services.memberships import lock_organization

INVITATION_DAYS = 14
OPEN_INVITATIONS_AT_MOST = 50


@transaction.atomic
def invite(
    *, actor: Actor, organization: Organization, email: str, role: str, link_base: str
) -> Invitation:
    """Offer ``role`` to whoever controls ``email``; an expired offer to it is replaced."""
    require(can_manage_members(actor, organization))
    if actor.user is None:
        raise PermissionDenied
    lock_organization(organization.pk)
    address = email.strip().lower()
    now = timezone.now()
    if _is_member(organization, address):
        raise Refused(_("该邮箱的用户已经是成员。"), code="already_member")
    unused = organization.invitations.filter(
        email__iexact=address, accepted_at__isnull=True, revoked_at__isnull=True
    )
    if unused.filter(expires_at__gt=now).exists():
        raise Refused(_("已向该邮箱发出邀请，尚未过期。"), code="already_invited")
    unused.update(revoked_at=now)
    if organization.invitations.open().count() >= OPEN_INVITATIONS_AT_MOST:
        raise Refused(_("未处理的邀请太多，请先撤回一些。"), code="too_many")
    invitation = Invitation.objects.create(
        organization=organization,
        email=address,
        role=Membership.Role(role),
        invited_by=actor.user,
        expires_at=now + timedelta(days=INVITATION_DAYS),
    )
    record(actor, "invitation.sent", invitation, role=invitation.role)
    transaction.on_commit(lambda: _send_invitation(invitation, link_base))
    return invitation


def _is_member(organization: Organization, address: str) -> bool:
    return organization.memberships.filter(
        user__emailaddress__email__iexact=address, user__emailaddress__verified=True
    ).exists()


def _send_invitation(invitation: Invitation, link_base: str) -> None:
    """Write to the invited in their language if they are known here, else in the inviter's."""
    known = User.objects.filter(email__iexact=invitation.email).first()
    language = known.language if known else invitation.invited_by.language
    context = {
        "invitation": invitation,
        "link": link_base.rstrip("/") + invitation.get_absolute_url(),
        "days": INVITATION_DAYS,
    }
    with translation.override(language):
        subject = _("邀请您加入 %(organization)s") % {
            "organization": " ".join(invitation.organization.legal_name.split())
        }
        text = render_to_string("accounts/email/invitation.txt", context)
    send_mail(
        settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + subject,
        text,
        settings.DEFAULT_FROM_EMAIL,
        [invitation.email],
    )


@transaction.atomic
def revoke_invitation(*, actor: Actor, invitation: Invitation) -> None:
    require(can_manage_members(actor, invitation.organization))
    updated = Invitation.objects.filter(
        pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True
    ).update(revoked_at=timezone.now())
    if not updated:
        raise Conflict
    record(actor, "invitation.revoked", invitation)


@transaction.atomic
def accept_invitation(*, actor: Actor, invitation: Invitation) -> Membership:
    """Take the offered role; only who has proved to control the invited address may."""
    if actor.user is None:
        raise PermissionDenied
    require(Invitation.objects.addressed_to(actor.user).filter(pk=invitation.pk).exists())
    lock_organization(invitation.organization_id)
    taken = Invitation.objects.open().filter(pk=invitation.pk).update(accepted_at=timezone.now())
    if not taken:
        raise Refused(_("该邀请已被使用、撤回或过期。"), code="not_open")
    membership, created = Membership.objects.get_or_create(
        user=actor.user,
        organization_id=invitation.organization_id,
        defaults={"role": invitation.role},
    )
    if not created:
        # An offer never changes the role of somebody who is in already, nor ends a suspension.
        raise Refused(_("您已经是该企业的成员。"), code="already_member")
    _withdraw_pending(actor.user, invitation.organization)
    record(actor, "invitation.accepted", invitation, membership=membership.pk)
    return membership


def _withdraw_pending(user: User, organization: Organization) -> None:
    JoinRequest.objects.pending().filter(user=user, organization=organization).update(
        state=JoinRequest.State.WITHDRAWN, decided_at=timezone.now()
    )


@transaction.atomic
def request_to_join(*, actor: Actor, organization: Organization, message: str = "") -> JoinRequest:
    """Ask to be let in; for an organization nobody has claimed, to become its first owner."""
    if actor.user is None:
        raise PermissionDenied
    locked = lock_organization(organization.pk)
    if locked.is_suspended:
        raise Refused(_("该企业已停用。"), code="suspended")
    if locked.memberships.filter(user=actor.user).exists():
        raise Refused(_("您已经是该企业的成员。"), code="already_member")
    if locked.join_requests.pending().filter(user=actor.user).exists():
        raise Refused(_("您已提交过申请，请等待处理。"), code="already_asked")
    request = JoinRequest.objects.create(
        organization=locked, user=actor.user, message=message.strip()[:300]
    )
    record(actor, "join_request.sent", request)
    return request


@transaction.atomic
def withdraw_join_request(*, actor: Actor, join_request: JoinRequest) -> None:
    require(actor.user_id is not None and actor.user_id == join_request.user_id)
    _decide(actor, join_request, JoinRequest.State.WITHDRAWN)
    record(actor, "join_request.withdrawn", join_request)


@transaction.atomic
def accept_join_request(
    *, actor: Actor, join_request: JoinRequest, role: str = Membership.Role.VIEWER
) -> Membership:
    """Let the person in with ``role``; the first of an unclaimed organization becomes owner."""
    organization = lock_organization(join_request.organization_id)
    join_request.organization = organization
    require(can_decide_join_request(actor, join_request))
    _decide(actor, join_request, JoinRequest.State.ACCEPTED)
    claims = not organization.is_claimed
    membership, created = Membership.objects.get_or_create(
        user_id=join_request.user_id,
        organization=organization,
        defaults={"role": Membership.Role.OWNER if claims else Membership.Role(role)},
    )
    if not created:
        raise Refused(_("该用户已经是成员。"), code="already_member")
    if claims:
        organization.is_claimed = True
        organization.save(update_fields=["is_claimed"])
        record(actor, "organization.claimed", organization, member=join_request.user_id)
    record(actor, "join_request.accepted", join_request, membership=membership.pk)
    return membership


@transaction.atomic
def decline_join_request(*, actor: Actor, join_request: JoinRequest) -> None:
    require(can_decide_join_request(actor, join_request))
    _decide(actor, join_request, JoinRequest.State.DECLINED)
    record(actor, "join_request.declined", join_request)


def _decide(actor: Actor, join_request: JoinRequest, state: JoinRequest.State) -> None:
    updated = (
        JoinRequest.objects.pending()
        .filter(pk=join_request.pk)
        .update(state=state, decided_by=actor.user, decided_at=timezone.now())
    )
    if not updated:
        raise Conflict
