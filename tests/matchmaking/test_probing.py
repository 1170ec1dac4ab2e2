"""A vendor that edits its price again and again learns nothing of what an owner keeps to itself."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.urls import reverse

from accounts.actors import SYSTEM
from accounts.models import Restriction
from accounts.services import add_restriction
from catalog.choices import ListingKind
from catalog.models import Listing
from catalog.services import publish_revision, submit_listing, update_draft
from tests.matchmaking.pairs import Pair, make_pair, make_published, rescore
from tests.matchmaking.test_pages import client_of
from tests.noise import DATES, quiet

pytestmark = pytest.mark.django_db

# Project prices in CNY below, within and above the hidden budget of NEED (3–5 million).
GRID = ((500_000, 900_000), (2_900_000, 4_900_000), (4_999_999, 5_000_001), (8_000_000, 9_000_000))
HIDDEN: Mapping[str, dict[str, Any]] = {
    "an indicative budget": {},
    "a formal ceiling": {"budget_is_ceiling": True},
    "a budget within a must": {
        "budget_low": None,
        "budget_high": None,
        "requirements": [{"level": "must", "kind": "budget_max", "number": "5000000"}],
    },
    "no budget at all": {"budget_low": None, "budget_high": None},
}
# What differs for other reasons: tokens, dates, and the vendor's own price as it stated it.
_AMOUNTS = (
    # Exactly what stands beside it in words.
    re.compile(r'<data value="[\d.–]+" title="[\d.,–]+ 元">'),
    re.compile(r"报价 ?[\d.,–≥≤ ]+ ?万?元"),
    re.compile(r"\d[\d.,]*(–[\d.,]+)? 万元"),
)


def seen_by_vendor(pair: Pair) -> list[str]:
    """Return everything the vendor can read that concerns the need, without the noise."""
    client = client_of(pair.vendor)
    both = [pair.need.public_id, pair.solution.public_id]
    one = [pair.solution.public_id]
    texts = []
    for name, ids in (
        ("matchmaking:solution_matches", one),
        ("matchmaking:solution_excluded", one),
        ("matchmaking:pair", both),
        ("api:solution_matches", one),
        ("api:pair", both),
        ("catalog:need_detail", both[:1]),
    ):
        text = client.get(reverse(name, args=ids)).content.decode()
        texts.append(quiet(text, *_AMOUNTS, *DATES))
    return texts


def set_price(pair: Pair, low: int, high: int) -> None:
    """Do what a vendor's edit and a moderator's approval do, and let the workers finish."""
    changes = {"price_low": str(low), "price_high": str(high)}
    listing = Listing.objects.get(pk=pair.solution.pk)
    update_draft(actor=SYSTEM, listing=listing, changes=changes)
    publish_revision(actor=SYSTEM, revision=submit_listing(actor=SYSTEM, listing=listing))
    rescore(pair.solution, pair.need)


def with_neighbours(**need: Any) -> Pair:
    """Return a pair beside needs without a budget, so that a move in the list would show."""
    pair = make_pair(need=need)
    neighbours = [
        make_published(
            ListingKind.NEED,
            title=f"铸件缺陷检测改造{n}",
            budget_low=None,
            budget_high=None,
            industry=industry,
            requirements=[],
        )
        for n, industry in enumerate(("C36", "", ""))
    ]
    rescore(*neighbours, pair.need, pair.solution)
    return pair


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_no_price_tells_anything_of_a_hidden_budget(hidden: dict[str, Any]) -> None:
    pair = with_neighbours(**hidden)
    answers = []
    for low, high in GRID:
        set_price(pair, low, high)
        answers.append(seen_by_vendor(pair))
    assert pair.need.title in answers[0][0]
    for answer in answers[1:]:
        for one, other in zip(answers[0], answer, strict=True):
            assert one == other


@pytest.mark.parametrize("kind", list(Restriction.Kind))
def test_a_blocked_vendor_reads_what_any_other_vendor_reads(kind: Restriction.Kind) -> None:
    pair = with_neighbours()
    before = seen_by_vendor(pair)
    own, other = pair.owner.organization, pair.vendor.organization
    assert own is not None
    assert other is not None
    add_restriction(actor=pair.owner, organization=own, other=other, kind=kind)
    rescore(pair.need, pair.solution)
    assert seen_by_vendor(pair) == before
    owners = client_of(pair.owner).get(
        reverse("matchmaking:need_matches", args=[pair.need.public_id])
    )
    assert pair.solution not in [row.listing for row in owners.context["rows"]]


def test_the_probe_would_notice_a_public_budget() -> None:
    pair = with_neighbours(budget_visibility="public")
    answers = []
    for low, high in (GRID[0], GRID[-1]):
        set_price(pair, low, high)
        answers.append(seen_by_vendor(pair))
    assert answers[0] != answers[1]
