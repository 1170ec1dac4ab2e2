"""What anyone could put together from existing parts, to be beaten in the same run.

All read a need's title and description, and a solution's full text; the bare embedder reads the
titles, which is where its signal is strongest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import bm25s
import numpy as np
import rjieba
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from matchmaking.engine.evaluation import Floats, Scorer, System
from matchmaking.engine.facts import NeedFacts, SolutionFacts

# Texts in, float32 unit vectors out, shape (len(texts), dimensions).
Encode = Callable[[Sequence[str]], NDArray[np.float32]]


def words(text: str) -> list[str]:
    """Lower-case jieba words of the text, without spaces and punctuation."""
    return [word for word in rjieba.cut(text.lower()) if any(c.isalnum() for c in word)]


def random_order(seed: int = 0) -> System:
    """Uniform random scores, the same for the same seed."""

    def prepare(_needs: Sequence[NeedFacts], _solutions: Sequence[SolutionFacts]) -> Scorer:
        generator = np.random.default_rng(seed)

        def score(_need: NeedFacts, candidates: Sequence[SolutionFacts]) -> Floats:
            return generator.random(len(candidates))

        return score

    return prepare


def bm25(_needs: Sequence[NeedFacts], solutions: Sequence[SolutionFacts]) -> Scorer:
    """BM25 over jieba words (bm25s with its default parameters)."""
    index = bm25s.BM25()
    index.index([words(solution.text.full) for solution in solutions], show_progress=False)
    places = {solution.id: place for place, solution in enumerate(solutions)}

    def score(need: NeedFacts, candidates: Sequence[SolutionFacts]) -> Floats:
        scores = np.asarray(index.get_scores(words(need.text.full)), dtype=np.float64)
        return scores[[places[candidate.id] for candidate in candidates]]

    return score


def tfidf(shortest: int, longest: int) -> System:
    """Cosine of TF-IDF over runs of ``shortest`` to ``longest`` characters (scikit-learn)."""

    def prepare(needs: Sequence[NeedFacts], solutions: Sequence[SolutionFacts]) -> Scorer:
        return _looked_up(_tfidf_cosines(shortest, longest, needs, solutions), needs, solutions)

    return prepare


def _tfidf_cosines(
    shortest: int, longest: int, needs: Sequence[NeedFacts], solutions: Sequence[SolutionFacts]
) -> Floats:
    """Shape (len(needs), len(solutions))."""
    vectorizer = TfidfVectorizer(
        analyzer="char", ngram_range=(shortest, longest), sublinear_tf=True
    )
    asked = [need.text.full for need in needs]
    offered = [solution.text.full for solution in solutions]
    vectorizer.fit([*asked, *offered])
    product = vectorizer.transform(asked) @ vectorizer.transform(offered).T
    return np.asarray(product.todense(), dtype=np.float64)


def _looked_up(
    scores: Floats, needs: Sequence[NeedFacts], solutions: Sequence[SolutionFacts]
) -> Scorer:
    """A scorer from the scores of all pairs, shape (len(needs), len(solutions))."""
    rows = {need.id: place for place, need in enumerate(needs)}
    columns = {solution.id: place for place, solution in enumerate(solutions)}

    def score(need: NeedFacts, candidates: Sequence[SolutionFacts]) -> Floats:
        found: Floats = scores[rows[need.id]][[columns[one.id] for one in candidates]]
        return found

    return score


def embedder(encode_need: Encode, encode_solution: Encode) -> System:
    """Cosine of the embedder's vectors of both titles, nothing else."""

    def prepare(_needs: Sequence[NeedFacts], solutions: Sequence[SolutionFacts]) -> Scorer:
        matrix = encode_solution([solution.text.title for solution in solutions])
        places = {solution.id: place for place, solution in enumerate(solutions)}

        def score(need: NeedFacts, candidates: Sequence[SolutionFacts]) -> Floats:
            vector = encode_need([need.text.title])[0]
            rows = matrix[[places[candidate.id] for candidate in candidates]]
            return np.asarray(rows @ vector, dtype=np.float64)

        return score

    return prepare


def blend(encode_need: Encode, encode_solution: Encode) -> System:
    """Sum of z-scores over all pairs: the embedder's vectors with each side centred (needs'
    titles and descriptions against solutions' titles), and TF-IDF of characters 1-2 and 2-3 over
    full texts. Whitening the vectors as well makes it worse with this embedder.
    """

    def prepare(needs: Sequence[NeedFacts], solutions: Sequence[SolutionFacts]) -> Scorer:
        titles = _centred(encode_need([need.text.title for need in needs]))
        bodies = _centred(encode_need([need.text.body or need.text.title for need in needs]))
        offers = _centred(encode_solution([solution.text.title for solution in solutions]))
        signals = [
            titles @ offers.T,
            bodies @ offers.T,
            _tfidf_cosines(1, 2, needs, solutions),
            _tfidf_cosines(2, 3, needs, solutions),
        ]
        scores = np.sum([(s - s.mean()) / s.std() for s in signals], axis=0)
        return _looked_up(scores, needs, solutions)

    return prepare


def _centred(rows: NDArray[np.float32]) -> Floats:
    """The rows less their mean, at length 1."""
    centred = rows.astype(np.float64) - rows.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    unit: Floats = centred / np.where(lengths > 0, lengths, 1.0)
    return unit


def all_baselines(
    encode_need: Encode | None = None, encode_solution: Encode | None = None
) -> Mapping[str, System]:
    """Every baseline by name; those with an embedder only when both encoders are given."""
    systems: dict[str, System] = {
        "random": random_order(),
        "bm25": bm25,
        "tfidf 2-3": tfidf(2, 3),
        "tfidf 1-2": tfidf(1, 2),
    }
    if encode_need is not None and encode_solution is not None:
        systems["embedder"] = embedder(encode_need, encode_solution)
        systems["blend"] = blend(encode_need, encode_solution)
    return systems
