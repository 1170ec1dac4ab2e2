"""The constants a score rests on besides its two listings, pinned by a version.

Without them a score would depend on who else is on the platform at the moment. A run names the
corpus version it used; the same two listings under the same version give the same score.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.facts import DIMENSIONS, ListingText, Vector, Vectors
from matchmaking.engine.results import PairScore, Side, Status
from matchmaking.engine.text import (
    BUCKETS,
    IDF_POWER,
    TextSide,
    TextTable,
    character_cosines,
    meaning,
    meaning_cosines,
    profile,
    weighted,
)
from matchmaking.engine.weights import Criterion

# An unknown counts at most this much, however good the median is.
UNKNOWN_CAP: Final = 0.5

SIGNALS: Final = ("characters", "meaning")
# Mean and standard deviation of the signals over likely candidates, used until a corpus is
# large enough to measure its own. From the technology-transfer benchmark's texts, no labels.
_DEFAULT_MEANS: Final = (0.030, 0.171)
_DEFAULT_DEVIATIONS: Final = (0.023, 0.078)
_SMALLEST_MEASURED: Final = 100
_SAMPLE_NEEDS: Final = 200
_SAMPLE_SOLUTIONS: Final = 4000
# As many as recall brings for one need.
_LIKELY: Final = 300
_COMMON: Final = 20

TextAndVectors = tuple[ListingText, Vectors]


@dataclass(frozen=True, slots=True, eq=False)
class Relevances:
    """Text relevance of one listing to n others.

    ``values`` float64, shape (n,), in [0, 1], NaN where no signal could be computed; ``present``
    bool, shape (n, len(SIGNALS)): which signals each rests on.
    """

    values: NDArray[np.float64]
    present: NDArray[np.bool_]

    def signals(self, place: int) -> tuple[str, ...]:
        """The names of the signals that one value rests on."""
        row = self.present[place].tolist()
        return tuple(name for name, there in zip(SIGNALS, row, strict=True) if there)

    def only(self, place: int) -> Relevances:
        """One of them alone."""
        return Relevances(self.values[place : place + 1], self.present[place : place + 1])


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Pinned constants. Build with ``Corpus.fit``, or ``Corpus()`` for an empty platform.

    documents: how many texts were counted. frequencies: int32, shape (BUCKETS,), in how many of
    them a hashed character or pair occurs. need_centre, solution_centre: float32, shape
    (DIMENSIONS,), the mean vector of each side, since the two sides are written (and, with e5,
    embedded) differently.
    means, deviations: float64, one entry a signal in the order of SIGNALS, over likely
    candidates. medians: criterion name -> median of its known values, each in [0, 1].
    """

    documents: int = 0
    frequencies: NDArray[np.int32] = field(default_factory=lambda: np.zeros(BUCKETS, np.int32))
    need_centre: Vector = field(default_factory=lambda: np.zeros(DIMENSIONS, np.float32))
    solution_centre: Vector = field(default_factory=lambda: np.zeros(DIMENSIONS, np.float32))
    means: NDArray[np.float64] = field(default_factory=lambda: np.array(_DEFAULT_MEANS))
    deviations: NDArray[np.float64] = field(default_factory=lambda: np.array(_DEFAULT_DEVIATIONS))
    medians: Mapping[str, float] = field(default_factory=dict)
    idf: NDArray[np.float32] = field(init=False, repr=False)
    version: str = field(init=False)

    def __post_init__(self) -> None:
        # One more document than counted, so that even in an empty corpus every idf is above 0.
        rarity = np.log((2.0 + self.documents) / (1.0 + self.frequencies))
        idf = (np.maximum(rarity, 0.0) ** IDF_POWER).astype(np.float32)
        object.__setattr__(self, "idf", idf)
        object.__setattr__(self, "version", self._fingerprint())

    def _arrays(self) -> dict[str, NDArray[np.generic]]:
        known = sorted(self.medians)
        return {
            "documents": np.array(self.documents, dtype=np.int64),
            "frequencies": self.frequencies,
            "need_centre": self.need_centre,
            "solution_centre": self.solution_centre,
            "means": self.means,
            "deviations": self.deviations,
            "median_names": np.array(known, dtype="U32"),
            "median_values": np.array([self.medians[name] for name in known], dtype=np.float64),
        }

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for name, array in self._arrays().items():
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]

    def to_bytes(self) -> bytes:
        """An npz archive, the same bytes for the same content."""
        stream = io.BytesIO()
        np.savez_compressed(stream, **self._arrays())  # type: ignore[arg-type]
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Corpus:
        """The inverse of to_bytes. Raises ValueError for anything that is not such an archive."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as stored:
                names = [str(name) for name in stored["median_names"]]
                values = [float(value) for value in stored["median_values"]]
                return cls(
                    documents=int(stored["documents"]),
                    frequencies=stored["frequencies"],
                    need_centre=stored["need_centre"],
                    solution_centre=stored["solution_centre"],
                    means=stored["means"],
                    deviations=stored["deviations"],
                    medians=dict(zip(names, values, strict=True)),
                )
        except (KeyError, OSError, EOFError) as error:
            raise ValueError("not a stored corpus") from error

    @classmethod
    def fit(
        cls,
        needs: Iterable[TextAndVectors],
        solutions: Iterable[TextAndVectors],
        medians: Mapping[str, float] | None = None,
    ) -> Corpus:
        """Counts all texts, averages all vectors, and measures the signals over a fixed sample
        of likely candidates. The order of the input does not matter.
        """
        needs, solutions = list(needs), list(solutions)
        frequencies = np.zeros(BUCKETS, np.int32)
        for text, _ in (*needs, *solutions):
            frequencies[profile(text).buckets] += 1
        need_centre, solution_centre = _centres(needs, solutions)
        counted = cls(
            documents=len(needs) + len(solutions),
            frequencies=frequencies,
            need_centre=need_centre,
            solution_centre=solution_centre,
            medians=dict(medians or {}),
        )
        means, deviations = _measure(counted, needs, solutions)
        return replace(counted, means=means, deviations=deviations)

    def with_medians(self, medians: Mapping[str, float]) -> Corpus:
        """The same corpus with other medians, hence another version."""
        return replace(self, medians=dict(medians))

    def side(self, text: ListingText, vectors: Vectors, side: Side) -> TextSide:
        """One listing's text under this corpus; worth keeping for listings compared often."""
        counted = profile(text)
        weights = weighted(counted, self.idf)
        centre = self.need_centre if side is Side.NEED else self.solution_centre
        return TextSide(counted.buckets, weights, meaning(vectors, centre))

    def relevances(self, one: TextSide, others: TextTable) -> Relevances:
        """Text relevance of one listing to each of the others.

        The z-scores of the signals that could be computed are averaged and squashed by the
        logistic function: 0.5 is a typical likely candidate, not a good match. A signal that
        is missing on either side leaves the average; it never counts as zero.
        """
        cosines = np.stack([character_cosines(one, others), meaning_cosines(one, others)], axis=1)
        scaled = (cosines - self.means) / self.deviations
        present = ~np.isnan(scaled)
        counts = present.sum(axis=1)
        means = np.where(present, scaled, 0.0).sum(axis=1) / np.maximum(counts, 1)
        return Relevances(np.where(counts > 0, _squash(means), np.nan), present)

    def assumed(self, criterion: Criterion) -> float:
        """What an unknown counts: the criterion's median, never above UNKNOWN_CAP."""
        return min(self.medians.get(criterion.value, UNKNOWN_CAP), UNKNOWN_CAP)


