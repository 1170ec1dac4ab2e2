"""Industry experience: what the vendor claims to serve, and the cases that show it.

value = base + (1 - base) * (1 - prod(1 - CASE_WORTH * strength))

base is CLAIMED for the need's own industry, NEAR times that for a related one, else 0; a case in
an industry claims it. A case's strength is evidence * recency * proximity (* 0.9 without a
measured result), so that each further case adds less and none takes away. The constants are a
panel's estimate.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np

from matchmaking.engine.criteria.items import UNCHECKED, Context, Item, graded, of_kind
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import (
    Case,
    CaseEvidence,
    NeedFacts,
    Requirement,
    RequirementKind,
    SolutionFacts,
)
from matchmaking.engine.table import CaseColumns, Floats, SolutionTable

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
_RELATIVES = {code: frozenset(codes) for codes in _FAMILIES for code in codes}


def proximity(one: str, other: str) -> float:
    """1 for the same division, NEAR within a family, 0 otherwise."""
    if one == other:
        return 1.0
    return NEAR if other in _RELATIVES.get(one, ()) else 0.0


def nearness(wanted: str, table: SolutionTable, path: str) -> Floats:
    """The closest proximity of ``wanted`` to any of the industries listed, shape (n,)."""
    relatives = _RELATIVES.get(wanted, frozenset())
    near = np.where(table.touches(path, relatives), NEAR, 0.0)
    answer: Floats = np.where(table.holds(path, wanted), 1.0, near)
    return answer


def industry(need: NeedFacts, table: SolutionTable, context: Context) -> tuple[Item, ...]:
    """Experience in the need's industry, and each requirement of a case in some industry."""
    own = [] if need.industry is None else [_experience(need.industry, table, context.now)]
    required = (
        graded(requirement, shown_case(requirement, table), "solution.cases")
        for requirement in of_kind(need, RequirementKind.INDUSTRY_CASE)
    )
    return (*own, *required)


def shown_case(requirement: Requirement, table: SolutionTable) -> Floats:
    """1 with a case in one of the industries asked for, 0 without, NaN with no case at all."""
    cases = table.cases
    is_asked = cases.by_industry(lambda code: float(code in requirement.codes)) > 0.0
    shown = cases.count(is_asked, len(table)) > 0
    answer: Floats = np.where(table.states("cases"), shown, np.nan)
    return answer


def _experience(wanted: str, table: SolutionTable, now: date) -> Item:
    cases, size = table.cases, len(table)
    near = cases.by_industry(lambda code: proximity(wanted, code))
    has_case = cases.count(near > 0.0, size) > 0
    has_same = cases.count(near >= 1.0, size) > 0
    by_cases = np.where(has_same, 1.0, np.where(has_case, NEAR, 0.0))
    base = CLAIMED * np.maximum(by_cases, nearness(wanted, table, "industries"))
    strengths = table.kept(("case strengths", now), lambda: _strengths(cases, now))
    doubts = _doubts(cases, near * strengths, size)
    is_known = has_case | table.states("industries")
    values = np.where(is_known, base + (1.0 - base) * (1.0 - doubts), np.nan)

    def reasons(place: int) -> tuple[Evidence, ...]:
        return _reasons(wanted, table.facts[place]) if is_known[place] else _unknown(wanted)

    is_proven = cases.count((near > 0.0) & cases.is_checked, size) > 0
    backed = np.where(is_proven, 1.0, UNCHECKED)
    return Item(values, reasons, fields=("solution.industries", "solution.cases"), backed=backed)


def _strengths(cases: CaseColumns, now: date) -> Floats:
    """How much each case shows of whatever it is in, in [0, 1], shape (m,)."""
    worth = np.array([EVIDENCE_STRENGTH[evidence] for evidence in CaseEvidence])[cases.evidence]
    age = np.maximum(0.0, now.year - cases.years)
    faded = np.clip((age - FRESH_YEARS) / (OLD_YEARS - FRESH_YEARS), 0.0, 1.0)
    recency = np.where(np.isnan(cases.years), UNDATED, 1.0 - (1.0 - OLD) * faded)
    strengths: Floats = worth * recency * np.where(cases.has_result, 1.0, WITHOUT_RESULT)
    return strengths


def _doubts(cases: CaseColumns, strengths: Floats, size: int) -> Floats:
    """The product of 1 - CASE_WORTH * strength over each solution's cases, shape (size,)."""
    width = int(cases.turns.max(initial=-1)) + 1
    doubts = np.ones((size, width))
    doubts[cases.owners, cases.turns] = 1.0 - CASE_WORTH * strengths
    # Sorted, so that the product does not depend on the order of the cases.
    doubts.sort(axis=1)
    product = np.ones(size)
    for column in doubts.T:
        product *= column
    return product


def _unknown(wanted: str) -> tuple[Evidence, ...]:
    return (because("industry.unknown", industry=wanted),)


def _reasons(wanted: str, solution: SolutionFacts) -> tuple[Evidence, ...]:
    same = [case for case in solution.cases if case.industry == wanted]
    if same:
        return (_cases("industry.cases", wanted, same),)
    shown = [case for case in solution.cases if case.industry in _RELATIVES.get(wanted, ())]
    near = sorted(code for code in solution.industries if proximity(wanted, code) > 0.0)
    reasons = []
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
