"""Whom the services about matches refuse, and that nothing changes then."""

import pytest
from pytest_django import Settings

from accounts.actors import ANONYMOUS, Actor
from accounts.models import Organization
from catalog.choices import ListingKind
from catalog.models import Listing
from matchmaking.models import MatchRun
from matchmaking.services import explain_pair, retry_runs, ruled_out_needs, ruled_out_solutions
from tests.builders import (
    make_actor,
    make_draft,
    make_need,
    make_organization,
    make_park,
    make_solution,
    make_staff_actor,
    solution_payload,
)
from tests.refused import refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _words_only(settings: Settings) -> None:
    settings.EMBEDDER = "off"


@pytest.fixture
def owner() -> Actor:
    return make_actor(organization=make_organization(park=make_park()))


def _of(actor: Actor) -> Organization:
    assert actor.organization is not None
    return actor.organization


def _neither_side(organization: Organization) -> list[Actor]:
    """Nobody who belongs to the side: whoever checks it does not read its list."""
    return [
        ANONYMOUS,
        make_actor(role=None),
        make_actor(),
        make_staff_actor(organization.park),
    ]


def test_an_owner_is_not_told_how_an_unpublished_solution_would_fit(owner: Actor) -> None:
    need = make_need(_of(owner))
    hidden = make_draft(ListingKind.SOLUTION, make_organization(), solution_payload()).listing
    with refused(need, hidden):
        explain_pair(actor=owner, need=need, solution=hidden)


def test_a_pair_is_explained_to_its_two_sides_alone(owner: Actor) -> None:
    need, solution = make_need(_of(owner)), make_solution()
    for actor in _neither_side(_of(owner)):
        with refused(need, solution):
            explain_pair(actor=actor, need=need, solution=solution)


def test_whom_a_need_rules_out_is_told_to_its_own_people(owner: Actor) -> None:
    need, vendor = make_need(_of(owner)), make_actor()
    make_solution(_of(vendor))
    for actor in [vendor, *_neither_side(_of(owner))]:
        with refused(need):
            ruled_out_solutions(actor=actor, need=need)


def test_which_needs_a_solution_misses_is_told_to_its_own_people(owner: Actor) -> None:
    solution, customer = make_solution(_of(owner)), make_actor()
    make_need(_of(customer))
    for actor in [customer, *_neither_side(_of(owner))]:
        with refused(solution):
            ruled_out_needs(actor=actor, solution=solution)


def test_a_run_is_sent_again_for_its_listings_editors_alone(owner: Actor) -> None:
    need = Listing.objects.get(pk=make_need(_of(owner)).pk)
    run = MatchRun.objects.filter(listing=need).latest("wanted_version")
    MatchRun.objects.filter(pk=run.pk).update(state=MatchRun.State.FAILED, error="KeyError")
    for actor in [make_actor("viewer", _of(owner)), *_neither_side(_of(owner))]:
        with refused(need, run):
            retry_runs(actor=actor, runs=[run])
