"""Synthetic vectors: two real neighbours mixed, and noise shaped like real differences.

v' = unit(v_i + b * v_j + s * L z): v_j is one of the nearest of v_i, b uniform in [0, 0.6], z
standard normal, L L' the covariance of the differences between real nearest neighbours, s
log-normal around a scale that is fitted until the median cosine of nearest neighbours is the real
one at equal sample size.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

NEIGHBOURS = 20
_MOST_LENT = 0.6
_SPREAD = 0.35
_SAMPLE = 3_000
_BLOCK = 1_000


def unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Floats = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


def neighbours(rows: Floats, others: Floats, count: int, *, skip_self: bool) -> Ints:
    """Return the places of the ``count`` nearest ``others`` of each row, nearest first."""
    found = np.empty((len(rows), count), dtype=np.int64)
    for start in range(0, len(rows), _BLOCK):
        cosines = rows[start : start + _BLOCK] @ others.T
        if skip_self:
            block = np.arange(len(cosines))
            cosines[block, start + block] = -2.0
        near = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(cosines, near, axis=1), axis=1)
        found[start : start + _BLOCK] = np.take_along_axis(near, order, axis=1)
    return found


def nearest_cosines(rows: Floats, count: int = 1) -> Floats:
    """Return the cosines of each row with its ``count`` nearest other rows, nearest first."""
    near = neighbours(rows, rows, count, skip_self=True)
    cosines: Floats = np.einsum("nd,nkd->nk", rows, rows[near]).astype(np.float32)
    return cosines


def intrinsic_dimension(rows: Floats, count: int = 20) -> float:
    """Estimate the local dimension by maximum likelihood (Levina and Bickel 2004)."""
    cosines = nearest_cosines(rows, min(count, len(rows) - 1)).astype(np.float64)
    distances = np.sqrt(np.maximum(2 - 2 * cosines, 1e-12))
    inverse = np.log(distances[:, -1:] / distances[:, :-1]).mean(axis=1)
    return float(1 / inverse[inverse > 0].mean())


@dataclass(frozen=True, slots=True, eq=False)
class Perturber:
    """Makes new vectors out of ``base`` (float32 unit rows, shape (n, d))."""

    base: Floats
    near: Ints
    noise: Floats
    scale: float

    @classmethod
    def of(cls, base: Floats, *, seed: int) -> "Perturber":
        """Learn the noise of ``base`` and fit its scale."""
        near = neighbours(base, base, min(NEIGHBOURS, len(base) - 1), skip_self=True)
        differences = (base - base[near[:, 0]]).astype(np.float64)
        covariance = np.cov(differences.T) + 1e-6 * np.eye(base.shape[1])
        noise = np.linalg.cholesky(covariance).T.astype(np.float32)
        return cls(base, near, noise, _fitted_scale(base, near, noise, seed))

    def lenders(self, own: Ints, rng: np.random.Generator) -> Ints:
        """Return one of the nearest of each row of ``own``."""
        return self.near[own, rng.integers(0, self.near.shape[1], len(own))]

    def perturb(self, own: Ints, lent: Ints, rng: np.random.Generator) -> Floats:
        """Return unit vectors, shape (len(own), d)."""
        return _perturbed(self.base, own, lent, self.noise, self.scale, rng)


def _perturbed(
    base: Floats, own: Ints, lent: Ints, noise: Floats, scale: float, rng: np.random.Generator
) -> Floats:
    share = rng.random((len(own), 1), dtype=np.float32) * np.float32(_MOST_LENT)
    size = np.exp(_SPREAD * rng.standard_normal((len(own), 1), dtype=np.float32))
    shaken = rng.standard_normal((len(own), base.shape[1]), dtype=np.float32) @ noise
    return unit(base[own] + share * base[lent] + np.float32(scale) * size * shaken)


def _fitted_scale(base: Floats, near: Ints, noise: Floats, seed: int) -> float:
    """Halve the interval until the median nearest cosine of equal samples agrees."""
    size = min(_SAMPLE, len(base))
    sample = np.random.default_rng(seed).choice(len(base), size, replace=False)
    wanted = float(np.median(nearest_cosines(base[sample])))
    low, high = 0.0, 3.0
    for _ in range(10):
        scale = (low + high) / 2
        rng = np.random.default_rng(seed)
        own = rng.integers(0, len(base), size)
        lent = near[own, rng.integers(0, near.shape[1], size)]
        made = _perturbed(base, own, lent, noise, scale, rng)
        if float(np.median(nearest_cosines(made))) > wanted:
            low = scale
        else:
            high = scale
    return (low + high) / 2
