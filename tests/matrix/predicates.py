"""What each predicate of the policy says of whom: the policy without the pages around it.

Read as the rows of table.py. Beside the roles three people stand where two rules meet: ``system``;
``judge``, park staff that works for the factory as well (nobody decides about their own);
``roleless``, an actor for the factory whose role is gone; ``adrift``, one whose organization is;
``insider``, a platform admin who owns the factory too and now acts for nobody.
"""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied

from accounts import permissions as accounts
from accounts.actors import ANONYMOUS, SYSTEM, Actor, acting, actor_for
from accounts.models import Invitation, JoinRequest, Membership, Organization, Park, Restriction
from catalog import permissions as catalog
from catalog.choices import ListingKind
from catalog.models import (
    Catalogue,
    Listing,
    ModerationEntry,
    Need,
    ProofRequest,
    Report,
    Revision,
    SavedSearch,
)
from matchmaking import permissions as matchmaking
from matchmaking.models import Introduction, RelationFlag
from matchmaking.permissions import Viewpoint
from tests.builders import (
    make_invitation,
    make_join_request,
    make_member,
    make_need,
    make_organization,
    make_park_staff,
    make_proof,
    make_solution,
    make_user,
)
from tests.matrix.roles import GROUPS, Role
from tests.matrix.world import Standing, World

ALL = "*"
Objects = Mapping[str, Any]


@dataclass(frozen=True)
class Scene:
    """Everybody who may ask, and every object they may ask about."""

    actors: Mapping[str, Actor]
    objects: Mapping[str, Objects]


@dataclass(frozen=True)
class Policy:
    """``ask`` answers of an actor and an object; ``who`` names those it answers yes to."""

    name: str
    about: str
    ask: Callable[[Actor, Any], bool]
    who: Mapping[str, str]

    def expects(self, person: str, letter: str) -> bool:
        asks_as = person
        if person == "insider" and "insider" not in self.who:
            asks_as = Role.PLATFORM_ADMIN.name.lower()
        return any(
            letters == ALL or letter in (letters.split() if " " in letters else (*letters, letters))
            for group, letters in self.who.items()
            if asks_as == group or asks_as in {role.name.lower() for role in GROUPS.get(group, ())}
        )

    def mismatches(self, scene: Scene) -> list[str]:
        return [
            f"{self.name} of {person}, {letter!r}: {'yes' if not wanted else 'no'}"
            for letter, thing in scene.objects[self.about].items()
            for person, actor in scene.actors.items()
            if bool(self.ask(actor, thing)) != (wanted := self.expects(person, letter))
        ]


def scene_of(world: World) -> Scene:
    actors = {role.name.lower(): _actor(world, role) for role in Role}
    judge = make_member(world.factory, role=Membership.Role.VIEWER).user
    make_park_staff(world.park, judge)
    insider = make_member(world.factory, make_user(is_superuser=True)).user
    owner = actors[Role.FACTORY_OWNER.name.lower()]
    actors |= {
        "system": SYSTEM,
        "judge": actor_for(judge, world.factory),
        "roleless": replace(owner, role=None),
        "adrift": replace(owner, organization=None),
        "insider": acting(insider, None),
    }
    return Scene(actors, _objects(world))


def _actor(world: World, role: Role) -> Actor:
    user = world.user(role)
    return actor_for(user) if user is not None else ANONYMOUS


