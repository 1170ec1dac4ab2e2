"""From the words of a listing to numbers that can be compared: the two text signals.

1. *Characters*: cosine of TF-IDF vectors over hashed characters and pairs of characters.
   Chinese needs no segmentation for this, and single characters catch what two writers phrase
   differently (检测/检验). Titles count TITLE_WEIGHT times; counts are damped by 1 + ln(count);
   idf is ln((1 + documents) / (1 + frequency)) to the power IDF_POWER.
2. *Meaning*: cosine of the embedder's vectors after taking off the mean vector of its
   side (raw multilingual-e5 vectors all point roughly the same way), title and body added as
   equals.

How both are brought to one scale is in corpus.py. Why these and not others (whitening, words,
three-character grams, late interaction) is measured in docs/engine.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.facts import DIMENSIONS, ListingText, Vector, Vectors

BUCKETS = 1 << 20
TITLE_WEIGHT = 3.0
IDF_POWER = 1.5

_SEPARATORS = re.compile(r"[\W_]+")
# Odd multipliers (Knuth's, and one of xxHash's) spread code points over the buckets.
_SINGLE = np.uint64(2654435761)
_PAIR = np.uint64(2246822519)
_SHIFT = np.uint64(15)
_MASK = np.uint64(BUCKETS - 1)


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

    ``weights`` are float32 of length 1 (empty when the text is); ``meaning`` is a float32 unit
    vector, None while nothing is embedded.
    """

    buckets: NDArray[np.int32]
    weights: NDArray[np.float32]
    meaning: Vector | None


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
    together = np.concatenate([single[is_letter], pair[is_letter[:-1] & is_letter[1:]]])
    buckets: NDArray[np.int64] = (((together >> _SHIFT) ^ together) & _MASK).astype(np.int64)
    return buckets


def profile(text: ListingText) -> Profile:
    """Counts of hashed characters and pairs, the title's TITLE_WEIGHT times."""
    title = _hashed(text.title)
    rest = _hashed(f"{text.body}\n{text.extra}")
    weights = np.concatenate([np.full(len(title), TITLE_WEIGHT), np.ones(len(rest))])
    buckets, places = np.unique(np.concatenate([title, rest]), return_inverse=True)
    counts = np.bincount(places, weights=weights, minlength=len(buckets))
    return Profile(buckets.astype(np.int32), counts.astype(np.float32))


def weighted(counted: Profile, idf: NDArray[np.float32]) -> NDArray[np.float32]:
    """TF-IDF weights of length 1 (or all zero when every idf is zero)."""
    weights = (1.0 + np.log(counted.counts.astype(np.float64))) * idf[counted.buckets]
    length = float(np.sqrt((weights * weights).sum()))
    return (weights / length if length > 0 else weights).astype(np.float32)


def meaning(vectors: Vectors, centre: Vector) -> Vector | None:
    """The unit vector of title and body, each centred and brought to length 1, added.

    None when neither is there, or when nothing is left after centring.
    """
    total = np.zeros(len(centre), dtype=np.float64)
    for vector in (vectors.title, vectors.body):
        if vector is None or len(vector) != len(centre):
            continue
        centred = vector.astype(np.float64) - centre
        length = float(np.sqrt((centred * centred).sum()))
        if length > 1e-9:
            total += centred / length
    length = float(np.sqrt((total * total).sum()))
    return (total / length).astype(np.float32) if length > 1e-9 else None


@dataclass(frozen=True, slots=True, eq=False)
class TextTable:
    """Many listings' texts side by side, under one corpus.

    ``buckets`` int32 and ``weights`` float32, shape (m,): all texts' entries one after another;
    ``lengths`` int64, shape (n,): how many each has. ``meanings`` float32, shape
    (n, DIMENSIONS): a row of NaN where nothing is embedded.
    """

    buckets: NDArray[np.int32]
    weights: NDArray[np.float32]
    lengths: NDArray[np.int64]
    meanings: NDArray[np.float32]

    @classmethod
    def of(cls, sides: Sequence[TextSide]) -> TextTable:
        """The table of ``sides``, in their order; may be kept for as long as they stay."""
        lengths = np.array([len(side.buckets) for side in sides], dtype=np.int64)
        if not sides:
            empty = np.zeros(0, np.float32)
            return cls(empty.astype(np.int32), empty, lengths, empty.reshape(0, DIMENSIONS))
        absent = np.full(DIMENSIONS, np.nan, np.float32)
        return cls(
            np.concatenate([side.buckets for side in sides]),
            np.concatenate([side.weights for side in sides]),
            lengths,
            np.stack([absent if side.meaning is None else side.meaning for side in sides]),
        )

    def __len__(self) -> int:
        return len(self.lengths)


def character_cosines(one: TextSide, others: TextTable) -> NDArray[np.float64]:
    """Cosines in [0, 1], shape (len(others),); NaN where either text is empty.

    Each entry is summed in its own order, so it does not depend on who else is compared.
    """
    if not len(one.buckets) or not others.lengths.any():
        return np.full(len(others), np.nan)
    lookup = np.zeros(BUCKETS, dtype=np.float32)
    lookup[one.buckets] = one.weights
    products = lookup[others.buckets] * others.weights.astype(np.float64)
    owners = np.repeat(np.arange(len(others)), others.lengths)
    cosines = np.bincount(owners, weights=products, minlength=len(others))
    return np.where(others.lengths > 0, cosines, np.nan)


def meaning_cosines(one: TextSide, others: TextTable) -> NDArray[np.float64]:
    """Cosines in [-1, 1], shape (len(others),); NaN where either side has no vector."""
    if one.meaning is None:
        return np.full(len(others), np.nan)
    # Not a matrix product: BLAS rounds differently with the number of rows.
    cosines: NDArray[np.float64] = (others.meanings.astype(np.float64) * one.meaning).sum(axis=1)
    return cosines
