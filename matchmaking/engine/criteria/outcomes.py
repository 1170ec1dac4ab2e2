"""Confirmed outcomes of earlier introductions.

A solution without any is asked only once the platform knows a median: as long as hardly anyone
has outcomes, their absence says nothing.
"""

from __future__ import annotations

import numpy as np

from matchmaking.engine.criteria.items import Context, Item
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import NeedFacts
from matchmaking.engine.table import SolutionTable
from matchmaking.engine.weights import Criterion


def outcomes(_: NeedFacts, table: SolutionTable, context: Context) -> tuple[Item, ...]:
    """(good + 1) / (confirmed + 2), Laplace's rule: one good outcome is not yet certainty."""
    confirmed, good = table.number("outcomes.confirmed"), table.number("outcomes.good")
    has_any = confirmed > 0
    is_usual = Criterion.OUTCOMES.value in context.corpus.medians
    if not is_usual and not has_any.any():
        return ()

    def reasons(place: int) -> tuple[Evidence, ...]:
        if not has_any[place]:
            return (because("outcomes.unknown"),)
        counts = (int(confirmed[place]), int(good[place]))
        return (because("outcomes.confirmed", confirmed=counts[0], good=counts[1]),)

    values = np.where(has_any, (good + 1.0) / (confirmed + 2.0), np.nan)
    return (Item(values, reasons, weight=1.0 if is_usual else has_any.astype(np.float64)),)
