"""Which confidential rows may be counted: pure."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from matchmaking.district.suppression import LEAST, Counted

Cell = TypeVar("Cell", bound=Hashable)


def protected(
    shown: Mapping[Cell, int], confidential: Mapping[Cell, Counted], least: int = LEAST
) -> dict[Cell, int]:
    """Return the counts of ``shown`` with what is confidential, where enough stand behind it.

    ``shown``: what everybody can list one by one. ``confidential``: cell -> organization -> how
    many. A cell with fewer than ``least`` organizations adds nothing, so that no count tells
    whether somebody is there; sums are only ever taken over what this returns.
    """
    found = {cell: number for cell, number in shown.items() if number > 0}
    for cell, behind in confidential.items():
        if len(behind) >= least:
            found[cell] = found.get(cell, 0) + sum(behind.values())
    return found
