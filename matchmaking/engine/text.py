"""From the words of a listing to numbers that can be compared: four measures of two signals.

*Characters*, which needs no segmentation of Chinese and catches what two writers phrase
differently (检测/检验):

1. cosine of TF-IDF vectors over hashed characters and pairs of characters. Titles count
   TITLE_WEIGHT times; counts are damped by 1 + ln(count); idf is
   ln((2 + documents) / (1 + frequency)) to the power IDF_POWER;
2. the same over single characters alone, idf to the power 1.

*Meaning*:

3. cosine of the embedder's vectors after taking off the mean vector of its side (raw
   multilingual-e5 vectors all point roughly the same way), title and body added as equals;
4. cosine of the raw vectors of both titles, which keeps how far a title is from the common mean.

How they are brought to one scale and added is in corpus.py. Why these and not others (whitening,
words, three-character grams, late interaction) is measured in docs/engine.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.facts import DIMENSIONS, ListingText, Vector, Vectors

Number = TypeVar("Number", np.int32, np.float32)

BUCKETS = 1 << 20
TITLE_WEIGHT = 3.0
IDF_POWER = 1.5

# A character is counted no further: far beyond any honest text, and a count fits into a byte.
MOST_COUNTED = 254

Cosines = NDArray[np.float64]

_SEPARATORS = re.compile(r"[\W_]+")
_DAMPED = np.concatenate([[0.0], 1.0 + np.log(np.arange(1, MOST_COUNTED + 1, dtype=np.float64))])
# Odd multipliers (Knuth's, and one of xxHash's) spread code points over the buckets.
_SINGLE = np.uint64(2654435761)
_PAIR = np.uint64(2246822519)
_SHIFT = np.uint64(15)
# The lowest bit of a bucket tells a pair from a single character.
_MASK = np.uint64(BUCKETS - 2)
_IS_PAIR = np.uint64(1)


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Bucket numbers (int32, ascending, unique) and how often each occurs (float32, > 0).

    Depends on the text alone, so it may be stored; the corpus turns it into a TextSide.
    """

    buckets: NDArray[np.int32]
    counts: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class TextSide:
    """One listing's text, ready to be compared under one corpus.

    ``weights`` and ``singles`` (0 at pairs) are float32, one a bucket, each of length 1, or empty.
    ``meaning`` and ``title`` are float32 unit vectors,
    None while nothing is embedded. ``level`` (about -2..3, 0 for a typical need and for every
    solution) is how near the corpus comes to this need anyway, in z-scores. ``prior`` is what a
    learned model adds for this need (learned.py); 0 for every solution and without a model.
    """

    buckets: NDArray[np.int32]
    weights: NDArray[np.float32]
    singles: NDArray[np.float32]
    meaning: Vector | None
    title: Vector | None
    level: float = 0.0
    prior: float = 0.0


def normalise(text: str) -> str:
    """Full-width to half-width, compatibility forms resolved, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def _hashed(text: str) -> NDArray[np.int64]:
    """Bucket numbers of every character and every pair of neighbouring characters."""
    words = _SEPARATORS.sub("\n", normalise(text))
    # "surrogatepass": half a surrogate pair, which JSON can smuggle in, is a character too.
    encoded = words.encode("utf-32-le", "surrogatepass")
    points = np.frombuffer(encoded, dtype="<u4").astype(np.uint64)
    is_letter = points != 10
    single = points * _SINGLE
    pair = (points[:-1] * _PAIR + points[1:]) * _SINGLE
    singles = _bucket(single[is_letter])
    pairs = _bucket(pair[is_letter[:-1] & is_letter[1:]]) | _IS_PAIR
    return np.concatenate([singles, pairs]).astype(np.int64)


def _bucket(hashed: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Even bucket numbers."""
    return ((hashed >> _SHIFT) ^ hashed) & _MASK


