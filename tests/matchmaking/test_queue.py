"""The bottom layer against the real broker."""

from typing import Any

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

from matchmaking import queue

NAME = "queue-of-a-test"


def test_a_queue_that_never_was_is_empty() -> None:
    assert queue.depth("no-such-queue") == 0


def test_depth_counts_what_waits() -> None:
    queue.send("matchmaking.nothing", 1, queue=NAME)
    assert queue.depth(NAME) == 1
    with current_app.connection_for_read() as connection:
        channel: Any = connection.default_channel
        channel.queue_purge(NAME)
    assert queue.depth(NAME) == 0


def test_a_broker_that_is_away_does_not_stop_the_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_args: object, **_options: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(current_app, "send_task", unreachable)
    queue.send("matchmaking.nothing", 1, queue=NAME)
