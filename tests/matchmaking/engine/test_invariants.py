"""What holds for any valid facts."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaking.engine.corpus import Corpus
from matchmaking.engine.facts import (
    Case,
    CaseEvidence,
    Certification,
    Level,
    NeedFacts,
    PriceBasis,
    Range,
    Requirement,
    RequirementKind,
    SolutionFacts,
)
from matchmaking.engine.reciprocal import seen_by_need_owner, seen_by_vendor
from matchmaking.engine.results import FULL, PairScore, Status
from matchmaking.engine.score import Constants, Ranking, rank, rank_needs, score_pair
from matchmaking.engine.table import NeedTable, SolutionTable
from matchmaking.engine.weights import DEFAULT_WEIGHTS, Weights
from tests.matchmaking.engine import strategies as any_
from tests.matchmaking.engine.strategies import BASE, TODAY

BUDGET_MAX = RequirementKind.BUDGET_MAX
examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CONSTANTS = Constants(BASE, DEFAULT_WEIGHTS, TODAY)


def scored(need: NeedFacts, solution: SolutionFacts) -> PairScore:
    return score_pair(need, solution, CONSTANTS)


def best_first(ranking: Ranking) -> list[PairScore]:
    return [ranking.explain(int(place)) for place in ranking.order()]


@examples
@given(any_.needs, any_.solutions, any_.corpora, any_.weights)
def test_parts_add_up_exactly_and_stay_in_bounds(
    need: NeedFacts, solution: SolutionFacts, corpus: Corpus, weights: Weights
) -> None:
    score = score_pair(need, solution, Constants(corpus, weights, TODAY))

    assert 0 <= score.total <= FULL
    assert sum(part.points for part in score.parts) == score.total
    assert 0 <= score.rank_key <= score.total
    assert 0.0 <= score.confidence <= 1.0
    if score.parts:
        assert sum(part.points_max for part in score.parts) == FULL
    for part in score.parts:
        assert 0 <= part.points <= part.points_max
        assert 0.0 <= part.value <= 1.0
        # No part is further than one hundredth from what its value says.
        assert abs(part.points - part.value * part.points_max) <= 2
    if score.vendor is not None:
        assert sum(part.points for part in score.vendor.parts) == score.vendor.total


@examples
@given(any_.needs, any_.solutions, any_.corpora)
def test_an_unknown_never_counts_above_one_half(
    need: NeedFacts, solution: SolutionFacts, corpus: Corpus
) -> None:
    for part in score_pair(need, solution, Constants(corpus, DEFAULT_WEIGHTS, TODAY)).parts:
        if part.known_share == 0.0:
            assert part.status is Status.ASSUMED
            assert part.value <= 0.5 + 1e-9


@examples
@given(any_.needs, any_.tables, st.randoms())
def test_order_of_input_never_matters_and_ranks_agree_with_pairs(
    need: NeedFacts, solutions: list[SolutionFacts], chance: random.Random
) -> None:
    ranked = best_first(rank(need, SolutionTable.of(solutions, BASE), CONSTANTS))
    shuffled = [*solutions]
    chance.shuffle(shuffled)
    mixed = replace(
        need,
        parameters=tuple(chance.sample(need.parameters, len(need.parameters))),
        requirements=tuple(chance.sample(need.requirements, len(need.requirements))),
    )

    again = best_first(rank(mixed, SolutionTable.of(shuffled, BASE), CONSTANTS))

    assert [s.solution_id for s in again] == [s.solution_id for s in ranked]
    assert [s.total for s in again] == [s.total for s in ranked]
    by_id = {solution.id: solution for solution in solutions}
    for score in ranked:
        solution = by_id[score.solution_id]
        alone = scored(need, solution)
        assert alone.to_json() == score.to_json()
        assert rank_needs(solution, NeedTable.of([need], BASE), CONSTANTS).explain(0) == alone


@examples
@given(any_.needs, any_.tables, any_.corpora)
def test_what_is_explained_is_what_was_calculated(
    need: NeedFacts, solutions: list[SolutionFacts], corpus: Corpus
) -> None:
    constants = Constants(corpus, DEFAULT_WEIGHTS, TODAY)
    ranking = rank(need, SolutionTable.of(solutions, corpus), constants)

    for place, solution in enumerate(solutions):
        score = ranking.explain(place)
        assert score.solution_id == ranking.ids[place] == solution.id
        assert score.total == ranking.totals[place]
        assert score.rank_key == ranking.rank_keys[place]
        assert score.confidence == ranking.confidences[place]
        assert score.ruled_out == ranking.ruled_out[place]
    # The best first, each ruled-out one after all others.
    keys = [(s.ruled_out, -s.rank_key, -s.total, s.solution_id) for s in best_first(ranking)]
    assert keys == sorted(keys)


@examples
@given(any_.needs, any_.tables, st.randoms())
def test_a_score_does_not_depend_on_who_else_is_in_the_table(
    need: NeedFacts, solutions: list[SolutionFacts], chance: random.Random
) -> None:
    some = [solution for solution in solutions if chance.random() < 0.5]
    whole = rank(need, SolutionTable.of(solutions, BASE), CONSTANTS)
    part = rank(need, SolutionTable.of(some, BASE), CONSTANTS)

    places = [whole.ids.index(solution.id) for solution in some]
    assert part.totals.tolist() == whole.totals[places].tolist()
    assert part.rank_keys.tolist() == whole.rank_keys[places].tolist()
    assert part.vendor_keys.tolist() == whole.vendor_keys[places].tolist()
    assert part.confidences.tolist() == whole.confidences[places].tolist()
    assert [part.explain(place) for place in range(len(some))] == [
        whole.explain(place) for place in places
    ]


@examples
@given(any_.needs, any_.tables)
def test_what_a_vendor_sees_agrees_with_its_keys(
    need: NeedFacts, solutions: list[SolutionFacts]
) -> None:
    ranking = rank(need, SolutionTable.of(solutions, BASE), CONSTANTS)

    seen = [
        seen_by_vendor(ranking.explain(place), budget_is_private=need.budget_is_private)
        for place in range(len(solutions))
    ]

    assert [score.rank_key for score in seen] == ranking.vendor_keys.tolist()
    assert [score.ruled_out for score in seen] == ranking.vendor_ruled_out.tolist()
    for score in seen:
        assert sum(part.points for part in score.parts) == score.total


@examples
@given(any_.needs, any_.tables, any_.needs)
def test_no_private_fact_moves_a_vendors_list(
    need: NeedFacts, solutions: list[SolutionFacts], other: NeedFacts
) -> None:
    need = replace(need, budget_is_private=True)
    changed = replace(
        need,
        blocked_organizations=other.blocked_organizations,
        conflicting_organizations=other.conflicting_organizations,
        budget=other.budget,
        budget_is_ceiling=not need.budget_is_ceiling,
        requirements=tuple(r for r in need.requirements if r.kind is not BUDGET_MAX),
    )
    table = SolutionTable.of(solutions, BASE)

    before, after = (rank(one, table, CONSTANTS) for one in (need, changed))

    assert before.vendor_keys.tolist() == after.vendor_keys.tolist()
    assert before.vendor_ruled_out.tolist() == after.vendor_ruled_out.tolist()
    assert before.vendor_order().tolist() == after.vendor_order().tolist()


@examples
@given(any_.needs, any_.solutions)
def test_an_owners_weights_change_nothing_that_the_vendor_may_know(
    need: NeedFacts, solution: SolutionFacts
) -> None:
    table = SolutionTable.of([solution], BASE)
    own, platforms = (
        rank(need, table, CONSTANTS),
        rank(replace(need, weights=None), table, CONSTANTS),
    )

    assert own.vendor_keys.tolist() == platforms.vendor_keys.tolist()
    assert own.explain(0).for_vendor == platforms.explain(0)
    assert seen_by_vendor(own.explain(0)) == seen_by_vendor(platforms.explain(0))


@examples
@given(any_.needs, any_.solutions)
def test_a_public_budget_hides_nothing(need: NeedFacts, solution: SolutionFacts) -> None:
    open_ = replace(
        need,
        budget_is_private=False,
        blocked_organizations=frozenset(),
        conflicting_organizations=frozenset(),
        weights=None,
    )
    score = scored(open_, solution)

    assert seen_by_vendor(score, budget_is_private=False) == score
    ranking = rank(open_, SolutionTable.of([solution], BASE), CONSTANTS)
    assert ranking.vendor_keys.tolist() == ranking.rank_keys.tolist()


@examples
@given(any_.needs, any_.solutions)
def test_a_score_survives_json(need: NeedFacts, solution: SolutionFacts) -> None:
    stored = json.loads(json.dumps(scored(need, solution).to_json()))

    assert PairScore.from_json(stored) == scored(need, solution)


@examples
@given(any_.needs, any_.solutions, any_.requirements())
def test_adding_a_met_requirement_never_lowers_the_score(
    need: NeedFacts, solution: SolutionFacts, requirement: Requirement
) -> None:
    requirement = replace(requirement, ref="new", text="", level=Level.SHOULD)
    met = _meeting(solution, requirement)
    before = scored(need, met)

    after = scored(replace(need, requirements=(*need.requirements, requirement)), met)

    assert after.total >= before.total


def _meeting(solution: SolutionFacts, requirement: Requirement) -> SolutionFacts:
    """The solution, changed so that it meets the requirement in full."""
    kind, codes = requirement.kind, requirement.codes
    number = requirement.number or Decimal(0)
    if kind is RequirementKind.SCENARIO:
        return replace(solution, scenarios=solution.scenarios | codes)
    if kind is RequirementKind.INTEGRATION_FORM:
        return replace(solution, integration_forms=solution.integration_forms | codes)
    if kind is RequirementKind.CERTIFICATION:
        held = dict.fromkeys(codes, Certification(verified=True))
        return replace(solution, certifications={**solution.certifications, **held})
    if kind is RequirementKind.INDUSTRY_CASE:
        return replace(solution, cases=(*solution.cases, Case(industry=min(codes))))
    if kind is RequirementKind.IN_DISTRICT:
        return replace(solution, vendor_district=min(codes))
    if kind is RequirementKind.DOMESTIC_SHARE_MIN:
        return replace(solution, domestic_share=number)
    if kind is RequirementKind.LEAD_TIME_MAX:
        return replace(solution, lead_time=Range(Decimal(0), number))
    if kind is RequirementKind.BUDGET_MAX:
        project = PriceBasis.PROJECT
        return replace(
            solution,
            price=Range(Decimal(0), number),
            price_basis=project,
            price_tax_included=None,
        )
    after = replace(solution.after_sales, on_site=True, response_hours=0)
    return replace(solution, after_sales=after)


@examples
@given(any_.needs, any_.solutions, st.data())
def test_a_strictly_better_vendor_never_scores_lower(
    need: NeedFacts, solution: SolutionFacts, data: st.DataObject
) -> None:
    better = data.draw(st.sampled_from(_improvements(solution)))

    assert scored(need, better).total >= scored(need, solution).total


def _improvements(solution: SolutionFacts) -> list[SolutionFacts]:
    cheaper = solution.price and Range(
        solution.price.low and solution.price.low / 2,
        solution.price.high and solution.price.high / 2,
    )
    faster = solution.lead_time and Range(
        solution.lead_time.low and solution.lead_time.low / 2,
        solution.lead_time.high and solution.lead_time.high / 2,
    )
    sooner = solution.earliest_start and solution.earliest_start - timedelta(days=30)
    proven = tuple(
        replace(case, evidence=CaseEvidence.CUSTOMER_CONFIRMED, has_result=True)
        for case in solution.cases
    )
    return [
        replace(solution, price=cheaper),
        replace(solution, lead_time=faster),
        replace(solution, earliest_start=sooner),
        replace(solution, cases=proven),
        replace(solution, nationwide=True),
        replace(solution, capacity_taken=0),
        replace(solution, maturity=dict.fromkeys(solution.maturity, 5)),
        replace(solution, domestic_share=solution.domestic_share and Decimal(100)),
        replace(solution, scenarios=solution.scenarios and frozenset(any_.SCENARIOS)),
        replace(solution, industries=solution.industries and frozenset(any_.INDUSTRIES)),
        replace(solution, integration_forms=solution.integration_forms and frozenset(any_.FORMS)),
        replace(
            solution,
            certifications=dict.fromkeys(solution.certifications, Certification(verified=True)),
        ),
        replace(
            solution, cases=(*solution.cases, *(Case(industry=code) for code in any_.INDUSTRIES))
        ),
    ]


@examples
@given(any_.needs, any_.tables, any_.requirements(), st.data())
def test_a_tighter_need_never_adds_vendors(
    need: NeedFacts,
    solutions: list[SolutionFacts],
    requirement: Requirement,
    data: st.DataObject,
) -> None:
    tighter = data.draw(st.sampled_from(_tightened(need, requirement)))
    table = SolutionTable.of(solutions, BASE)

    before, after = (rank(one, table, CONSTANTS) for one in (need, tighter))

    assert not (before.ruled_out & ~after.ruled_out).any()
    assert not (before.vendor_ruled_out & ~after.vendor_ruled_out).any()


def _tightened(need: NeedFacts, requirement: Requirement) -> list[NeedFacts]:
    must, hard = replace(requirement, level=Level.MUST), replace(requirement, hard=True)
    lower = need.budget and need.budget.high and Range(None, need.budget.high / 2)
    return [
        replace(need, requirements=(*need.requirements, must)),
        replace(need, requirements=(*need.requirements, hard)),
        replace(need, requirements=tuple(replace(r, hard=True) for r in need.requirements)),
        replace(need, requirements=tuple(_stricter(r) for r in need.requirements)),
        replace(need, budget_is_ceiling=True),
        replace(need, budget=lower or need.budget),
        replace(need, window_is_fixed=True),
        replace(need, wanted_end=need.wanted_end and need.wanted_end - timedelta(days=50)),
        replace(need, blocked_organizations=frozenset(any_.ORGANIZATIONS)),
        replace(need, conflicting_organizations=frozenset(any_.ORGANIZATIONS)),
    ]


def _stricter(requirement: Requirement) -> Requirement:
    if requirement.number is None:
        return requirement
    is_least = requirement.kind is RequirementKind.DOMESTIC_SHARE_MIN
    return replace(requirement, number=requirement.number * (2 if is_least else Decimal("0.5")))


@examples
@given(any_.needs, any_.tables, st.sampled_from([Decimal(7), Decimal("0.5"), Decimal(10)]))
def test_the_unit_of_a_lead_time_never_matters(
    need: NeedFacts, solutions: list[SolutionFacts], factor: Decimal
) -> None:
    undated = replace(need, wanted_start=None, wanted_end=None)
    longer = tuple(
        replace(r, number=r.number * factor)
        if r.kind is RequirementKind.LEAD_TIME_MAX and r.number is not None
        else r
        for r in need.requirements
    )
    slower = [replace(s, lead_time=_times(s.lead_time, factor)) for s in solutions]

    before = rank(undated, SolutionTable.of(solutions, BASE), CONSTANTS)
    scaled = replace(undated, requirements=longer)
    after = rank(scaled, SolutionTable.of(slower, BASE), CONSTANTS)

    assert before.totals.tolist() == after.totals.tolist()
    assert before.ruled_out.tolist() == after.ruled_out.tolist()


def _times(span: Range | None, factor: Decimal) -> Range | None:
    if span is None:
        return None
    low, high = span.low, span.high
    return Range(None if low is None else low * factor, None if high is None else high * factor)


@examples
@given(any_.needs, any_.solutions, st.sampled_from([Decimal("0.01"), Decimal(10), Decimal(10000)]))
def test_the_unit_of_money_never_matters(
    need: NeedFacts, solution: SolutionFacts, factor: Decimal
) -> None:
    required = tuple(
        replace(r, number=r.number * factor)
        if r.kind is RequirementKind.BUDGET_MAX and r.number is not None
        else r
        for r in need.requirements
    )
    wishes = replace(solution.wishes, project_size=_times(solution.wishes.project_size, factor))
    scaled = scored(
        replace(need, budget=_times(need.budget, factor), requirements=required),
        replace(solution, price=_times(solution.price, factor), wishes=wishes),
    )

    assert scaled.total == scored(need, solution).total
    assert scaled.rank_key == scored(need, solution).rank_key
    assert scaled.ruled_out == scored(need, solution).ruled_out


@examples
@given(any_.needs, any_.solutions, any_.money, any_.money)
def test_a_vendor_sees_nothing_that_depends_on_the_budget(
    need: NeedFacts, solution: SolutionFacts, one: Decimal, other: Decimal
) -> None:
    views = [
        seen_by_vendor(scored(replace(need, budget=Range(Decimal(0), amount)), solution))
        for amount in (one, other)
    ]

    assert views[0].to_json() == views[1].to_json()
    assert seen_by_need_owner(scored(need, solution)).vendor is None
