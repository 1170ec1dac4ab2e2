"""Who belongs into whose list, decided from figures alone: no database here.

A list is a bounded top-k: entering and trimming commute, so the lists do not depend on the order
in which pairs arrive. A need's list is ordered by everything; a solution's list only by what its
vendor may know (``vendor_key``, ``vendor_ruled_out``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from catalog.choices import ListingKind
from matchmaking.engine.results import PairScore
from matchmaking.engine.score import Ranking

KEPT = 50


class Standing(NamedTuple):
    """A pair's place in one list; the greater, the higher. The last part settles ties."""

    key: int
    second: int
    negative_id: int


class Floor(NamedTuple):
    """The last place of a full list and the listing that holds it."""

    standing: Standing
    other: int


class Figures(NamedTuple):
    """What is stored of a pair besides its reasons."""

    total: int
    rank_key: int
    vendor_key: int
    confidence: float
    ruled_out: bool
    need_version: int
    solution_version: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One scored pair, seen from the listing that is scored: ``other`` is the other side."""

    other: int
    figures: Figures
    vendor_ruled_out: bool
    ranking: Ranking
    place: int

    def explain(self) -> PairScore:
        return self.ranking.explain(self.place)


def standing_in(kind: ListingKind, other: int, figures: Figures) -> Standing:
    """Return the place of a pair in a list of a listing of ``kind``; ``other`` is the entry."""
    if kind == ListingKind.NEED:
        return Standing(figures.rank_key, figures.total, -other)
    return Standing(figures.vendor_key, 0, -other)


@dataclass(slots=True)
class Scores:
    """All pairs of one listing scored so far, by the other side's id."""

    listing_id: int
    kind: ListingKind
    own_version: int
    own_weights: bool = False
    pairs: dict[int, Pair] = field(default_factory=dict)

    @property
    def other_kind(self) -> ListingKind:
        return ListingKind.SOLUTION if self.kind == ListingKind.NEED else ListingKind.NEED

    def add(self, ranking: Ranking, versions: Mapping[int, int]) -> None:
        """Take in a ranking; ``versions``: the content each other side was read at."""
        is_need = self.kind == ListingKind.NEED
        columns = zip(
            ranking.ids,
            ranking.totals.tolist(),
            ranking.rank_keys.tolist(),
            ranking.vendor_keys.tolist(),
            ranking.confidences.tolist(),
            ranking.ruled_out.tolist(),
            ranking.vendor_ruled_out.tolist(),
            strict=True,
        )
        for place, (name, total, rank, vendor, confidence, out, vendor_out) in enumerate(columns):
            other = int(name)
            version = versions[other]
            need_version = self.own_version if is_need else version
            solution_version = version if is_need else self.own_version
            figures = Figures(
                # As PostgreSQL gives it back, or every row would seem to have changed.
                total,
                rank,
                vendor,
                round(confidence, 6),
                out,
                need_version,
                solution_version,
            )
            self.pairs[other] = Pair(other, figures, vendor_out, ranking, place)

    def forget(self, others: Iterable[int]) -> None:
        for other in others:
            self.pairs.pop(other, None)

    def is_allowed(self, pair: Pair) -> bool:
        """Whether the pair may be in the scored listing's own list."""
        return _allows(self.kind, pair)

    def is_allowed_there(self, pair: Pair) -> bool:
        """Whether the pair may be in the other side's list."""
        return _allows(self.other_kind, pair)

    def top(self) -> dict[int, Pair]:
        """Return the own list, best first: at most KEPT pairs."""
        allowed = [pair for pair in self.pairs.values() if self.is_allowed(pair)]
        allowed.sort(key=lambda p: standing_in(self.kind, p.other, p.figures), reverse=True)
        return {pair.other: pair for pair in allowed[:KEPT]}

    def standing_there(self, pair: Pair) -> Standing:
        """Return the place of the pair in the other side's list."""
        return standing_in(self.other_kind, self.listing_id, pair.figures)

    def version_of(self, pair: Pair) -> int:
        """Return the content of the other side that the pair was scored with."""
        figures = pair.figures
        is_need = self.kind == ListingKind.NEED
        return figures.solution_version if is_need else figures.need_version

    def own_version_of(self, figures: Figures) -> int:
        """Return the content of this listing that stored figures rest on."""
        is_need = self.kind == ListingKind.NEED
        return figures.need_version if is_need else figures.solution_version

    def ruled_out(self) -> int:
        return sum(not self.is_allowed(pair) for pair in self.pairs.values())


def _allows(kind: ListingKind, pair: Pair) -> bool:
    """The owner's private reasons keep a pair out of its own list only: nobody can probe them."""
    return not (pair.figures.ruled_out if kind == ListingKind.NEED else pair.vendor_ruled_out)


class Move(NamedTuple):
    """What a change of one listing does to one list of the other side."""

    enters: bool = False
    changes: bool = False
    leaves: bool = False
    # Whom a newcomer pushes out of a full list.
    pushed_out: int | None = None
    # The list may have kept somebody out who now deserves the place.
    is_short: bool = False

    @property
    def is_nothing(self) -> bool:
        return not (self.enters or self.changes or self.leaves)


def move_of(scores: Scores, pair: Pair | None, held: Figures | None, floor: Floor | None) -> Move:
    """Return what ``pair`` does to the other side's list that holds it as ``held``, if it does.

    ``floor`` is None while the list has room. Who is outside a full list stands below its floor;
    so the list is short of somebody only when the pair leaves it or falls below that floor.
    """
    if pair is None or not scores.is_allowed_there(pair):
        return Move(leaves=True, is_short=floor is not None) if held else Move()
    now = scores.standing_there(pair)
    if held is not None:
        if held == pair.figures:
            return Move()
        return Move(changes=True, is_short=floor is not None and now < floor.standing)
    if floor is None:
        return Move(enters=True)
    return Move(enters=True, pushed_out=floor.other) if now > floor.standing else Move()
