"""How good is a ranking? The metrics, and one table over several systems.

Labels are levels 1..4 given by people to (need, solution) pairs. Definitions:

- nDCG@10 with gain 2^(level - 1) - 1, mean over needs with at least MIN_JUDGED judged solutions
  of which one has level >= RELEVANT;
- AUC of level >= RELEVANT and Spearman's correlation of score and level over all pairs;
- MRR of the first level >= RELEVANT, over the same needs as nDCG;
- 1 / (1 + mean absolute error) of predicted levels, of the systems that predict them.

Each comes with the 95% percentile interval of BOOTSTRAPS resamples of the needs.

Equal scores keep the labels' order (nDCG, MRR) or count as half (AUC, Spearman's mean ranks).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.corpus import Corpus
from matchmaking.engine.facts import NeedFacts, SolutionFacts
from matchmaking.engine.learned import LearnedRelevance
from matchmaking.engine.score import Constants, rank
from matchmaking.engine.table import SolutionTable, need_side, solution_side
from matchmaking.engine.text import TextSide
from matchmaking.engine.training import Provenance, fit, folds, judged_pairs
from matchmaking.engine.weights import Weights

RELEVANT = 3
MIN_JUDGED = 10
BOOTSTRAPS = 200
METRICS = ("ndcg@10", "auc", "spearman", "mrr")

Floats = NDArray[np.float64]
Levels = NDArray[np.int64]


class Label(NamedTuple):
    """One judged pair."""

    need_id: str
    solution_id: str
    level: int


class Scorer(Protocol):
    """Scores of some solutions for one need, in their order; higher is better."""

    def __call__(self, need: NeedFacts, candidates: Sequence[SolutionFacts], /) -> Floats:
        """One score a candidate."""


# Reads all texts once (document frequencies, vectors) and answers with a scorer.
System = Callable[[Sequence[NeedFacts], Sequence[SolutionFacts]], Scorer]


@runtime_checkable
class PredictsLevels(Protocol):
    """A scorer that also says which level a judge would give."""

    def levels(self, need: NeedFacts, candidates: Sequence[SolutionFacts]) -> Levels:
        """Levels 1..4, one a candidate."""


def ndcg(scores: Floats, levels: Levels, k: int = 10) -> float:
    """Normalised discounted cumulative gain of one need's judged solutions, in [0, 1]."""
    gains = 2.0 ** (levels - 1) - 1.0
    discounts = 1.0 / np.log2(np.arange(2, 2 + min(k, len(levels))))
    reached = (gains[np.argsort(-scores, kind="stable")][:k] * discounts).sum()
    ideal = (np.sort(gains)[::-1][:k] * discounts).sum()
    return float(reached / ideal) if ideal > 0 else 0.0


def reciprocal_rank(scores: Floats, levels: Levels) -> float:
    """1 / place of the first relevant solution, 0 when there is none."""
    hits = np.flatnonzero(levels[np.argsort(-scores, kind="stable")] >= RELEVANT)
    return 1.0 / (int(hits[0]) + 1) if len(hits) else 0.0


