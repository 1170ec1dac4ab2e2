"""Pairs drawn once, and what the engine says of each: a change of any rule shows here.

``python -m tests.matchmaking.engine.golden`` writes golden.json anew; read its difference before
you commit it, for each line of it is a pair that scores otherwise than before.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

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
from matchmaking.engine.results import PairScore
from matchmaking.engine.score import Constants, rank
from matchmaking.engine.table import SolutionTable
from matchmaking.engine.weights import DEFAULT_WEIGHTS, Criterion
from tests.matchmaking.engine import strategies as pools

FILE = Path(__file__).with_name("golden.json")
NEEDS, SOLUTIONS = 24, 24
TODAY = date(2026, 11, 1)

_PHRASES = (
    "仓储AGV搬运",
    "视觉检测",
    "焊接机器人",
    "能源管理",
    "MES系统",
    "冷库",
    "立库堆垛机",
    "5G",
)
_POOLS = {
    RequirementKind.CERTIFICATION: pools.CERTIFICATES,
    RequirementKind.SCENARIO: pools.SCENARIOS,
    RequirementKind.IN_DISTRICT: pools.DISTRICTS,
    RequirementKind.INTEGRATION_FORM: pools.FORMS,
    RequirementKind.INDUSTRY_CASE: pools.INDUSTRIES,
}
_NUMBERS = {
    RequirementKind.DOMESTIC_SHARE_MIN: (30, 60, 90),
    RequirementKind.LEAD_TIME_MAX: (8, 16, 30),
    RequirementKind.BUDGET_MAX: (500_000, 1_000_000, 2_000_000),
    RequirementKind.RESPONSE_HOURS_MAX: (4, 8, 24),
}
# Names and kinds follow from each other, as in the vocabulary.
_SPECS = {
    "load": ParameterSpec("load", Comparison.AT_MOST, "kg", hard=True),
    "aisle": ParameterSpec("aisle", Comparison.AT_LEAST, "m"),
    "environment": ParameterSpec("environment", Comparison.SUPPORTED),
    "explosion": ParameterSpec("explosion", Comparison.REQUIRED, hard=True),
    "note": ParameterSpec("note", Comparison.INFO),
}


class Draw:
    """Facts drawn from a seed; what is left out is as likely as what is stated."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def maybe(self, value: Any, chance: float = 0.7) -> Any:
        return value if self.random.random() < chance else None

    def some(self, values: Sequence[str], most: int = 3) -> frozenset[str]:
        return frozenset(self.random.sample(values, self.random.randint(0, min(most, len(values)))))

    def one(self, values: Sequence[Any]) -> Any:
        return self.random.choice(values)

    def range(self, values: Sequence[int]) -> Range:
        low, high = sorted(self.random.choices(values, k=2))
        which = self.random.random()
        if which < 0.15:
            return Range(Decimal(low), None)
        if which < 0.3:
            return Range(None, Decimal(high))
        return Range(Decimal(low), Decimal(high))

    def day(self) -> date:
        return TODAY + timedelta(days=self.random.randint(-60, 400))

    def text(self) -> ListingText:
        title, body, extra = (
            "".join(self.random.choices(_PHRASES, k=count)) for count in (2, 4, 1)
        )
        return ListingText(title, self.maybe(body) or "", self.maybe(extra, 0.3) or "")

    def vectors(self) -> Vectors:
        title, body = (np.random.default_rng(self.random.randint(0, 40)) for _ in range(2))
        drawn = [g.normal(size=DIMENSIONS) for g in (title, body)]
        unit = [(v / np.linalg.norm(v)).astype(np.float32) for v in drawn]
        return Vectors(self.maybe(unit[0], 0.9), self.maybe(unit[1]))

    def requirement(self, place: int) -> Requirement:
        kind = self.one(list(RequirementKind))
        return Requirement(
            ref=f"r{place}",
            kind=kind,
            level=self.one([Level.MUST, Level.SHOULD, Level.SHOULD]),
            codes=self.some(_POOLS[kind]) or frozenset({_POOLS[kind][0]})
            if kind in CODE_KINDS
            else frozenset(),
            number=Decimal(self.one(_NUMBERS[kind])) if kind in NUMBER_KINDS else None,
            text=self.one(_PHRASES),
            hard=self.random.random() < 0.2,
        )

    def parameter(self, code: str) -> StatedParameter:
        value: Any = Decimal(self.one([1, 2, 5, 1000]))
        if code == "environment":
            value = self.one(["冷库", "常温", frozenset({"冷库", "常温"})])
        elif code == "explosion":
            value = self.random.random() < 0.7
        elif code == "note":
            value = "说明"
        return StatedParameter(_SPECS[code], value)

    def limit(self, code: str) -> Range | frozenset[str] | bool:
        if code == "environment":
            return self.some(["冷库", "常温"]) or frozenset({"常温"})
        if code == "explosion":
            return self.random.random() < 0.5
        return self.range([1, 2, 5, 1000])

    def need(self, name: str) -> NeedFacts:
        start, end = sorted([self.day(), self.day()])
        return NeedFacts(
            id=name,
            organization_id="factory",
            text=self.text(),
            vectors=self.vectors(),
            scenarios=self.some(pools.SCENARIOS),
            industry=self.maybe(self.one(pools.INDUSTRIES)),
            factory_goals=self.some(pools.GOALS),
            integration_forms=self.some(pools.FORMS),
            project_type=self.maybe(self.one(pools.TYPES), 0.4),
            parameters=tuple(self.parameter(code) for code in sorted(self.some(list(_SPECS)))),
            budget=self.maybe(self.range([500_000, 800_000, 1_000_000, 1_500_000])),
            budget_tax_included=self.maybe(self.random.random() < 0.5, 0.5),
            budget_is_ceiling=self.random.random() < 0.2,
            budget_is_private=self.random.random() < 0.6,
            window_is_fixed=self.random.random() < 0.2,
            blocked_organizations=self.some(["third"])
            if self.random.random() < 0.2
            else frozenset(),
            conflicting_organizations=self.some(["fourth"])
            if self.random.random() < 0.2
            else frozenset(),
            wanted_start=self.maybe(start),
            wanted_end=self.maybe(end),
            district=self.maybe(self.one(pools.DISTRICTS)),
            maturity={
                code: LevelGap(self.maybe(self.one([1, 2, 3])), self.one([2, 3, 5]))
                for code in sorted(self.some(pools.SUBDOMAINS))
            },
            requirements=tuple(
                self.requirement(place) for place in range(self.random.randint(0, 4))
            ),
            weights=self.maybe({Criterion.DOMESTIC.value: 15, Criterion.SCENARIO.value: 30}, 0.2),
        )

    def solution(self, name: str) -> SolutionFacts:
        confirmed = self.random.randint(0, 5)
        return SolutionFacts(
            id=name,
            organization_id=self.one(["second", "third", "fourth", "factory"]),
            text=self.text(),
            vectors=self.vectors(),
            scenarios=self.some(pools.SCENARIOS),
            industries=self.some(pools.INDUSTRIES),
            factory_goals=self.some(pools.GOALS),
            integration_forms=self.some(pools.FORMS),
            project_types=self.some(pools.TYPES),
            limits={code: self.limit(code) for code in sorted(self.some(list(_SPECS)))},
            price=self.maybe(self.range([400_000, 700_000, 900_000, 1_200_000, 1_600_000])),
            price_basis=self.maybe(self.one([*PriceBasis, PriceBasis.PROJECT, PriceBasis.PROJECT])),
            price_tax_included=self.maybe(self.random.random() < 0.5, 0.5),
            lead_time=self.maybe(self.range([4, 8, 16, 24, 40])),
            capacity=self.maybe(self.random.randint(0, 4)),
            capacity_taken=self.maybe(self.random.randint(0, 4)),
            earliest_start=self.maybe(self.day(), 0.4),
            after_sales=AfterSales(
                response_hours=self.maybe(self.one([2, 8, 12, 48])),
                on_site=self.maybe(self.random.random() < 0.5),
            ),
            service_districts=self.some(pools.DISTRICTS),
            nationwide=self.random.random() < 0.2,
            vendor_district=self.maybe(self.one(pools.DISTRICTS)),
            vendor_is_small=self.maybe(self.random.random() < 0.5),
            certifications={
                code: Certification(self.random.random() < 0.5, self.maybe(self.day(), 0.5))
                for code in sorted(self.some(pools.CERTIFICATES))
            },
            domestic_share=self.maybe(Decimal(self.one([20, 50, 100]))),
            maturity={code: self.one([1, 3, 4, 5]) for code in sorted(self.some(pools.SUBDOMAINS))},
            cases=tuple(
                Case(
                    self.maybe(self.one(pools.INDUSTRIES), 0.9),
                    self.maybe(self.one([2012, 2018, 2021, 2024, 2026])),
                    self.one(list(CaseEvidence)),
                    has_result=self.random.random() < 0.5,
                )
                for _ in range(self.random.randint(0, 3))
            ),
            wishes=VendorWishes(
                self.maybe(self.range([300_000, 600_000, 1_000_000]), 0.5),
                self.some(pools.INDUSTRIES, 2),
                self.some(pools.DISTRICTS, 2),
            ),
            outcomes=self.maybe(Outcomes(confirmed, self.random.randint(0, confirmed)), 0.4),
        )


