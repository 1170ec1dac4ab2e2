"""Who may act for an organization. Each write locks the organization first.

The lock puts two writes about one organization in a row, so that neither counts on an owner
whom the other is just removing, and the actor's own role is read again behind it.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.errors import Conflict, Refused
from accounts.events import record
from accounts.models import Membership, Organization, User
from accounts.permissions import can_manage_members, can_manage_people, require


def lock_organization(organization_id: int) -> Organization:
    return Organization.objects.select_for_update().get(pk=organization_id)


def _lock_as_owner(actor: Actor, organization: Organization) -> None:
    """Lock, then make sure that the actor is an owner at this very moment."""
    require(can_manage_members(actor, organization))
    locked = lock_organization(organization.pk)
    owners = locked.memberships.active().acting_owners()
    require(owners.filter(user_id=actor.key).exists())


def _fresh(membership: Membership) -> Membership:
    try:
        return Membership.objects.select_related("user", "organization").get(pk=membership.pk)
    except Membership.DoesNotExist as error:
        raise Conflict from error


def _require_another_owner(membership: Membership) -> None:
    owners = Membership.objects.acting_owners().filter(organization_id=membership.organization_id)
    if not owners.exclude(pk=membership.pk).exists():
        raise Refused(_("企业至少要有一名所有者，请先移交所有权。"), code="last_owner")


@transaction.atomic
def change_role(*, actor: Actor, membership: Membership, role: str) -> Membership:
    _lock_as_owner(actor, membership.organization)
    row = _fresh(membership)
    wanted = Membership.Role(role)
    if row.role == wanted:
        return row
    if row.role == Membership.Role.OWNER:
        _require_another_owner(row)
    before, row.role = row.role, wanted
    row.save(update_fields=["role"])
    record(
        actor,
        "membership.role_changed",
        row.organization,
        member=row.user_id,
        before=before,
        after=wanted.value,
    )
    return row


@transaction.atomic
def suspend_member(*, actor: Actor, membership: Membership) -> None:
    _lock_as_owner(actor, membership.organization)
    row = _fresh(membership)
    if row.suspended_at is not None:
        raise Conflict
    if row.role == Membership.Role.OWNER:
        _require_another_owner(row)
    row.suspended_at = timezone.now()
    row.save(update_fields=["suspended_at"])
    record(actor, "membership.suspended", row.organization, member=row.user_id)


@transaction.atomic
def reinstate_member(*, actor: Actor, membership: Membership) -> None:
    _lock_as_owner(actor, membership.organization)
    row = _fresh(membership)
    if row.suspended_at is None:
        raise Conflict
    row.suspended_at = None
    row.save(update_fields=["suspended_at"])
    record(actor, "membership.reinstated", row.organization, member=row.user_id)


@transaction.atomic
def remove_member(*, actor: Actor, membership: Membership) -> None:
    _lock_as_owner(actor, membership.organization)
    row = _fresh(membership)
    if row.role == Membership.Role.OWNER:
        _require_another_owner(row)
    record(actor, "membership.removed", row.organization, member=row.user_id)
    row.delete()


@transaction.atomic
def hand_over_ownership(*, actor: Actor, membership: Membership) -> None:
    """Make a colleague owner in the actor's place; the actor stays on as an editor."""
    _lock_as_owner(actor, membership.organization)
    heir = _fresh(membership)
    if heir.user_id == actor.user_id:
        raise Refused(_("不能把所有权移交给自己。"), code="own_heir")
    if heir.suspended_at is not None or not heir.user.is_active:
        raise Refused(_("该成员已停用，不能接手所有权。"), code="suspended_heir")
    heir.role = Membership.Role.OWNER
    heir.save(update_fields=["role"])
    Membership.objects.filter(
        user_id=actor.key, organization_id=heir.organization_id, role=Membership.Role.OWNER
    ).update(role=Membership.Role.EDITOR)
    record(actor, "organization.handed_over", heir.organization, member=heir.user_id)


@transaction.atomic
def appoint_owner(*, actor: Actor, organization: Organization, user: User) -> Membership:
    """Give an organization that lost its last owner a new one."""
    require(can_manage_people(actor))
    locked = lock_organization(organization.pk)
    if locked.memberships.acting_owners().exists():
        raise Refused(_("该企业已有所有者，由其管理成员。"), code="has_owner")
    if not user.is_active:
        raise Refused(_("该用户已停用，不能成为所有者。"), code="suspended_heir")
    membership, _created = Membership.objects.update_or_create(
        user=user,
        organization=locked,
        defaults={"role": Membership.Role.OWNER, "suspended_at": None},
    )
    Organization.objects.filter(pk=locked.pk).update(is_claimed=True)
    record(actor, "organization.owner_appointed", locked, member=user.pk)
    return membership


@transaction.atomic
def leave_organization(*, actor: Actor, organization: Organization) -> None:
    """End the actor's own role; the last owner stays until there is another."""
    lock_organization(organization.pk)
    row = Membership.objects.filter(user_id=actor.key, organization=organization).first()
    if row is None:
        # Nobody's key is 0, so this is also whoever is not signed in.
        raise PermissionDenied
    if row.role == Membership.Role.OWNER:
        _require_another_owner(row)
    record(actor, "membership.left", organization, member=row.user_id)
    row.delete()
