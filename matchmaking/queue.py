"""The bottom layer: task names and ids handed to the broker once a transaction is committed.

A message that gets lost is no loss: the row says what is wanted, and the sweeper finds it.
"""

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

INTERACTIVE = "interactive"
BULK = "bulk"
EMBED = "embed"


# Listings a message: enough to make what a message costs small, few enough that somebody who
# waits is not kept waiting behind one.
_TOGETHER = 8


def send_on_commit(task: str, argument: int | list[int], *, queue: str) -> None:
    transaction.on_commit(partial(send, task, argument, queue=queue))


def send(task: str, argument: int | list[int], *, queue: str) -> None:
    try:
        current_app.send_task(task, args=[argument], queue=queue, retry=False)
    except OperationalError as error:
        # The visitor's write is safe in the database; the sweeper sends it again.
        logger.warning("broker unreachable, %s(%s) left to the sweeper: %s", task, argument, error)


def embed_on_commit(listing_id: int) -> None:
    send_on_commit("matchmaking.embed_listing", listing_id, queue=EMBED)


def score_on_commit(listing_ids: Sequence[int], *, urgent: bool) -> None:
    transaction.on_commit(partial(send_scoring, list(listing_ids), urgent=urgent))


def send_scoring(listing_ids: Sequence[int], *, urgent: bool) -> None:
    """Hand over listings to be scored, several a message, over one connection."""
    queue = INTERACTIVE if urgent else BULK
    for start in range(0, len(listing_ids), _TOGETHER):
        together = list(listing_ids[start : start + _TOGETHER])
        send("matchmaking.score_listings", together, queue=queue)


def depth(queue: str) -> int:
    """Return how many messages wait in ``queue``; raises OperationalError without a broker.

    An empty Redis list does not exist, which kombu's own size takes for an error.
    """
    with current_app.connection_for_read() as connection:
        channel: Any = connection.default_channel
        return int(channel.client.llen(queue))
