"""What many want at once is made once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from accounts import single_flight
from accounts.single_flight import SingleFlight


def test_of_many_threads_one_makes_what_all_want() -> None:
    flight, made, kept, together = SingleFlight(), [], {}, Barrier(8)

    def want() -> int:
        together.wait()
        with flight.alone("key"):
            if "key" not in kept:
                made.append("once")
                kept["key"] = 7
            return kept["key"]

    with ThreadPoolExecutor(8) as threads:
        assert {job.result() for job in [threads.submit(want) for _ in range(8)]} == {7}
    assert made == ["once"]


def test_nobody_waits_for_ever_and_a_maker_may_ask_for_the_same_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(single_flight, "PATIENCE", 0.01)
    flight, holds, done = SingleFlight(), Event(), Event()

    def hold() -> None:
        with flight.alone("key"), flight.alone("key"):
            holds.set()
            done.wait()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(hold)
        holds.wait()
        with flight.alone("key"):
            assert not done.is_set()
        done.set()
