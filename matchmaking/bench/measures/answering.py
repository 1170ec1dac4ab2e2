"""How long one need takes: read, recall, and score with constraints, by the run's own steps."""

from collections.abc import Sequence

import numpy as np

from catalog.models import Catalogue, Listing
from matchmaking.bench.building import Plan
from matchmaking.bench.measures.timing import Times, warming
from matchmaking.bench.stages import Figures
from matchmaking.engine.score import rank
from matchmaking.engine.table import SolutionTable
from matchmaking.facts import FactsLoader, read_needs
from matchmaking.services.pinned import pinned_for
from matchmaking.services.scorer import Scorer

NEEDS = 300
_WARMED_BY = 30
_SCORED = 500
_REPEATS = 30
_SHOWN = 50


def sample_needs(plan: Plan, count: int, seed: int) -> list[int]:
    """Return ids of ``count`` needs of the catalogue, drawn at random."""
    rng = np.random.default_rng(seed)
    size = min(count, plan.sizes.needs)
    places = rng.choice(plan.sizes.needs, size, replace=False)
    return sorted(int(1 + plan.sizes.solutions + place) for place in places)


def scorer_of(need_id: int) -> Scorer:
    """Return a run's scorer of ``need_id``."""
    return Scorer(Listing.objects.select_related("organization__district").get(pk=need_id))


def answer(need_id: int, times: Times) -> Scorer:
    """Answer one need as a run does, up to what would be written."""
    with times.of("read"):
        scorer = scorer_of(need_id)
    with times.of("recall"):
        found = scorer.candidates()
    with times.of("score"):
        scorer.score(found)
    with times.of("top"):
        scorer.scores.top()
    return scorer


def measure(plan: Plan) -> Figures:
    """Answer some hundred needs, the first few unmeasured."""
    needs = sample_needs(plan, _WARMED_BY + NEEDS, seed=21)
    warm = warming(_WARMED_BY, len(needs))
    for need_id in needs[:warm]:
        answer(need_id, Times())
    times = Times()
    scored = [len(answer(pk, times).scores.pairs) for pk in needs[warm:]]
    whole = times.summed("recall", "score", "top")
    figures: Figures = {
        "need_p50_ms": whole.p50("sum"),
        "need_p95_ms": whole.p95("sum"),
        "need_p99_ms": whole.quantile("sum", 0.99),
        "need_scored": round(float(np.mean(scored)), 1),
        "needs_measured": len(scored),
    }
    for step in times.steps:
        figures[f"need_{step}_p50_ms"] = times.p50(step)
        figures[f"need_{step}_p95_ms"] = times.p95(step)
    plan.say(
        f"  one need: p50 {figures['need_p50_ms']} ms, p95 {figures['need_p95_ms']} ms"
        f" ({figures['need_scored']} scored)"
    )
    return {**figures, **_scoring(plan, needs)}


def _scoring(plan: Plan, needs: Sequence[int]) -> Figures:
    """Score 500 solutions: with their table ready, and with the table made from facts kept."""
    rng = np.random.default_rng(3)
    size = min(_SCORED, plan.sizes.solutions)
    chosen = rng.choice(plan.sizes.solutions, size, replace=False) + 1
    times = Times()
    pinned = pinned_for(Catalogue.objects.get(code=Catalogue.MAIN).pk)
    constants = pinned.constants
    table, _versions = FactsLoader().solutions(chosen.tolist(), constants.corpus)
    for item in read_needs(needs[:_REPEATS], pinned.space_id):
        need = item.facts
        rank(need, table, constants)
        with times.of("ready"):
            rank(need, table, constants)
        with times.of("table"):
            fresh = SolutionTable(table.facts, table.texts, table.ids)
            rank(need, fresh, constants)
        ranking = rank(need, fresh, constants)
        with times.of("reasons"):
            for place in ranking.order()[:_SHOWN]:
                ranking.explain(int(place))
    return {
        "score_500_ms": times.p50("ready"),
        "score_500_p95_ms": times.p95("ready"),
        "score_500_with_columns_ms": times.p50("table"),
        "explain_50_ms": times.p50("reasons"),
    }
