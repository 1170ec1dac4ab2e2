"""hypothesis strategies for any valid facts, small vocabularies so that sides do meet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import strategies as st

from matchmaking.engine.corpus import Corpus
from matchmaking.engine.facts import (
    CODE_KINDS,
    DIMENSIONS,
    NUMBER_KINDS,
    AfterSales,
    Case,
    CaseEvidence,
    Certification,
    Comparison,
    Level,
    LevelGap,
    ListingText,
    NeedFacts,
    Outcomes,
    ParameterSpec,
    PriceBasis,
    Range,
    Requirement,
    RequirementKind,
    SolutionFacts,
    StatedParameter,
    Vectors,
    VendorWishes,
)
from matchmaking.engine.weights import Criterion, Weights

SCENARIOS = ("S01", "S02", "S03", "S04")
INDUSTRIES = ("C13", "C14", "C34", "C36", "C39", "X99")
FORMS = ("vertical", "horizontal", "end_to_end")
GOALS = ("smart", "unmanned", "digital")
DISTRICTS = ("pudong", "minhang", "jiading")
CERTIFICATES = ("iso9001", "dengbao2")
SUBDOMAINS = ("data", "planning")
ORGANIZATIONS = ("other", "third")
TYPES = ("agv", "vision")
PARAMETERS = ("load", "aisle", "environment", "explosion")
TODAY = date(2026, 11, 1)

dates = st.dates(date(2024, 1, 1), date(2029, 12, 31))
money = st.decimals(Decimal(0), Decimal(10**10), places=2)
weeks = st.integers(0, 200).map(Decimal)
optional: Callable[[st.SearchStrategy[Any]], st.SearchStrategy[Any]] = lambda s: st.none() | s  # noqa: E731


def codes(values: tuple[str, ...], least: int = 0) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), min_size=least)


@st.composite
def ranges(draw: st.DrawFn, numbers: st.SearchStrategy[Decimal] = money) -> Range:
    one, other = draw(optional(numbers)), draw(optional(numbers))
    if one is not None and other is not None:
        one, other = min(one, other), max(one, other)
    return Range(one, other)


@st.composite
def vectors(draw: st.DrawFn) -> Vectors:
    def one() -> np.ndarray[Any, np.dtype[np.float32]] | None:
        seed = draw(optional(st.integers(0, 50)))
        if seed is None:
            return None
        raw = np.random.default_rng(seed).normal(size=DIMENSIONS)
        return (raw / np.linalg.norm(raw)).astype(np.float32)

    return Vectors(one(), one())


_words = st.lists(
    st.sampled_from(["仓储", "AGV", "视觉检测", "焊接", "能源管理", "MES", "。", " ", "ﬁ", "𠮷"]),
    max_size=6,
).map("".join)
texts = st.builds(ListingText, _words | st.text(max_size=20), _words, _words)

specs = st.builds(
    ParameterSpec,
    code=st.sampled_from(PARAMETERS),
    comparison=st.sampled_from(Comparison),
    unit=st.just("kg"),
    hard=st.booleans(),
)
values = money | st.booleans() | st.text(max_size=5) | codes(("冷库", "常温"))
limits = ranges() | codes(("冷库", "常温")) | st.booleans()


@st.composite
def requirements(draw: st.DrawFn) -> Requirement:
    kind = draw(st.sampled_from(RequirementKind))
    pools = {
        RequirementKind.CERTIFICATION: CERTIFICATES,
        RequirementKind.SCENARIO: SCENARIOS,
        RequirementKind.IN_DISTRICT: DISTRICTS,
        RequirementKind.INTEGRATION_FORM: FORMS,
        RequirementKind.INDUSTRY_CASE: INDUSTRIES,
    }
    return Requirement(
        ref=str(draw(st.integers(0, 99))),
        kind=kind,
        level=draw(st.sampled_from(Level)),
        codes=draw(codes(pools[kind], least=1)) if kind in CODE_KINDS else frozenset(),
        number=draw(st.integers(0, 500).map(Decimal)) if kind in NUMBER_KINDS else None,
        text=draw(st.text(max_size=10)),
        hard=draw(st.booleans()),
    )


weights = st.dictionaries(
    st.sampled_from([criterion.value for criterion in Criterion]), st.integers(0, 100)
).map(Weights)

needs = st.builds(
    NeedFacts,
    id=st.just("need"),
    organization_id=st.sampled_from(["one", "other"]),
    text=texts,
    vectors=vectors(),
    scenarios=codes(SCENARIOS),
    industry=optional(st.sampled_from(INDUSTRIES)),
    factory_goals=codes(GOALS),
    integration_forms=codes(FORMS),
    project_type=optional(st.sampled_from(TYPES)),
    parameters=st.lists(st.builds(StatedParameter, specs, values), max_size=4).map(tuple),
    budget=optional(ranges()),
    budget_tax_included=optional(st.booleans()),
    budget_is_ceiling=st.booleans(),
    budget_is_private=st.booleans(),
    window_is_fixed=st.booleans(),
    blocked_organizations=codes(ORGANIZATIONS),
    conflicting_organizations=codes(ORGANIZATIONS),
    wanted_start=optional(dates),
    wanted_end=optional(dates),
    district=optional(st.sampled_from(DISTRICTS)),
    maturity=st.dictionaries(
        st.sampled_from(SUBDOMAINS),
        st.builds(LevelGap, optional(st.integers(1, 5)), st.integers(1, 5)),
    ),
    requirements=st.lists(requirements(), max_size=5).map(tuple),
    weights=st.none() | weights,
)

cases = st.builds(
    Case,
    industry=optional(st.sampled_from(INDUSTRIES)),
    year=optional(st.integers(2000, 2030)),
    evidence=st.sampled_from(CaseEvidence),
    has_result=st.booleans(),
)
outcomes = st.integers(0, 9).flatmap(
    lambda confirmed: st.builds(Outcomes, st.just(confirmed), st.integers(0, confirmed))
)

solutions = st.builds(
    SolutionFacts,
    id=st.integers(0, 999).map(lambda number: f"s{number:03}"),
    organization_id=st.sampled_from(ORGANIZATIONS),
    text=texts,
    vectors=vectors(),
    scenarios=codes(SCENARIOS),
    industries=codes(INDUSTRIES),
    factory_goals=codes(GOALS),
    integration_forms=codes(FORMS),
    project_types=codes(TYPES),
    limits=st.dictionaries(st.sampled_from(PARAMETERS), limits),
    price=optional(ranges()),
    price_basis=optional(st.sampled_from(PriceBasis)),
    price_tax_included=optional(st.booleans()),
    lead_time=optional(ranges(weeks)),
    capacity=optional(st.integers(0, 5)),
    capacity_taken=optional(st.integers(0, 5)),
    earliest_start=optional(dates),
    after_sales=st.builds(
        AfterSales,
        response_hours=optional(st.integers(0, 200)),
        on_site=optional(st.booleans()),
    ),
    service_districts=codes(DISTRICTS),
    nationwide=st.booleans(),
    vendor_district=optional(st.sampled_from(DISTRICTS)),
    vendor_is_small=optional(st.booleans()),
    certifications=st.dictionaries(
        st.sampled_from(CERTIFICATES), st.builds(Certification, st.booleans(), optional(dates))
    ),
    domestic_share=optional(st.integers(0, 100).map(Decimal)),
    maturity=st.dictionaries(st.sampled_from(SUBDOMAINS), st.integers(1, 5)),
    cases=st.lists(cases, max_size=4).map(tuple),
    wishes=st.builds(VendorWishes, optional(ranges()), codes(INDUSTRIES), codes(DISTRICTS)),
    outcomes=optional(outcomes),
)

tables = st.lists(solutions, max_size=6, unique_by=lambda s: s.id)

medians = st.dictionaries(
    st.sampled_from([criterion.value for criterion in Criterion]), st.floats(0, 1)
)
BASE = Corpus.fit(
    [(ListingText("仓储 AGV 需求", "需要无人搬运"), Vectors())],
    [(ListingText("视觉检测方案"), Vectors()), (ListingText("焊接机器人"), Vectors())],
)
corpora = medians.map(BASE.with_medians)
