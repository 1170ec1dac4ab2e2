"""The constants a score rests on besides its two listings, pinned by a version.

Without them a score would depend on who else is on the platform at the moment. A run names the
corpus version it used; the same two listings under the same version give the same score.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.facts import DIMENSIONS, ListingText, Vector, Vectors
from matchmaking.engine.learned import LearnedRelevance
from matchmaking.engine.results import PairScore, Side, Status
from matchmaking.engine.text import (
    BUCKETS,
    IDF_POWER,
    Profile,
    TextSide,
    TextTable,
    dense_cosines,
    meanings,
    measures,
    profile,
    stated_views,
    titles,
    weighted,
)
from matchmaking.engine.weights import Criterion

# An unknown counts at most this much, however good the median is.
UNKNOWN_CAP: Final = 0.5

SIGNALS: Final = ("characters", "meaning")
# Which signal each measure of text.py belongs to, and how much it counts.
_SIGNAL_OF: Final = np.array([0, 0, 1, 1])
_WEIGHTS: Final = np.array([1.0, 0.5, 1.0, 0.5])
_MEANING, _TITLE = 2, 3
# Mean and standard deviation of the measures over likely candidates, used until a corpus is
# large enough to measure its own. From the technology-transfer benchmark's texts, no labels.
_DEFAULT_MEANS: Final = (0.030, 0.112, 0.176, 0.878)
_DEFAULT_DEVIATIONS: Final = (0.023, 0.047, 0.083, 0.015)
_SMALLEST_MEASURED: Final = 100
_SAMPLE_NEEDS: Final = 200
_SAMPLE_SOLUTIONS: Final = 4000
# As many as recall brings for one need.
_LIKELY: Final = 300
_COMMON: Final = 20
# A need's level is the mean over this share of the levels' sample, its nearest; a smaller sample
# would judge it by too few.
_NEAREST_SHARE: Final = 0.01
_LEVEL_SAMPLE: Final = 1000
_SMALLEST_LEVEL_SAMPLE: Final = 500
# How much of its level is taken off a need's scores.
_LEVEL_TAKEN: Final = 0.25


def _no_vectors() -> NDArray[np.float16]:
    return np.zeros((0, DIMENSIONS), np.float16)


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
    means, deviations: float64, one entry a measure in text.py's order, over likely candidates.
    sample_meanings, sample_titles: float16, shape (k, DIMENSIONS), the vectors of solutions
    sampled for the level of a need; typical_level: the mean level before it is taken off.
    medians: criterion name -> median of its known values, each in [0, 1].
    learned: a correction of the text relevance fitted to judged pairs; None is untrained.
    """

    documents: int = 0
    frequencies: NDArray[np.int32] = field(default_factory=lambda: np.zeros(BUCKETS, np.int32))
    need_centre: Vector = field(default_factory=lambda: np.zeros(DIMENSIONS, np.float32))
    solution_centre: Vector = field(default_factory=lambda: np.zeros(DIMENSIONS, np.float32))
    means: NDArray[np.float64] = field(default_factory=lambda: np.array(_DEFAULT_MEANS))
    deviations: NDArray[np.float64] = field(default_factory=lambda: np.array(_DEFAULT_DEVIATIONS))
    sample_meanings: NDArray[np.float16] = field(default_factory=_no_vectors)
    sample_titles: NDArray[np.float16] = field(default_factory=_no_vectors)
    typical_level: float = 0.0
    medians: Mapping[str, float] = field(default_factory=dict)
    learned: LearnedRelevance | None = None
    rarity: NDArray[np.float32] = field(init=False, repr=False)
    _powered: NDArray[np.float64] = field(init=False, repr=False)
    _sample: tuple[NDArray[np.float32], NDArray[np.float32]] = field(init=False, repr=False)
    version: str = field(init=False)

    def __post_init__(self) -> None:
        # One more document than counted, so that even in an empty corpus all are above 0.
        rarity = np.log((2.0 + self.documents) / (1.0 + self.frequencies))
        object.__setattr__(self, "rarity", np.maximum(rarity, 0.0).astype(np.float32))
        object.__setattr__(self, "_powered", self.rarity.astype(np.float64) ** IDF_POWER)
        sample = (self.sample_meanings.astype(np.float32), self.sample_titles.astype(np.float32))
        object.__setattr__(self, "_sample", sample)
        object.__setattr__(self, "version", self._fingerprint())

    def _arrays(self) -> dict[str, NDArray[np.generic]]:
        known = sorted(self.medians)
        model = b"" if self.learned is None else self.learned.to_bytes()
        return {
            "documents": np.array(self.documents, dtype=np.int64),
            "frequencies": self.frequencies,
            "need_centre": self.need_centre,
            "solution_centre": self.solution_centre,
            "means": self.means,
            "deviations": self.deviations,
            "sample_meanings": self.sample_meanings,
            "sample_titles": self.sample_titles,
            "typical_level": np.array(self.typical_level, dtype=np.float64),
            "median_names": np.array(known, dtype="U32"),
            "median_values": np.array([self.medians[name] for name in known], dtype=np.float64),
            "learned": np.frombuffer(model, dtype=np.uint8),
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
                # Rows stored before there was any model are untrained.
                model = stored["learned"].tobytes() if "learned" in stored else b""
                return cls(
                    documents=int(stored["documents"]),
                    frequencies=stored["frequencies"],
                    need_centre=stored["need_centre"],
                    solution_centre=stored["solution_centre"],
                    means=stored["means"],
                    deviations=stored["deviations"],
                    sample_meanings=stored["sample_meanings"],
                    sample_titles=stored["sample_titles"],
                    typical_level=float(stored["typical_level"]),
                    medians=dict(zip(names, values, strict=True)),
                    learned=LearnedRelevance.from_bytes(model) if model else None,
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
        """Counts all texts, averages all vectors, and takes the measures over a fixed sample
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
        return _levelled(replace(counted, means=means, deviations=deviations), needs, solutions)

    def with_medians(self, medians: Mapping[str, float]) -> Corpus:
        """The same corpus with other medians, hence another version."""
        return replace(self, medians=dict(medians))

    def with_learned(self, learned: LearnedRelevance | None) -> Corpus:
        """The same corpus with this model of relevance, or untrained."""
        return replace(self, learned=learned)

    def side(self, text: ListingText, vectors: Vectors, side: Side) -> TextSide:
        """One listing's text under this corpus; worth keeping for listings compared often."""
        return self.side_of(profile(text), vectors, side)

    def side_of(self, counted: Profile, vectors: Vectors, side: Side) -> TextSide:
        """The same for a text whose characters are already counted."""
        return self.sides_of([counted], stated_views([vectors]), side)[0]

    def sides_of(
        self, counted: Sequence[Profile], stated: NDArray[np.float32], side: Side
    ) -> list[TextSide]:
        """The same for many at once (`stated_views`); each is what it would be alone."""
        is_need = side is Side.NEED
        centred = meanings(stated, self.need_centre if is_need else self.solution_centre)
        weights, singles = weighted(counted, self.rarity, self._powered)
        sides = [
            TextSide(one.buckets, both, single, centre, title)
            for one, both, single, centre, title in zip(
                counted, weights, singles, centred, titles(stated), strict=True
            )
        ]
        return [self._as_need(one) for one in sides] if is_need else sides

    def _as_need(self, one: TextSide) -> TextSide:
        levelled = replace(one, level=self._level(one.meaning, one.title))
        if self.learned is None:
            return levelled
        return replace(levelled, prior=self.learned.prior(levelled))

    def _level(self, centred: Vector | None, title: Vector | None) -> float:
        """How near the sampled solutions come to a need, less what is typical: a need in general
        words is near to everything, and being near to it says less. 0 without vectors or sample.
        """
        meanings, titles = self._sample
        if centred is None or title is None or not len(meanings):
            return 0.0
        cosines = np.stack([dense_cosines(centred, meanings), dense_cosines(title, titles)], axis=1)
        places = [_MEANING, _TITLE]
        scaled = (cosines - self.means[places]) / self.deviations[places]
        scores = np.average(scaled, axis=1, weights=_WEIGHTS[places])
        nearest = np.sort(scores)[-math.ceil(_NEAREST_SHARE * len(scores)) :]
        # Rounded, since the order of summation must not show.
        return round(float(nearest.mean()) - self.typical_level, 5)

    def relevances(self, one: TextSide, others: TextTable) -> Relevances:
        """Text relevance of one listing to each of the others.

        The z-scores of the measures that could be taken are averaged by weight, less a quarter of
        the need's level, corrected by the learned model if there is one and all measures are
        known, and squashed by the logistic function: 0.5 is a typical likely candidate, not a
        good match. What is missing on either side leaves the average; it never counts as zero.
        """
        scores, known = self._scores(one, others)
        signals = [known[:, place == _SIGNAL_OF].any(axis=1) for place in range(len(SIGNALS))]
        return Relevances(_squash(scores), np.stack(signals, axis=1))

    def untrained(self, one: TextSide, others: TextTable) -> NDArray[np.float64]:
        """The score before any learned correction, in z-scores, shape (len(others),); NaN where
        nothing is known.
        """
        return self._untrained(one, others)[0]

    def predicted_levels(self, one: TextSide, others: TextTable) -> NDArray[np.int64]:
        """The level 1..4 a judge would give, shape (len(others),); raises ValueError without a
        learned model.
        """
        if self.learned is None:
            raise ValueError("an untrained corpus predicts no levels")
        return self.learned.levels(self._scores(one, others)[0])

    def _scores(
        self, one: TextSide, others: TextTable
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        scores, known = self._untrained(one, others)
        if self.learned is not None:
            corrected = self.learned.scores(scores, one, others)
            scores = np.where(known.all(axis=1), corrected, scores)
        return scores, known

    def _untrained(
        self, one: TextSide, others: TextTable
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Scores, and which measures each rests on, shape (len(others), measures)."""
        scaled = (measures(one, others) - self.means) / self.deviations
        known = ~np.isnan(scaled)
        # Not a matrix product: BLAS rounds differently with the number of rows.
        weight = (known * _WEIGHTS).sum(axis=1)
        total = (np.where(known, scaled, 0.0) * _WEIGHTS).sum(axis=1)
        means = total / np.where(weight > 0, weight, 1.0)
        levels = one.level + others.levels
        return np.where(weight > 0, means - _LEVEL_TAKEN * levels, np.nan), known

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
    """Mean and deviation of each measure over each sampled need's likeliest candidates, where
    likely is judged by the weighted mean of the measures' ranks.
    """
    if len(solutions) < _SMALLEST_MEASURED or len(needs) < 2:
        return corpus.means, corpus.deviations
    sampled = _sample(solutions, _SAMPLE_SOLUTIONS)
    sides = TextTable.of([corpus.side(*solution, Side.SOLUTION) for solution in sampled])
    rows = []
    for need in _sample(needs, _SAMPLE_NEEDS):
        one = corpus.side(*need, Side.NEED)
        cosines = measures(one, sides)
        ranks = np.argsort(
            np.argsort(np.nan_to_num(-cosines, nan=0.0), axis=0, kind="stable"), axis=0
        )
        rows.append(cosines[np.argsort(ranks @ _WEIGHTS, kind="stable")[:_LIKELY]])
    pairs = np.concatenate(rows)
    means, deviations = corpus.means.copy(), corpus.deviations.copy()
    for place in range(len(_WEIGHTS)):
        values = pairs[~np.isnan(pairs[:, place]), place]
        if len(values) >= _SMALLEST_MEASURED and values.std() > 1e-6:
            means[place], deviations[place] = values.mean(), values.std()
    return np.round(means, 6), np.maximum(np.round(deviations, 6), 1e-6)


def _levelled(
    corpus: Corpus, needs: Sequence[TextAndVectors], solutions: Sequence[TextAndVectors]
) -> Corpus:
    """The corpus with the sample that levels are judged by, when there is enough for one."""
    sides = [corpus.side(*one, Side.SOLUTION) for one in _sample(solutions, _LEVEL_SAMPLE)]
    pairs = [(s.meaning, s.title) for s in sides if s.meaning is not None and s.title is not None]
    if len(pairs) < _SMALLEST_LEVEL_SAMPLE:
        return corpus
    sampled = replace(
        corpus,
        sample_meanings=np.stack([centred for centred, _ in pairs]).astype(np.float16),
        sample_titles=np.stack([title for _, title in pairs]).astype(np.float16),
    )
    levels = [
        side.level
        for side in (sampled.side(*need, Side.NEED) for need in _sample(needs, _SAMPLE_NEEDS))
        if side.meaning is not None and side.title is not None
    ]
    return replace(sampled, typical_level=round(float(np.mean(levels)), 5)) if levels else sampled


def criterion_medians(scores: Iterable[PairScore]) -> dict[str, float]:
    """Median of each criterion's wholly known values over scored pairs, for ``with_medians``."""
    known: dict[str, list[float]] = {}
    for score in scores:
        for part in score.parts:
            if part.status is Status.KNOWN:
                known.setdefault(part.criterion, []).append(part.value)
    return {name: round(median(values), 6) for name, values in sorted(known.items())}
