"""What an address may be about, and the letters by which a row says whose it is.

A subject's maker returns the values of an address for one role and letter. It may create rows:
each cell is undone before the next one. To add a subject: one function and one line.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from accounts.models import Invitation, JoinRequest, Membership, Organization, Restriction
from accounts.relations import Link
from catalog.choices import Confidentiality, ListingKind, ProofState
from catalog.models import CaseConfirmation, Need, ProofRequest, Report, SavedSearch, VisitDraft
from matchmaking.models import Introduction, RelationFlag
from tests.builders import (
    make_attachment,
    make_invitation,
    make_join_request,
    make_mandate,
    make_member,
    make_proof,
    make_proof_file,
    make_user,
)
from tests.matrix.roles import Role
from tests.matrix.world import Standing, World

Values = Mapping[str, Any]
Maker = Callable[[World, Role, str], Values]
LISTING_LETTERS = "oadOADP"


@dataclass(frozen=True)
class Subject:
    """``letters`` are those the maker knows; ``codes`` are the values that name rows beside ids."""

    letters: str
    make: Maker
    codes: tuple[str, ...] = ("code",)

    def without(self, values: Values) -> Values:
        """Return an address of the same shape and length that leads nowhere."""
        fresh = {
            key: uuid4() if isinstance(value, UUID) else value for key, value in values.items()
        }
        return fresh | {key: "x" * len(str(fresh[key])) for key in self.codes if key in fresh}

    @property
    def can_be_missing(self) -> bool:
        return self.letters != "-"


NOTHING = Subject("-", lambda _world, _role, _letter: {})
SITEMAP = Subject("-", lambda _world, _role, _letter: {"section": "needs"})


PICTURE = Subject("-", lambda _world, _role, _letter: {"name": "heat"})


def _listing(kind: ListingKind, world: World, role: Role, letter: str) -> Any:
    home = world.home(role)
    owner = {"O": world.other, "A": world.other, "D": world.other, "P": world.elsewhere}
    standing = {"a": Standing.ARCHIVED, "d": Standing.DRAFT}.get(letter.lower(), Standing.PUBLISHED)
    return world.listing(owner.get(letter, home), kind, standing)


def _need(world: World, role: Role, letter: str) -> Values:
    need = _listing(ListingKind.NEED, world, role, letter)
    return {"public_id": need.public_id, "need_id": need.public_id, "step": "problem"}


def _solution(world: World, role: Role, letter: str) -> Values:
    solution = _listing(ListingKind.SOLUTION, world, role, letter)
    return {"public_id": solution.public_id, "solution_id": solution.public_id, "step": "what"}


NEED = Subject(LISTING_LETTERS, _need)
SOLUTION = Subject(LISTING_LETTERS, _solution)


def _attachment(world: World, role: Role, letter: str) -> Values:
    is_confidential = letter in "cC"
    plain = {"c": "o", "C": "O"}.get(letter, letter)
    need = _listing(ListingKind.NEED, world, role, plain)
    if is_confidential:
        Need.objects.filter(pk=need.pk).update(confidentiality=Confidentiality.CONFIDENTIAL)
    row = make_attachment(need, path="ma/tr/ix", reviewed_at=world.now)
    return {"public_id": row.public_id}


# A reviewed photo. c: of one's own confidential need; C: of another organization's.
ATTACHMENT = Subject(LISTING_LETTERS + "cC", _attachment)


def _pair(world: World, role: Role, letter: str) -> Values:
    """The asking side's listing (by letter) with one that the other side published."""
    if role.name.startswith("VENDOR"):
        solution = _listing(ListingKind.SOLUTION, world, role, letter)
        need = world.listing(world.other, ListingKind.NEED, Standing.PUBLISHED)
    else:
        need = _listing(ListingKind.NEED, world, role, letter)
        solution = world.listing(world.other, ListingKind.SOLUTION, Standing.PUBLISHED)
    return {"need_id": need.public_id, "solution_id": solution.public_id}


PAIR = Subject(LISTING_LETTERS, _pair)


