"""How many queries each page and endpoint of matches takes: a baseline that no row adds to."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from catalog.choices import ListingKind
from catalog.models import Listing
from catalog.wording.names import Names
from tests.matchmaking.pairs import Pair, make_pair, make_published, rescore
from tests.matchmaking.test_pages import client_of

pytestmark = pytest.mark.django_db

Address = Callable[[Pair], str]


def of_need(name: str) -> Address:
    return lambda pair: reverse(name, args=[pair.need.public_id])


def of_solution(name: str) -> Address:
    return lambda pair: reverse(name, args=[pair.solution.public_id])


def of_both(name: str) -> Address:
    return lambda pair: reverse(name, args=[pair.need.public_id, pair.solution.public_id])


# Four of each are the session, the user, the memberships and the roles.
BASELINES: list[tuple[str, Address, int]] = [
    ("owner", of_need("matchmaking:need_matches"), 9),
    ("owner", of_need("matchmaking:need_matches_status"), 5),
    ("owner", of_need("matchmaking:need_excluded"), 8),
    ("owner", of_need("matchmaking:what_if"), 12),
    ("owner", of_need("matchmaking:need_fitting"), 10),
    ("owner", of_both("matchmaking:pair"), 10),
    ("vendor", of_both("matchmaking:pair"), 9),
    ("vendor", of_solution("matchmaking:solution_matches"), 8),
    ("vendor", of_solution("matchmaking:solution_excluded"), 8),
    ("owner", of_need("api:need_matches"), 11),
    ("owner", of_both("api:pair"), 9),
    ("vendor", of_solution("api:solution_matches"), 10),
]


def make_slow(number: int) -> Listing:
    """Return a solution that a condition of the need rules out."""
    title = f"慢交付的检测方案{number}"
    return make_published(ListingKind.SOLUTION, title=title, lead_time_low=40, lead_time_high=60)


def make_strict(number: int) -> Listing:
    """Return a need that the solution misses a condition of."""
    soon = {"level": "must", "kind": "lead_time_max", "number": "2"}
    return make_published(ListingKind.NEED, title=f"急用的检测需求{number}", requirements=[soon])


def test_every_page_of_matches_keeps_to_its_baseline_however_many_rows(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    pair = make_pair()
    # Vocabulary is kept for a minute; tests keep nothing.
    names = Names.load()
    monkeypatch.setattr(Names, "load", lambda: names)

    def counts() -> dict[str, int]:
        found = {}
        for side, address, _most in BASELINES:
            client, url = client_of(getattr(pair, side)), address(pair)
            client.get(url)
            with django_assert_max_num_queries(12, info=url) as asked:
                assert client.get(url).status_code in (200, 302)
            found[f"{side} {url}"] = len(asked.captured_queries)
        return found

    rescore(make_slow(0), make_strict(0), pair.need)
    few = counts()
    solutions = [
        make_published(
            ListingKind.SOLUTION, title=f"视觉检测方案{n}", description=f"{n}号线的视觉检测" * 3
        )
        for n in range(3)
    ]
    needs = [make_published(ListingKind.NEED, title=f"视觉检测需求{n}") for n in range(3)]
    rescore(*solutions, make_slow(1), make_strict(1), *needs, pair.need, pair.solution)
    many = counts()
    assert len(client_of(pair.owner).get(BASELINES[0][1](pair)).context["rows"]) > 1
    assert many == few
    assert list(few.values()) == [most for _side, _address, most in BASELINES]
