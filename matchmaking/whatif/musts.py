"""What each condition of a need costs: which vendors it alone keeps out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.choices import RequirementLevel
from catalog.content import NeedContent
from catalog.wording.describing import parameter_value
from catalog.wording.names import Names
from catalog.wording.requirements import requirement_words
from matchmaking.engine.constraints import Rule, ruled_out
from matchmaking.engine.facts import Level, NeedFacts
from matchmaking.engine.table import Flags
from matchmaking.whatif.market import Market
from matchmaking.whatif.supposing import Supposition

_WORDS: Mapping[str, Promise] = {
    "price_ceiling": gettext_lazy("预算上限为限价"),
    "fixed_window": gettext_lazy("工期不可调整"),
}
# They are not the owner's to relax: nobody serves itself, and other work stays other work.
_NOT_ASKED = frozenset({"own_organization", "scope", "blocked", "conflict"})


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
    alone: int
    met: int
    unknown: int
    failed: int


def costs_of(market: Market, supposed: Supposition, names: Names) -> list[Cost]:
    """Return every condition of the supposed need, the dearest first."""
    facts = market.facts_of(supposed)
    strict = replace(
        facts, requirements=tuple(replace(r, level=Level.MUST) for r in facts.requirements)
    )
    table = _Answers(market, market.rules(strict), _binding(facts))
    found = []
    for rule in table.rules:
        if rule.code not in _NOT_ASKED:
            met, unknown, failed = table.counts(rule)
            found.append(
                Cost(
                    words=_words(rule, supposed.content, names),
                    level=_level(rule, facts),
                    binds=table.binds(rule),
                    alone=table.alone(rule),
                    met=met,
                    unknown=unknown,
                    failed=failed,
                )
            )
    return sorted(found, key=lambda cost: (not cost.binds, -cost.alone, -cost.failed))


def fitting(market: Market, supposed: Supposition) -> tuple[int, int]:
    """Return how many vendors are candidates, and how many of them no "must" keeps out."""
    facts = market.facts_of(supposed)
    table = _Answers(market, market.rules(facts), _binding(facts))
    return table.vendors, table.left()


def _binding(facts: NeedFacts) -> frozenset[str]:
    """Return the requirements that rule out as they stand."""
    return frozenset(r.ref for r in facts.requirements if r.hard or r.level is Level.MUST)


class _Answers:
    """Every condition's answers, row by row, and whose rows they are."""

    def __init__(self, market: Market, found: tuple[Rule, ...], binding: frozenset[str]) -> None:
        self.rules = found
        self._binding = binding
        owners = [solution.organization_id for solution in market.table.facts]
        self._vendors, self._vendor_of = np.unique(np.array(owners, dtype=str), return_inverse=True)

    def binds(self, rule: Rule) -> bool:
        return rule.requirement is None or rule.requirement in self._binding

    def alone(self, rule: Rule) -> int:
        """Return how many vendors stand or fall with ``rule``, all else being as supposed."""
        others = (each for each in self.rules if each is not rule and self.binds(each))
        without = ~ruled_out(others, len(self._vendor_of))
        return int((self._any(without) & ~self._any(without & ~rule.failed)).sum())

    @property
    def vendors(self) -> int:
        return len(self._vendors)

    def left(self) -> int:
        """Return how many vendors have a solution that nothing binding keeps out."""
        out = ruled_out((rule for rule in self.rules if self.binds(rule)), len(self._vendor_of))
        return int(self._any(~out).sum())

    def counts(self, rule: Rule) -> tuple[int, int, int]:
        """Return how many vendors meet it, may meet it, and fail it, each by its best row."""
        met = self._any(rule.fits == 1.0)
        unknown = self._any(np.isnan(rule.fits)) & ~met
        return int(met.sum()), int(unknown.sum()), int((~met & ~unknown).sum())

    def _any(self, rows: Flags) -> Flags:
        """Return which vendors have one of ``rows``."""
        has: Flags = np.bincount(self._vendor_of[rows], minlength=len(self._vendors)) > 0
        return has


def _level(rule: Rule, facts: NeedFacts) -> str:
    if rule.requirement is None:
        return _("硬性条件")
    row = next(row for row in facts.requirements if row.ref == rule.requirement)
    return _("法定许可") if row.hard else str(RequirementLevel(row.level.value).label)


def _words(rule: Rule, content: NeedContent, names: Names) -> str:
    if rule.requirement is not None:
        return requirement_words(content.requirements[int(rule.requirement) - 1], names)
    kind, _dot, code = rule.code.partition(".")
    if kind == "parameter":
        stated = next(row for row in content.parameters if row.parameter == code)
        return f"{names.parameter(code)} {parameter_value(stated, names)}"
    return str(_WORDS[rule.code])
