"""Fitting learned.py to judged pairs: a ridge regression with a random effect of the need.

    level - 1 = features . coefficients + effect of the need + noise

Coefficients have normal priors of the spreads below, effects of needs variance _EFFECT, noise
_NOISE: fixed beforehand, not searched. The effect takes up what only this need's judge knows (a
strict one, an odd need), so that the coefficients hold for other needs. The cuts between levels
minimise the absolute error of each pair predicted without its own need, by the exact
leave-one-group-out formula of ridge regression (Cook and Weisberg 1982, section 2.2):
``residuals without group g = (I - H_gg)^-1 residuals``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.corpus import Corpus
from matchmaking.engine.facts import DIMENSIONS, NeedFacts, SolutionFacts
from matchmaking.engine.learned import LEVELS, Floats, Hashes, LearnedRelevance, hashes
from matchmaking.engine.table import need_side, solution_side
from matchmaking.engine.text import TextSide, TextTable

# Prior spreads of the coefficients of standardised features, in levels.
_UNTRAINED_SPREAD: Final = 1.0
_NEED_SPREAD: Final = 0.3
_DIRECTION_SPREAD: Final = 0.02**0.5
_TERM_SPREAD: Final = 0.01**0.5
_EFFECT: Final = 0.1
_NOISE: Final = 0.45
# A term counts when this many judged pairs share it.
_FEWEST_PAIRS: Final = 20
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One need's judged solutions: levels int64, shape (n,); untrained float64, shape (n,)."""

    need: NeedFacts
    solutions: Sequence[SolutionFacts]
    side: TextSide
    table: TextTable
    untrained: Floats
    levels: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a model says of its own making."""

    embedder: str
    command: str
    engine_version: str


@dataclass(frozen=True, slots=True, eq=False)
class _Features:
    """rows: shape (pairs, coefficients), each column scaled by its prior's spread; scales undo
    that. groups: the rows of each need, one after another. targets: level - 1.
    """

    rows: Floats
    scales: Floats
    terms: NDArray[np.int32]
    groups: Sequence[slice]
    targets: Floats


def judged_pairs(
    corpus: Corpus,
    needs: Sequence[NeedFacts],
    solutions: Mapping[str, SolutionFacts],
    levels: Mapping[str, Mapping[str, int]],
) -> list[Judged]:
    """Each need with judged solutions, under a corpus without a model. ``levels``: need id ->
    solution id -> level. Pairs without vectors on both sides are left out.
    """
    found = []
    for need in needs:
        side = need_side(need, corpus)
        given = {
            key: level
            for key, level in levels.get(need.id, {}).items()
            if side.title is not None and solutions[key].vectors.title is not None
        }
        if not given:
            continue
        chosen = [solutions[key] for key in given]
        table = TextTable.of([solution_side(solution, corpus) for solution in chosen])
        untrained = corpus.untrained(side, table)
        order = np.array(list(given.values()), dtype=np.int64)
        found.append(Judged(need, chosen, side, table, untrained, order))
    return found


def fit(judged: Sequence[Judged], provenance: Provenance) -> LearnedRelevance:
    """The model of these pairs; raises ValueError when there are none or all are judged alike."""
    if not judged or np.ptp(np.concatenate([one.levels for one in judged])) == 0:
        raise ValueError("nothing to learn from: all pairs are judged alike")
    untrained = np.concatenate([one.untrained for one in judged])
    features = _features(judged, untrained)
    weights, alone = _ridge(features)
    # Brought to the scale of the untrained score, so that both mean the same beside each other.
    predicted = features.rows @ weights
    scale = float(untrained.std() / predicted.std())
    coefficients = np.round(weights * features.scales * scale, _DIGITS)
    cuts = scale * (_cuts(alone, features.targets) - features.targets.mean()) + untrained.mean()
    return LearnedRelevance(
        slope=float(coefficients[0]),
        level_slope=float(coefficients[1]),
        length_slope=float(coefficients[2]),
        intercept=round(float(untrained.mean() - scale * predicted.mean()), _DIGITS),
        direction=coefficients[3 : 3 + DIMENSIONS].astype(np.float32),
        term_buckets=features.terms,
        term_weights=coefficients[3 + DIMENSIONS :].astype(np.float32),
        cuts=np.round(cuts, _DIGITS),
        embedder=provenance.embedder,
        needs=np.sort(hashes(one.need.text for one in judged)),
        digest=_digest(judged),
        command=provenance.command,
        engine_version=provenance.engine_version,
    )


def _features(judged: Sequence[Judged], untrained: Floats) -> _Features:
    sizes = [len(one.levels) for one in judged]
    ends = np.cumsum(sizes)
    products, terms = _term_products(judged)
    length = float(np.sqrt((products**2).sum(axis=1).mean())) or 1.0
    levels = np.array([[one.side.level] for one in judged])
    lengths = np.array([[np.log1p(len(one.side.buckets))] for one in judged])
    directions = np.stack([_meaning(one.side) for one in judged])
    blocks = [
        (untrained[:, None], _UNTRAINED_SPREAD / _deviation(untrained)),
        (np.repeat(levels, sizes, axis=0), _NEED_SPREAD / _deviation(levels)),
        (np.repeat(lengths, sizes, axis=0), _NEED_SPREAD / _deviation(lengths)),
        (np.repeat(directions, sizes, axis=0), _DIRECTION_SPREAD),
        (products, _TERM_SPREAD / length),
    ]
    return _Features(
        rows=np.concatenate([block * scale for block, scale in blocks], axis=1),
        scales=np.concatenate([np.full(block.shape[1], scale) for block, scale in blocks]),
        terms=terms,
        groups=[slice(int(end) - size, int(end)) for size, end in zip(sizes, ends, strict=True)],
        targets=np.concatenate([one.levels for one in judged]).astype(np.float64) - LEVELS[0],
    )


def _deviation(values: Floats) -> float:
    return float(values.std()) or 1.0


def _meaning(side: TextSide) -> Floats:
    # A vector equal to its side's centre has no direction.
    return np.zeros(DIMENSIONS) if side.meaning is None else side.meaning.astype(np.float64)


def _term_products(judged: Sequence[Judged]) -> tuple[Floats, NDArray[np.int32]]:
    """Products of both sides' TF-IDF weights, shape (pairs, terms), of the terms that enough
    pairs share, and these terms' buckets.
    """
    rows, buckets, products, start = [], [], [], 0
    for one in judged:
        places = np.searchsorted(one.side.buckets, one.table.buckets)
        places = np.minimum(places, max(len(one.side.buckets) - 1, 0))
        common = np.flatnonzero(np.isin(one.table.buckets, one.side.buckets))
        rows.append(start + one.table.owners[common])
        buckets.append(one.table.buckets[common])
        own = one.side.weights[places[common]].astype(np.float64)
        products.append(own * one.table.weights[common])
        start += len(one.levels)
    found, columns, counts = np.unique(
        np.concatenate(buckets), return_inverse=True, return_counts=True
    )
    kept = counts >= _FEWEST_PAIRS
    filled = np.zeros((start, len(found)))
    filled[np.concatenate(rows), columns] = np.concatenate(products)
    return filled[:, kept], found[kept].astype(np.int32)


def _ridge(features: _Features) -> tuple[Floats, Floats]:
    """Coefficients of the scaled rows, and each pair's level - 1 as predicted without its need.

    The random effect is whitened away: taking a share of its group's mean off every row makes
    the errors independent again.
    """
    rows = features.rows - features.rows.mean(axis=0)
    mean = float(features.targets.mean())
    white, errors = rows.copy(), features.targets - mean
    for group in features.groups:
        size = group.stop - group.start
        share = 1.0 - np.sqrt(_NOISE / (_NOISE + size * _EFFECT))
        white[group] -= share * white[group].mean(axis=0)
        errors[group] -= share * errors[group].mean()
    white, errors = white / np.sqrt(_NOISE), errors / np.sqrt(_NOISE)
    inverse = np.linalg.inv(white.T @ white + np.eye(white.shape[1]))
    weights: Floats = inverse @ (white.T @ errors)
    alone = np.empty(len(rows))
    for group in features.groups:
        part = white[group]
        leverage = part @ inverse
        hat = np.eye(len(part)) - leverage @ part.T
        without = weights - leverage.T @ np.linalg.solve(hat, errors[group] - part @ weights)
        alone[group] = mean + rows[group] @ without
    return weights, alone


def _cuts(predicted: Floats, targets: Floats) -> Floats:
    """From which prediction on each level 2, 3, 4 is said, so that the absolute errors sum to
    the least; found exactly, one level after the other, over all cuts between two predictions.
    """
    order = np.argsort(predicted, kind="stable")
    sizes = len(order)
    said = np.arange(len(LEVELS))[:, None]
    errors = np.abs(targets[order] - said).cumsum(axis=1)
    costs = np.concatenate([np.zeros((len(LEVELS), 1)), errors], axis=1)
    best, chosen = costs[0], []
    for cost in costs[1:]:
        gain = best - cost
        lowest = np.minimum.accumulate(gain)
        chosen.append(np.maximum.accumulate(np.where(gain == lowest, np.arange(sizes + 1), 0)))
        best = lowest + cost
    place, cuts = sizes, []
    for starts in reversed(chosen):
        place = int(starts[place])
        # Past the last prediction: a level that nothing reaches.
        cuts.append(predicted[order[place]] if place < sizes else predicted[order[-1]] + 1.0)
    return np.array(cuts[::-1])


def _digest(judged: Sequence[Judged]) -> str:
    """Of all judged pairs, whatever their order."""
    lines = []
    for one in judged:
        need = int(hashes([one.need.text])[0])
        offers: Hashes = hashes(solution.text for solution in one.solutions)
        pairs = zip(offers.tolist(), one.levels.tolist(), strict=True)
        lines += [f"{need} {offer} {level}" for offer, level in pairs]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def folds(needs: Sequence[str], count: int = 5, seed: int = 0) -> Iterator[frozenset[str]]:
    """Disjoint sets of need ids, together all of them; the same whatever their order."""
    shuffled = np.random.default_rng(seed).permutation(np.array(sorted(set(needs)), dtype=object))
    for fold in range(count):
        yield frozenset(shuffled[fold::count].tolist())
