"""Hundreds of numbers as one parameter of a statement."""

from collections.abc import Iterable


def numbers_text(numbers: Iterable[int | None]) -> str:
    """Return PostgreSQL's text of an array, to be cast in the statement (``%s::bigint[]``).

    psycopg adapts a list element by element in Python, which takes ten times as long.
    """
    return "{" + ",".join(["NULL" if one is None else str(one) for one in numbers]) + "}"
