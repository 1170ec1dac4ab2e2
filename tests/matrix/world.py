"""The small world that every cell of the matrix is asked in, built once a module."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone

from accounts.actors import SYSTEM
from accounts.models import Membership, Organization, Park, User
from accounts.services import appoint_district_officer
from catalog.choices import ListingKind
from catalog.models import Catalogue, Listing, Revision, Scenario
from catalog.services import archive_listing, submit_listing
from matchmaking.services.corpora import serving_corpus
from tests.builders import (
    make_district,
    make_draft,
    make_member,
    make_organization,
    make_park,
    make_park_staff,
    make_platform_admin,
    make_user,
    make_vocabulary,
    need_payload,
    publish,
    restore_migrated_rows,
    solution_payload,
)
from tests.matrix.roles import Role


class Standing(StrEnum):
    PUBLISHED = "published"
    ARCHIVED = "archived"
    DRAFT = "draft"


_STANDINGS = tuple(Standing)
_PAYLOADS = {ListingKind.NEED: need_payload, ListingKind.SOLUTION: solution_payload}


@dataclass
class World:
    """Two parks; a factory, a vendor and a third company in the first, one in the second."""

    now: datetime
    park: Park
    other_park: Park
    factory: Organization
    vendor: Organization
    other: Organization
    elsewhere: Organization
    suspended: Organization
    newcomer: Organization
    far_newcomer: Organization
    unclaimed: Organization
    far_unclaimed: Organization
    scenario: str
    people: dict[Role, User] = field(default_factory=dict)
    listings: dict[tuple[int, str, Standing], Listing] = field(default_factory=dict)
    submitted: dict[int, Revision] = field(default_factory=dict)

    def home(self, role: Role) -> Organization:
        """Return the organization that is "one's own" in the letters of a row."""
        return self.vendor if role.name.startswith("VENDOR") else self.factory

    def user(self, role: Role) -> User | None:
        return self.people.get(role)

    def listing(self, owner: Organization, kind: ListingKind, standing: Standing) -> Listing:
        return self.listings[owner.pk, kind, standing]


def build_world() -> World:
    restore_migrated_rows()
    make_vocabulary()
    park = make_park(district=make_district())
    other_park = make_park(district=make_district())
    world = World(
        now=timezone.now(),
        park=park,
        other_park=other_park,
        factory=make_organization(park=park, verified=True),
        vendor=make_organization(park=park, verified=True),
        other=make_organization(park=park, verified=True),
        elsewhere=make_organization(park=other_park, verified=True),
        suspended=make_organization(park=park, suspended_at=timezone.now()),
        newcomer=make_organization(park=park),
        far_newcomer=make_organization(park=other_park),
        unclaimed=make_organization(park=park, is_claimed=False),
        far_unclaimed=make_organization(park=other_park, is_claimed=False),
        scenario=Scenario.objects.filter(retired=False).values_list("code", flat=True)[0],
    )
    world.people = _people(world)
    for owner in (world.factory, world.vendor, world.other, world.elsewhere):
        _fill(world, owner)
    # Every look at matches would fit the constants anew, since each is undone.
    serving_corpus(Catalogue.objects.get(code=Catalogue.MAIN).pk)
    return world


def _people(world: World) -> dict[Role, User]:
    roles = Membership.Role
    members = {
        Role.FACTORY_VIEWER: (world.factory, roles.VIEWER),
        Role.FACTORY_EDITOR: (world.factory, roles.EDITOR),
        Role.FACTORY_OWNER: (world.factory, roles.OWNER),
        Role.VENDOR_VIEWER: (world.vendor, roles.VIEWER),
        Role.VENDOR_EDITOR: (world.vendor, roles.EDITOR),
        Role.VENDOR_OWNER: (world.vendor, roles.OWNER),
    }
    people = {
        role: make_member(organization, role=membership).user
        for role, (organization, membership) in members.items()
    }
    for organization in (world.other, world.elsewhere, world.newcomer, world.far_newcomer):
        make_member(organization)
    # A second owner, so that the first may leave.
    make_member(world.factory)
    make_member(world.vendor)
    return people | {
        Role.STRANGER: make_user(),
        Role.PARK_STAFF: make_park_staff(world.park).user,
        Role.OTHER_PARK_STAFF: make_park_staff(world.other_park).user,
        Role.OFFICER: _officer(world.park),
        Role.OTHER_OFFICER: _officer(world.other_park),
        Role.CLERK: make_user(is_staff=True),
        Role.PLATFORM_ADMIN: make_platform_admin(),
    }


def _officer(park: Park) -> User:
    user = make_user()
    assert park.district is not None
    appoint_district_officer(actor=SYSTEM, user=user, district=park.district)
    return user


def _fill(world: World, owner: Organization) -> None:
    for kind in ListingKind:
        for standing in _STANDINGS:
            world.listings[owner.pk, kind, standing] = _made(owner, kind, standing)
    waiting = _draft(owner, ListingKind.NEED)
    submit_listing(actor=SYSTEM, listing=waiting.listing)
    waiting.refresh_from_db()
    world.submitted[owner.pk] = waiting


def _draft(owner: Organization, kind: ListingKind, **overrides: Any) -> Revision:
    return make_draft(kind, owner, _PAYLOADS[kind](**overrides))


def _made(owner: Organization, kind: ListingKind, standing: Standing) -> Listing:
    draft = _draft(owner, kind)
    if standing is Standing.DRAFT:
        return draft.listing
    listing = publish(draft)
    return (
        archive_listing(actor=SYSTEM, listing=listing) if standing is Standing.ARCHIVED else listing
    )
