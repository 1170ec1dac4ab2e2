"""Several workers at once, on connections and transactions of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import OperationalError, connection
from pytest_django import Settings

from catalog.choices import ListingKind
from matchmaking import services
from tests.builders import make_vocabulary
from tests.matchmaking.markets import (
    Market,
    right_lists,
    settle,
    small_lists,
    stored_lists,
    waiting_ids,
)

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


@pytest.fixture(autouse=True)
def _short_lists(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMBEDDER = "off"
    make_vocabulary()
    small_lists(monkeypatch)


def in_threads(work: Callable[[int], None]) -> None:
    def alone(number: int) -> None:
        try:
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(alone, number) for number in range(WORKERS)]:
            done.result()


def score_at_once(seed: int) -> list[str]:
    """Have all workers score everything that waits, in orders of their own; return deadlocks."""
    failures: list[str] = []

    def work(number: int) -> None:
        random = Random(seed * 100 + number)
        for _ in range(50):
            waiting = waiting_ids()
            if not waiting:
                return
            random.shuffle(waiting)
            for listing_id in waiting:
                try:
                    services.score_listing(listing_id=listing_id)
                except OperationalError as error:
                    failures.append(str(error))

    in_threads(work)
    return failures


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_workers_at_once_write_the_lists_that_one_alone_would(seed: int) -> None:
    market = Market.open(40 + seed, needs=5, solutions=7)
    failures = score_at_once(seed)
    for _ in range(2):
        market.edit(market.any_listing(ListingKind.NEED))
        market.edit(market.any_listing(ListingKind.SOLUTION))
        market.archive(market.any_listing(ListingKind.SOLUTION))
        failures += score_at_once(seed)
    settle()
    assert not [failure for failure in failures if "deadlock" in failure]
    assert stored_lists() == right_lists()


def test_listings_change_while_workers_score_them() -> None:
    market = Market.open(50, needs=5, solutions=7)
    settle()
    listings = [market.any_listing() for _ in range(6)]

    def work(number: int) -> None:
        random = Random(number)
        if number == 0:
            for listing in listings:
                market.edit(listing)
            return
        for _ in range(6):
            for listing_id in random.sample(waiting_ids(), k=len(waiting_ids()) // 2):
                services.score_listing(listing_id=listing_id)

    in_threads(work)
    settle()
    assert stored_lists() == right_lists()
