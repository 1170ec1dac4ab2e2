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


def tfidf(needs: Sequence[NeedFacts], solutions: Sequence[SolutionFacts]) -> Scorer:
    """Cosine of TF-IDF over pairs and triples of characters (scikit-learn)."""
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True)
    texts = [need.text.full for need in needs]
    vectorizer.fit([*texts, *(solution.text.full for solution in solutions)])
    matrix = vectorizer.transform([solution.text.full for solution in solutions])
    places = {solution.id: place for place, solution in enumerate(solutions)}

    def score(need: NeedFacts, candidates: Sequence[SolutionFacts]) -> Floats:
        rows = matrix[[places[candidate.id] for candidate in candidates]]
        product = rows @ vectorizer.transform([need.text.full]).T
        return np.asarray(product.todense(), dtype=np.float64).ravel()

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


def all_baselines(
    encode_need: Encode | None = None, encode_solution: Encode | None = None
) -> Mapping[str, System]:
    """Every baseline by name; the embedder only when both encoders are given."""
    systems: dict[str, System] = {"random": random_order(), "bm25": bm25, "tfidf": tfidf}
    if encode_need is not None and encode_solution is not None:
        systems["embedder"] = embedder(encode_need, encode_solution)
    return systems
