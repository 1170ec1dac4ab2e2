"""Synthetic texts: real ones cut up and put together again, and new rare words among them.

Clauses and words of two neighbouring real texts are mixed, which leaves the relative document
frequency of a common word where it was. Rare words would then become common (a word seen once in
5,000 texts would be in 200 of a million), and the vocabulary would never grow. The Pitman-Yor
process says how real text goes on instead: of a word seen r times among N tokens, the mass
(r - d) / N stays with it and d / N goes to words not seen yet, where d is the exponent of Heaps'
law, V = K * N^d (Teh 2006; Heaps 1978). So each occurrence of a word with count r gives way to a
new word with probability d / r, and the new word's rank is drawn from the tail of Zipf's law with
exponent 1 / d, which makes the vocabulary keep growing as N^d.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.search.tokens import dictionary

Ints = NDArray[np.int64]

_CLAUSE_END = re.compile(r"(?<=[，。；;！!？?\n])")
# Of a title's words the neighbour lends this share, and this share of its own stays.
_OWN_WORDS = 0.8
_LENT_WORDS = 0.2
_OWN_CLAUSES = 0.65
_LENT_CLAUSES = 0.35
_LONGEST_BODY = 14
# New words of Chinese characters, the rest are model numbers.
_CHINESE_SHARE = 0.7


def cut(text: str) -> list[str]:
    """Return the pieces of ``text`` in order, punctuation included; joined they are the text."""
    return list(dictionary().cut(text))


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """Heaps' law V = factor * N^exponent, fitted to one order of the tokens."""

    factor: float
    exponent: float

    def words(self, tokens: float) -> float:
        return float(self.factor * tokens**self.exponent)


