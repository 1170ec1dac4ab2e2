"""How points are shared out, and what filling a gap could bring, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaking.engine.criteria.items import Item
from matchmaking.engine.evidence import because
from matchmaking.engine.parts import Judged, apportion, judge, parts_at, share_out
from matchmaking.engine.results import Status

NAN = float("nan")
MET = because("domestic.share", percent=100)
UNKNOWN = because("domestic.unknown")


def item(*values: float, weight: tuple[float, ...] | float = 1.0, **fields: object) -> Item:
    weights = weight if isinstance(weight, float) else np.array(weight)
    reasons = [UNKNOWN if np.isnan(value) else MET for value in values]
    told = {"best": 1.0, "fields": ("solution.price",), "backed": 1.0} | fields
    return Item(np.array(values), lambda place: (reasons[place],), weights, **told)  # type: ignore[arg-type]


def judged(*items: Item, weight: int = 10, assumed: float = 0.25) -> Judged:
    return judge("budget", weight, items, assumed)


@pytest.mark.parametrize(
    ("shares", "total", "most", "given"),
    [
        ([1.5, 2.5, 3.0], 7, [9, 9, 9], [2, 2, 3]),
        # The larger remainder goes first, of equals the earlier.
        ([1.2, 1.9, 1.9], 5, [9, 9, 9], [1, 2, 2]),
        ([1.5, 1.5], 3, [9, 9], [2, 1]),
        # What is full passes it on.
        ([2.9, 1.1], 4, [2, 9], [2, 2]),
        # A share a hair below a whole number is that number.
        ([2.9999999999, 1.0], 4, [9, 9], [3, 1]),
        # Everything left over goes round again.
        ([0.0, 0.0], 5, [9, 9], [3, 2]),
        # Given too much: taken back where most was given, of equals the last.
        ([3.0, 2.0], 4, [9, 9], [3, 1]),
        ([2.9999999999, 2.0, 4.9999999999], 8, [9, 9, 9], [2, 2, 4]),
        ([], 0, [], []),
    ],
)
def test_points_go_to_the_largest_remainders(
    shares: list[float], total: int, most: list[int], given: list[int]
) -> None:
    assert apportion(shares, total, most) == given


def test_lists_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        apportion([1.0, 2.0], 3, [9])
    with pytest.raises(ValueError, match="zip"):
        share_out([1, 2], [0.5], 3000)


def test_the_most_each_can_have_adds_up_to_all() -> None:
    points, most = share_out([1, 1, 1], [1.0, 0.5, 0.0], 5000)

    assert most == (3334, 3333, 3333)
    assert points == [3333, 1667, 0]


def test_a_row_tells_what_was_asked_of_it_alone() -> None:
    one = judged(item(1.0, NAN, weight=(1.0, 1.0)), item(0.5, 0.5, weight=(0.0, 1.0)), weight=1)
    other = judge("dates", 3, [item(0.5, NAN, weight=(1.0, 0.0))], 0.25)

    first = parts_at([one, other], 0, 6250)
    second = parts_at([one, other], 1, 3750)

    assert [(part.criterion, part.weight, part.points) for part in first] == [
        ("budget", 1, 2500),
        ("dates", 3, 3750),
    ]
    assert [part.status for part in first] == [Status.KNOWN, Status.KNOWN]
    assert first[0].evidence == (MET,)
    (part,) = second
    assert (part.weight, part.points, part.points_max) == (1, 3750, 10_000)
    assert (part.status, part.value, part.known_share) == (Status.ASSUMED, 0.375, 0.5)
    assert part.evidence == (UNKNOWN, MET)


def test_a_gap_is_worth_what_it_could_rise_above_what_is_assumed() -> None:
    one = judged(
        item(NAN, 1.0, weight=(3.0, 1.0)),
        item(NAN, NAN, weight=(1.0, 2.0), best=0.5, fields=("solution.cases", "solution.price")),
        item(1.0, NAN, best=0.125, fields=("solution.maturity",)),
    )

    # (1 - 0.25) * 3 / 5 and (0.5 - 0.25) * 1 / 5, added where a field fills both.
    assert one.gaps(0) == pytest.approx(
        {"solution.price": 0.45 + 0.05, "solution.cases": 0.05}, abs=1e-12
    )
    # (0.5 - 0.25) * 2 / 4; what could be no better than assumed brings nothing.
    assert one.gaps(1) == pytest.approx(
        {"solution.price": 0.125, "solution.cases": 0.125, "solution.maturity": 0.0}
    )
    assert judged(item(1.0)).gaps(0) == {}