def _objects(world: World) -> Mapping[str, Objects]:
    need, solution = ListingKind.NEED, ListingKind.SOLUTION

    def listings(kind: ListingKind) -> dict[str, Listing]:
        letters = {"": Standing.PUBLISHED, "a": Standing.ARCHIVED, "d": Standing.DRAFT}
        made = {
            own if not mark else mark.upper() if own == "O" else mark: world.listing(
                owner, kind, standing
            )
            for own, owner in (("o", world.factory), ("O", world.other))
            for mark, standing in letters.items()
        }
        made["P"] = world.listing(world.elsewhere, kind, Standing.PUBLISHED)
        return {
            letter: Listing.objects.select_related("organization", "catalogue").get(pk=row.pk)
            for letter, row in made.items()
        }

    needs, solutions = listings(need), listings(solution)
    hidden = make_need(world.suspended)
    foreign = make_need(world.other)
    outside = Catalogue.objects.create(code="outside", name_zh="外部库", is_external=True)
    Listing.objects.filter(pk=foreign.pk).update(catalogue=outside)
    needs |= {"S": Listing.objects.get(pk=hidden.pk), "E": Listing.objects.get(pk=foreign.pk)}
    organizations = {
        "o": world.factory,
        "O": world.other,
        "P": world.elsewhere,
        "-": replace_park(world),
    }
    claims = {
        "o": make_join_request(world.factory),
        "c": make_join_request(world.unclaimed),
        "C": make_join_request(world.far_unclaimed),
        "m": make_join_request(world.unclaimed, user=world.people[Role.PARK_STAFF]),
    }
    districts = {"o": world.park.district, "P": world.other_park.district}
    revisions = {
        "o": world.submitted[world.factory.pk],
        "O": world.submitted[world.other.pk],
        "P": world.submitted[world.elsewhere.pk],
    }
    inside_out = make_need(world.factory)
    Listing.objects.filter(pk=inside_out.pk).update(catalogue=outside)
    elsewhere_listed = Listing.objects.get(pk=inside_out.pk)
    pairs = {
        "no": (needs["o"], solutions["O"]),
        "so": (needs["O"], solutions["o"]),
        "nd": (needs["o"], solutions["D"]),
        "dn": (needs["D"], solutions["o"]),
        "OP": (needs["O"], solutions["P"]),
        "oo": (needs["o"], solutions["o"]),
        "Eo": (needs["E"], solutions["o"]),
        "So": (needs["S"], solutions["o"]),
        "xO": (elsewhere_listed, solutions["O"]),
    }
    introductions = {
        key: Introduction(need_id=pair[0].pk, solution_id=pair[1].pk)
        for key, pair in pairs.items()
        if key in ("no", "so", "OP")
    }
    relations = {
        letter: _relation(listing, *between)
        for letter, listing, between in (
            ("o", needs["o"], (world.other, world.elsewhere)),
            ("P", needs["P"], (world.other, world.newcomer)),
            # The factory is one of the two.
            ("x", needs["P"], (world.factory, world.other)),
        )
    }
    parties = {
        "y": RelationFlag(one=world.factory, other=world.elsewhere),
        "z": RelationFlag(one=world.elsewhere, other=world.factory),
    }
    for flag in parties.values():
        flag.need = Need.objects.get(pk=needs["O"].pk)
    return {
        "nothing": {"-": None},
        "listing": needs,
        "organization": organizations,
        "claim": claims,
        "district": districts,
        "park": {"o": world.park, "P": world.other_park},
        "revision": revisions,
        "pair": pairs,
        "introduction": introductions,
        "relation": relations,
        "between": relations | parties,
        "report": {
            letter: Report.objects.create(organization=organizations[letter], reason="false")
            for letter in "oOP"
        },
        # S: suspended, in the first park; s: in the other.
        "standing": organizations | {"S": world.suspended, "s": _suspended_elsewhere(world)},
        "search": {
            letter: SavedSearch.objects.create(
                user=world.people[role], kind=need, query="q=x", name="x"
            )
            for letter, role in (("o", Role.FACTORY_OWNER), ("O", Role.VENDOR_OWNER))
        },
        "restriction": {
            letter: Restriction.objects.create(
                organization=organizations[letter],
                other=world.newcomer,
                kind=Restriction.Kind.BLACKLIST,
            )
            for letter in "oO"
        },
        "invitation": {letter: make_invitation(organizations[letter]) for letter in "oO"},
        "decided": _decided(world),
        "heard": _heard(world, needs, solutions),
        "proof": {letter: make_proof(organizations[letter]) for letter in "oOP"},
    }


