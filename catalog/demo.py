"""The demo data, written through the same services that people's clicks go through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.actors import SYSTEM, Actor, actor_for
from accounts.legal import current
from accounts.models import District, Membership, Organization, Park, User, Verification
from accounts.services import appoint_park_staff, register_organization, verify_organization
from catalog.choices import ListingKind, ListingState
from catalog.demo_files import (
    DemoData,
    DemoError,
    DemoListing,
    DemoOrganization,
    DemoPerson,
    read_people,
)
from catalog.services import create_listing, publish_revision, return_revision, submit_listing

# Known to everybody on purpose: these accounts exist only where demo data may be loaded.
DEMO_PASSWORD = "zhipei-demo-pass"  # noqa: S105

Row = TypeVar("Row")


@dataclass(slots=True)
class _World:
    """What was written so far, by the keys of the files or by id."""

    today: date
    districts: Mapping[str, District]
    parks: dict[str, Park] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    owners: dict[int, User] = field(default_factory=dict)
    park_staff: dict[int, Actor] = field(default_factory=dict)
    admin: Actor = SYSTEM

    def author(self, organization: Organization) -> Actor:
        """Return who writes for ``organization``: its owner where the demo has one."""
        owner = self.owners.get(organization.pk)
        return actor_for(owner, organization) if owner else SYSTEM

    def moderator(self, organization: Organization) -> Actor:
        """Return who checks ``organization``: its park's staff, else the platform admin."""
        return self.park_staff.get(organization.park_id or 0, self.admin)


@dataclass(frozen=True, slots=True)
class DemoLoaded:
    """How much was written."""

    parks: int
    organizations: int
    people: int
    solutions: int
    needs: int

    def __str__(self) -> str:
        return (
            f"{self.parks} parks, {self.organizations} organizations, {self.people} people,"
            f" {self.solutions} solutions, {self.needs} needs"
        )


def is_demo_loaded() -> bool:
    return Park.objects.filter(is_demo=True).exists()


@transaction.atomic
def load_demo(data: DemoData, *, today: date | None = None) -> DemoLoaded:
    """Write all demo data or none of it; matching starts when the transaction commits."""
    world = _World(
        today=today or timezone.localdate(),
        districts={row.code: row for row in District.objects.all()},
    )
    _write_parks(world, data)
    for entry in data.report_organizations:
        _write_organization(world, entry, data.report_source, is_claimed=False)
    for entry in data.organizations:
        _write_organization(world, entry, data.invented_source, is_claimed=True)
    _write_people(world, data.people)
    for entry in data.organizations:
        if entry.verified:
            _verify(world, entry)
    _write_listings(world, data)
    return DemoLoaded(
        parks=len(data.parks),
        organizations=len(world.organizations),
        people=len(data.people),
        solutions=len(data.report_solutions) + len(data.solutions),
        needs=len(data.needs),
    )


def _named(rows: Mapping[str, Row], key: str, where: str) -> Row | None:
    """Return the row that a file names, None when it names none."""
    if not key:
        return None
    if key not in rows:
        raise DemoError(f"{where}: nothing is called {key}")
    return rows[key]


def _the(rows: Mapping[str, Row], key: str, where: str) -> Row:
    row = _named(rows, key, where)
    if row is None:
        raise DemoError(f"{where}: names nothing")
    return row


def _write_parks(world: _World, data: DemoData) -> None:
    for entry in data.parks:
        world.parks[entry.code] = Park.objects.create(
            code=entry.code,
            name_zh=entry.name_zh,
            name_en=entry.name_en,
            district=_named(world.districts, entry.district, f"park {entry.code}"),
            focus=entry.focus,
            description=entry.description,
            source=data.report_source,
            is_demo=True,
        )


