"""A correction of text relevance, learned from pairs that people judged.

It is additive, so that it can be explained, and small:

    score = slope * untrained + sum over common terms of term weight * product of TF-IDF weights
            + prior of the need
    prior = direction . meaning + level slope * level + length slope * ln(1 + terms) + intercept

``untrained`` is the sum of z-scores that corpus.py squashes (its weights are positive, so the
score rises in each measure of text.py as long as slope is positive, which is checked). The term
weights say which characters and pairs matter more or less than their rarity tells; the prior, the
same for all candidates of one need, says how readily such a need is served at all, which matters
where pairs of several needs are compared. The score is on the untrained scale: 0 is a typical
likely candidate. How it is fitted is in training.py.

Without vectors of both sides nothing is corrected: the untrained score stands.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.facts import DIMENSIONS, ListingText
from matchmaking.engine.text import BUCKETS, TextSide, TextTable, normalise

# Raised whenever the measures of text.py or their sum in corpus.py change: a model fitted to
# other numbers is refused.
FEATURES: Final = 1
LEVELS: Final = (1, 2, 3, 4)

Floats = NDArray[np.float64]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class LearnedRelevance:
    """A fitted model. Build with ``training.fit`` or ``from_bytes``.

    slope: > 0. direction: float32, shape (DIMENSIONS,). term_buckets: int32, ascending, unique;
    term_weights: float32, one each. cuts: float64, shape (3,), ascending: from which score on
    level 2, 3 and 4 is likelier than less (the conditional median). embedder: code of the vector
    space the direction belongs to. needs: uint64, ascending, a hash of each training need's text;
    digest: of all judged pairs. evaluation: metric -> figure out of fold, as it was trained.
    Raises ValueError for numbers that no training gives.
    """

    slope: float
    intercept: float
    level_slope: float
    length_slope: float
    direction: NDArray[np.float32]
    term_buckets: NDArray[np.int32]
    term_weights: NDArray[np.float32]
    cuts: Floats
    embedder: str
    needs: Hashes
    digest: str
    command: str = ""
    engine_version: str = ""
    evaluation: Mapping[str, float] = field(default_factory=dict)
    version: str = field(init=False)

    def __post_init__(self) -> None:
        if not self.slope > 0:
            raise ValueError("a learned relevance must rise with the untrained one")
        if self.direction.shape != (DIMENSIONS,) or len(self.cuts) != len(LEVELS) - 1:
            raise ValueError("a learned relevance of another shape")
        if len(self.term_buckets) != len(self.term_weights):
            raise ValueError("every term has one weight")
        object.__setattr__(self, "version", hashlib.sha256(self.to_bytes()).hexdigest()[:16])

    def prior(self, need: TextSide) -> float:
        """What a need adds to the score of each of its candidates; 0 while it has no vector."""
        if need.meaning is None:
            return 0.0
        products = self.direction.astype(np.float64) * need.meaning
        length = self.length_slope * float(np.log1p(len(need.buckets)))
        # Rounded, since the order of summation must not show.
        return round(
            float(products.sum()) + self.level_slope * need.level + length + self.intercept, 6
        )

    def term_sums(self, one: TextSide, others: TextTable) -> Floats:
        """The weighted products over the common terms, shape (len(others),); symmetric."""
        mine, places, of_one = np.intersect1d(
            self.term_buckets, one.buckets, assume_unique=True, return_indices=True
        )
        weights, own = np.zeros(BUCKETS, np.float32), np.zeros(BUCKETS, np.float32)
        weights[mine], own[mine] = self.term_weights[places], one.weights[of_one]
        common = np.flatnonzero(weights[others.buckets])
        buckets = others.buckets[common]
        products = own[buckets].astype(np.float64) * others.weights[common] * weights[buckets]
        return np.bincount(others.owners[common], products, len(others)).astype(np.float64)

    def scores(self, untrained: Floats, one: TextSide, others: TextTable) -> Floats:
        """The corrected scores, any real number, shape (len(others),). One of ``one.prior`` and
        ``others.priors`` is zero, the solution's.
        """
        priors = one.prior + others.priors
        return self.slope * untrained + self.term_sums(one, others) + priors

    def levels(self, scores: Floats) -> NDArray[np.int64]:
        """The level 1..4 that a judge would give, as the median of judges; shape of ``scores``."""
        found: NDArray[np.int64] = np.searchsorted(self.cuts, scores, side="right") + LEVELS[0]
        return found

    def overlap(self, texts: Iterable[ListingText]) -> int:
        """How many of these needs it was trained on."""
        return int(np.isin(hashes(texts), self.needs).sum())

    def to_bytes(self) -> bytes:
        """An npz archive of numbers and hashes, the same bytes for the same model."""
        stream = io.BytesIO()
        np.savez_compressed(stream, **self._arrays())  # type: ignore[arg-type]
        return stream.getvalue()

    def _arrays(self) -> dict[str, NDArray[np.generic]]:
        about = {
            "features": FEATURES,
            "embedder": self.embedder,
            "digest": self.digest,
            "command": self.command,
            "engine_version": self.engine_version,
            "evaluation": dict(sorted(self.evaluation.items())),
        }
        return {
            "about": np.frombuffer(json.dumps(about, sort_keys=True).encode(), dtype=np.uint8),
            "numbers": np.array(
                [self.slope, self.intercept, self.level_slope, self.length_slope], dtype=np.float64
            ),
            "direction": self.direction,
            "term_buckets": self.term_buckets,
            "term_weights": self.term_weights,
            "cuts": self.cuts,
            "needs": self.needs,
        }

    @classmethod
    def from_bytes(cls, data: bytes) -> LearnedRelevance:
        """The inverse of to_bytes. Raises ValueError for anything that is not such an archive, or
        one made for other measures.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as stored:
                about: dict[str, Any] = json.loads(stored["about"].tobytes())
                if about.pop("features") != FEATURES:
                    raise ValueError("trained on other measures: run train_relevance again")
                slope, intercept, level_slope, length_slope = stored["numbers"].tolist()
                names = ("direction", "term_buckets", "term_weights", "cuts", "needs")
                arrays = {name: stored[name] for name in names}
        except (KeyError, OSError, EOFError) as error:
            raise ValueError("not a stored relevance model") from error
        return cls(slope, intercept, level_slope, length_slope, **arrays, **about)


def hashes(texts: Iterable[ListingText]) -> Hashes:
    """64 bits of a hash of each text, spaces and letter case apart; in the order of ``texts``."""
    return np.array([_hash(text) for text in texts], dtype=np.uint64)


def _hash(text: ListingText) -> int:
    words = "".join(normalise(f"{text.title}\n{text.body}").split())
    digest = hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "little")
