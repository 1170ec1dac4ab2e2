"""Industry experience: what the vendor claims to serve, and the cases that show it.

value = base + (1 - base) * (1 - prod(1 - CASE_WORTH * strength))

base is CLAIMED for the need's own industry, NEAR times that for a related one, else 0; a case in
an industry claims it. A case's strength is evidence * recency * proximity (* 0.9 without a
measured result), so that each further case adds less and none takes away. The constants are a
panel's estimate.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

from matchmaking.engine.criteria.items import Context, Item, graded, of_kind, unknown
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import (
    Case,
    CaseEvidence,
    NeedFacts,
    Requirement,
    RequirementKind,
    SolutionFacts,
)

CLAIMED = 0.5
NEAR = 0.5
CASE_WORTH = 0.6
WITHOUT_RESULT = 0.9
EVIDENCE_STRENGTH = {
    CaseEvidence.STATED: 0.4,
    CaseEvidence.PARK_VERIFIED: 0.8,
    CaseEvidence.CUSTOMER_CONFIRMED: 1.0,
}
# A case counts in full for three years, then less each year down to OLD at ten.
FRESH_YEARS, OLD_YEARS, OLD = 3, 10, 0.4
UNDATED = 0.6

# Families of GB/T 4754 divisions whose factories resemble each other: food and drink; textile
# and leather; wood, paper, print; chemistry; materials; machines and vehicles; electrics.
_FAMILIES = (
    ("C13", "C14", "C15", "C16"),
    ("C17", "C18", "C19"),
    ("C20", "C21", "C22", "C23", "C24"),
    ("C25", "C26", "C27", "C28", "C29"),
    ("C30", "C31", "C32", "C33"),
    ("C34", "C35", "C36", "C37", "C43"),
    ("C38", "C39", "C40"),
)
_FAMILY = {code: place for place, codes in enumerate(_FAMILIES) for code in codes}


def proximity(one: str, other: str) -> float:
    """1 for the same division, NEAR within a family, 0 otherwise."""
    if one == other:
        return 1.0
    family = _FAMILY.get(one)
    return NEAR if family is not None and family == _FAMILY.get(other) else 0.0


def strength(case: Case, wanted: str, now: date) -> float:
    """How much one case shows for the wanted industry, in [0, 1]."""
    if case.industry is None:
        return 0.0
    near = proximity(wanted, case.industry)
    result = 1.0 if case.has_result else WITHOUT_RESULT
    return EVIDENCE_STRENGTH[case.evidence] * _recency(case.year, now) * near * result


def _recency(year: int | None, now: date) -> float:
    if year is None:
        return UNDATED
    age = max(0, now.year - year)
    faded = (age - FRESH_YEARS) / (OLD_YEARS - FRESH_YEARS)
    return 1.0 - (1.0 - OLD) * min(1.0, max(0.0, faded))


def industry(need: NeedFacts, solution: SolutionFacts, context: Context) -> tuple[Item, ...]:
    """Experience in the need's industry, and each requirement of a case in some industry."""
    items = [
        graded(requirement, shown_case(requirement, solution), "solution.cases")
        for requirement in of_kind(need, RequirementKind.INDUSTRY_CASE)
    ]
    if need.industry is not None:
        items.insert(0, _experience(need.industry, solution, context.now))
    return tuple(items)


def shown_case(requirement: Requirement, solution: SolutionFacts) -> float | None:
    """1 with a case in one of the industries asked for, 0 without, None with no case at all."""
    if not solution.cases:
        return None
    return float(any(case.industry in requirement.codes for case in solution.cases))


def _experience(wanted: str, solution: SolutionFacts, now: date) -> Item:
    shown = [case for case in solution.cases if _near(wanted, case.industry) > 0.0]
    if not shown and not solution.industries:
        reason = because("industry.unknown", industry=wanted)
        return unknown(reason, fields=("solution.industries", "solution.cases"))
    claimed = {*solution.industries, *(case.industry for case in shown)}
    base = CLAIMED * max(_near(wanted, code) for code in claimed)
    # Sorted, so that the product does not depend on the order of the cases.
    doubts = sorted(1.0 - CASE_WORTH * strength(case, wanted, now) for case in shown)
    value = round(base + (1.0 - base) * (1.0 - math.prod(doubts)), 6)
    return Item(value, _reasons(wanted, solution, shown))


def _near(wanted: str, code: str | None) -> float:
    return 0.0 if code is None else proximity(wanted, code)


def _reasons(wanted: str, solution: SolutionFacts, shown: list[Case]) -> tuple[Evidence, ...]:
    same = [case for case in shown if case.industry == wanted]
    if same:
        return (_cases("industry.cases", wanted, same),)
    reasons = []
    near = sorted(code for code in solution.industries if proximity(wanted, code) > 0.0)
    if wanted in solution.industries:
        reasons.append(because("industry.served", industry=wanted))
    elif near:
        reasons.append(because("industry.near_served", industry=wanted, industries=tuple(near)))
    if shown:
        reasons.append(_cases("industry.near_cases", wanted, shown))
    return tuple(reasons) or (because("industry.other", industry=wanted),)


def _cases(code: str, wanted: str, cases: Iterable[Case]) -> Evidence:
    cases = list(cases)
    verified = sum(case.evidence is not CaseEvidence.STATED for case in cases)
    years = [case.year for case in cases if case.year is not None]
    newest = max(years, default=None)
    return because(code, industry=wanted, count=len(cases), verified=verified, newest=newest)