def mean_ranks(values: Floats) -> Floats:
    """Ranks from 1 on, equal values sharing their mean rank."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts).astype(np.float64)
    ranks: Floats = (last - (counts - 1) / 2.0)[places]
    return ranks


def auc(scores: Floats, levels: Levels) -> float:
    """Probability that a relevant pair scores above an irrelevant one; NaN without both."""
    relevant = levels >= RELEVANT
    hits, misses = int(relevant.sum()), int((~relevant).sum())
    if not hits or not misses:
        return float("nan")
    rank_sum = float(mean_ranks(scores)[relevant].sum())
    return (rank_sum - hits * (hits + 1) / 2.0) / (hits * misses)


def spearman(scores: Floats, levels: Levels) -> float:
    """Correlation of the mean ranks of scores and levels; NaN when either does not vary."""
    one, other = mean_ranks(scores), mean_ranks(levels.astype(np.float64))
    if one.std() == 0 or other.std() == 0:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


def recall_at(found: Sequence[str], relevant: frozenset[str], k: int) -> float:
    """Share of the relevant ids among the first k found; NaN when nothing is relevant."""
    if not relevant:
        return float("nan")
    return len(relevant.intersection(found[:k])) / len(relevant)


Judged = Sequence[tuple[Floats, Levels]]


def measure(judged: Judged) -> dict[str, float]:
    """All metrics over (scores, levels) of each need; rounded to four decimals."""
    return {name: round(value, 4) for name, value in _metrics(judged, _by_need(judged)).items()}


def intervals(judged: Judged, seed: int = 0) -> dict[str, float]:
    """``{"ndcg@10_low", "ndcg@10_high", ...}``: the middle 95% of each metric when as many needs
    are drawn with replacement; the same for the same seed.
    """
    generator = np.random.default_rng(seed)
    by_need = _by_need(judged)
    draws: dict[str, list[float]] = {name: [] for name in METRICS}
    for _ in range(BOOTSTRAPS):
        places = generator.integers(0, len(judged), len(judged)).tolist()
        for name, value in _metrics([judged[place] for place in places], by_need[places]).items():
            draws[name].append(value)
    return {
        f"{name}_{end}": round(float(np.nanpercentile(draws[name], percent)), 4)
        for name in METRICS
        for end, percent in (("low", 2.5), ("high", 97.5))
        if not np.isnan(draws[name]).all()
    }


def _by_need(judged: Judged) -> Floats:
    """nDCG@10 and reciprocal rank of each need, shape (n, 2); NaN for those that do not count."""
    rows = np.full((len(judged), 2), np.nan)
    for place, (scores, levels) in enumerate(judged):
        if len(levels) >= MIN_JUDGED and (levels >= RELEVANT).any():
            rows[place] = ndcg(scores, levels), reciprocal_rank(scores, levels)
    return rows


def _metrics(judged: Judged, by_need: Floats) -> dict[str, float]:
    counted = by_need[~np.isnan(by_need[:, 0])]
    scores = np.concatenate([scores for scores, _ in judged])
    levels = np.concatenate([levels for _, levels in judged])
    return {
        "ndcg@10": float(counted[:, 0].mean()) if len(counted) else float("nan"),
        "auc": auc(scores, levels),
        "spearman": spearman(scores, levels),
        "mrr": float(counted[:, 1].mean()) if len(counted) else float("nan"),
    }


@dataclass(frozen=True, slots=True, eq=False)
class EngineScorer:
    """The very function that serves the site, under one corpus."""

    constants: Constants
    sides: Mapping[str, TextSide]

    def __call__(self, need: NeedFacts, candidates: Sequence[SolutionFacts], /) -> Floats:
        """Rank keys, one a candidate."""
        return rank(need, self._table(candidates), self.constants).rank_keys.astype(np.float64)

    def _table(self, candidates: Sequence[SolutionFacts]) -> SolutionTable:
        return SolutionTable.of(candidates, self.constants.corpus, self.sides)


class LearnedScorer(EngineScorer):
    """The same under a corpus with a learned model."""

    def levels(self, need: NeedFacts, candidates: Sequence[SolutionFacts]) -> Levels:
        """Levels 1..4, one a candidate."""
        corpus = self.constants.corpus
        return corpus.predicted_levels(need_side(need, corpus), self._table(candidates).texts)


@dataclass(frozen=True, slots=True, eq=False)
class OutOfFoldScorer:
    """For each need the scorer that was trained without it."""

    by_need: Mapping[str, LearnedScorer]

    def __call__(self, need: NeedFacts, candidates: Sequence[SolutionFacts], /) -> Floats:
        """Rank keys, one a candidate."""
        return self.by_need[need.id](need, candidates)

    def levels(self, need: NeedFacts, candidates: Sequence[SolutionFacts]) -> Levels:
        """Levels 1..4, one a candidate."""
        return self.by_need[need.id].levels(need, candidates)


def fitted_corpus(needs: Sequence[NeedFacts], solutions: Sequence[SolutionFacts]) -> Corpus:
    """The constants of these texts; labels are never seen."""
    return Corpus.fit(
        [(need.text, need.vectors) for need in needs],
        [(solution.text, solution.vectors) for solution in solutions],
    )


def engine_system(weights: Weights, now: date, learned: LearnedRelevance | None = None) -> System:
    """The engine itself, untrained or with a given model: the corpus is fitted on the texts
    given (never on labels).
    """

    def prepare(needs: Sequence[NeedFacts], solutions: Sequence[SolutionFacts]) -> Scorer:
        corpus = fitted_corpus(needs, solutions).with_learned(learned)
        sides = {solution.id: solution_side(solution, corpus) for solution in solutions}
        scorer = EngineScorer if learned is None else LearnedScorer
        return scorer(Constants(corpus, weights, now), sides)

    return prepare


def learned_out_of_fold(
    labels: Sequence[Label], weights: Weights, now: date, provenance: Provenance, seed: int = 0
) -> System:
    """The engine with a model trained anew for every fifth of the needs on the other four."""

    def prepare(needs: Sequence[NeedFacts], solutions: Sequence[SolutionFacts]) -> Scorer:
        corpus = fitted_corpus(needs, solutions)
        by_id = {solution.id: solution for solution in solutions}
        pairs = judged_pairs(corpus, needs, by_id, levels_of(labels))
        sides = {solution.id: solution_side(solution, corpus) for solution in solutions}
        by_need: dict[str, LearnedScorer] = {}
        for held_out in folds([need.id for need in needs], seed=seed):
            model = fit([one for one in pairs if one.need.id not in held_out], provenance)
            constants = Constants(corpus.with_learned(model), weights, now)
            by_need |= dict.fromkeys(held_out, LearnedScorer(constants, sides))
        return OutOfFoldScorer(by_need)

    return prepare


def levels_of(labels: Sequence[Label]) -> dict[str, dict[str, int]]:
    """need id -> solution id -> level."""
    found: dict[str, dict[str, int]] = {}
    for label in labels:
        found.setdefault(label.need_id, {})[label.solution_id] = label.level
    return found


def evaluate(
    needs: Sequence[NeedFacts],
    solutions: Sequence[SolutionFacts],
    labels: Sequence[Label],
    systems: Mapping[str, System],
) -> dict[str, dict[str, dict[str, float]]]:
    """``{"systems": {name: {"ndcg@10", "auc", "spearman", "mrr", "ms_per_need"}}}``, and of each
    metric its interval as "auc_low", "auc_high"; "1/(1+mae)" of systems that predict levels.

    Every system scores each need's judged solutions; ms_per_need is that time alone, without
    the preparation. Raises KeyError when a label names an unknown need or solution.
    """
    by_id = {solution.id: solution for solution in solutions}
    need_by_id = {need.id: need for need in needs}
    groups: dict[str, list[Label]] = {}
    for label in labels:
        groups.setdefault(label.need_id, []).append(label)
    table = {}
    for name, prepare in systems.items():
        scorer = prepare(needs, solutions)
        judged = []
        spent, errors = 0.0, []
        for need_id, group in groups.items():
            need = need_by_id[need_id]
            candidates = [by_id[label.solution_id] for label in group]
            started = time.perf_counter()
            scores = scorer(need, candidates)
            spent += time.perf_counter() - started
            levels = np.array([label.level for label in group], dtype=np.int64)
            judged.append((scores, levels))
            if isinstance(scorer, PredictsLevels):
                errors.append(np.abs(scorer.levels(need, candidates) - levels))
        row = measure(judged) | intervals(judged)
        if errors:
            row["1/(1+mae)"] = round(1.0 / (1.0 + float(np.concatenate(errors).mean())), 4)
        row["ms_per_need"] = round(1000.0 * spent / max(len(groups), 1), 2)
        table[name] = row
    return {"systems": table}
