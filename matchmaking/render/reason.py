"""One piece of evidence beside what it speaks of: what the wordings are made from."""

from dataclasses import dataclass
from typing import cast

from django.utils.translation import gettext as _

from catalog.choices import PriceBasis
from catalog.wording.amounts import money
from catalog.wording.names import Names
from catalog.wording.requirements import requirement_words
from matchmaking.engine.evidence import Evidence, Reference
from matchmaking.render.privacy import Sight, requirement_of


@dataclass(frozen=True, slots=True)
class Reason:
    """Evidence, both sides' content, and the names to speak of them."""

    evidence: Evidence
    sight: Sight
    names: Names

    def __getitem__(self, name: str) -> Reference:
        return self.evidence.ref(name)

    def count(self, name: str) -> int:
        return int(cast(int, self[name]))

    def codes(self, name: str) -> tuple[str, ...]:
        return cast(tuple[str, ...], self[name])

    def name(self, kind: str, reference: str) -> str:
        return self.names.of(kind, str(self[reference]))

    def named(self, kind: str, reference: str) -> str:
        return self.names.listed(kind, self.codes(reference))

    @property
    def requirement(self) -> str:
        """Return the requirement the reason is about, or its number if it changed since."""
        reference = str(self["requirement"])
        requirement = requirement_of(self.sight.need, reference)
        if requirement is None:
            return _("第 %(n)s 条要求") % {"n": reference}
        return requirement_words(requirement, self.names)

    @property
    def price(self) -> str:
        solution = self.sight.solution
        if solution.price_low is None and solution.price_high is None:
            return _("供方未填写报价")
        basis = solution.price_basis
        unit = str(PriceBasis(basis).label) if basis and basis != PriceBasis.PROJECT else ""
        return _("报价 %(money)s") % {
            "money": money(solution.price_low, solution.price_high, basis=unit)
        }

    @property
    def budget(self) -> str:
        need = self.sight.need
        if need.budget_low is None and need.budget_high is None:
            return _("未填写预算")
        if need.budget_low is None:
            return _("预算 %(money)s以内") % {"money": money(need.budget_high, need.budget_high)}
        return _("预算 %(money)s") % {"money": money(need.budget_low, need.budget_high)}