def is_single(buckets: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which buckets hold single characters; the others hold pairs."""
    single: NDArray[np.bool_] = (buckets & 1) == 0
    return single


def profile(text: ListingText) -> Profile:
    """Counts of hashed characters and pairs, the title's TITLE_WEIGHT times."""
    title = _hashed(text.title)
    rest = _hashed(f"{text.body}\n{text.extra}")
    weights = np.concatenate([np.full(len(title), TITLE_WEIGHT), np.ones(len(rest))])
    buckets, places = np.unique(np.concatenate([title, rest]), return_inverse=True)
    counts = np.bincount(places, weights=weights, minlength=len(buckets))
    return Profile(buckets.astype(np.int32), counts.astype(np.float32))


def weighted(
    counted: Sequence[Profile], rarity: NDArray[np.float32], powered: NDArray[np.float64]
) -> tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]]:
    """TF-IDF weights of each text, of length 1 (or all zero when every rarity is zero): of all
    buckets, and of the single characters alone (0 at pairs), where rarity counts as it is.

    ``rarity`` is ln((2 + documents) / (1 + frequency)), shape (BUCKETS,), ``powered`` the same to
    the power IDF_POWER. A text's weights do not depend on the others'.
    """
    if not counted:
        return [], []
    lengths = [len(one.buckets) for one in counted]
    owners = np.repeat(np.arange(len(counted)), lengths)
    buckets = np.concatenate([_NO_BUCKETS, *(one.buckets for one in counted)])
    counts = np.concatenate([_NO_COUNTS, *(one.counts for one in counted)])
    damped = _DAMPED[np.minimum(counts, MOST_COUNTED).astype(np.intp)]

    def unit(weights: NDArray[np.float64]) -> list[NDArray[np.float32]]:
        squares = np.bincount(owners, weights=weights * weights, minlength=len(counted))
        inverse = np.sqrt(np.where(squares > 0, squares, 1.0))
        return parted((weights / inverse[owners]).astype("f4"), lengths)

    return unit(damped * powered[buckets]), unit(damped * rarity[buckets] * is_single(buckets))


_NO_BUCKETS = np.zeros(0, np.int32)
_NO_COUNTS = np.zeros(0, np.float32)


def parted(joined: NDArray[Number], lengths: Sequence[int]) -> list[NDArray[Number]]:
    """An array of shape (sum(lengths),) as one array a length.

    Copies: a slice would keep all the others in memory. numpy's own split takes longer than that.
    """
    ends = list(accumulate(lengths))
    return [joined[end - size : end].copy() for end, size in zip(ends, lengths, strict=True)]


def stated_views(vectors: Sequence[Vectors]) -> NDArray[np.float32]:
    """Titles' and bodies' vectors, shape (n, 2, DIMENSIONS), NaN for what is absent."""
    stated = _rows([view for one in vectors for view in (one.title, one.body)])
    return stated.reshape(len(vectors), 2, DIMENSIONS)


def meanings(stated: NDArray[np.float32], centre: Vector) -> list[Vector | None]:
    """`meaning` of each of `stated_views`, without regard to the others."""
    views = stated.astype(np.float64) - centre
    lengths = np.sqrt((views * views).sum(axis=2, keepdims=True))
    # What is not there has the length NaN, which is above nothing.
    is_there = lengths > 1e-9
    totals = (np.where(is_there, views, 0.0) / np.where(is_there, lengths, 1.0)).sum(axis=1)
    whole = np.sqrt((totals * totals).sum(axis=1, keepdims=True))
    units = (totals / np.where(whole > 1e-9, whole, 1.0)).astype(np.float32)
    return [
        unit.copy() if length > 1e-9 else None
        for unit, length in zip(units, whole[:, 0], strict=True)
    ]


def meaning(vectors: Vectors, centre: Vector) -> Vector | None:
    """The unit vector of title and body, each centred and brought to length 1, added.

    None when neither is there, or when nothing is left after centring.
    """
    return meanings(stated_views([vectors]), centre)[0]


def titles(stated: NDArray[np.float32]) -> list[Vector | None]:
    """The title's vector of each of `stated_views` as it is; None when there is none."""
    return [None if np.isnan(title[0]) else title.copy() for title in stated[:, 0]]


