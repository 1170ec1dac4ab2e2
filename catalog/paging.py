"""Pages by key: a page costs the same wherever it is, and rows that arrive do not shift it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
_SALT = "catalog.paging"


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: list[Row]
    previous: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class _Cursor:
    """Where a page begins or ends; signed, so its values are always ones we wrote."""

    keys: tuple[str, ...]
    backwards: bool
    values: tuple[Any, ...]

    def pack(self) -> str:
        return signing.dumps([self.keys, self.backwards, self.values], salt=_SALT, compress=True)

    @classmethod
    def unpack(cls, text: str, keys: tuple[str, ...]) -> "_Cursor | None":
        """Return the cursor, or None for one that is not ours or belongs to another order."""
        try:
            made_for, backwards, values = signing.loads(text, salt=_SALT)
        except signing.BadSignature:
            return None
        return cls(keys, backwards, tuple(values)) if tuple(made_for) == keys else None


def keyset_page(
    queryset: QuerySet[Row], keys: Sequence[str], cursor: str = "", size: int = 20
) -> Page[Row]:
    """Return one page of ``queryset`` in the order of ``keys``.

    Keys are fields or annotations without nulls, descending with a leading "-"; the last one
    is unique. An unusable cursor shows the first page.
    """
    order = tuple(keys)
    place = _Cursor.unpack(cursor, order) if cursor else None
    backwards = place is not None and place.backwards
    walked = tuple(_reversed(key) for key in order) if backwards else order
    if place is not None:
        queryset = queryset.filter(_beyond(walked, place.values))
    rows = list(queryset.order_by(*walked)[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([])
    before = more if backwards else place is not None
    after = True if backwards else more
    return Page(
        rows,
        previous=_Cursor(order, True, _values(rows[0], order)).pack() if before else "",
        next=_Cursor(order, False, _values(rows[-1], order)).pack() if after else "",
    )


def _reversed(key: str) -> str:
    return key.removeprefix("-") if key.startswith("-") else f"-{key}"


def _values(row: Model, keys: Sequence[str]) -> tuple[Any, ...]:
    values = (getattr(row, key.removeprefix("-")) for key in keys)
    return tuple(value.isoformat() if isinstance(value, date) else value for value in values)


def _beyond(keys: Sequence[str], values: Sequence[Any]) -> Q:
    """Return the condition of coming after ``values``: (a, b) > (x, y), each in its direction."""
    beyond = Q()
    equal = Q()
    for key, value in zip(keys, values, strict=True):
        name = key.removeprefix("-")
        step = "lt" if key.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{name}__{step}": value})
        equal &= Q(**{name: value})
    return beyond
