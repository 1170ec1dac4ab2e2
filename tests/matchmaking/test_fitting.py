"""How many vendors fit a draft, and what each must of it costs."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from catalog.choices import ListingKind
from catalog.models import Listing
from catalog.services import create_listing
from matchmaking.services.indexing import index_candidate
from matchmaking.views_whatif import FITTINGS_A_MINUTE
from tests.builders import make_actor, make_solution, make_vocabulary, need_payload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vocabulary() -> None:
    cache.clear()
    make_vocabulary()


def browser(actor: Actor) -> Client:
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user)
    return client


def offer(**content: Any) -> None:
    index_candidate(make_solution(scenarios=["inline_inspection"], **content).pk)


def draft(actor: Actor, level: str) -> Listing:
    payload = need_payload(
        scenarios=["inline_inspection"],
        requirements=[{"level": level, "kind": "certification", "code": "iso_9001"}],
    )
    return create_listing(actor=actor, kind=ListingKind.NEED, payload=payload).listing


def address(listing: Listing) -> str:
    return reverse("matchmaking:need_fitting", args=[listing.public_id])


def test_a_must_that_a_vendor_fails_takes_it_from_the_count() -> None:
    owner = make_actor()
    for _each in range(3):
        offer(lead_time_low=30, lead_time_high=40)
    offer(lead_time_low=4, lead_time_high=6)
    client = browser(owner)
    payload = need_payload(
        scenarios=["inline_inspection"],
        requirements=[{"level": "must", "kind": "lead_time_max", "number": "8"}],
    )
    listing = create_listing(actor=owner, kind=ListingKind.NEED, payload=payload).listing
    context = client.get(address(listing), headers={"HX-Request": "true"}).context
    assert context["vendors"] == 4
    (cost,) = context["costs"]
    assert context["fitting"] + cost.alone == 4
    assert context["fitting"] == 1


def test_a_wish_keeps_nobody_out() -> None:
    owner = make_actor()
    offer()
    context = browser(owner).get(address(draft(owner, "should"))).context
    assert (context["vendors"], context["fitting"], context["costs"]) == (1, 1, [])


def test_nobody_else_may_ask() -> None:
    listing = draft(make_actor(), "must")
    assert browser(make_actor()).get(address(listing)).status_code == 404


def test_asking_too_often_is_answered_with_a_pause() -> None:
    owner = make_actor()
    listing = draft(owner, "must")
    client = browser(owner)
    answers = [client.get(address(listing)).context for _each in range(FITTINGS_A_MINUTE + 1)]
    # The minute may turn once meanwhile, never twice.
    assert answers[0].get("is_busy") is None
    if not answers[-1].get("is_busy"):
        answers += [client.get(address(listing)).context for _each in range(FITTINGS_A_MINUTE)]
    assert answers[-1]["is_busy"]
