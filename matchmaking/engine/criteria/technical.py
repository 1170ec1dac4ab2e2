"""Technical fit: half the words, half the typed parameters and the project type.

One criterion, because both answer one question (can this do my job?). A need that states no
parameter is judged by its words alone, so the weight is never lost.
"""

from __future__ import annotations

from matchmaking.engine.criteria.items import Context, Item, unknown
from matchmaking.engine.evidence import because
from matchmaking.engine.facts import NeedFacts, SolutionFacts
from matchmaking.engine.parameters import check, explain, is_asked
from matchmaking.engine.results import Verdict

_VALUES = {Verdict.PASS: 1.0, Verdict.FAIL: 0.0}


def technical(need: NeedFacts, solution: SolutionFacts, context: Context) -> tuple[Item, ...]:
    """The text item weighs 1; all parameters and the project type share another 1."""
    items = _stated(need, solution)
    share = 1.0 / max(len(items), 1)
    return (
        _text(context),
        *(
            Item(item.value, item.evidence, weight=share, best=item.best, fields=item.fields)
            for item in items
        ),
    )


def _text(context: Context) -> Item:
    relevance = context.relevance
    if relevance.value is None:
        return unknown(because("text.unknown"), fields=("solution.text",))
    percent = round(relevance.value * 100)
    reason = because("text.relevance", percent=percent, signals=relevance.signals)
    return Item(relevance.value, (reason,))


def _stated(need: NeedFacts, solution: SolutionFacts) -> list[Item]:
    items = []
    if need.project_type is not None:
        items.append(_project_type(need.project_type, solution))
    for stated in sorted(need.parameters, key=lambda parameter: parameter.spec.code):
        if is_asked(stated):
            limit = solution.limits.get(stated.spec.code)
            verdict = check(stated, limit)
            field = f"solution.limits.{stated.spec.code}"
            fields = (field,) if verdict is Verdict.UNKNOWN else ()
            reason = explain(stated, limit, verdict)
            items.append(Item(_VALUES.get(verdict), (reason,), fields=fields))
    return items


def _project_type(project_type: str, solution: SolutionFacts) -> Item:
    if not solution.project_types:
        reason = because("project_type.unknown", project_type=project_type)
        return unknown(reason, fields=("solution.project_types",))
    if project_type in solution.project_types:
        return Item(1.0, (because("project_type.same", project_type=project_type),))
    return Item(0.0, (because("project_type.other", project_type=project_type),))
