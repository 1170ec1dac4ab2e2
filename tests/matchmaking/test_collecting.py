"""Workers keep many facts and must not look through all of them every few needs."""

import gc
from collections.abc import Iterator

import pytest

from matchmaking.collecting import collect_rarely


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_a_worker_keeps_is_looked_through_rarely() -> None:
    collect_rarely()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    before = gc.get_stats()[2]["collections"]
    kept = [[number] for number in range(400_000)]
    assert gc.get_stats()[2]["collections"] == before
    assert len(kept) == 400_000


def test_circles_still_go() -> None:
    collect_rarely()

    class Circle:
        living = 0

        def __init__(self) -> None:
            self.me = self
            Circle.living += 1

        def __del__(self) -> None:
            Circle.living -= 1

    for _ in range(200_000):
        Circle()
    assert Circle.living < 200_000
