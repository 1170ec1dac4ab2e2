"""New content told to the other side: the lists that a listing enters, leaves or moves in.

Each list is changed in place, under its lock, by comparing the pair with the list's last place;
nobody is scored again for it. Only a list that may now be short of somebody is: it was full, and
the listing left it or fell below its last place.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db import OperationalError, transaction

from matchmaking.services import lists
from matchmaking.services.runs import want_counterpart_runs
from matchmaking.services.scorer import Scorer
from matchmaking.services.standing import Move, move_of

# Locks of one transaction, and how long others may have to wait for them.
_CHUNK = 64
# Others change the same lists meanwhile; more rounds than this are a sign of something else.
ROUNDS = 10


class Overtaken(Exception):
    """The listing's content changed under the run: a newer run is noted already."""


class Contended(OperationalError):
    """Others kept changing what the run was about to write; the sweeper brings it back."""


def place(scorer: Scorer, others: Iterable[int]) -> set[int]:
    """Bring the other side's lists up to date with the scored pairs; return whose were changed.

    May be cut short at any point and done again: each transaction leaves lists that hold, and a
    list that needs a run of its own has been noted before it is touched.
    """
    touched: set[int] = set()
    pending = set(others)
    for _ in range(ROUNDS):
        moves = _foreseen(scorer, pending)
        short = {other for other, move in moves.items() if move.is_short}
        want_counterpart_runs(short)
        pending = set()
        for chunk in _chunks(sorted(other for other, move in moves.items() if not move.is_nothing)):
            changed, left = _place(scorer, {other: moves[other] for other in chunk}, short)
            touched |= changed
            pending |= left
        if not pending:
            pending = _outdated(scorer)
        if not pending:
            return touched
        scorer.renew(pending)
    raise Contended


def _foreseen(scorer: Scorer, others: set[int]) -> dict[int, Move]:
    scores = scorer.scores
    held = lists.held_there(scores.kind, scores.listing_id)
    ids = sorted(others)
    last = lists.floors(scores.other_kind, ids)
    return {
        other: move_of(
            scores,
            scores.pairs.get(other),
            held[other].figures if other in held else None,
            last.get(other),
        )
        for other in ids
    }


@transaction.atomic
def _place(scorer: Scorer, foreseen: dict[int, Move], noted: set[int]) -> tuple[set[int], set[int]]:
    """Change some lists; return whose were changed, and whose must be looked at once more."""
    scores = scorer.scores
    ids = sorted(foreseen)
    pushed = {move.pushed_out for move in foreseen.values() if move.pushed_out is not None}
    lists.lock_lists([scores.listing_id, *ids], pushed)
    versions = lists.versions_in_halls([scores.listing_id, *ids])
    if versions.get(scores.listing_id) != scores.own_version:
        raise Overtaken
    held = lists.held_there(scores.kind, scores.listing_id, ids)
    last = lists.floors(scores.other_kind, ids)
    moves: dict[int, Move] = {}
    left: set[int] = set()
    for other in ids:
        pair = scores.pairs.get(other)
        move = move_of(
            scores, pair, held[other].figures if other in held else None, last.get(other)
        )
        if (
            (pair is not None and versions.get(other) != scores.version_of(pair))
            or (move.is_short and other not in noted)
            or (move.pushed_out is not None and move.pushed_out not in pushed)
        ):
            left.add(other)
        elif not move.is_nothing:
            moves[other] = move
    _apply(scorer, moves)
    return set(moves), left


def _apply(scorer: Scorer, moves: dict[int, Move]) -> None:
    scores = scorer.scores
    out = [(other, scores.listing_id) for other, move in moves.items() if move.leaves]
    out += [
        (other, move.pushed_out) for other, move in moves.items() if move.pushed_out is not None
    ]
    lists.take_out(scores.other_kind, out)
    written = [scores.pairs[other] for other, move in moves.items() if not move.leaves]
    lists.write_pairs(
        scores,
        written,
        basis=scorer.basis,
        own=scores.top(),
        there={pair.other for pair in written},
    )


def _outdated(scorer: Scorer) -> set[int]:
    """Return whose content changed since it was read: their own runs may have been first."""
    pairs = scorer.scores.pairs
    versions = lists.versions_in_halls(pairs.keys())
    return {
        other
        for other, pair in pairs.items()
        if versions.get(other) != scorer.scores.version_of(pair)
    }


def _chunks(ids: Sequence[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