def _introduction(world: World, role: Role, letter: str, **columns: Any) -> Values:
    """Begun by the other side; o: one's own side's, O: between two others."""
    kinds = (ListingKind.NEED, ListingKind.SOLUTION)
    if letter == "O":
        owners = (world.other, world.elsewhere)
    elif role.name.startswith("VENDOR"):
        owners = (world.other, world.vendor)
    else:
        owners = (world.factory, world.other)
    need, solution = (
        world.listing(owner, kind, Standing.PUBLISHED)
        for owner, kind in zip(owners, kinds, strict=True)
    )
    by = Introduction.Side.NEED if owners[1] == world.vendor else Introduction.Side.SOLUTION
    row = Introduction.objects.create(
        need_id=need.pk, solution_id=solution.pk, begun_by=by, **columns
    )
    return {"public_id": row.public_id}


def _accepted_introduction(world: World, role: Role, letter: str) -> Values:
    return _introduction(
        world, role, letter, state=Introduction.State.ACCEPTED, accepted_at=world.now
    )


INTRODUCTION = Subject("oO", _introduction)
ACCEPTED_INTRODUCTION = Subject("oO", _accepted_introduction)


def _revision(world: World, role: Role, letter: str) -> Values:
    owner = {"O": world.other, "P": world.elsewhere}.get(letter, world.home(role))
    return {"public_id": world.submitted[owner.pk].public_id}


# Submissions that wait for a decision.
REVISION = Subject("oOP", _revision)


def _owner(world: World, role: Role, letter: str) -> Organization:
    return {"O": world.other, "P": world.elsewhere}.get(letter, world.home(role))


def _waiting_proof(owner: Organization) -> ProofRequest:
    """An organization waits with one request at a time; several looks at the world share it."""
    found = ProofRequest.objects.filter(organization=owner, state=ProofState.WAITING).first()
    return found or make_proof(owner)


def _proof(world: World, role: Role, letter: str) -> Values:
    return {"public_id": _waiting_proof(_owner(world, role, letter)).public_id}


# A request of the organization to be checked, waiting.
PROOF = Subject("oOP", _proof)


def _proof_file(world: World, role: Role, letter: str) -> Values:
    request = _waiting_proof(_owner(world, role, letter))
    file = request.files.first() or make_proof_file(request, path=f"ma/tr/{request.pk}")
    return {"public_id": file.public_id}


PROOF_FILE = Subject("oOP", _proof_file)


def _relation(world: World, role: Role, letter: str) -> Values:
    owner = world.elsewhere if letter == "P" else world.factory
    need = world.listing(owner, ListingKind.NEED, Standing.PUBLISHED)
    one, other = sorted((world.newcomer, world.far_newcomer), key=lambda each: each.pk)
    row, _created = RelationFlag.objects.get_or_create(
        need_id=need.pk, one=one, other=other, defaults={"links": [Link.REPRESENTATIVE]}
    )
    return {"public_id": row.public_id}


# Two vendors of a need of the factory (o), or of an organization of the other park (P).
RELATION = Subject("oP", _relation)


def _mandate(world: World, role: Role, letter: str) -> Values:
    return {"public_id": make_mandate(_owner(world, role, letter)).public_id}


# An authorization of the organization, in force.
MANDATE = Subject("oOP", _mandate)


def _visit_draft(world: World, role: Role, letter: str) -> Values:
    owner = _owner(world, role, letter)
    need = world.listing(owner, ListingKind.NEED, Standing.DRAFT)
    row, _created = VisitDraft.objects.get_or_create(
        listing_id=need.pk, defaults={"mandate": make_mandate(owner)}
    )
    return {"public_id": row.public_id}


# A need that the park wrote down for the organization, not confirmed.
VISIT_DRAFT = Subject("oO", _visit_draft)


def _report(world: World, role: Role, letter: str) -> Values:
    row = Report.objects.create(organization=_owner(world, role, letter), reason="false")
    return {"public_id": row.public_id}


# A report of the organization, not decided.
REPORT = Subject("oOP", _report)


def _confirmation(world: World, role: Role, letter: str) -> Values:
    customer = world.elsewhere if letter == "O" else world.home(role)
    solution = world.listing(world.other, ListingKind.SOLUTION, Standing.PUBLISHED)
    row, _created = CaseConfirmation.objects.get_or_create(
        solution_id=solution.pk,
        case_key=f"k{customer.pk}",
        defaults={"told": "某厂 · 2025", "customer": customer},
    )
    return {"public_id": row.public_id}