def _suspended_elsewhere(world: World) -> Organization:
    return make_organization(park=world.other_park, suspended_at=world.now)


def _decided(world: World) -> Objects:
    """Parks about whose submissions something was decided."""
    for park, owner in ((world.park, world.factory), (world.other_park, world.elsewhere)):
        ModerationEntry.objects.create(
            revision=world.submitted[owner.pk], park=park, kind=ModerationEntry.Kind.SUBMITTED
        )
    return {"o": world.park, "P": world.other_park}


def _heard(world: World, needs: Objects, solutions: Objects) -> Objects:
    """Introductions; x: by a vendor the factory refuses, not taken up; y: one it had accepted."""
    state, sides = Introduction.State, Introduction.Side
    refused = make_solution(world.newcomer)
    Restriction.objects.get_or_create(
        organization=world.factory, other=world.newcomer, kind=Restriction.Kind.BLACKLIST
    )

    def between(need: Any, solution: Any, **columns: Any) -> Introduction:
        return Introduction.objects.create(
            **{"need_id": need.pk, "solution_id": solution.pk, "begun_by": sides.SOLUTION} | columns
        )

    return {
        "no": between(needs["o"], solutions["O"]),
        "so": between(needs["O"], solutions["o"]),
        "OP": between(needs["O"], solutions["P"]),
        "x": between(needs["o"], refused),
        "w": between(needs["a"], refused, state=state.WITHDRAWN),
        "y": between(needs["d"], refused, state=state.ACCEPTED, accepted_at=world.now),
        "n": between(make_need(world.factory), refused, begun_by=sides.NEED),
    }


def _relation(need: Listing, *between: Organization) -> RelationFlag:
    one, other = sorted(between, key=lambda each: each.pk)
    return RelationFlag.objects.create(need_id=need.pk, one=one, other=other, links=["contact"])


def replace_park(world: World) -> Any:
    """Return the organization that lies in no park."""
    return type(world.other).objects.create(legal_name="无园区公司")


def _plain(function: Callable[[Actor], bool]) -> Callable[[Actor, Any], bool]:
    return lambda actor, _thing: function(actor)


def _by_id(function: Callable[[Actor, int], bool]) -> Callable[[Actor, Any], bool]:
    return lambda actor, organization: function(actor, organization.pk)


def _is_visible(actor: Actor, listing: Listing) -> bool:
    return Listing.objects.filter(catalog.visible_listings(actor), pk=listing.pk).exists()


def _is_moderated(actor: Actor, revision: Revision) -> bool:
    return Revision.objects.filter(catalog.moderated_revisions(actor), pk=revision.pk).exists()


def _is_overseen(actor: Actor, proof: ProofRequest) -> bool:
    return ProofRequest.objects.overseen_by(actor).filter(pk=proof.pk).exists()


def _reads_report(actor: Actor, report: Report) -> bool:
    return Report.objects.overseen_by(actor).filter(pk=report.pk).exists()


def _reads_relation(actor: Actor, flag: RelationFlag) -> bool:
    return RelationFlag.objects.overseen_by(actor).filter(pk=flag.pk).exists()


def _as_unchecked(actor: Actor, customer: Organization) -> bool:
    customer = copy(customer)
    customer.verified_at = customer.verified_until = None
    return catalog.can_answer_confirmation(actor, customer)


def _between(actor: Actor, pair: tuple[Listing, Listing]) -> bool:
    need, solution = pair
    return catalog.can_see_confirmation(actor, solution.organization_id, need.organization_id)


def _has_figures(actor: Actor, park: Park) -> bool:
    return catalog.moderated_parks(actor).filter(pk=park.pk).exists()


def _sees_organization(actor: Actor, organization: Organization) -> bool:
    return Organization.objects.visible_to(actor).filter(pk=organization.pk).exists()


def _oversees_organization(actor: Actor, organization: Organization) -> bool:
    return Organization.objects.overseen_by(actor).filter(pk=organization.pk).exists()


