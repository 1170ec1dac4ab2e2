"""Technical fit: half the words, half the typed parameters and the project type.

One criterion, because both answer one question (can this do my job?). A need that states no
parameter is judged by its words alone, so the weight is never lost.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matchmaking.engine.criteria.items import Context, Item, percent
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import NeedFacts, StatedParameter
from matchmaking.engine.parameters import explain, fits, is_asked
from matchmaking.engine.table import SolutionTable


def technical(need: NeedFacts, table: SolutionTable, context: Context) -> tuple[Item, ...]:
    """The text item weighs 1; all parameters and the project type share another 1."""
    work = [] if need.project_type is None else [_project_type(need.project_type, table)]
    asked = sorted(filter(is_asked, need.parameters), key=lambda stated: stated.spec.code)
    stated = [*work, *(_parameter(parameter, table) for parameter in asked)]
    share = 1.0 / max(len(stated), 1)
    return (_text(context), *(replace(item, weight=share) for item in stated))


def _text(context: Context) -> Item:
    relevances = context.relevances

    def reasons(place: int) -> tuple[Evidence, ...]:
        value = float(relevances.values[place])
        if np.isnan(value):
            return (because("text.unknown"),)
        signals = relevances.signals(place)
        return (because("text.relevance", percent=percent(value), signals=signals),)

    return Item(relevances.values, reasons, fields=("solution.text",))


def _parameter(stated: StatedParameter, table: SolutionTable) -> Item:
    code = stated.spec.code
    values = fits(stated, table)

    def reasons(place: int) -> tuple[Evidence, ...]:
        return (explain(stated, table.entries("limits", code)[place], float(values[place])),)

    return Item(values, reasons, fields=(f"solution.limits.{code}",))


def _project_type(wanted: str, table: SolutionTable) -> Item:
    holds = table.holds("project_types", wanted)
    states = table.states("project_types")

    def reasons(place: int) -> tuple[Evidence, ...]:
        word = "same" if holds[place] else "other" if states[place] else "unknown"
        return (because(f"project_type.{word}", project_type=wanted),)

    values = np.where(states, holds, np.nan)
    return Item(values, reasons, fields=("solution.project_types",))
