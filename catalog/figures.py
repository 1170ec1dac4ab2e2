"""Counts over public fields, kept for a minute by each process."""

from collections.abc import Callable
from threading import Lock
from typing import TypeVar, cast

from django.core.cache import caches

Figures = TypeVar("Figures")

_LOCKS = tuple(Lock() for _ in range(64))
# Rather count twice than wait for somebody who does not come back.
_PATIENCE = 5.0


def kept(key: str, count: Callable[[], Figures]) -> Figures:
    """Return what ``count`` gave within the last minute; the key names everything it rests on.

    Of many that ask at once, one counts and the others wait for it.
    """
    store = caches["figures"]
    known = store.get(key)
    if known is not None:
        return cast("Figures", known)
    lock = _LOCKS[hash(key) % len(_LOCKS)]
    has_lock = lock.acquire(timeout=_PATIENCE)
    try:
        return cast("Figures", store.get_or_set(key, count))
    finally:
        if has_lock:
            lock.release()
