"""Who acts, and for whom: the frozen value that every service and every query takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Value

from accounts.models import DistrictOfficer, Membership, Organization, ParkStaff, User


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting for one organization, or the system itself, at one moment.

    Built afresh for each request, so a revoked role is gone with the next one.
    """

    user: User | None = None
    organization: Organization | None = None
    role: Membership.Role | None = None
    park_ids: frozenset[int] = frozenset()
    # Whose parks' counts they read.
    district_ids: frozenset[int] = frozenset()
    is_platform_admin: bool = False
    is_system: bool = False

    @property
    def is_authenticated(self) -> bool:
        return self.user is not None

    @property
    def is_park_staff(self) -> bool:
        return bool(self.park_ids)

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    @property
    def key(self) -> int:
        """The user's id for lookups; nobody's rows match for those who are not signed in."""
        return self.user.pk if self.user else 0

    @property
    def organization_id(self) -> int | None:
        return self.organization.pk if self.organization else None


ANONYMOUS = Actor()
SYSTEM = Actor(is_system=True)


def memberships_of(user: User) -> list[Membership]:
    """Return the roles that count now, the oldest first."""
    rows = Membership.objects.active().filter(user=user).select_related("organization")
    return list(rows.order_by("created_at", "pk"))


def actor_for(user: User, organization: Organization | None = None) -> Actor:
    """Return the actor that ``user`` is when acting for ``organization``.

    Without an organization the user's first active membership decides. An organization
    the user has no active role in is ignored: the actor then acts for nobody.
    """
    if not user.is_active:
        return ANONYMOUS
    memberships = memberships_of(user)
    if organization is not None:
        memberships = [each for each in memberships if each.organization_id == organization.pk]
    return acting(user, memberships[0] if memberships else None)


def acting(user: User, membership: Membership | None) -> Actor:
    """Return ``user`` in the role that ``membership`` gives."""
    parks, districts = _overseen(user)
    return Actor(
        user=user,
        organization=membership.organization if membership else None,
        role=Membership.Role(membership.role) if membership else None,
        park_ids=parks,
        district_ids=districts,
        is_platform_admin=user.is_superuser,
    )


def _overseen(user: User) -> tuple[frozenset[int], frozenset[int]]:
    """Return the parks a person checks and the districts they watch, in one query."""
    parks = ParkStaff.objects.filter(user=user).values_list(Value("park"), "park_id")
    districts = DistrictOfficer.objects.filter(user=user).values_list(
        Value("district"), "district_id"
    )
    rows = list(parks.union(districts, all=True))
    return (
        frozenset(pk for kind, pk in rows if kind == "park"),
        frozenset(pk for kind, pk in rows if kind == "district"),
    )


def chosen(memberships: Sequence[Membership], public_id: str | None) -> Membership | None:
    """Return the membership of the organization last switched to, else the first one."""
    for membership in memberships:
        if str(membership.organization.public_id) == public_id:
            return membership
    return memberships[0] if memberships else None
