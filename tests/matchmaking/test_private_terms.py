"""An owner's weights and blacklist move its own list, and nothing that a vendor can read."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.actors import SYSTEM
from accounts.models import Restriction
from accounts.services import add_restriction
from catalog.models import Listing
from catalog.services import publish_revision, submit_listing, update_draft
from matchmaking.engine.results import PairScore
from tests.matchmaking.pairs import Pair, make_pair, rescore
from tests.matchmaking.test_pages import client_of
from tests.matchmaking.test_probing import seen_by_vendor, with_neighbours

pytestmark = pytest.mark.django_db

# Nothing of such a need is hidden, so whatever is withheld would show.
OPEN: dict[str, Any] = {"budget_visibility": "public"}
WEIGHTS: list[dict[str, int] | None] = [
    {"scenario": 100},
    {"budget": 70, "dates": 30},
    {"industry": 1, "domestic": 99},
    None,
]


def set_weights(pair: Pair, weights: dict[str, int] | None) -> None:
    listing = Listing.objects.get(pk=pair.need.pk)
    update_draft(actor=SYSTEM, listing=listing, changes={"weights": weights})
    publish_revision(actor=SYSTEM, revision=submit_listing(actor=SYSTEM, listing=listing))
    rescore(pair.need, pair.solution)


@pytest.mark.parametrize("need", [OPEN, {}], ids=["public budget", "private budget"])
def test_no_weights_change_anything_that_a_vendor_reads(need: dict[str, Any]) -> None:
    pair = with_neighbours(**need)
    before, totals = seen_by_vendor(pair), set()
    assert pair.need.title in before[0]
    for weights in WEIGHTS:
        set_weights(pair, weights)
        totals.add(pair.match.total)
        assert seen_by_vendor(pair) == before
    assert len(totals) == len(WEIGHTS)


def test_the_owner_reads_the_score_by_its_own_weights() -> None:
    pair = make_pair(need={"weights": {"budget": 70, "dates": 30}})
    page = client_of(pair.owner).get(
        reverse("matchmaking:pair", args=[pair.need.public_id, pair.solution.public_id])
    )
    assert {part.criterion: part.weight for part in page.context["view"].parts} == {
        "budget": 70,
        "dates": 30,
    }


def test_a_stored_score_keeps_both_ways_of_weighing() -> None:
    score = make_pair(need={"weights": {"budget": 100}}).match.score
    assert score.by_platform is not None
    assert score.for_vendor.total != score.total
    assert PairScore.from_json(score.to_json()) == score
    assert make_pair().match.score.by_platform is None


@pytest.mark.parametrize("kind", list(Restriction.Kind))
def test_a_vendor_is_not_even_told_that_something_is_withheld(kind: Restriction.Kind) -> None:
    pair = with_neighbours(**OPEN)
    before = seen_by_vendor(pair)
    own, other = pair.owner.organization, pair.vendor.organization
    assert own is not None
    assert other is not None
    add_restriction(actor=pair.owner, organization=own, other=other, kind=kind)
    rescore(pair.need, pair.solution)
    assert seen_by_vendor(pair) == before
