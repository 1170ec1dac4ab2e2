"""Which counts may be told without telling about a single organization.

A count stands for the organizations behind it. Fewer than ``LEAST`` are not told, a zero neither:
else "hidden" would mean "somebody". What is hidden must not follow from what is shown, so the
hidden rows of a column, taken together (that is its total less all that is shown), stand for at
least ``LEAST`` organizations in at least two rows; where they do not, the smallest shown rows are
hidden as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEAST = 5

# Organization -> how many of whatever the column counts.
Counted = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Protected:
    """A column as it may be shown; None is hidden."""

    cells: Mapping[str, int | None]
    total: int | None


def protect(rows: Mapping[str, Counted], total: int) -> Protected:
    """Return the column whose ``rows`` are given, ``total`` being what all of them count."""
    if _behind(rows.values()) < LEAST:
        return Protected(dict.fromkeys(rows), None)
    hidden = {name for name, counted in rows.items() if len(counted) < LEAST}
    shown = sorted(rows.keys() - hidden, key=lambda name: (len(rows[name]), name))
    while hidden and shown and not _is_safe(rows, hidden):
        hidden.add(shown.pop(0))
    cells = {
        name: None if name in hidden else sum(counted.values()) for name, counted in rows.items()
    }
    # All rows hidden together are what the total tells; that total stands for enough.
    return Protected(cells, total)


def _is_safe(rows: Mapping[str, Counted], hidden: set[str]) -> bool:
    return len(hidden) > 1 and _behind(rows[name] for name in hidden) >= LEAST


def _behind(counts: Iterable[Counted]) -> int:
    return len({organization for counted in counts for organization in counted})
