"""Roles, and the predicates that every app's own rules are made of.

An app's permissions.py says what may be done to its objects; this one says who somebody is.
The Protocols keep it free of any import from the apps above.
"""

from typing import Protocol

from django.core.exceptions import PermissionDenied

from accounts.actors import Actor
from accounts.models import District, JoinRequest, Membership, Organization

EDITING_ROLES = frozenset({Membership.Role.OWNER, Membership.Role.EDITOR})


class OwnedByOrganization(Protocol):
    @property
    def organization_id(self) -> int: ...

    @property
    def organization(self) -> Organization: ...


def require(allowed: bool) -> None:
    """Raise PermissionDenied unless ``allowed``; services call it first."""
    if not allowed:
        raise PermissionDenied


def is_member_of(actor: Actor, organization_id: int) -> bool:
    return actor.organization_id == organization_id and actor.role is not None


def can_edit_for(actor: Actor, organization_id: int) -> bool:
    return is_member_of(actor, organization_id) and actor.role in EDITING_ROLES


def is_owner_of(actor: Actor, organization_id: int) -> bool:
    return is_member_of(actor, organization_id) and actor.role == Membership.Role.OWNER


def moderates(actor: Actor, organization: Organization) -> bool:
    """Whether the actor checks this organization: its park's staff, or a platform admin.

    Nobody moderates an organization they belong to, whatever else they are.
    """
    if actor.is_system:
        return True
    may_check = actor.is_platform_admin or organization.park_id in actor.park_ids
    # Asked last, since it costs a query and every listing that is shown asks.
    return may_check and not _belongs_to(actor, organization)


def _belongs_to(actor: Actor, organization: Organization) -> bool:
    return Membership.objects.filter(user_id=actor.key, organization=organization).exists()


def can_create_organization(actor: Actor) -> bool:
    return actor.is_authenticated


def can_edit_organization(actor: Actor, organization: Organization) -> bool:
    """Its owners; a platform admin corrects it in the admin, which drops a verification too."""
    return is_owner_of(actor, organization.pk) or actor.is_platform_admin or actor.is_system


def can_register_organization(actor: Actor) -> bool:
    """Enter an organization that nobody has claimed yet."""
    return actor.is_platform_admin or actor.is_system


def can_manage_members(actor: Actor, organization: Organization) -> bool:
    return is_owner_of(actor, organization.pk)


def can_see_members(actor: Actor, organization: Organization) -> bool:
    return is_member_of(actor, organization.pk)


def can_decide_join_request(actor: Actor, request: JoinRequest) -> bool:
    """Owners decide; for an organization without any, whoever oversees it. Never one's own."""
    if actor.user_id == request.user_id:
        return False
    if request.organization.is_claimed:
        return can_manage_members(actor, request.organization)
    return moderates(actor, request.organization)


def can_restrict_for(actor: Actor, organization: Organization) -> bool:
    """Change its blacklist and its declared conflicts of interest."""
    return actor.is_system or can_edit_for(actor, organization.pk)


def can_see_restrictions(actor: Actor, organization: Organization) -> bool:
    return is_member_of(actor, organization.pk)


def can_verify_organization(actor: Actor, organization: Organization) -> bool:
    return moderates(actor, organization)


def can_suspend_organization(actor: Actor) -> bool:
    return actor.is_platform_admin or actor.is_system


def can_manage_people(actor: Actor) -> bool:
    """Suspend users and appoint park staff."""
    return actor.is_platform_admin or actor.is_system


def can_prune_audit(actor: Actor) -> bool:
    """Nobody through the site: a command does, as the database's owner."""
    return actor.is_system


def can_moderate_somewhere(actor: Actor) -> bool:
    return actor.is_park_staff or actor.is_platform_admin


def can_see_health(actor: Actor) -> bool:
    return actor.user is not None and (actor.user.is_staff or actor.is_platform_admin)


def needs_second_factor(actor: Actor) -> bool:
    """Whoever checks others, reads over a district, or has a way into the admin."""
    return actor.user is not None and (
        actor.user.is_staff
        or actor.is_platform_admin
        or actor.is_park_staff
        or bool(actor.district_ids)
    )


def can_see_district(actor: Actor, district: District) -> bool:
    """Read the counts over a district's parks: its officers, appointed one by one."""
    return actor.is_platform_admin or district.pk in actor.district_ids