# o: one's own organization is asked as the customer; O: it is between two others.
CONFIRMATION = Subject("oO", _confirmation)


def _organization(world: World, role: Role, letter: str) -> Values:
    owners = {"O": world.other, "P": world.elsewhere, "A": world.suspended, "o": world.home(role)}
    return {"public_id": owners[letter].public_id}


# A: an organization that was suspended.
ORGANIZATION = Subject("oOPA", _organization)


def _unverified(world: World, role: Role, letter: str) -> Values:
    owner = {"O": world.newcomer, "P": world.far_newcomer}.get(letter, world.home(role))
    return {"public_id": owner.public_id}


# o: one's own (verified); O: unverified, in the first park; P: unverified, in the other park.
UNVERIFIED = Subject("oOP", _unverified)


def _park(world: World, _role: Role, letter: str) -> Values:
    return {"public_id": (world.park if letter == "o" else world.other_park).public_id}


PARK = Subject("oP", _park)


def _district(world: World, _role: Role, letter: str) -> Values:
    district = (world.park if letter == "o" else world.other_park).district
    assert district is not None
    return {"code": district.code}


DISTRICT = Subject("oP", _district)


def _scenario(world: World, _role: Role, _letter: str) -> Values:
    return {"code": world.scenario}


SCENARIO = Subject("o", _scenario)


def _colleague(world: World, role: Role, letter: str) -> Values:
    home = {"O": world.other, "P": world.elsewhere}.get(letter, world.home(role))
    member: Membership = make_member(home, role=Membership.Role.EDITOR)
    return {"public_id": member.public_id}


COLLEAGUE = Subject("oOP", _colleague)


def _suspended_colleague(world: World, role: Role, letter: str) -> Values:
    home = {"O": world.other, "P": world.elsewhere}.get(letter, world.home(role))
    member = make_member(home, role=Membership.Role.EDITOR, suspended_at=world.now)
    return {"public_id": member.public_id}


SUSPENDED_COLLEAGUE = Subject("oOP", _suspended_colleague)


def _invitation_to(world: World, role: Role, letter: str) -> Values:
    user = world.user(role) if letter == "o" else make_user()
    email = user.email if user else "nobody@example.com"
    row: Invitation = make_invitation(world.other, email=email)
    return {"public_id": row.public_id}


# o: sent to one's own address; O: sent to somebody else's.
INVITATION_TO = Subject("oO", _invitation_to)


def _invitation_by(world: World, role: Role, letter: str) -> Values:
    home = {"O": world.other, "P": world.elsewhere}.get(letter, world.home(role))
    return {"public_id": make_invitation(home).public_id}


INVITATION_BY = Subject("oOP", _invitation_by)


def _join_request(world: World, role: Role, letter: str) -> Values:
    homes = {"O": world.other, "P": world.elsewhere, "c": world.unclaimed, "C": world.far_unclaimed}
    row: JoinRequest = make_join_request(homes.get(letter, world.home(role)))
    return {"public_id": row.public_id}


# c: a claim of an organization that nobody runs, in the first park; C: in the other park.
JOIN_REQUEST = Subject("oOPcC", _join_request)


def _asked_by(world: World, role: Role, letter: str) -> Values:
    user = world.user(role) if letter == "o" else None
    row = make_join_request(world.newcomer, user=user or make_user())
    return {"public_id": row.public_id}


# o: what one asked for oneself.
ASKED_BY = Subject("oO", _asked_by)


def _search(world: World, role: Role, letter: str) -> Values:
    user = world.user(role) if letter == "o" else None
    row = SavedSearch.objects.create(
        user=user or make_user(), kind=ListingKind.NEED, query="q=x", name="检测"
    )
    return {"public_id": row.public_id}


# o: one's own; O: somebody else's.
SEARCH = Subject("oO", _search)


def _restriction(world: World, role: Role, letter: str) -> Values:
    home = {"O": world.other, "P": world.elsewhere}.get(letter, world.home(role))
    row = Restriction.objects.create(
        organization=home, other=world.newcomer, kind=Restriction.Kind.values[0]
    )
    return {"public_id": row.public_id}


RESTRICTION = Subject("oOP", _restriction)
