"""Hard conditions: each answers pass, fail (with its reason) or unknown, for n solutions at once.

Hard are: the two sides being one organization, a vendor the need's owner has blocked or has a
conflict of interest with, a solution for other work, a formal ceiling price, a fixed window of
time, parameters that are limits by nature, every requirement that is hard by nature (a licence
the law asks for) and every one its owner calls a must. A fail rules the pair out; an unknown
never does, it is shown as to be confirmed (待确认).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from matchmaking.engine.criteria.after_sales import ON_SITE, RESPONSE_HOURS, in_district
from matchmaking.engine.criteria.certifications import EXPIRED, VERIFIED, end_of, standing
from matchmaking.engine.criteria.dates import is_full, schedule
from matchmaking.engine.criteria.industry import shown_case
from matchmaking.engine.criteria.items import amount, covers, grade
from matchmaking.engine.evidence import Evidence, because
from matchmaking.engine.facts import (
    TEXT_KINDS,
    Level,
    NeedFacts,
    Requirement,
    RequirementKind,
    StatedParameter,
)
from matchmaking.engine.parameters import explain, fits, is_asked
from matchmaking.engine.price import cost
from matchmaking.engine.price import fits as price_fits
from matchmaking.engine.results import Constraint, Verdict
from matchmaking.engine.table import Flags, Floats, SolutionTable


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One hard condition for n solutions.

    ``fits`` float64 (n,): 1 pass, 0 fail, NaN unknown. ``requirement``: the Requirement's ref,
    if it has one. ``is_owners``: its answer tells what the need's owner keeps to itself.
    ``speaks_on_fail``: a pass goes without saying.
    """

    code: str
    fits: Floats
    reason: Callable[[int], Evidence]
    requirement: str | None = None
    is_owners: bool = False
    speaks_on_fail: bool = False

    @property
    def failed(self) -> Flags:
        """Where it rules out, shape (n,)."""
        failed: Flags = self.fits == 0.0
        return failed

    def at(self, place: int) -> Constraint | None:
        """One row's verdict with its reason; None where it goes without saying."""
        fit = float(self.fits[place])
        if self.speaks_on_fail and fit == 1.0:
            return None
        verdict = Verdict.UNKNOWN if np.isnan(fit) else Verdict.PASS if fit else Verdict.FAIL
        return Constraint(self.code, verdict, self.reason(place), self.requirement)


def rules(need: NeedFacts, table: SolutionTable, now: date) -> tuple[Rule, ...]:
    """All hard conditions, in a fixed order: sides, scope, ceiling, window, parameters,
    requirements.
    """
    hard = [r for r in need.requirements if r.hard or r.level is Level.MUST]
    return (
        *_sides(need, table),
        *_scope(need, table),
        *_ceiling(need, table),
        *_window(need, table, now),
        *(
            _parameter(stated, table)
            for stated in sorted(need.parameters, key=lambda parameter: parameter.spec.code)
            if stated.spec.hard and is_asked(stated)
        ),
        *(_required(need, r, table, now) for r in sorted(hard, key=lambda r: (r.ref, r.kind))),
    )


def ruled_out(found: Iterable[Rule], size: int) -> Flags:
    """Where any of the rules fails, shape (size,)."""
    out = np.zeros(size, dtype=np.bool_)
    for rule in found:
        out |= rule.failed
    return out


def _forbidding(code: str, forbidden: Flags, words: str, *, is_owners: bool = False) -> Rule:
    reason = because(words)
    kept = np.where(forbidden, 0.0, 1.0)
    return Rule(code, kept, lambda _: reason, is_owners=is_owners, speaks_on_fail=True)


def _sides(need: NeedFacts, table: SolutionTable) -> list[Rule]:
    path = "organization_id"
    own = table.equals(path, need.organization_id)
    found = [_forbidding("own_organization", own, "constraint.own_organization")]
    if need.blocked_organizations:
        blocked = table.among(path, need.blocked_organizations)
        found.append(_forbidding("blocked", blocked, "constraint.blocked", is_owners=True))
    if need.conflicting_organizations:
        in_conflict = table.among(path, need.conflicting_organizations)
        found.append(_forbidding("conflict", in_conflict, "constraint.conflict", is_owners=True))
    return found


def _scope(need: NeedFacts, table: SolutionTable) -> list[Rule]:
    """Fails for a solution that says it is for other work.

    That is: it names project types or scenarios, the need's project type is not among them, and
    it covers less than half of the need's scenarios. Otherwise a good price and a short lead
    time for something else would outrank a vendor of the right thing who has not said
    everything yet. A solution that names neither, or a need without a project type, passes.
    """
    if need.project_type is None:
        return []
    named = table.states("project_types")
    suits = table.holds("project_types", need.project_type)
    if need.scenarios:
        named = named | table.states("scenarios")
        suits = suits | (2 * table.counts("scenarios", need.scenarios) >= len(need.scenarios))
    return [_forbidding("scope", named & ~suits, "constraint.other_work")]


def _ceiling(need: NeedFacts, table: SolutionTable) -> list[Rule]:
    if not need.budget_is_ceiling or need.budget is None or need.budget.high is None:
        return []
    kept = price_fits(cost(need, table), float(need.budget.high))
    words = {"met": "kept", "not_met": "exceeded", "unknown": "unknown"}

    def reason(place: int) -> Evidence:
        return because(f"constraint.ceiling_{words[grade(float(kept[place]))]}")

    return [Rule("price_ceiling", kept, reason, is_owners=need.budget_is_private)]


