"""A vendor that halves its price interval thirty times comes no nearer to a hidden budget."""

import pytest
from django.urls import reverse

from accounts.actors import SYSTEM
from catalog.choices import ListingKind
from catalog.models import Listing, Need
from catalog.services import publish_revision, submit_listing, update_draft
from matchmaking.models import Introduction
from matchmaking.services import introductions
from tests.matchmaking.pairs import Pair, make_pair, make_published, rescore
from tests.matchmaking.test_pages import client_of
from tests.noise import DATES, IDENTITIES, MADE_NAMES, quiet

pytestmark = [pytest.mark.django_db, pytest.mark.leak, pytest.mark.slow]

EDITS = 30
# Beside all other tests; `pytest -m leak` takes them all.
FEW_EDITS = 6
LOWEST, HIGHEST = 100_000, 20_000_000
# The same need but for what its owner keeps to itself.
BUDGETS = ({"budget_low": "3000000", "budget_high": "5000000"}, {"budget_high": "900000"})


def answers(pair: Pair) -> list[str]:
    """Return all that the vendor reads of the need at its present price."""
    client, solution, need = client_of(pair.vendor), pair.solution.public_id, pair.need.public_id
    asked = (
        reverse("matchmaking:solution_matches", args=[solution]),
        reverse("matchmaking:solution_excluded", args=[solution]),
        reverse("matchmaking:pair", args=[need, solution]),
        reverse("api:solution_matches", args=[solution]),
        reverse("api:pair", args=[need, solution]),
        reverse("catalog:need_detail", args=[need]),
        reverse("matchmaking:introduce_to_need", args=[need]),
        reverse("matchmaking:introduction_list"),
    )
    told = []
    for path in asked:
        response = client.get(path)
        words = quiet(response.content.decode(), *IDENTITIES, *MADE_NAMES, *DATES)
        told.append(f"{response.status_code} {words}")
    return told


def offer(pair: Pair, price: int) -> None:
    """Do what a vendor's edit and a moderator's approval do, and let the workers finish."""
    listing = Listing.objects.get(pk=pair.solution.pk)
    changes = {"price_low": str(price), "price_high": str(price)}
    update_draft(actor=pair.vendor, listing=listing, changes=changes)
    revision = submit_listing(actor=pair.vendor, listing=listing)
    publish_revision(actor=SYSTEM, revision=revision)
    rescore(pair.solution, pair.need)


def ask_for_an_introduction(pair: Pair) -> None:
    """Show interest, so that what comes back of it is among the answers."""
    need = Need.objects.get(pk=pair.need.pk)
    introductions.express_interest(
        actor=pair.vendor,
        need=need,
        solution=Listing.objects.get(pk=pair.solution.pk).solution,
        side=Introduction.Side.SOLUTION,
    )


def bisected(budget: dict[str, str], edits: int) -> list[list[str]]:
    """Return what a vendor reads while it halves the interval by what its last answer was.

    It takes any change of the answer for a sign that it crossed the budget.
    """
    pair = make_pair(need={"budget_low": None, "budget_high": None, **budget})
    neighbour = make_published(
        ListingKind.NEED, title="铸件缺陷检测改造", budget_low=None, budget_high=None
    )
    rescore(neighbour, pair.need, pair.solution)
    low, high, told = LOWEST, HIGHEST, []
    for edit in range(edits):
        price = (low + high) // 2
        offer(pair, price)
        if edit == edits // 2:
            ask_for_an_introduction(pair)
        told.append(answers(pair))
        if edit and told[-1] != told[-2]:
            low = price
        else:
            high = price
    Need.objects.filter(pk__in=[pair.need.pk, neighbour.pk]).update(state="archived")
    return told


def test_edit_after_edit_reads_the_same_in_worlds_that_differ_only_in_the_budget(
    thorough: bool,
) -> None:
    edits = EDITS if thorough else FEW_EDITS
    one, other = (bisected(dict(budget), edits) for budget in BUDGETS)
    assert len(one) == edits
    for edit, (here, there) in enumerate(zip(one, other, strict=True)):
        assert here == there, f"edit {edit} tells the worlds apart"


def test_the_same_attack_finds_a_published_budget() -> None:
    one, other = (bisected({**budget, "budget_visibility": "public"}, 3) for budget in BUDGETS)
    assert one != other
