"""Counts over public fields, kept for a minute by each process, the dear ones for all processes."""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.core.cache import caches
from redis.exceptions import RedisError

from accounts.single_flight import PATIENCE, SingleFlight

logger = logging.getLogger(__name__)

Figures = TypeVar("Figures")

_flight = SingleFlight()
_PAUSE = 0.05


def kept(key: str, count: Callable[[], Figures]) -> Figures:
    """Return what ``count`` gave within the last minute; the key names everything it rests on.

    Of many that ask at once, one counts and the others wait for it.
    """
    return _kept(key, lambda: (count(), _longest()))


def kept_by_all(key: str, count: Callable[[], Figures]) -> Figures:
    """Do the same, and have one process count for all: for what takes the database a while."""
    return _kept(key, lambda: _from_others(key, count))


def _kept(key: str, make: Callable[[], tuple[Figures, float]]) -> Figures:
    store = caches["figures"]
    known = store.get(key)
    if known is not None:
        return cast("Figures", known)
    with _flight.alone(key):
        known = store.get(key)
        if known is None:
            known, seconds = make()
            store.set(key, known, seconds)
        return cast("Figures", known)


def _longest() -> float:
    return caches["figures"].default_timeout or 0.0


def _from_others(key: str, count: Callable[[], Figures]) -> tuple[Figures, float]:
    """Return what another process counted, or count; and how long it may still be told."""
    try:
        told = _told(key)
    except RedisError:
        return count(), _longest()
    if told is not None:
        return told
    figures, at = count(), time.time()
    try:
        _tell(key, figures, at)
    except RedisError:
        logger.warning("Counts are not told to the other processes: the cache cannot be written.")
    return figures, _longest()


def _told(key: str) -> tuple[Any, float] | None:
    """Return what another process told, waiting for one that counts; None: count yourself."""
    store = caches["default"]
    patience = time.monotonic() + PATIENCE
    while (told := store.get(key)) is None:
        is_first = store.add(_counting(key), True, PATIENCE)
        if is_first or time.monotonic() > patience:
            return None
        time.sleep(_PAUSE)
    figures, at = told
    # Clocks of two machines may differ: never longer than if counted now.
    longest = _longest()
    return figures, min(longest, max(0.0, at + longest - time.time()))


def _tell(key: str, figures: object, at: float) -> None:
    store = caches["default"]
    store.set(key, (figures, at), _longest())
    store.delete(_counting(key))


def _counting(key: str) -> str:
    return f"{key}:counting"