def fit_growth(tokens: Ints, rng: np.random.Generator) -> Growth:
    """Fit Heaps' law by least squares in logarithms over the upper nine tenths of the tokens.

    The order is drawn at random: the law is about a sample, not about one document's repeats.
    """
    shuffled = rng.permutation(tokens)
    _, first = np.unique(shuffled, return_index=True)
    seen = np.zeros(len(shuffled), dtype=np.int64)
    seen[first] = 1
    seen = np.cumsum(seen)
    sizes = np.unique(np.geomspace(max(10, len(shuffled) // 10), len(shuffled), 30).astype(int))
    exponent, offset = np.polyfit(np.log(sizes), np.log(seen[sizes - 1]), 1)
    return Growth(float(np.exp(offset)), float(exponent))


@dataclass(frozen=True, slots=True, eq=False)
class Ragged:
    """Rows of different lengths, one after the other."""

    values: Ints
    starts: Ints
    lengths: Ints

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> "Ragged":
        lengths = np.array([len(row) for row in rows], dtype=np.int64)
        values = np.array([value for row in rows for value in row], dtype=np.int64)
        return cls(values, np.cumsum(lengths) - lengths, lengths)

    def take(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return the values of ``rows`` one after the other, and which place each came from."""
        lengths = self.lengths[rows]
        ends = np.cumsum(lengths)
        places = np.repeat(np.arange(len(rows)), lengths)
        inside = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)
        return self.values[np.repeat(self.starts[rows], lengths) + inside], places


@dataclass(frozen=True, slots=True, eq=False)
class Writer:
    """Writes synthetic titles and bodies; the same generator of chance gives the same texts."""

    words: NDArray[np.object_]
    counts: Ints
    growth: Growth
    titles: Ragged
    clauses: Ragged
    bodies: Ragged
    characters: NDArray[np.object_]

    @classmethod
    def of(cls, titles: Sequence[str], bodies: Sequence[str]) -> "Writer":
        """Learn from ``titles`` and ``bodies``, which need not belong together."""
        numbers: dict[str, int] = {}

        def numbered(text: str) -> list[int]:
            return [numbers.setdefault(piece, len(numbers)) for piece in cut(text)]

        title_rows = [numbered(title) for title in titles]
        clause_rows: list[list[int]] = []
        body_rows: list[list[int]] = []
        for body in bodies:
            clauses = [numbered(part) for part in _CLAUSE_END.split(body) if part]
            body_rows.append(list(range(len(clause_rows), len(clause_rows) + len(clauses))))
            clause_rows += clauses
        tokens = np.array(
            [token for row in (*title_rows, *clause_rows) for token in row], dtype=np.int64
        )
        characters = [c for text in (*titles, *bodies) for c in text if "一" <= c <= "鿿"]
        return cls(
            words=np.array([*numbers, ""], dtype=object)[:-1],
            counts=np.bincount(tokens, minlength=len(numbers)),
            growth=fit_growth(tokens, np.random.default_rng(0)),
            titles=Ragged.of(title_rows),
            clauses=Ragged.of(clause_rows),
            bodies=Ragged.of(body_rows),
            characters=np.array(characters, dtype=object),
        )

    def write_titles(self, own: Ints, lent: Ints, rng: np.random.Generator) -> list[str]:
        """Return one title a pair of rows: words of ``lent`` before words of ``own``."""
        pairs = np.stack([lent, own], axis=1).reshape(-1)
        tokens, places = self.titles.take(pairs)
        is_own = places % 2 == 1
        kept = rng.random(len(tokens)) < np.where(is_own, _OWN_WORDS, _LENT_WORDS)
        # The last word says what the thing is, and no title is empty.
        last = np.ones(len(tokens), dtype=bool)
        last[:-1] = places[1:] != places[:-1]
        kept |= last & is_own
        return self._texts(tokens[kept], places[kept] // 2, len(own), rng)

    def write_bodies(self, own: Ints, lent: Ints, rng: np.random.Generator) -> list[str]:
        """Return one body a pair of rows: clauses of both, each side's in their order."""
        pairs = np.stack([own, lent], axis=1).reshape(-1)
        clauses, places = self.bodies.take(pairs)
        share = np.where(places % 2 == 0, _OWN_CLAUSES, _LENT_CLAUSES)
        kept = rng.random(len(clauses)) < share
        clauses, places = clauses[kept], places[kept] // 2
        order = np.arange(len(places)) - np.searchsorted(places, places)
        clauses, places = clauses[order < _LONGEST_BODY], places[order < _LONGEST_BODY]
        tokens, rows = self.clauses.take(clauses)
        return self._texts(tokens, places[rows], len(own), rng)

    def _texts(self, tokens: Ints, places: Ints, count: int, rng: np.random.Generator) -> list[str]:
        pieces = self.words[tokens]
        rare = np.flatnonzero(
            rng.random(len(tokens)) < self.growth.exponent / np.maximum(self.counts[tokens], 1)
        )
        pieces[rare] = self._new_words(len(rare), rng)
        ends = np.cumsum(np.bincount(places, minlength=count))
        starts = np.concatenate([[0], ends[:-1]])
        return [
            "".join(pieces[start:end])
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]

    def _new_words(self, count: int, rng: np.random.Generator) -> list[str]:
        """Return words beyond the known ones; a rank always names the same word."""
        steep = 1 / self.growth.exponent - 1
        ranks = len(self.words) * rng.random(count) ** (-1 / steep)
        return [self.new_word(int(min(rank, 2**52))) for rank in ranks]

    def new_word(self, rank: int) -> str:
        """Return the word of ``rank``: two to three characters, or a model number."""
        mixed = rank * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
        if mixed % 100 < _CHINESE_SHARE * 100:
            size, picked = len(self.characters), ""
            for _ in range(2 + (mixed >> 8) % 2):
                mixed = (mixed ^ mixed >> 31) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
                picked += self.characters[mixed % size]
            return picked
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        first, second = mixed >> 20 & 0xFF, mixed >> 28 & 0xFF
        return f" {letters[first % 24]}{letters[second % 24]}{rank % 10_000_000} "
