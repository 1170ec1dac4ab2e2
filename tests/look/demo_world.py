"""The matrix's world played by the demo data: pages as people meet them, not as tests need them."""

from typing import Any

from django.utils import timezone

from accounts.actors import SYSTEM, actor_for
from accounts.models import Organization, Park, User
from accounts.services import appoint_district_officer
from catalog.choices import ListingKind, ListingState
from catalog.demo import load_demo
from catalog.demo_files import read_demo
from catalog.models import Listing, Need, Revision, Scenario, Solution
from catalog.services import archive_listing, draft_payload, submit_listing, update_draft
from matchmaking.models import Introduction
from matchmaking.services import score_listing
from matchmaking.services.introductions import accept, express_interest
from tests.builders import (
    make_actor,
    make_draft,
    make_organization,
    make_user,
    make_vocabulary,
    publish,
    restore_migrated_rows,
)
from tests.matrix.pages import Made
from tests.matrix.roles import Role
from tests.matrix.subjects import INTRODUCTION
from tests.matrix.world import Standing, World

# Who plays whom: two companies and a third in one park, a fourth elsewhere.
FACTORY, VENDOR, OTHER, ELSEWHERE = "hugang-arc", "yucang-latent", "hanyue-arc", "shenchi-mes"
_ACCOUNTS = {
    Role.FACTORY_OWNER: "steel@example.com",
    Role.VENDOR_OWNER: "vendor@example.com",
    Role.PARK_STAFF: "park@example.com",
    Role.PLATFORM_ADMIN: "admin@example.com",
}
_MODELS = {ListingKind.NEED: Need, ListingKind.SOLUTION: Solution}
# What a company without a listing of a kind says in this world: another's words.
_SPARE = {ListingKind.NEED: "hengchi-cnc", ListingKind.SOLUTION: "mingmou-cast"}
_CHANGES = {
    "situation": "月均210种型号，平均每种3件，人工示教比焊接还久。工件最长9m、最重3.5t，"
    "板厚12到40mm。焊工平均年龄48岁，招工难，夜班只开一半工位。",
    "budget_low": 1600000,
    "budget_high": 2600000,
}


def build_demo_world() -> tuple[World, Made]:
    """Return the world, and of what is about to be made for its pages what stands there."""
    restore_migrated_rows()
    make_vocabulary()
    load_demo(read_demo())
    world = _cast()
    for role, email in _ACCOUNTS.items():
        world.people[role] = User.objects.get(email=email)
    world.people[Role.OFFICER] = _officer(world.park)
    for owner in (world.factory, world.vendor, world.other, world.elsewhere):
        for kind in ListingKind:
            _fill(world, owner, kind)
        world.submitted[owner.pk] = _waiting(owner, world)
    for listing in Listing.objects.filter(state=ListingState.PUBLISHED):
        score_listing(listing_id=listing.pk)
    return world, {(INTRODUCTION, "o"): {"public_id": _introduced(world).public_id}}


def _demo(key: str) -> Listing:
    return Listing.objects.select_related("organization").get(external_id=f"demo:{key}")


def _cast() -> World:
    factory, vendor, other, elsewhere = (
        _demo(key).organization for key in (FACTORY, VENDOR, OTHER, ELSEWHERE)
    )
    assert factory.park is not None
    assert elsewhere.park is not None
    park, other_park = factory.park, elsewhere.park
    for each, company in ((park, factory), (other_park, elsewhere)):
        if each.district is None:
            each.district = company.district
            each.save(update_fields=["district"])
    nobodys = Organization.objects.filter(is_claimed=False)
    return World(
        now=timezone.now(),
        park=park,
        other_park=other_park,
        factory=factory,
        vendor=vendor,
        other=other,
        elsewhere=elsewhere,
        suspended=make_organization(
            park=park, legal_name="示例停牌机电有限公司", suspended_at=timezone.now()
        ),
        newcomer=make_organization(park=park, legal_name="示例新进装备有限公司"),
        far_newcomer=make_organization(park=other_park, legal_name="示例远方装备有限公司"),
        unclaimed=nobodys.filter(park=park)[0],
        far_unclaimed=nobodys.exclude(park=park)[0],
        scenario=Scenario.objects.get(code="flexible_changeover").code,
    )


def _officer(park: Park) -> User:
    user = make_user(display_name="区专员老周", email="officer@example.com")
    assert park.district is not None
    appoint_district_officer(actor=SYSTEM, user=user, district=park.district)
    return user


def _fill(world: World, owner: Organization, kind: ListingKind) -> None:
    rows = _MODELS[kind].objects.filter(organization=owner, is_demo=True)
    for standing in Standing:
        state = ListingState(standing.value)
        found = rows.filter(state=state).order_by("pk").first()
        world.listings[owner.pk, kind, standing] = found or _made(owner, kind, standing)


def _made(owner: Organization, kind: ListingKind, standing: Standing) -> Listing:
    own = _MODELS[kind].objects.filter(organization=owner, is_demo=True).first()
    words: dict[str, Any] = draft_payload(own or _demo(_SPARE[kind]))
    draft = make_draft(kind, owner, words)
    if standing is Standing.DRAFT:
        return draft.listing
    listing = publish(draft)
    return (
        archive_listing(actor=SYSTEM, listing=listing) if standing is Standing.ARCHIVED else listing
    )


def _waiting(owner: Organization, world: World) -> Revision:
    """Return a submission of the owner's: an edit of what is published, shown with its changes."""
    need = world.listing(owner, ListingKind.NEED, Standing.PUBLISHED)
    update_draft(actor=SYSTEM, listing=need, changes=_CHANGES)
    return submit_listing(actor=SYSTEM, listing=need)


def _introduced(world: World) -> Introduction:
    """The factory and the third company talk to each other, and have accepted it."""
    need = Need.objects.get(
        pk=world.listing(world.factory, ListingKind.NEED, Standing.PUBLISHED).pk
    )
    offered = world.listing(world.other, ListingKind.SOLUTION, Standing.PUBLISHED)
    owner = world.people[Role.FACTORY_OWNER]
    begun = express_interest(
        actor=make_actor(organization=world.other),
        need=need,
        solution=Solution.objects.get(pk=offered.pk),
        side=Introduction.Side.SOLUTION,
    )
    return accept(actor=actor_for(owner, world.factory), introduction=begun)
