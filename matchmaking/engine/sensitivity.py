"""How much an order changes when the weights do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from matchmaking.engine.facts import NeedFacts
from matchmaking.engine.score import Constants, rank
from matchmaking.engine.table import SolutionTable
from matchmaking.engine.weights import Criterion, Weights

TOP = 10
# Percent added to and taken from one criterion at a time.
STEP = 5


class Change(NamedTuple):
    """Mean over needs. ``overlap``: the share of the first TOP in both orders, in [0, 1];
    ``tau``: Kendall's tau of those in either's first TOP, in [-1, 1].
    """

    overlap: float
    tau: float

    def to_json(self) -> dict[str, float]:
        """Both, to four decimals."""
        return {"overlap@10": round(self.overlap, 4), "tau": round(self.tau, 4)}


def overlap_at_top(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of the first TOP that both orders have in common; 1 when both are empty."""
    most = min(TOP, max(len(one), len(other)))
    return len(set(one[:TOP]) & set(other[:TOP])) / most if most else 1.0


def kendall_tau(one: Sequence[str], other: Sequence[str]) -> float:
    """Kendall's tau over whoever is in either order's first TOP; both orders hold the same ids.

    (concordant - discordant) / pairs; 1 for fewer than two ids.
    """
    ids = sorted(set(one[:TOP]) | set(other[:TOP]))
    if len(ids) < 2:
        return 1.0
    places = [{name: place for place, name in enumerate(order)} for order in (one, other)]
    first, second = (np.array([place[name] for name in ids]) for place in places)
    upper = np.triu_indices(len(ids), 1)
    agree = np.sign((first[:, None] - first)[upper]) * np.sign((second[:, None] - second)[upper])
    return float(agree.mean())


def varied(weights: Weights, criterion: Criterion, step: int) -> Weights:
    """``weights`` with ``step`` percent more (or less, not below 0) on one criterion."""
    percent = weights.to_json()
    return Weights({**percent, criterion.value: max(0, percent[criterion.value] + step)})


Sample = Sequence[tuple[NeedFacts, SolutionTable]]


def orders(sample: Sample, constants: Constants) -> list[list[str]]:
    """Each need's solutions that nothing rules out, best first."""
    found = []
    for need, table in sample:
        ranking = rank(need, table, constants)
        kept = [int(place) for place in ranking.order() if not ranking.ruled_out[place]]
        found.append([ranking.ids[place] for place in kept])
    return found


def change_between(some: Sequence[Sequence[str]], others: Sequence[Sequence[str]]) -> Change:
    """The mean change of as many orders; no orders, no change."""
    pairs = list(zip(some, others, strict=True))
    if not pairs:
        return Change(1.0, 1.0)
    return Change(
        float(np.mean([overlap_at_top(one, other) for one, other in pairs])),
        float(np.mean([kendall_tau(one, other) for one, other in pairs])),
    )


def sensitivity(
    sample: Sample, constants: Constants, weights: Weights
) -> tuple[Change, dict[Criterion, tuple[Change, Change]]]:
    """How the lists under ``weights`` differ from those under the serving ``constants``: as they
    are, and with STEP percent less and more on each criterion.

    Needs whose owner weighs the criteria should not be in the sample: nothing changes for them.
    """
    serving = orders(sample, constants)

    def against_serving(one: Weights) -> Change:
        return change_between(orders(sample, replace(constants, weights=one)), serving)

    around = {
        criterion: (
            against_serving(varied(weights, criterion, -STEP)),
            against_serving(varied(weights, criterion, STEP)),
        )
        for criterion in Criterion
    }
    return against_serving(weights), around
