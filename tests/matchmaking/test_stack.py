"""Room on the interpreter's stack for the calls of a page or a task."""

import resource
from collections.abc import Callable

from config.celery import RoomyTask, app
from config.wsgi import application
from matchmaking.stack import with_room
from matchmaking.tasks import score_listings

_DEEPEST = 400
_CALLS = 50
# Such a call is larger than the step from one depth to the next: none steps over a border.
_FURTHER = 3


def test_calls_that_have_room_ask_the_system_for_none_at_any_depth() -> None:
    @with_room
    def most_faults() -> int:
        return max(_faults_at(depth) for depth in range(_DEEPEST))

    most_faults()
    # Crossing from one piece of the stack into the next would cost a fault a call at least.
    assert most_faults() < _CALLS / 2


def test_a_function_with_room_takes_and_returns_what_it_did() -> None:
    @with_room
    def joined(first: str, *rest: str, between: str) -> str:
        return between.join((first, *rest))

    assert joined("a", "b", between="-") == "a-b"


def test_pages_and_tasks_have_room() -> None:
    plain = (lambda: None).__code__.co_stacksize
    calls: list[Callable[..., object]] = [application, RoomyTask.__call__]
    assert all(each.__code__.co_stacksize > 1000 * plain for each in calls)
    assert isinstance(app.tasks[score_listings.name], RoomyTask)


def _faults_at(depth: int) -> int:
    if depth:
        return _faults_at(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(_CALLS):
        _called(_FURTHER)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _called(further: int) -> None:
    if further:
        _called(further - 1)
