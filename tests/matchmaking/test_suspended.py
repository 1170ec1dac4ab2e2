"""A suspended organization is on nobody's pages from that moment, before any worker has run."""

import pytest
from django.urls import reverse

from accounts.actors import SYSTEM
from accounts.services import suspend_organization
from tests.catalog.pages import client_of
from tests.matchmaking.pairs import Pair, make_pair

pytestmark = pytest.mark.django_db

NEED_PAGES = ("matchmaking:need_matches", "matchmaking:need_excluded", "api:need_matches")
SOLUTION_PAGES = (
    "matchmaking:solution_matches",
    "matchmaking:solution_excluded",
    "api:solution_matches",
)


@pytest.fixture
def pair() -> Pair:
    return make_pair({"title": "需方的标题"}, {"title": "供方的标题"})


@pytest.mark.parametrize("page", NEED_PAGES)
def test_a_suspended_vendor_is_not_on_a_needs_pages(pair: Pair, page: str) -> None:
    client, address = client_of(pair.owner), reverse(page, args=[pair.need.public_id])
    asked = {"q": "供方的标题"}
    assert "供方的标题" in client.get(address, asked).text
    vendor = pair.solution.organization
    suspend_organization(actor=SYSTEM, organization=vendor)
    told = client.get(address, {**asked, "q": "供方"}).text
    assert "供方的标题" not in told
    assert str(vendor) not in told


@pytest.mark.parametrize("page", SOLUTION_PAGES)
def test_a_suspended_factory_is_not_on_a_solutions_pages(pair: Pair, page: str) -> None:
    client, address = client_of(pair.vendor), reverse(page, args=[pair.solution.public_id])
    suspend_organization(actor=SYSTEM, organization=pair.need.organization)
    told = client.get(address).text
    assert "需方的标题" not in told
    assert str(pair.need.organization) not in told
