"""What each condition of a need costs: which vendors it alone keeps out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from catalog.choices import RequirementLevel
from catalog.content import NeedContent
from catalog.wording.describing import parameter_value
from catalog.wording.names import Names
from catalog.wording.requirements import requirement_words
from matchmaking.engine.facts import Level, NeedFacts
from matchmaking.engine.results import Verdict
from matchmaking.whatif.market import Market
from matchmaking.whatif.supposing import Supposition

# They are not the owner's to relax: nobody serves itself, and other work stays other work.
_NOT_ASKED = frozenset({"own_organization", "scope", "blocked", "conflict"})
_BEST_FIRST = (Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL)


@dataclass(frozen=True, slots=True)
class Cost:
    """One condition and what it does among the candidates' vendors.

    ``binds``: whether it rules out as things are supposed. ``alone``: the vendors that are out
    for nothing else and would come back without it; for a condition that does not bind, those
    that would be lost if it did. Of all vendors, by the best of their solutions: ``met``,
    ``unknown``, ``failed``.
    """

    words: str
    level: str
    binds: bool
    is_fixed: bool
    alone: int
    met: int
    unknown: int
    failed: int


def costs_of(market: Market, supposed: Supposition, names: Names) -> list[Cost]:
    """Return every condition of the supposed need, the dearest first."""
    facts = market.facts_of(supposed)
    binding = {r.ref for r in facts.requirements if r.hard or r.level is Level.MUST}
    strict = replace(
        facts, requirements=tuple(replace(r, level=Level.MUST) for r in facts.requirements)
    )
    answers = _answers(market, strict)
    vendors: defaultdict[str, list[Mapping[str, Verdict]]] = defaultdict(list)
    for solution, answer in zip(market.table.facts, answers, strict=True):
        vendors[solution.organization_id].append(answer)
    found = []
    for key in _keys(facts, answers):
        binds = not key.isdigit() or key in binding
        counts = [_best(rows, key) for rows in vendors.values()]
        found.append(
            Cost(
                words=_words(key, supposed.content, names),
                level=_level(key, facts),
                binds=binds,
                is_fixed=key.isdigit() and _is_licence(key, facts),
                alone=sum(_alone(rows, key, binding) for rows in vendors.values()),
                met=counts.count(Verdict.PASS),
                unknown=counts.count(Verdict.UNKNOWN),
                failed=counts.count(Verdict.FAIL),
            )
        )
    return sorted(found, key=lambda cost: (not cost.binds, -cost.alone, -cost.failed))


def _answers(market: Market, strict: NeedFacts) -> list[dict[str, Verdict]]:
    """Return each candidate's verdicts, by a requirement's position or by the constraint's code."""
    ranking = market.rank(strict)
    return [
        {item.requirement or item.code: item.verdict for item in ranking.explain(row).constraints}
        for row in range(len(ranking.ids))
    ]


def _keys(facts: NeedFacts, answers: list[dict[str, Verdict]]) -> Iterator[str]:
    yield from (row.ref for row in facts.requirements)
    codes = {key for answer in answers for key in answer if not key.isdigit()}
    yield from sorted(codes - _NOT_ASKED)


def _out_by(answer: Mapping[str, Verdict], binding: set[str]) -> set[str]:
    """Return what rules one candidate out."""
    return {
        key
        for key, verdict in answer.items()
        if verdict is Verdict.FAIL and (not key.isdigit() or key in binding)
    }


def _alone(rows: list[Mapping[str, Verdict]], key: str, binding: set[str]) -> bool:
    """Whether a vendor stands or falls with ``key`` alone."""
    without = [not _out_by(row, binding - {key}) - {key} for row in rows]
    withal = [not _out_by(row, binding | {key}) for row in rows]
    return any(without) and not any(withal)


def _best(rows: list[Mapping[str, Verdict]], key: str) -> Verdict:
    answers = {row.get(key, Verdict.PASS) for row in rows}
    return next(verdict for verdict in _BEST_FIRST if verdict in answers)


def _is_licence(key: str, facts: NeedFacts) -> bool:
    return any(row.hard for row in facts.requirements if row.ref == key)


def _level(key: str, facts: NeedFacts) -> str:
    if not key.isdigit():
        return _("硬性条件")
    row = next(row for row in facts.requirements if row.ref == key)
    return _("法定许可") if row.hard else str(RequirementLevel(row.level.value).label)


def _words(key: str, content: NeedContent, names: Names) -> str:
    if key.isdigit():
        return requirement_words(content.requirements[int(key) - 1], names)
    kind, _dot, code = key.partition(".")
    if kind == "parameter":
        stated = next(row for row in content.parameters if row.parameter == code)
        return f"{names.parameter(code)} {parameter_value(stated, names)}"
    told: dict[str, Any] = {
        "price_ceiling": _("预算上限为限价"),
        "fixed_window": _("工期不可调整"),
    }
    return str(told[key])