def _write_organization(
    world: _World, entry: DemoOrganization, source: str, *, is_claimed: bool
) -> None:
    where = f"organization {entry.key}"
    if entry.key in world.organizations:
        raise DemoError(f"{where}: stands there twice")
    facts: dict[str, Any] = {
        "legal_name": entry.legal_name,
        "short_name": entry.short_name,
        "credit_code": entry.credit_code,
        "size": entry.size,
        "description": entry.description,
        "district": _named(world.districts, entry.district, where),
        "park": _named(world.parks, entry.park, where),
    }
    organization = register_organization(actor=SYSTEM, facts=facts, source=source)
    organization.is_demo = True
    organization.is_claimed = is_claimed
    organization.save(update_fields=["is_demo", "is_claimed"])
    world.organizations[entry.key] = organization


def _write_people(world: _World, people: list[DemoPerson]) -> None:
    hashed = make_password(DEMO_PASSWORD)
    for entry in people:
        user = User.objects.create(
            email=entry.email,
            display_name=entry.display_name,
            password=hashed,
            is_staff=entry.is_admin,
            is_superuser=entry.is_admin,
            agreed_to=current(),
        )
        # Nobody reads mail at example.com, so the addresses count as proved.
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        _place(world, entry, user)


def renew_consent() -> None:
    """Nobody is behind the demo accounts whom a new version of the texts could be put to."""
    emails = [person.email for person in read_people()]
    User.objects.filter(email__in=emails).update(agreed_to=current())


def _place(world: _World, entry: DemoPerson, user: User) -> None:
    """Give a demo person the role the file names."""
    where = f"person {entry.email}"
    if entry.is_admin:
        world.admin = actor_for(user)
    if entry.park:
        park = _the(world.parks, entry.park, where)
        appoint_park_staff(actor=SYSTEM, user=user, park=park)
        world.park_staff[park.pk] = actor_for(user)
    if entry.role:
        organization = _the(world.organizations, entry.organization, where)
        Membership.objects.create(user=user, organization=organization, role=entry.role)
        if entry.role == Membership.Role.OWNER:
            world.owners[organization.pk] = user


def _verify(world: _World, entry: DemoOrganization) -> None:
    organization = world.organizations[entry.key]
    verify_organization(
        actor=world.moderator(organization),
        organization=organization,
        facts_version=organization.facts_version,
        checks=[Verification.Check.LICENCE, Verification.Check.REGISTRY],
        note="演示数据",
    )


def _write_listings(world: _World, data: DemoData) -> None:
    """Solutions first: the needs then find them published."""
    for entry in data.report_solutions:
        _write_listing(world, entry, ListingKind.SOLUTION, SYSTEM, SYSTEM, data.report_source)
    for entry in data.solutions:
        # The system writes these, since a vendor's own word never makes a case a checked one.
        moderator = world.moderator(_owner(world, entry))
        _write_listing(world, entry, ListingKind.SOLUTION, SYSTEM, moderator, data.invented_source)
    for entry in data.needs:
        owner = _owner(world, entry)
        author, moderator = world.author(owner), world.moderator(owner)
        _write_listing(world, entry, ListingKind.NEED, author, moderator, data.invented_source)


def _owner(world: _World, entry: DemoListing) -> Organization:
    return _the(world.organizations, entry.organization, f"listing {entry.key}")


def _write_listing(
    world: _World,
    entry: DemoListing,
    kind: ListingKind,
    author: Actor,
    moderator: Actor,
    source: str,
) -> None:
    """Take one listing as far through its life as the file says."""
    revision = create_listing(
        actor=author,
        kind=kind,
        payload=entry.payload(world.today),
        organization=_owner(world, entry),
        external_id=f"demo:{entry.key}",
        source=source,
        is_demo=True,
    )
    if entry.state == ListingState.DRAFT:
        return
    revision = submit_listing(actor=author, listing=revision.listing)
    if entry.state == ListingState.PUBLISHED:
        publish_revision(actor=moderator, revision=revision)
    elif entry.state == ListingState.RETURNED:
        return_revision(actor=moderator, revision=revision, reason=entry.return_reason)
