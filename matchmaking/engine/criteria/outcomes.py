"""Confirmed outcomes of earlier introductions.

A solution without any is asked only once the platform knows a median: as long as hardly anyone
has outcomes, their absence says nothing.
"""

from __future__ import annotations

from matchmaking.engine.criteria.items import Context, Item, unknown
from matchmaking.engine.evidence import because
from matchmaking.engine.facts import NeedFacts, SolutionFacts
from matchmaking.engine.weights import Criterion


def outcomes(_: NeedFacts, solution: SolutionFacts, context: Context) -> tuple[Item, ...]:
    """(good + 1) / (confirmed + 2), Laplace's rule: one good outcome is not yet certainty."""
    found = solution.outcomes
    if found is None or found.confirmed == 0:
        if Criterion.OUTCOMES.value not in context.corpus.medians:
            return ()
        return (unknown(because("outcomes.unknown"), fields=()),)
    value = (found.good + 1) / (found.confirmed + 2)
    reason = because("outcomes.confirmed", confirmed=found.confirmed, good=found.good)
    return (Item(value, (reason,)),)