@dataclass(frozen=True, slots=True, eq=False)
class TextTable:
    """Many listings' texts side by side, under one corpus.

    ``buckets`` int32, ``weights`` and ``singles`` float32, ``owners`` int64, shape (m,): all
    texts' entries one after another, and whose each is. ``has_text`` bool, shape (n,).
    ``meanings`` and ``titles`` float32, shape (n, DIMENSIONS): a row of NaN where nothing is
    embedded. ``levels`` and ``priors`` float64, shape (n,).
    """

    buckets: NDArray[np.int32]
    weights: NDArray[np.float32]
    singles: NDArray[np.float32]
    owners: NDArray[np.int64]
    has_text: NDArray[np.bool_]
    meanings: NDArray[np.float32]
    titles: NDArray[np.float32]
    levels: NDArray[np.float64]
    priors: NDArray[np.float64]

    @classmethod
    def of(cls, sides: Sequence[TextSide]) -> TextTable:
        """The table of ``sides``, in their order; may be kept for as long as they stay."""
        lengths = np.array([len(side.buckets) for side in sides], dtype=np.int64)
        return cls(
            np.concatenate([np.zeros(0, np.int32), *(side.buckets for side in sides)]),
            np.concatenate([np.zeros(0, np.float32), *(side.weights for side in sides)]),
            np.concatenate([np.zeros(0, np.float32), *(side.singles for side in sides)]),
            np.repeat(np.arange(len(sides)), lengths),
            lengths > 0,
            _rows([side.meaning for side in sides]),
            _rows([side.title for side in sides]),
            np.array([side.level for side in sides], dtype=np.float64),
            np.array([side.prior for side in sides], dtype=np.float64),
        )

    def __len__(self) -> int:
        return len(self.levels)


def _rows(vectors: Sequence[Vector | None]) -> NDArray[np.float32]:
    """One row a vector, NaN for what is absent or of another length."""
    rows = np.full((len(vectors), DIMENSIONS), np.nan, np.float32)
    for place, vector in enumerate(vectors):
        if vector is not None and len(vector) == DIMENSIONS:
            rows[place] = vector
    return rows


def dense_cosines(one: Vector | None, rows: NDArray[np.float32]) -> Cosines:
    """Cosines in [-1, 1] of one unit vector and n, shape (n,); NaN where either is unknown."""
    if one is None:
        return np.full(len(rows), np.nan)
    # Not a matrix product: BLAS rounds differently with the number of rows.
    cosines: Cosines = np.einsum("ij,j->i", rows, one).astype(np.float64)
    return cosines


def character_cosines(one: TextSide, others: TextTable) -> tuple[Cosines, Cosines]:
    """Measures 1 and 2, in [0, 1], shape (len(others),); NaN where either text is empty.

    Each is summed over the common buckets in their order, so it depends neither on who else is
    compared nor on which side is which.
    """
    # Most entries have no counterpart, and a table of flags stays in the processor's cache.
    wanted = np.zeros(BUCKETS, dtype=np.bool_)
    wanted[one.buckets] = True
    common = np.flatnonzero(wanted[others.buckets])
    places = np.searchsorted(one.buckets, others.buckets[common])
    owners, known = others.owners[common], others.has_text & bool(len(one.buckets))

    def cosines(mine: NDArray[np.float32], theirs: NDArray[np.float32]) -> Cosines:
        products = mine[places].astype(np.float64) * theirs[common]
        sums = np.bincount(owners, weights=products, minlength=len(others))
        return np.where(known, sums, np.nan)

    return cosines(one.weights, others.weights), cosines(one.singles, others.singles)


def measures(one: TextSide, others: TextTable) -> Cosines:
    """The four measures of this module in their order, shape (len(others), 4), NaN where unknown;
    symmetric: swapping the two sides gives the same numbers.
    """
    characters, singles = character_cosines(one, others)
    found = np.empty((len(others), 4))
    found[:, 0], found[:, 1] = characters, singles
    found[:, 2] = dense_cosines(one.meaning, others.meanings)
    found[:, 3] = dense_cosines(one.title, others.titles)
    return found
