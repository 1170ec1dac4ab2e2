"""Bounded lists: whatever the order in which pairs arrive, the same ones stay."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.choices import ListingKind
from matchmaking.engine.results import PairScore
from matchmaking.engine.score import Ranking
from matchmaking.services import standing
from matchmaking.services.standing import Figures, Floor, Scores, move_of, standing_in

SIZE = 4
NEED = 1


def unexplained(_place: int) -> PairScore:
    raise AssertionError("nothing here asks for reasons")


def scored(solution: int, key: int, *, version: int = 1, ruled_out: bool = False) -> Scores:
    """Return a solution's scores: one pair, with the need whose list is looked at."""
    ranking = Ranking(
        ids=(str(NEED),),
        totals=np.array([key]),
        rank_keys=np.array([key]),
        vendor_keys=np.array([key]),
        confidences=np.array([1.0]),
        ruled_out=np.array([ruled_out]),
        vendor_ruled_out=np.array([False]),
        _explain=unexplained,
    )
    scores = Scores(solution, ListingKind.SOLUTION, own_version=version)
    scores.add(ranking, {NEED: 1})
    return scores


class Shelf:
    """A need's list as the database would keep it."""

    def __init__(self) -> None:
        self.held: dict[int, Figures] = {}
        self.is_short = False

    @property
    def floor(self) -> Floor | None:
        if len(self.held) < SIZE:
            return None
        return min(
            Floor(standing_in(ListingKind.NEED, pk, figures), pk)
            for pk, figures in self.held.items()
        )

    def take(self, scores: Scores) -> None:
        pair = scores.pairs[NEED]
        move = move_of(scores, pair, self.held.get(scores.listing_id), self.floor)
        if move.leaves:
            del self.held[scores.listing_id]
        if move.enters or move.changes:
            self.held[scores.listing_id] = pair.figures
        if move.pushed_out is not None:
            del self.held[move.pushed_out]
        self.is_short |= move.is_short


keys = st.lists(st.integers(0, 6), min_size=1, max_size=12)


def best(keys_by_id: dict[int, int]) -> set[int]:
    return set(sorted(keys_by_id, key=lambda pk: (-keys_by_id[pk], pk))[:SIZE])


@given(keys, st.randoms(use_true_random=False))
def test_the_best_stay_whatever_the_order(keys: list[int], random: Random) -> None:
    arrivals = [scored(100 + number, key) for number, key in enumerate(keys)]
    random.shuffle(arrivals)
    shelf = Shelf()
    for arrival in arrivals:
        shelf.take(arrival)
    assert set(shelf.held) == best({100 + number: key for number, key in enumerate(keys)})
    assert not shelf.is_short


@given(keys, st.data())
def test_a_list_that_is_not_called_short_holds_the_best_after_a_change(
    keys: list[int], data: st.DataObject
) -> None:
    all_keys = {100 + number: key for number, key in enumerate(keys)}
    shelf = Shelf()
    for pk, key in all_keys.items():
        shelf.take(scored(pk, key))
    changed = data.draw(st.sampled_from(sorted(all_keys)))
    now = data.draw(st.integers(0, 6))
    out = data.draw(st.booleans())
    shelf.take(scored(changed, now, version=2, ruled_out=out))
    rest = {**all_keys, changed: now}
    if out:
        del rest[changed]
    if not shelf.is_short:
        assert set(shelf.held) == best(rest)
    assert changed in shelf.held or out or changed not in best(rest)


def test_taking_the_same_in_twice_changes_nothing() -> None:
    shelf = Shelf()
    shelf.take(scored(7, 5))
    before = dict(shelf.held)
    assert move_of(*_again(shelf, 7, 5)).is_nothing
    assert shelf.held == before


def _again(
    shelf: Shelf, solution: int, key: int
) -> tuple[Scores, standing.Pair, Figures | None, Floor | None]:
    scores = scored(solution, key)
    return scores, scores.pairs[NEED], shelf.held.get(solution), shelf.floor


@pytest.mark.parametrize("kind", ListingKind)
def test_ties_go_to_the_older_listing(kind: ListingKind) -> None:
    figures = scored(7, 5).pairs[NEED].figures
    assert standing_in(kind, 7, figures) > standing_in(kind, 8, figures)


def test_a_vendors_list_does_not_know_the_total() -> None:
    figures = scored(7, 5).pairs[NEED].figures
    other = replace_total(figures, 9)
    assert standing_in(ListingKind.SOLUTION, 7, figures) == standing_in(
        ListingKind.SOLUTION, 7, other
    )


def replace_total(figures: Figures, total: int) -> Figures:
    return figures._replace(total=total, rank_key=total)


def test_what_only_the_owner_rules_out_stays_with_the_vendor() -> None:
    scores = scored(7, 5, ruled_out=True)
    pair = scores.pairs[NEED]
    assert scores.is_allowed(pair)
    assert not scores.is_allowed_there(pair)
    assert not scores.is_allowed(replace(pair, vendor_ruled_out=True))
