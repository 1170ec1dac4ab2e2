"""Of many threads that want the same thing at once, one makes it and the others wait for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

# Rather make it twice than wait for somebody who does not come back.
PATIENCE = 5.0
_LOCKS = 64


class SingleFlight:
    """Locks for the things of one kind, by key; some keys share one.

    A kind whose making asks for another kind needs locks of its own, or two threads could wait for
    each other.
    """

    def __init__(self) -> None:
        self._locks = tuple(RLock() for _ in range(_LOCKS))

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Wait until no other thread is at ``key``, but no longer than PATIENCE seconds."""
        lock = self._locks[hash(key) % _LOCKS]
        has_lock = lock.acquire(timeout=PATIENCE)
        try:
            yield
        finally:
            if has_lock:
                lock.release()
