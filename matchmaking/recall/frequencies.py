"""How rare a word is in a catalogue, told without counting anything at query time.

A count-min sketch (Cormode and Muthukrishnan 2005): each word is counted in one bucket of each
of two rows, and the smaller of the two counts is taken. It never tells less than there is, and
with a million different words it tells more for about one word in five, by the count of some
other rare word.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from math import log

import numpy as np
from numpy.typing import NDArray

from matchmaking.models import WordStatistics

ROWS = 2
WIDTH = 1 << 20
_MASK = WIDTH - 1


@dataclass(frozen=True, slots=True, eq=False)
class Frequencies:
    """documents: how many texts were counted. counts: int32, shape (ROWS, WIDTH)."""

    documents: int
    counts: NDArray[np.int32]

    @classmethod
    def nothing(cls) -> Frequencies:
        """No text counted yet: every word is as rare as any other."""
        return cls(0, np.zeros((ROWS, WIDTH), dtype=np.int32))

    @classmethod
    def count(cls, texts: Iterable[Sequence[str]]) -> Frequencies:
        """Count in how many of ``texts`` (each cut into words) a word occurs."""
        counts = np.zeros((ROWS, WIDTH), dtype=np.int32)
        documents = 0
        for words in texts:
            documents += 1
            buckets = _buckets(sorted(set(words)))
            for row in range(ROWS):
                # Two words of one text in one bucket are two words still.
                np.add.at(counts[row], buckets[row], 1)
        return cls(documents, counts)

    def seen(self, word: str) -> int:
        """In how many texts the word occurs; hardly ever more than that."""
        first, second = _places(word)
        return int(min(self.counts[0, first], self.counts[1, second]))

    def rarity(self, word: str) -> float:
        """BM25's inverse document frequency, which never falls below zero."""
        seen = self.seen(word)
        return log(1 + (max(self.documents, seen) - seen + 0.5) / (seen + 0.5))

    def to_bytes(self) -> bytes:
        return zlib.compress(np.ascontiguousarray(self.counts, dtype="<i4").tobytes(), level=1)

    @classmethod
    def from_bytes(cls, documents: int, data: bytes) -> Frequencies:
        """The inverse of to_bytes; raises ValueError when the size is wrong."""
        counts = np.frombuffer(zlib.decompress(data), dtype="<i4").reshape(ROWS, WIDTH)
        return cls(documents, counts)


def _places(word: str) -> tuple[int, int]:
    number = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")
    return number & _MASK, number >> 32 & _MASK


def _buckets(words: Sequence[str]) -> NDArray[np.int64]:
    return np.array([_places(word) for word in words], dtype=np.int64).reshape(-1, ROWS).T


def pinned_frequencies(catalogue_id: int) -> Frequencies:
    """Return what was last counted for a catalogue; nothing where nothing was."""
    version = (
        WordStatistics.objects.filter(pk=catalogue_id).values_list("version", flat=True).first()
    )
    return _stored(catalogue_id, version) if version is not None else _nothing()


@lru_cache(maxsize=4)
def _stored(catalogue_id: int, version: int) -> Frequencies:
    row = WordStatistics.objects.get(pk=catalogue_id, version=version)
    return Frequencies.from_bytes(row.documents, bytes(row.frequencies))


@lru_cache(maxsize=1)
def _nothing() -> Frequencies:
    return Frequencies.nothing()