def _window(need: NeedFacts, table: SolutionTable, now: date) -> list[Rule]:
    """The work must lie between the latest start there is and the wanted end."""
    if not need.window_is_fixed or need.wanted_end is None:
        return []
    left, shortest, longest = schedule(need, need.wanted_end, table, now)
    is_uncertain = is_full(table) & np.isnan(table.day("earliest_start"))
    in_time = np.where((longest <= left) & ~is_uncertain, 1.0, np.nan)
    kept = np.where(shortest > left, 0.0, in_time)

    def reason(place: int) -> Evidence:
        if np.isnan(kept[place]):
            return because("constraint.window_unknown")
        if kept[place]:
            spare = int(left[place] - longest[place])
            return because("constraint.window_kept", spare_days=spare)
        late = int(np.ceil(shortest[place] - left[place]))
        return because("constraint.window_missed", late_days=late)

    return [Rule("fixed_window", kept, reason)]


def _parameter(stated: StatedParameter, table: SolutionTable) -> Rule:
    code = stated.spec.code
    kept = fits(stated, table)

    def reason(place: int) -> Evidence:
        return explain(stated, table.entries("limits", code)[place], float(kept[place]))

    return Rule(f"parameter.{code}", kept, reason)


def _required(need: NeedFacts, requirement: Requirement, table: SolutionTable, now: date) -> Rule:
    ref, kind = requirement.ref, requirement.kind
    code = f"requirement.{kind.value}"
    if kind in TEXT_KINDS:
        text = because("requirement.text", requirement=ref, kind=kind.value)
        return Rule(code, np.full(len(table), np.nan), lambda _: text, ref)
    if kind is RequirementKind.BUDGET_MAX:
        kept = price_fits(cost(need, table), amount(requirement))

        def price_reason(place: int) -> Evidence:
            return because(f"requirement.price_{grade(float(kept[place]))}", requirement=ref)

        return Rule(code, kept, price_reason, ref, is_owners=need.budget_is_private)
    if kind is RequirementKind.CERTIFICATION:
        return _certified(requirement, table, now)
    met = _met(requirement, table)

    def reason(place: int) -> Evidence:
        return because(f"requirement.{grade(float(met[place]))}", requirement=ref, kind=kind.value)

    return Rule(code, met, reason, ref)


def _met(requirement: Requirement, table: SolutionTable) -> Floats:
    """The kinds that need nothing but the requirement and the solutions."""
    number = amount(requirement)
    match requirement.kind:
        case RequirementKind.SCENARIO:
            return covers(requirement.codes, table, "scenarios")
        case RequirementKind.INTEGRATION_FORM:
            return covers(requirement.codes, table, "integration_forms")
        case RequirementKind.DOMESTIC_SHARE_MIN:
            shares = table.number("domestic_share")
            return _where_known(shares, shares >= number)
        case RequirementKind.LEAD_TIME_MAX:
            longest = np.where(table.number("lead_time.high") <= number, 1.0, np.nan)
            return np.where(table.number("lead_time.low") > number, 0.0, longest)
        case RequirementKind.RESPONSE_HOURS_MAX:
            hours = table.number(RESPONSE_HOURS)
            return _where_known(hours, hours <= number)
        case RequirementKind.ON_SITE:
            return table.number(ON_SITE)
        case RequirementKind.IN_DISTRICT:
            return in_district(requirement, table)
        case RequirementKind.INDUSTRY_CASE:
            return shown_case(requirement, table)
        case _:
            raise AssertionError(f"no rule for {requirement.kind}")


def _where_known(stated: Floats, answer: Flags) -> Floats:
    known: Floats = np.where(np.isnan(stated), np.nan, answer)
    return known


def _certified(requirement: Requirement, table: SolutionTable, now: date) -> Rule:
    """Fails on an expired certification; a claim nobody checked, or none, is unknown.

    Of a requirement hard by nature the reason speaks of a licence.
    """
    codes = sorted(requirement.codes)
    worth = np.stack([standing(code, table, now) for code in codes])
    all_held = np.where((worth == VERIFIED).all(axis=0), 1.0, np.nan)
    kept = np.where((worth == EXPIRED).any(axis=0), 0.0, all_held)

    def reason(place: int) -> Evidence:
        row = worth[:, place]
        # The first that decides: expired, else not verified, else any.
        open_ = row == EXPIRED if kept[place] == 0.0 else row != VERIFIED
        first = int(open_.argmax())
        return _standing_reason(requirement, codes[first], float(row[first]), table, place)

    return Rule(f"requirement.{requirement.kind.value}", kept, reason, requirement.ref)


def _standing_reason(
    requirement: Requirement, code: str, worth: float, table: SolutionTable, place: int
) -> Evidence:
    ref, kind = requirement.ref, requirement.kind.value
    words = "licence" if requirement.hard else "certification"
    if worth == EXPIRED:
        return because(
            f"requirement.{words}_expired",
            requirement=ref,
            certification=code,
            expires=end_of(code, table, place),
        )
    if requirement.hard:
        word = "valid" if worth == VERIFIED else "unknown" if np.isnan(worth) else "unverified"
        return because(f"requirement.licence_{word}", requirement=ref, certification=code)
    if worth == VERIFIED:
        return because("requirement.met", requirement=ref, kind=kind)
    if np.isnan(worth):
        return because("requirement.unknown", requirement=ref, kind=kind)
    return because("requirement.certification_unverified", requirement=ref, certification=code)
