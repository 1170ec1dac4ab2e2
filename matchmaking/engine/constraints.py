"""Hard conditions: each answers pass, fail (with its reason) or unknown.

Hard are: the two sides being one organization, a solution for other work, a formal ceiling price,
parameters that are limits by nature, and every requirement its owner calls a must. A fail rules
the pair out; an unknown never does, it is shown as to be confirmed (待确认).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from matchmaking.engine.criteria.after_sales import in_district
from matchmaking.engine.criteria.industry import shown_case
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import (
    TEXT_KINDS,
    Level,
    NeedFacts,
    Range,
    Requirement,
    RequirementKind,
    SolutionFacts,
)
from matchmaking.engine.parameters import check, explain, is_asked
from matchmaking.engine.price import cost, verdict
from matchmaking.engine.results import Constraint, Verdict

_PRICE_WORDS = {Verdict.PASS: "met", Verdict.FAIL: "not_met", Verdict.UNKNOWN: "unknown"}
_CEILING_WORDS = {Verdict.PASS: "kept", Verdict.FAIL: "exceeded", Verdict.UNKNOWN: "unknown"}


def constraints(need: NeedFacts, solution: SolutionFacts, now: date) -> tuple[Constraint, ...]:
    """All hard conditions, in a fixed order: sides, scope, ceiling, parameters, musts."""
    found = [
        *_sides(need, solution),
        *_scope(need, solution),
        *_ceiling(need, solution),
        *_parameters(need, solution),
    ]
    musts = [r for r in need.requirements if r.level is Level.MUST]
    for requirement in sorted(musts, key=lambda r: (r.ref, r.kind)):
        answer, evidence = _must(need, solution, requirement, now)
        code = f"requirement.{requirement.kind.value}"
        found.append(Constraint(code, answer, evidence, requirement.ref))
    return tuple(found)


def _sides(need: NeedFacts, solution: SolutionFacts) -> list[Constraint]:
    if need.organization_id != solution.organization_id:
        return []
    reason = because("constraint.own_organization")
    return [Constraint("own_organization", Verdict.FAIL, reason)]


def _scope(need: NeedFacts, solution: SolutionFacts) -> list[Constraint]:
    """Fails for a solution that says it is for other work.

    That is: it names project types or scenarios, the need's project type is not among them, and
    it covers less than half of the need's scenarios. Otherwise a good price and a short lead
    time for something else would outrank a vendor of the right thing who has not said
    everything yet. A solution that names neither, or a need without a project type, passes.
    """
    if need.project_type is None or need.project_type in solution.project_types:
        return []
    covered = len(need.scenarios & solution.scenarios)
    if 0 < len(need.scenarios) <= 2 * covered:
        return []
    if solution.project_types or (need.scenarios and solution.scenarios):
        return [Constraint("scope", Verdict.FAIL, because("constraint.other_work"))]
    return []


def _ceiling(need: NeedFacts, solution: SolutionFacts) -> list[Constraint]:
    if not need.budget_is_ceiling or need.budget is None or need.budget.high is None:
        return []
    answer = verdict(cost(need, solution), need.budget.high)
    reason = because(f"constraint.ceiling_{_CEILING_WORDS[answer]}")
    return [Constraint("price_ceiling", answer, reason)]


def _parameters(need: NeedFacts, solution: SolutionFacts) -> list[Constraint]:
    found = []
    for stated in sorted(need.parameters, key=lambda parameter: parameter.spec.code):
        if stated.spec.hard and is_asked(stated):
            limit = solution.limits.get(stated.spec.code)
            answer = check(stated, limit)
            reason = explain(stated, limit, answer)
            found.append(Constraint(f"parameter.{stated.spec.code}", answer, reason))
    return found


def _must(
    need: NeedFacts, solution: SolutionFacts, requirement: Requirement, now: date
) -> tuple[Verdict, Evidence]:
    ref, kind = requirement.ref, requirement.kind
    if kind in TEXT_KINDS:
        return Verdict.UNKNOWN, because("requirement.text", requirement=ref, kind=kind.value)
    if kind is RequirementKind.BUDGET_MAX:
        answer = verdict(cost(need, solution), requirement.number or Decimal(0))
        return answer, because(f"requirement.price_{_PRICE_WORDS[answer]}", requirement=ref)
    if kind is RequirementKind.CERTIFICATION:
        return _certified(requirement, solution, now)
    answer = _answer(requirement, solution)
    words = {Verdict.PASS: "met", Verdict.FAIL: "not_met", Verdict.UNKNOWN: "unknown"}[answer]
    return answer, because(f"requirement.{words}", requirement=ref, kind=kind.value)


def _answer(requirement: Requirement, solution: SolutionFacts) -> Verdict:
    """The kinds that need nothing but the requirement and the solution."""
    least_or_most = requirement.number or Decimal(0)
    match requirement.kind:
        case RequirementKind.SCENARIO:
            return _subset(requirement.codes, solution.scenarios)
        case RequirementKind.INTEGRATION_FORM:
            return _subset(requirement.codes, solution.integration_forms)
        case RequirementKind.DOMESTIC_SHARE_MIN:
            share = solution.domestic_share
            return _three(None if share is None else share >= least_or_most)
        case RequirementKind.LEAD_TIME_MAX:
            return _longest(solution.lead_time, least_or_most)
        case RequirementKind.RESPONSE_HOURS_MAX:
            hours = solution.after_sales.response_hours
            return _three(None if hours is None else hours <= least_or_most)
        case RequirementKind.ON_SITE:
            return _three(solution.after_sales.on_site)
        case RequirementKind.IN_DISTRICT:
            return _three(in_district(requirement, solution))
        case RequirementKind.INDUSTRY_CASE:
            return _three(shown_case(requirement, solution))
        case _:
            raise AssertionError(f"no rule for {requirement.kind}")


def _three(answer: float | bool | None) -> Verdict:
    if answer is None:
        return Verdict.UNKNOWN
    return Verdict.PASS if answer else Verdict.FAIL


def _subset(wanted: frozenset[str], offered: frozenset[str]) -> Verdict:
    return _three(wanted <= offered if offered else None)


def _longest(lead: Range | None, most: Decimal) -> Verdict:
    if lead is not None and lead.low is not None and lead.low > most:
        return Verdict.FAIL
    if lead is not None and lead.high is not None and lead.high <= most:
        return Verdict.PASS
    return Verdict.UNKNOWN


def _certified(
    requirement: Requirement, solution: SolutionFacts, now: date
) -> tuple[Verdict, Evidence]:
    """Fails on an expired certification; a claim nobody checked, or none, is unknown."""
    ref, kind = requirement.ref, requirement.kind.value
    answer, reason = Verdict.PASS, because("requirement.met", requirement=ref, kind=kind)
    for code in sorted(requirement.codes):
        held = solution.certifications.get(code)
        if held is not None and held.expires is not None and held.expires < now:
            expires = held.expires.isoformat()
            return Verdict.FAIL, because(
                "requirement.certification_expired",
                requirement=ref,
                certification=code,
                expires=expires,
            )
        if answer is not Verdict.PASS or (held is not None and held.verified):
            continue
        answer = Verdict.UNKNOWN
        if held is None:
            reason = because("requirement.unknown", requirement=ref, kind=kind)
        else:
            reason = because(
                "requirement.certification_unverified", requirement=ref, certification=code
            )
    return answer, reason
