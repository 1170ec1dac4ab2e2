"""Room on the interpreter's stack, taken once instead of again and again.

CPython keeps its frames in pieces of 16 KB. Where the calls of a loop cross from one piece into the
next, each of them asks the system for a piece and gives it back: rendering a page of matches took
twice its time, by how deep in the stack it happened to begin. Mended in CPython 3.13.13 and 3.14.4
(https://github.com/python/cpython/issues/142183); a frame that claims much room helps the others.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

# In words of eight bytes. A piece is as large as the next power of two in bytes: with this frame it
# is 1 MB, of which the calls below have half; no memory is taken for what is never touched.
_CLAIMED = 65_000


def with_room(function: Callable[P, R]) -> Callable[P, R]:
    """Return ``function`` such that all it calls finds room in one piece of the stack."""

    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    called.__code__ = called.__code__.replace(co_stacksize=_CLAIMED)
    return called