def _decides_claim(actor: Actor, claim: JoinRequest) -> bool:
    return JoinRequest.objects.claims_overseen_by(actor).filter(pk=claim.pk).exists()


def _decides_join(actor: Actor, claim: JoinRequest) -> bool:
    return JoinRequest.objects.decided_by_owner(actor).filter(pk=claim.pk).exists()


def _reads_restriction(actor: Actor, row: Restriction) -> bool:
    return Restriction.objects.visible_to(actor).filter(pk=row.pk).exists()


def _reads_invitation(actor: Actor, invitation: Invitation) -> bool:
    return Invitation.objects.visible_to(actor).filter(pk=invitation.pk).exists()


def _finds_search(actor: Actor, search: SavedSearch) -> bool:
    return SavedSearch.objects.filter(catalog.own_searches(actor), pk=search.pk).exists()


def _is_shown(_actor: Actor, listing: Listing) -> bool:
    return Listing.objects.filter(catalog.shown_listings(), pk=listing.pk).exists()


def _counts_decision(actor: Actor, park: Park) -> bool:
    return ModerationEntry.objects.filter(catalog.decisions_in_parks(actor), park=park).exists()


def _reads_introduction(actor: Actor, introduction: Introduction) -> bool:
    return Introduction.objects.visible_to(actor).filter(pk=introduction.pk).exists()


def _passes(allowed: bool) -> bool:
    try:
        accounts.require(allowed)
    except PermissionDenied:
        return False
    return True


def _side(side: Viewpoint) -> Callable[[Actor, Any], bool]:
    return lambda actor, pair: matchmaking.viewpoint(actor, *pair) is side


def _of(function: Callable[..., Any], side: Introduction.Side) -> Callable[[Actor, Any], bool]:
    return lambda actor, introduction: function(actor, introduction) == side


def _begins(side: Introduction.Side) -> Callable[[Actor, Any], bool]:
    return lambda actor, pair: matchmaking.can_begin(actor, pair[0], pair[1], side)


def _rule(function: Any, about: str, ask: Any = None, **who: str) -> Policy:
    return Policy(function.__name__, about, ask or function, who)


def _role_rule(function: Callable[[Actor], bool], **who: str) -> Policy:
    return Policy(function.__name__, "nothing", _plain(function), who)


_NEED, _SOLUTION = Introduction.Side.NEED, Introduction.Side.SOLUTION
_FACTORY = {"factory_viewer": "o", "factory_editor": "o", "factory_owner": "o"}
_FACTORY_WRITERS = {"factory_editor": "o", "factory_owner": "o"}
_MODERATORS = {"park_staff": "oO", "other_park_staff": "P", "judge": "O", "insider": "OP-"}
_OWN = {"factory_viewer": "oad", "factory_editor": "oad", "factory_owner": "oad", "judge": "oad"}
_OWN_WRITERS = {"factory_editor": "oad", "factory_owner": "oad"}