def _squash(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    # Six decimals: far below a hundredth of a point, far above the rounding of the sums.
    squashed: NDArray[np.float64] = np.round(1.0 / (1.0 + np.exp(-np.clip(scores, -30.0, 30.0))), 6)
    return squashed


def _centres(
    needs: Sequence[TextAndVectors], solutions: Sequence[TextAndVectors]
) -> tuple[Vector, Vector]:
    """Each side's mean vector, drawn towards the common mean as if by _COMMON vectors more, so
    that a side with few vectors (or none) does not follow its own chance.
    """
    sums, counts = [], []
    for texts in (needs, solutions):
        stated = [v for _, vectors in texts for v in (vectors.title, vectors.body) if v is not None]
        usable = [vector for vector in stated if len(vector) == DIMENSIONS]
        sums.append(np.sum(usable, axis=0, dtype=np.float64) if usable else np.zeros(DIMENSIONS))
        counts.append(len(usable))
    common = (sums[0] + sums[1]) / max(sum(counts), 1)
    need, solution = (
        # Rounded, since the order of summation must not show in the fingerprint.
        np.round((total + _COMMON * common) / (count + _COMMON), 7).astype(np.float32)
        for total, count in zip(sums, counts, strict=True)
    )
    return need, solution


def _sample(texts: Sequence[TextAndVectors], size: int) -> list[TextAndVectors]:
    """The same texts whatever their order: those with the smallest hash."""
    return sorted(texts, key=lambda item: hashlib.sha256(_key(item[0])).digest())[:size]


def _key(text: ListingText) -> bytes:
    return repr((text.title, text.body, text.extra)).encode()


def _measure(
    corpus: Corpus, needs: Sequence[TextAndVectors], solutions: Sequence[TextAndVectors]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and deviation of each signal over each sampled need's likeliest candidates, where
    likely is judged by the mean rank of the signals there are.
    """
    if len(solutions) < _SMALLEST_MEASURED or len(needs) < 2:
        return corpus.means, corpus.deviations
    sampled = _sample(solutions, _SAMPLE_SOLUTIONS)
    sides = TextTable.of([corpus.side(*solution, Side.SOLUTION) for solution in sampled])
    rows = []
    for need in _sample(needs, _SAMPLE_NEEDS):
        one = corpus.side(*need, Side.NEED)
        cosines = np.stack([character_cosines(one, sides), meaning_cosines(one, sides)], axis=1)
        ranks = np.argsort(
            np.argsort(np.nan_to_num(-cosines, nan=0.0), axis=0, kind="stable"), axis=0
        )
        rows.append(cosines[np.argsort(ranks.sum(axis=1), kind="stable")[:_LIKELY]])
    pairs = np.concatenate(rows)
    means, deviations = corpus.means.copy(), corpus.deviations.copy()
    for place in range(len(SIGNALS)):
        values = pairs[~np.isnan(pairs[:, place]), place]
        if len(values) >= _SMALLEST_MEASURED and values.std() > 1e-6:
            means[place], deviations[place] = values.mean(), values.std()
    return np.round(means, 6), np.maximum(np.round(deviations, 6), 1e-6)


def criterion_medians(scores: Iterable[PairScore]) -> dict[str, float]:
    """Median of each criterion's wholly known values over scored pairs, for ``with_medians``."""
    known: dict[str, list[float]] = {}
    for score in scores:
        for part in score.parts:
            if part.status is Status.KNOWN:
                known.setdefault(part.criterion, []).append(part.value)
    return {name: round(median(values), 6) for name, values in sorted(known.items())}