def told(score: PairScore, vendor_key: int, *, hidden: bool) -> str:
    """One pair in one line: everything that a rule could change."""
    parts = " ".join(
        f"{p.criterion}={p.points}/{p.points_max}~{p.known_share:.3f}"
        f"({','.join(f'{e.code}{_refs(e.to_json())}' for e in p.evidence)})"
        for p in score.parts
    )
    hard = " ".join(
        f"{c.code}:{c.verdict.value}:{c.evidence.code}{_refs(c.evidence.to_json())}"
        for c in score.constraints
    )
    missing = " ".join(f"{m.side.value}.{m.field}+{m.gain}" for m in score.missing)
    vendor = "-"
    if score.vendor is not None:
        vendor = f"{score.vendor.total}=" + ",".join(
            f"{p.criterion}:{p.points}:{p.evidence[0].code}" for p in score.vendor.parts
        )
    keys = f"{score.total} {score.rank_key} {vendor_key}{' hidden' if hidden else ''}"
    return f"{keys} {score.confidence:.4f} | {parts} | {hard} | {missing} | {vendor}"


def _refs(evidence: dict[str, Any]) -> str:
    values = [v for v in evidence["refs"].values() if v is not None]
    return f"[{';'.join(str(v) for v in values)}]" if values else ""


def pairs() -> dict[str, str]:
    """Every drawn pair by its names, as told."""
    needs = [Draw(place).need(f"n{place:02}") for place in range(NEEDS)]
    solutions = [Draw(1000 + place).solution(f"s{place:02}") for place in range(SOLUTIONS)]
    corpus = Corpus.fit(
        [(need.text, need.vectors) for need in needs], [(s.text, s.vectors) for s in solutions]
    ).with_medians({"budget": 0.42, "dates": 0.3, "outcomes": 0.4, "industry": 0.61})
    constants = Constants(corpus, DEFAULT_WEIGHTS, TODAY)
    found = {}
    for place, need in enumerate(needs):
        # Another half for each need keeps the file small and the pairs various.
        table = SolutionTable.of(solutions[place % 2 :: 2], corpus)
        ranking = rank(need, table, constants)
        for row, name in enumerate(ranking.ids):
            found[f"{need.id}×{name}"] = told(
                ranking.explain(row),
                int(ranking.vendor_keys[row]),
                hidden=bool(ranking.vendor_ruled_out[row]),
            )
    return found


if __name__ == "__main__":
    FILE.write_text(json.dumps(pairs(), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
