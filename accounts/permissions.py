"""Roles, and the predicates that every app's own rules are made of.

An app's permissions.py says what may be done to its objects; this one says who somebody is.
Models are named for their types only: their QuerySets take their conditions from here.
"""

from typing import TYPE_CHECKING, Protocol

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from accounts.choices import MembershipRole

if TYPE_CHECKING:
    from accounts.actors import Actor
    from accounts.models import District, JoinRequest, Organization

EDITING_ROLES = frozenset({MembershipRole.OWNER, MembershipRole.EDITOR})


class OwnedByOrganization(Protocol):
    @property
    def organization_id(self) -> int: ...

    @property
    def organization(self) -> "Organization": ...


def require(allowed: bool) -> None:
    """Raise PermissionDenied unless ``allowed``; services call it first."""
    if not allowed:
        raise PermissionDenied


def is_member_of(actor: "Actor", organization_id: int) -> bool:
    return actor.organization_id == organization_id and actor.role is not None


def can_edit_for(actor: "Actor", organization_id: int) -> bool:
    return is_member_of(actor, organization_id) and actor.role in EDITING_ROLES


def is_owner_of(actor: "Actor", organization_id: int) -> bool:
    return is_member_of(actor, organization_id) and actor.role == MembershipRole.OWNER


def moderates(actor: "Actor", organization: "Organization") -> bool:
    """Whether the actor checks this organization: its park's staff, or a platform admin.

    Nobody moderates an organization they belong to, whatever else they are.
    """
    if actor.is_system:
        return True
    may_check = actor.is_platform_admin or works_for_park(actor, organization.park_id)
    # Asked last, since it costs a query and every listing that is shown asks.
    return may_check and not _belongs_to(actor, organization)


def _belongs_to(actor: "Actor", organization: "Organization") -> bool:
    return organization.memberships.filter(user_id=actor.key).exists()


def works_for_park(actor: "Actor", park_id: int | None) -> bool:
    """Whether what the actor decides is decided in the park's name."""
    return park_id in actor.park_ids


def can_create_organization(actor: "Actor") -> bool:
    return actor.is_authenticated


def can_edit_organization(actor: "Actor", organization: "Organization") -> bool:
    """Its owners; a platform admin corrects it in the admin, which drops a verification too."""
    return is_owner_of(actor, organization.pk) or actor.is_platform_admin or actor.is_system


def can_register_organization(actor: "Actor") -> bool:
    """Enter an organization that nobody has claimed yet."""
    return actor.is_platform_admin or actor.is_system


def can_manage_members(actor: "Actor", organization: "Organization") -> bool:
    return is_owner_of(actor, organization.pk)


def can_see_members(actor: "Actor", organization: "Organization") -> bool:
    return is_member_of(actor, organization.pk)


def can_decide_join_request(actor: "Actor", request: "JoinRequest") -> bool:
    """Owners decide; for an organization without any, whoever oversees it. Never one's own."""
    if actor.user_id == request.user_id:
        return False
    if request.organization.is_claimed:
        return can_manage_members(actor, request.organization)
    return moderates(actor, request.organization)


def can_restrict_for(actor: "Actor", organization: "Organization") -> bool:
    """Change its blacklist and its declared conflicts of interest."""
    return actor.is_system or can_edit_for(actor, organization.pk)


def can_see_restrictions(actor: "Actor", organization: "Organization") -> bool:
    return is_member_of(actor, organization.pk)


def can_verify_organization(actor: "Actor", organization: "Organization") -> bool:
    return moderates(actor, organization)


def can_suspend_organization(actor: "Actor") -> bool:
    return actor.is_platform_admin or actor.is_system


def can_manage_people(actor: "Actor") -> bool:
    """Suspend users and appoint park staff."""
    return actor.is_platform_admin or actor.is_system


def can_prune_audit(actor: "Actor") -> bool:
    """Nobody through the site: a command does, as the database's owner."""
    return actor.is_system


def can_moderate_somewhere(actor: "Actor") -> bool:
    return actor.is_park_staff or actor.is_platform_admin


def can_read_in_admin(actor: "Actor") -> bool:
    """Read rows that are their owner's and the platform's: Django's own rights do not open them."""
    return actor.is_platform_admin


def can_see_health(actor: "Actor") -> bool:
    return actor.user is not None and (actor.user.is_staff or actor.is_platform_admin)


def needs_second_factor(actor: "Actor") -> bool:
    """Whoever checks others, reads over a district, or has a way into the admin."""
    return actor.user is not None and (
        actor.user.is_staff
        or actor.is_platform_admin
        or actor.is_park_staff
        or bool(actor.district_ids)
    )


def can_see_district(actor: "Actor", district: "District") -> bool:
    """Read the counts over a district's parks: its officers, appointed one by one."""
    return actor.is_platform_admin or district.pk in actor.district_ids


def visible_organizations(actor: "Actor") -> Q:
    """Everybody sees working organizations; the suspended only those who oversee them."""
    if actor.is_system or actor.is_platform_admin:
        return Q()
    return Q(suspended_at__isnull=True) | Q(park_id__in=actor.park_ids)


def overseen(actor: "Actor", prefix: str = "") -> Q:
    """Return the condition under which ``actor`` moderates the organization at ``prefix``."""
    if actor.is_system:
        return Q()
    in_parks = Q(**{f"{prefix}park_id__in": list(actor.park_ids)})
    overseen = Q() if actor.is_platform_admin else in_parks
    return overseen & ~Q(**{f"{prefix}memberships__user_id": actor.key})


def claims_overseen(actor: "Actor") -> Q:
    """Requests for organizations nobody has claimed yet; nobody decides their own."""
    unclaimed = Q(organization__is_claimed=False) & overseen(actor, "organization__")
    return unclaimed & ~Q(user_id=actor.key)


def joins_to_decide(actor: "Actor") -> Q:
    """Requests to join the organization that ``actor`` owns."""
    if actor.role != MembershipRole.OWNER:
        return Q(pk__in=())
    return Q(organization_id=actor.organization_id)


def rows_of_own_organization(actor: "Actor") -> Q:
    """What belongs to the organization that ``actor`` acts for; everything for the platform."""
    if actor.is_system or actor.is_platform_admin:
        return Q()
    if actor.role is None:
        return Q(pk__in=())
    return Q(organization_id=actor.organization_id)


def visible_invitations(actor: "Actor") -> Q:
    """An organization's invitations are its owners' business."""
    if actor.is_system or actor.is_platform_admin:
        return Q()
    return joins_to_decide(actor)