POLICIES: tuple[Policy, ...] = (
    # --- accounts ---
    _rule(accounts.require, "organization", lambda actor, _: _passes(actor.is_system), system=ALL),
    _rule(
        accounts.is_member_of, "organization", _by_id(accounts.is_member_of), **_FACTORY, judge="o"
    ),
    _rule(accounts.can_edit_for, "organization", _by_id(accounts.can_edit_for), **_FACTORY_WRITERS),
    _rule(accounts.is_owner_of, "organization", _by_id(accounts.is_owner_of), factory_owner="o"),
    _rule(accounts.moderates, "organization", **_MODERATORS, system=ALL, platform_admin=ALL),
    _role_rule(
        accounts.can_create_organization, signed_in="-", judge="-", roleless="-", adrift="-"
    ),
    _rule(
        accounts.can_edit_organization,
        "organization",
        factory_owner="o",
        platform_admin=ALL,
        system=ALL,
    ),
    _role_rule(accounts.can_register_organization, platform_admin="-", system="-"),
    _rule(accounts.can_manage_members, "organization", factory_owner="o"),
    _rule(accounts.can_see_members, "organization", **_FACTORY, judge="o"),
    _rule(
        accounts.can_decide_join_request,
        "claim",
        factory_owner="o",
        park_staff="c",
        other_park_staff="C",
        judge="cm",
        platform_admin="cCm",
        system="cCm",
    ),
    _rule(accounts.can_restrict_for, "organization", **_FACTORY_WRITERS, system=ALL),
    _rule(accounts.can_see_restrictions, "organization", **_FACTORY, judge="o"),
    _rule(
        accounts.can_verify_organization,
        "organization",
        **_MODERATORS,
        system=ALL,
        platform_admin=ALL,
    ),
    _role_rule(accounts.can_suspend_organization, platform_admin="-", system="-"),
    _role_rule(accounts.can_manage_people, platform_admin="-", system="-"),
    _role_rule(
        accounts.can_moderate_somewhere,
        park_staff="-",
        other_park_staff="-",
        judge="-",
        platform_admin="-",
    ),
    _role_rule(accounts.can_read_in_admin, platform_admin="-"),
    _rule(
        accounts.works_for_park,
        "park",
        lambda actor, park: accounts.works_for_park(actor, park.pk),
        park_staff="o",
        judge="o",
        other_park_staff="P",
    ),
    _role_rule(accounts.can_see_health, clerk="-", platform_admin="-"),
    _role_rule(accounts.can_prune_audit, system="-"),
    _role_rule(
        accounts.needs_second_factor,
        **dict.fromkeys(("park_staff", "other_park_staff", "judge"), "-"),
        **dict.fromkeys(("officer", "other_officer", "clerk", "platform_admin"), "-"),
    ),
    _rule(
        accounts.can_see_district, "district", officer="o", other_officer="P", platform_admin="oP"
    ),
    _rule(
        accounts.visible_organizations,
        "standing",
        _sees_organization,
        all="oOP-",
        **dict.fromkeys(("roleless", "adrift"), "oOP-"),
        judge="oOP-S",
        park_staff="S",
        other_park_staff="s",
        platform_admin=ALL,
        system=ALL,
    ),
    _rule(
        accounts.overseen,
        "standing",
        _oversees_organization,
        park_staff="oOS",
        other_park_staff="Ps",
        judge="OS",
        insider="OP-Ss",
        platform_admin=ALL,
        system=ALL,
    ),
    _rule(
        accounts.claims_overseen,
        "claim",
        _decides_claim,
        park_staff="c",
        other_park_staff="C",
        judge="cm",
        platform_admin="cCm",
        system="cCm",
    ),
    _rule(accounts.joins_to_decide, "claim", _decides_join, factory_owner="o"),
    _rule(
        accounts.rows_of_own_organization,
        "restriction",
        _reads_restriction,
        **_FACTORY,
        judge="o",
        platform_admin=ALL,
        system=ALL,
    ),
    _rule(
        accounts.visible_invitations,
        "invitation",
        _reads_invitation,
        factory_owner="o",
        platform_admin=ALL,
        system=ALL,
    ),
    # --- catalog ---
    _rule(
        catalog.shown_listings,
        "listing",
        _is_shown,
        all="oOPE",
        **dict.fromkeys(("system", "judge", "roleless", "adrift"), "oOPE"),
    ),
    *(
        _rule(
            function,
            "search",
            ask,
            factory_owner="o",
            vendor_owner="O",
            # The factory's owner, whatever became of the role.
            **dict.fromkeys(("roleless", "adrift"), "o"),
        )
        for function, ask in (
            (catalog.is_own_search, None),
            (catalog.own_searches, _finds_search),
        )
    ),
    _rule(
        catalog.decisions_in_parks,
        "decided",
        _counts_decision,
        park_staff="o",
        judge="o",
        other_park_staff="P",
        platform_admin="oP",
    ),
    _role_rule(catalog.can_create_listing, writers="-", system="-"),
    _rule(catalog.can_edit_listing, "listing", **_OWN_WRITERS, system=ALL),
    _rule(
        catalog.can_moderate_listing,
        "listing",
        park_staff="oadOADSE",
        other_park_staff="P",
        judge="OADSE",
        insider="OADPSE",
        platform_admin=ALL,
        system=ALL,
    ),
    _role_rule(catalog.can_take_over_claim, platform_admin="-"),
    _role_rule(catalog.can_decide_escalated, platform_admin="-"),
    _rule(
        catalog.can_see_unpublished,
        "listing",
        factory_viewer="oad",
        factory_editor="oad",
        factory_owner="oad",
        park_staff="oadOADSE",
        other_park_staff="P",
        judge="oadOADSE",
        insider="OADPSE",
        platform_admin=ALL,
        system=ALL,
    ),
    _rule(
        catalog.can_see_listing,
        "listing",
        all="oOPE",
        roleless="oOPE",
        adrift="oOPE",
        factory_viewer="oad",
        factory_editor="oad",
        factory_owner="oad",
        park_staff="oadOADSE",
        judge="oadOADPSE",
        platform_admin=ALL,
        system=ALL,
    ),
    _rule(catalog.can_see_matches, "listing", **_OWN, platform_admin=ALL),
    _rule(catalog.can_request_scoring, "listing", **_OWN_WRITERS, platform_admin=ALL, system=ALL),
    _rule(
        catalog.visible_listings,
        "listing",
        _is_visible,
        all="oOPE",
        # Drafts are no business of a park; one's own organization's are.
        roleless="oadOPE",
        adrift="oOPE",
        factory_viewer="oad",
        factory_editor="oad",
        factory_owner="oad",
        park_staff="oaOASE",
        judge="oadOAPSE",
        platform_admin=ALL,
        system=ALL,
    ),
    _rule(catalog.is_private_side, "listing", **_OWN, system=ALL),
    _rule(catalog.can_see_drafts, "listing", **_OWN, platform_admin=ALL, system=ALL),
    _rule(catalog.can_see_viewers, "listing", **_OWN),
    _rule(
        catalog.can_seek_introduction,
        "listing",
        factory_editor="OPS",
        factory_owner="OPS",
        vendor_editor="oOPS",
        vendor_owner="oOPS",
    ),
    _rule(catalog.can_ask_for_proof, "organization", **_FACTORY_WRITERS),
    _rule(catalog.can_decide_proof, "organization", **_MODERATORS, system=ALL, platform_admin=ALL),
    _rule(
        catalog.can_see_proofs,
        "organization",
        **_FACTORY,
        park_staff="oO",
        other_park_staff="P",
        judge="oO",
        insider="OP-",
        platform_admin=ALL,
        system=ALL,
    ),
    # "-" lies in no park and was never checked; the factory was.
    _rule(catalog.can_answer_confirmation, "organization", **_FACTORY_WRITERS),
    _rule(
        catalog.can_answer_confirmation,
        "organization",
        _as_unchecked,
    ),
    _rule(
        catalog.can_see_confirmation,
        "pair",
        _between,
        **dict.fromkeys(_OWN, "no so nd dn oo Eo So xO"),
    ),
    _rule(
        catalog.overseen_proofs,
        "proof",
        _is_overseen,
        park_staff="oO",
        other_park_staff="P",
        judge="O",
        insider="OP",
        platform_admin="oOP",
        system="oOP",
    ),
    _rule(
        catalog.can_record_mandate, "organization", **_MODERATORS, system=ALL, platform_admin=ALL
    ),
    _rule(
        catalog.can_revoke_mandate,
        "organization",
        **_FACTORY_WRITERS,
        **_MODERATORS,
        system=ALL,
        platform_admin=ALL,
    ),
    _rule(
        catalog.can_report,
        "organization",
        all="OP-",
        judge="OP-",
        roleless=ALL,
        adrift=ALL,
        **dict.fromkeys(("anonymous", "stranger", "park_staff", "other_park_staff"), ALL),
        **dict.fromkeys(("officer", "other_officer", "clerk", "platform_admin"), ALL),
        **dict.fromkeys(("vendor_viewer", "vendor_editor", "vendor_owner"), ALL),
        insider=ALL,
        system=ALL,
    ),
    _rule(catalog.can_decide_report, "organization", **_MODERATORS, system=ALL, platform_admin=ALL),
    _rule(
        catalog.overseen_reports,
        "report",
        _reads_report,
        park_staff="oO",
        other_park_staff="P",
        judge="O",
        insider="OP",
        platform_admin="oOP",
        system="oOP",
    ),
    _role_rule(catalog.can_import_listings, platform_admin="-", system="-"),
    _rule(
        catalog.moderated_parks,
        "park",
        _has_figures,
        park_staff="o",
        judge="o",
        other_park_staff="P",
        insider="oP",
        platform_admin="oP",
    ),
    _rule(
        catalog.moderated_revisions,
        "revision",
        _is_moderated,
        park_staff="oO",
        other_park_staff="P",
        judge="O",
        insider="OP",
        platform_admin="oOP",
        system="oOP",
    ),
    # --- matchmaking: "no" one's own need with another's solution, "so" the other way round ---
    _rule(
        matchmaking.viewpoint,
        "pair",
        _side(Viewpoint.NEED),
        **dict.fromkeys(_OWN, "no oo xO") | {"judge": "no oo nd xO"},
        platform_admin=ALL,
    ),
    _rule(
        matchmaking.viewpoint,
        "pair",
        _side(Viewpoint.SOLUTION),
        **dict.fromkeys(_OWN, "so Eo") | {"judge": "so Eo dn So"},
    ),
    _rule(matchmaking.counts_as_shown, "listing", **_OWN),
    _role_rule(matchmaking.can_serve_weights, platform_admin="-", system="-"),
    _rule(
        matchmaking.can_decide_relation,
        "between",
        park_staff="oyz",
        other_park_staff="Px",
        insider="Pxyz",
        platform_admin=ALL,
        system=ALL,
    ),
    _rule(
        accounts.overseen,
        "relation",
        _reads_relation,
        park_staff="o",
        other_park_staff="Px",
        insider="Px",
        platform_admin=ALL,
        system=ALL,
    ),
    _rule(
        matchmaking.side_of,
        "introduction",
        _of(matchmaking.side_of, _NEED),
        **dict.fromkeys(_OWN, "no"),
    ),
    _rule(
        matchmaking.side_of,
        "introduction",
        _of(matchmaking.side_of, _SOLUTION),
        **dict.fromkeys(_OWN, "so"),
    ),
    _rule(
        matchmaking.acting_side,
        "introduction",
        _of(matchmaking.acting_side, _NEED),
        **dict.fromkeys(_OWN_WRITERS, "no"),
    ),
    _rule(
        matchmaking.acting_side,
        "introduction",
        _of(matchmaking.acting_side, _SOLUTION),
        **dict.fromkeys(_OWN_WRITERS, "so"),
    ),
    # Interest of a vendor that the factory refuses (x, w) it never hears of.
    _rule(
        matchmaking.visible_introductions,
        "heard",
        _reads_introduction,
        **dict.fromkeys(_OWN, "no so y n"),
        system=ALL,
    ),
    _rule(matchmaking.can_begin, "pair", _begins(_NEED), **dict.fromkeys(_OWN_WRITERS, "no")),
    _rule(matchmaking.can_begin, "pair", _begins(_SOLUTION), **dict.fromkeys(_OWN_WRITERS, "so")),
    # The other side may let itself in: here the factory asks to read what others own, and the rest.
    _rule(
        catalog.can_let_in,
        "listing",
        lambda actor, listing: catalog.can_let_in(actor, listing, listing.organization),
        **_OWN_WRITERS,
        system=ALL,
    ),
    _rule(
        catalog.can_let_in,
        "pair",
        lambda actor, pair: catalog.can_let_in(actor, pair[0], pair[1].organization),
        **dict.fromkeys(_OWN_WRITERS, "no so nd dn oo Eo So xO"),
        system=ALL,
    ),
)
