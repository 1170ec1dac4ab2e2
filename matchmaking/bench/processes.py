"""Work on many items spread over processes that share what was learnt before they began."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

from django.db import connections

State = TypeVar("State")
Item = TypeVar("Item")
Result = TypeVar("Result")

# One a process: what `begin` made, and what is done with each item.
_begun: list[Any] = []


def spread(
    processes: int,
    begin: Callable[[], State],
    work: Callable[[State, Item], Result],
    items: Sequence[Item],
) -> Iterator[Result]:
    """Yield ``work(state, item)`` in the order of ``items``; each process makes its own state.

    Processes are forked: what ``begin`` and ``work`` reach is shared, a connection is not.
    """
    if processes == 1 or len(items) < 2:
        state = begin()
        for item in items:
            yield work(state, item)
        return
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, fork, initializer=_begin, initargs=(begin, work)) as pool:
        yield from pool.map(_do, items)


def _begin(begin: Callable[[], Any], work: Callable[[Any, Any], Any]) -> None:
    _begun[:] = [begin(), work]


def _do(item: Any) -> Any:
    state, work = _begun
    return work(state, item)
