"""Facts of a few hundred listings in one query, decoded once and kept as long as they stay."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from psycopg import Cursor

from catalog.choices import ListingKind
from matchmaking.arrays import numbers_text
from matchmaking.engine.corpus import Corpus
from matchmaking.engine.facts import NeedFacts, SolutionFacts
from matchmaking.engine.results import Side
from matchmaking.engine.table import NeedTable, SolutionTable
from matchmaking.engine.text import TextSide
from matchmaking.facts import packing

Facts = TypeVar("Facts", NeedFacts, SolutionFacts)
Versions = dict[int, int]

# What one worker keeps at most, and what one listing takes beside its arrays.
_MEMORY = 120_000_000
_OBJECTS = 5_000

# A row whose digest the worker knows is told to be there and no more.
_SQL = """
    SELECT packed.listing_id, packed.content_version, packed.digest,
        CASE WHEN is_new THEN packed.facts END,
        CASE WHEN is_new THEN packed.profile END,
        CASE WHEN is_new THEN packed.vectors END
    FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (listing_id, digest)
    JOIN matchmaking_packedfacts AS packed USING (listing_id)
    CROSS JOIN LATERAL (SELECT wanted.digest IS DISTINCT FROM packed.digest AS is_new) AS known
    WHERE packed.kind = %s
    ORDER BY packed.listing_id
"""


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Facts]):
    digest: int
    corpus: str
    facts: Facts
    side: TextSide
    size: int


def _size(side: TextSide) -> int:
    """About how many bytes a listing takes."""
    vectors = (side.meaning, side.title)
    entries = side.buckets.nbytes + side.weights.nbytes + side.singles.nbytes
    return _OBJECTS + entries + sum(vector.nbytes for vector in vectors if vector is not None)


@dataclass(frozen=True, slots=True)
class One(Generic[Facts]):
    """A listing as it is indexed; its text is prepared beside its facts."""

    facts: Facts
    side: TextSide
    content_version: int


class _Shelf(Generic[Facts]):
    """The decoded listings of one kind, the longest unused leaving first."""

    def __init__(
        self, kind: ListingKind, side: Side, unpack: Callable[[bytes], Facts], memory: int
    ) -> None:
        self._kind = kind
        self._side = side
        self._unpack: Callable[[bytes], Facts] = unpack
        self._memory = memory
        self._kept: OrderedDict[int, _Kept[Facts]] = OrderedDict()
        self.size = 0

    def load(self, ids: Iterable[int], corpus: Corpus) -> tuple[list[_Kept[Facts]], Versions]:
        rows = self._read(sorted(set(ids)), corpus)
        fresh = self._decoded([row for row in rows if row[3] is not None], corpus)
        found: list[_Kept[Facts]] = []
        for pk, *_rest in rows:
            if pk in fresh:
                self._keep(pk, fresh[pk])
            else:
                self._kept.move_to_end(pk)
            found.append(self._kept[pk])
        self._forget()
        return found, {pk: version for pk, version, *_rest in rows}

    def one(self, pk: int, corpus: Corpus) -> One[Facts] | None:
        found, versions = self.load([pk], corpus)
        return One(found[0].facts, found[0].side, versions[pk]) if found else None

    def _read(self, wanted: Sequence[int], corpus: Corpus) -> list[tuple[Any, ...]]:
        known = [self._known(pk, corpus) for pk in wanted]
        connection.ensure_connection()
        # Django's own cursors speak the text protocol, where bytes come in hexadecimal.
        with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
            asked = [numbers_text(wanted), numbers_text(known), self._kind.value]
            cursor.execute(_SQL, asked, binary=True, prepare=True)
            return cursor.fetchall()

    def _known(self, pk: int, corpus: Corpus) -> int | None:
        item = self._kept.get(pk)
        return item.digest if item is not None and item.corpus == corpus.version else None

    def _decoded(self, rows: Sequence[tuple[Any, ...]], corpus: Corpus) -> dict[int, _Kept[Facts]]:
        profiles = packing.unpack_profiles([row[4] for row in rows])
        stated = packing.unpack_vectors([row[5] for row in rows])
        sides = corpus.sides_of(profiles, stated, self._side)
        return {
            row[0]: _Kept(row[2], corpus.version, self._unpack(row[3]), side, _size(side))
            for row, side in zip(rows, sides, strict=True)
        }

    def _keep(self, pk: int, item: _Kept[Facts]) -> None:
        old = self._kept.pop(pk, None)
        self.size += item.size - (old.size if old is not None else 0)
        self._kept[pk] = item

    def _forget(self) -> None:
        while self.size > self._memory:
            _pk, oldest = self._kept.popitem(last=False)
            self.size -= oldest.size


class FactsLoader:
    """Facts of published listings as the engine takes them.

    One loader lives in a worker and keeps what it decoded, up to ``memory`` bytes; what is kept
    is checked against the row's digest every time. The facts carry neither text nor vectors:
    the tables hold both, prepared. Not safe for threads: workers are processes.
    """

    def __init__(self, memory: int = _MEMORY) -> None:
        half = memory // 2
        self._needs = _Shelf(ListingKind.NEED, Side.NEED, packing.unpack_need, half)
        self._solutions = _Shelf(ListingKind.SOLUTION, Side.SOLUTION, packing.unpack_solution, half)

    def need(self, pk: int, corpus: Corpus) -> One[NeedFacts] | None:
        """Return one indexed need, None when it is not there."""
        return self._needs.one(pk, corpus)

    def solution(self, pk: int, corpus: Corpus) -> One[SolutionFacts] | None:
        """Return one indexed solution, None when it is not there."""
        return self._solutions.one(pk, corpus)

    def needs(self, ids: Iterable[int], corpus: Corpus) -> tuple[NeedTable, Versions]:
        """Return the needs among ``ids`` that are indexed, by ascending id, and the content
        version of each.
        """
        found, versions = self._needs.load(ids, corpus)
        facts = [item.facts for item in found]
        return NeedTable.of(facts, corpus, {i.facts.id: i.side for i in found}), versions

    def solutions(self, ids: Iterable[int], corpus: Corpus) -> tuple[SolutionTable, Versions]:
        """Return the solutions among ``ids`` that are indexed, by ascending id, and the content
        version of each.
        """
        found, versions = self._solutions.load(ids, corpus)
        facts = [item.facts for item in found]
        return SolutionTable.of(facts, corpus, {i.facts.id: i.side for i in found}), versions
