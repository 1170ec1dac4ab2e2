"""Introductions: who may move them, what each move opens and closes, and two presses at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from accounts.actors import ANONYMOUS, Actor
from accounts.errors import Conflict, Refused
from accounts.models import Event, Organization, Restriction
from catalog.content import NeedContent
from catalog.disclosure import NEED_STAGES, Disclosed, Disclosure, disclose, stage_of
from catalog.models import DisclosureGrant, Listing, Need, Solution
from catalog.reading import need_content
from catalog.services import archive_listing, grant_disclosure
from matchmaking.models import Introduction
from matchmaking.services import (
    accept,
    confirm_agreement,
    decline,
    express_interest,
    withdraw,
)
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_need,
    make_organization,
    make_park,
    make_solution,
    make_staff_actor,
    make_vocabulary,
)

Side, State = Introduction.Side, Introduction.State
SECRETS: dict[str, Any] = {
    "situation": "酸洗线每班人工换液。",
    "goal": "无人值守。",
    "district": "jinshan",
    "industry": "C26",
    "requirements": [{"level": "must", "kind": "text", "text": "整体防爆"}],
    "wanted_end": "2031-09-19",
    "budget_low": "6660000",
    "budget_high": "7770000",
    "confidentiality": "confidential",
}


@dataclass(frozen=True)
class Two:
    """A confidential need and a solution, and somebody who edits for each."""

    need: Need
    solution: Solution
    owner: Actor
    vendor: Actor

    def by(self, side: Introduction.Side) -> Actor:
        return self.owner if side == Side.NEED else self.vendor

    def begin(self, side: Introduction.Side = Side.SOLUTION) -> Introduction:
        return express_interest(
            actor=self.by(side), need=self.need, solution=self.solution, side=side
        )

    def told(self, actor: Actor | None = None) -> Disclosed:
        return disclose(actor or self.vendor, self.need, need_content(self.need))

    def stage(self, actor: Actor | None = None) -> Disclosure:
        return stage_of(actor or self.vendor, self.need, confidential=True)


def house(actor: Actor) -> Organization:
    assert actor.organization is not None
    return actor.organization


def two(**need: Any) -> Two:
    make_vocabulary()
    owner, vendor = make_actor(), make_actor()
    return Two(
        need=make_need(owner.organization, **{**SECRETS, **need}),
        solution=make_solution(vendor.organization),
        owner=owner,
        vendor=vendor,
    )


def accepted(pair: Two) -> Introduction:
    return accept(actor=pair.owner, introduction=pair.begin())


def agreed(pair: Two) -> Introduction:
    row = accepted(pair)
    confirm_agreement(actor=pair.owner, introduction=row)
    return confirm_agreement(actor=pair.vendor, introduction=row)


pytestmark = pytest.mark.django_db


# --- What each stage opens ---


def test_interest_opens_nothing_acceptance_the_details_and_the_agreement_the_rest() -> None:
    pair = two(budget_visibility="public")
    row = pair.begin()
    assert pair.stage() is Disclosure.SUMMARY
    assert not pair.told().shows_organization
    accept(actor=pair.owner, introduction=row)
    told = pair.told()
    assert told.stage is Disclosure.ACCEPTED
    assert told.shows_organization
    assert isinstance(told.content, NeedContent)
    assert (told.content.situation, told.content.district) == (SECRETS["situation"], "jinshan")
    assert (told.content.budget_low, told.content.budget_high) == (
        Decimal(5_000_000),
        Decimal(10_000_000),
    )
    confirm_agreement(actor=pair.owner, introduction=row)
    assert pair.stage() is Disclosure.ACCEPTED
    confirm_agreement(actor=pair.vendor, introduction=row)
    content = pair.told().content
    assert isinstance(content, NeedContent)
    assert (content.budget_low, content.budget_high) == (Decimal(6_660_000), Decimal(7_770_000))


@pytest.mark.parametrize("reach", [pytest.param(accepted, id="accepted"), agreed])
def test_no_stage_opens_what_is_the_owners_alone(reach: Callable[[Two], Introduction]) -> None:
    pair = two(weights={"budget": 100})
    reach(pair)
    content = pair.told().content
    assert isinstance(content, NeedContent)
    assert content.budget_high is None
    assert content.budget_low is None
    assert content.weights is None


@pytest.mark.parametrize("reach", [accepted, agreed])
def test_a_stage_is_reached_by_the_vendors_own_people_alone(
    reach: Callable[[Two], Introduction],
) -> None:
    pair = two()
    stage = Disclosure.ACCEPTED if reach is accepted else Disclosure.AGREED
    reach(pair)
    vendor = pair.vendor.organization
    assert {role: pair.stage(make_actor(role, vendor)) for role in ("owner", "viewer")} == {
        "owner": stage,
        "viewer": stage,
    }
    outside = (ANONYMOUS, make_actor(None), make_actor(), make_staff_actor(make_park()))
    assert {pair.stage(actor) for actor in outside} == {Disclosure.SUMMARY}


@pytest.mark.parametrize("who", ["nobody", "stranger", "vendor", "moderator", "admin", "owner"])
@pytest.mark.parametrize("reach", [None, accepted, agreed], ids=["before", "accepted", "agreed"])
def test_every_field_is_told_from_its_stage_on_and_not_before(
    who: str, reach: Callable[[Two], Introduction] | None
) -> None:
    park = make_park()
    pair = two(weights={"budget": 100})
    owner = house(pair.owner)
    owner.park = park
    owner.save(update_fields=["park"])
    need = Need.objects.get(pk=pair.need.pk)
    if reach is not None:
        reach(pair)
    own: dict[object, Disclosure] = {
        None: Disclosure.SUMMARY,
        accepted: Disclosure.ACCEPTED,
        agreed: Disclosure.AGREED,
    }
    actor, stage = {
        "nobody": (ANONYMOUS, Disclosure.SUMMARY),
        "stranger": (make_actor(), Disclosure.SUMMARY),
        "vendor": (pair.vendor, own[reach]),
        "moderator": (make_staff_actor(park), Disclosure.AGREED),
        "admin": (make_admin_actor(), Disclosure.AGREED),
        "owner": (pair.owner, Disclosure.OWNER),
    }[who]
    told = disclose(actor, need, need_content(need))
    assert told.hidden == {name for name, needed in NEED_STAGES.items() if needed > stage}


@pytest.mark.parametrize("side", list(Side))
def test_whoever_leaves_closes_what_was_open(side: Introduction.Side) -> None:
    pair = two()
    row = agreed(pair)
    withdraw(actor=pair.by(side), introduction=row)
    assert pair.stage() is Disclosure.SUMMARY
    assert DisclosureGrant.objects.filter(revoked_at__isnull=False).count() == 2
    assert Introduction.objects.get().ended_by == side


def test_one_introduction_ending_leaves_open_what_another_opened() -> None:
    pair = two()
    row = accepted(pair)
    second = make_solution(pair.vendor.organization)
    other = express_interest(actor=pair.vendor, need=pair.need, solution=second, side=Side.SOLUTION)
    accept(actor=pair.owner, introduction=other)
    withdraw(actor=pair.owner, introduction=row)
    assert pair.stage() is Disclosure.ACCEPTED


def test_declining_opens_nothing() -> None:
    pair = two()
    decline(actor=pair.owner, introduction=pair.begin())
    assert pair.stage() is Disclosure.SUMMARY
    assert not DisclosureGrant.objects.exists()


def test_a_suspended_organizations_grants_do_not_count() -> None:
    pair = two()
    agreed(pair)
    vendor = house(pair.vendor)
    vendor.suspended_at = timezone.now()
    vendor.save(update_fields=["suspended_at"])
    assert pair.stage() is Disclosure.SUMMARY


# --- Who may move it ---


@pytest.mark.parametrize("side", list(Side))
def test_viewers_and_strangers_begin_nothing(side: Introduction.Side) -> None:
    pair = two()
    own = pair.by(side).organization
    for actor in (ANONYMOUS, make_actor(None), make_actor(), make_actor("viewer", own)):
        with pytest.raises(PermissionDenied):
            express_interest(actor=actor, need=pair.need, solution=pair.solution, side=side)
    other = pair.by(side.other)
    with pytest.raises(PermissionDenied):
        express_interest(actor=other, need=pair.need, solution=pair.solution, side=side)
    assert not Introduction.objects.exists()


@pytest.mark.parametrize("verb", [accept, decline, confirm_agreement, withdraw])
def test_strangers_viewers_staff_and_admins_move_nothing(verb: Callable[..., Any]) -> None:
    pair = two()
    row = pair.begin() if verb in (accept, decline) else accepted(pair)
    before = row.state
    for actor in (
        ANONYMOUS,
        make_actor(),
        make_actor("viewer", pair.owner.organization),
        make_actor("viewer", pair.vendor.organization),
        make_staff_actor(),
        make_admin_actor(),
    ):
        with pytest.raises(PermissionDenied):
            verb(actor=actor, introduction=row)
    assert Introduction.objects.get().state == before


@pytest.mark.parametrize("verb", [accept, decline])
@pytest.mark.parametrize("side", list(Side))
def test_nobody_answers_their_own_interest(
    verb: Callable[..., Any], side: Introduction.Side
) -> None:
    pair = two()
    row = pair.begin(side)
    with pytest.raises(PermissionDenied):
        verb(actor=pair.by(side), introduction=row)


def test_an_answer_is_given_not_withdrawn() -> None:
    pair = two()
    row = pair.begin()
    with pytest.raises(PermissionDenied):
        withdraw(actor=pair.owner, introduction=row)


def test_one_organization_is_not_introduced_to_itself() -> None:
    make_vocabulary()
    both = make_actor()
    need, solution = make_need(both.organization), make_solution(both.organization)
    for side in Side:
        with pytest.raises(PermissionDenied):
            express_interest(actor=both, need=need, solution=solution, side=side)


def test_a_grant_is_written_for_no_third_party() -> None:
    pair = two()
    stranger = make_organization()
    with pytest.raises(PermissionDenied):
        grant_disclosure(
            actor=make_actor(),
            listing=pair.need,
            organization=stranger,
            stage=Disclosure.ACCEPTED,
            introduction_id=1,
        )


# --- The order of things ---


def test_interest_is_shown_once() -> None:
    pair = two()
    pair.begin()
    with pytest.raises(Refused):
        pair.begin()


def test_interest_from_both_sides_is_acceptance() -> None:
    pair = two()
    row = pair.begin(Side.SOLUTION)
    assert pair.begin(Side.NEED).pk == row.pk
    assert Introduction.objects.get().state == State.ACCEPTED
    assert pair.stage() is Disclosure.ACCEPTED


def test_whoever_was_declined_leaves_the_other_in_peace_for_a_while() -> None:
    pair = two()
    row = decline(actor=pair.owner, introduction=pair.begin())
    with pytest.raises(Refused, match="30"):
        pair.begin()
    Introduction.objects.filter(pk=row.pk).update(ended_at=timezone.now() - timedelta(days=31))
    assert pair.begin().state == State.INTERESTED


def test_the_side_that_declined_may_think_again() -> None:
    pair = two()
    decline(actor=pair.owner, introduction=pair.begin())
    assert pair.begin(Side.NEED).state == State.INTERESTED


def test_an_agreement_is_confirmed_after_acceptance_and_once_a_side() -> None:
    pair = two()
    row = pair.begin()
    with pytest.raises(Conflict):
        confirm_agreement(actor=pair.owner, introduction=row)
    accept(actor=pair.owner, introduction=row)
    confirm_agreement(actor=pair.owner, introduction=row)
    with pytest.raises(Refused):
        confirm_agreement(actor=pair.owner, introduction=row)


@pytest.mark.parametrize("gone", ["need", "solution"])
def test_what_is_no_longer_published_is_not_introduced(gone: str) -> None:
    pair = two()
    row = pair.begin()
    listing = pair.need if gone == "need" else pair.solution
    archive_listing(
        actor=pair.owner if gone == "need" else pair.vendor,
        listing=Listing.objects.get(pk=listing.pk),
    )
    with pytest.raises(Refused):
        accept(actor=pair.owner, introduction=row)


def test_every_move_is_an_event_of_whoever_made_it() -> None:
    pair = two()
    row = agreed(pair)
    withdraw(actor=pair.vendor, introduction=row)
    events = Event.objects.filter(subject_type="matchmaking.introduction").order_by("pk")
    owner, vendor = pair.owner.organization_id, pair.vendor.organization_id
    assert list(events.values_list("verb", "organization_id")) == [
        ("introduction.interested", vendor),
        ("introduction.accepted", owner),
        ("introduction.confirmed", owner),
        ("introduction.confirmed", vendor),
        ("introduction.agreed", vendor),
        ("introduction.withdrawn", vendor),
    ]
    verbs = Event.objects.filter(verb__startswith="disclosure.").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "disclosure.granted",
        "disclosure.granted",
        "disclosure.revoked",
    ]


# --- Blacklists ---


@pytest.mark.parametrize("kind", list(Restriction.Kind))
def test_an_owner_never_hears_of_interest_from_those_it_will_not_work_with(
    kind: Restriction.Kind,
) -> None:
    pair = two()
    Restriction.objects.create(organization=house(pair.owner), other=house(pair.vendor), kind=kind)
    row = pair.begin()
    assert row.state == State.INTERESTED
    assert list(Introduction.objects.visible_to(pair.vendor)) == [row]
    assert list(Introduction.objects.visible_to(pair.owner)) == []
    withdraw(actor=pair.vendor, introduction=row)
    assert list(Introduction.objects.visible_to(pair.owner)) == []


def test_an_introduction_under_way_stays_in_sight_of_an_owner_that_blacklists() -> None:
    pair = two()
    row = accepted(pair)
    Restriction.objects.create(
        organization=house(pair.owner),
        other=house(pair.vendor),
        kind=Restriction.Kind.BLACKLIST,
    )
    assert list(Introduction.objects.visible_to(pair.owner)) == [row]


def test_an_owner_is_reminded_of_its_own_blacklist() -> None:
    pair = two()
    Restriction.objects.create(
        organization=house(pair.owner),
        other=house(pair.vendor),
        kind=Restriction.Kind.BLACKLIST,
    )
    with pytest.raises(Refused, match="黑名单"):
        pair.begin(Side.NEED)


def test_a_vendors_own_blacklist_tells_it_nothing_of_who_stands_behind_a_need() -> None:
    pair, control = two(), two()
    for kind in Restriction.Kind:
        Restriction.objects.create(
            organization=house(pair.vendor), other=house(pair.owner), kind=kind
        )
    assert pair.begin().state == control.begin().state
    withdraw(actor=pair.vendor, introduction=Introduction.objects.get(need=pair.need))
    row = pair.begin(Side.NEED)
    assert list(Introduction.objects.visible_to(pair.vendor).filter(pk=row.pk)) == [row]


# --- Two presses at once ---


def _at_once(*presses: Callable[[], Any]) -> list[Any]:
    """Run each press in a thread of its own, started together; exceptions are answers."""
    barrier = threading.Barrier(len(presses))

    def press(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=20)
            return act()
        except (ValidationError, PermissionDenied) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(presses)) as pool:
        return list(pool.map(press, presses))


@pytest.mark.django_db(transaction=True)
def test_both_sides_showing_interest_at_once_make_one_accepted_introduction() -> None:
    pair = two()
    _at_once(lambda: pair.begin(Side.NEED), lambda: pair.begin(Side.SOLUTION))
    row = Introduction.objects.get()
    assert row.state == State.ACCEPTED
    assert {row.need_contact, row.solution_contact} == {pair.owner.user, pair.vendor.user}
    assert DisclosureGrant.objects.in_force().count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_side_pressing_twice_begins_once() -> None:
    pair = two()
    answers = _at_once(pair.begin, pair.begin, pair.begin)
    assert sum(isinstance(each, Refused) for each in answers) == 2
    assert Introduction.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_both_sides_confirming_at_once_agree() -> None:
    pair = two()
    row = accepted(pair)
    _at_once(
        lambda: confirm_agreement(actor=pair.owner, introduction=row),
        lambda: confirm_agreement(actor=pair.vendor, introduction=row),
    )
    assert Introduction.objects.get().state == State.AGREED
    assert pair.stage() is Disclosure.AGREED


@pytest.mark.django_db(transaction=True)
def test_accepting_while_the_other_withdraws_leaves_open_only_what_stands() -> None:
    pair = two()
    row = pair.begin()
    _at_once(
        lambda: accept(actor=pair.owner, introduction=row),
        lambda: withdraw(actor=pair.vendor, introduction=row),
    )
    # Withdrawn before the answer or right after it: either way nothing stays open.
    assert Introduction.objects.get().state == State.WITHDRAWN
    assert pair.stage() is Disclosure.SUMMARY
    assert not DisclosureGrant.objects.in_force().exists()
