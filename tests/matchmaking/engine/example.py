"""The worked example of docs/engine.md: a car-parts maker looks for an AGV fleet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from matchmaking.engine.corpus import Corpus
from matchmaking.engine.facts import (
    AfterSales,
    Case,
    CaseEvidence,
    Certification,
    Comparison,
    Level,
    LevelGap,
    ListingText,
    NeedFacts,
    ParameterSpec,
    PriceBasis,
    Range,
    Requirement,
    RequirementKind,
    SolutionFacts,
    StatedParameter,
    VendorWishes,
)

TODAY = date(2026, 11, 1)
CORPUS = Corpus()

LOAD = ParameterSpec("max_load", Comparison.AT_MOST, "kg", hard=True)
AISLE = ParameterSpec("narrowest_aisle", Comparison.AT_LEAST, "m")


def need() -> NeedFacts:
    """A need that states most of what can be stated."""
    return NeedFacts(
        id="XQ-1",
        organization_id="factory",
        text=ListingText("车间物料搬运无人化"),
        scenarios=frozenset({"仓储智能管理", "物料精准配送"}),
        industry="C36",
        integration_forms=frozenset({"vertical"}),
        project_type="agv",
        parameters=(
            StatedParameter(LOAD, Decimal(1000)),
            StatedParameter(AISLE, Decimal("1.8")),
        ),
        budget=Range(Decimal(800_000), Decimal(1_000_000)),
        wanted_start=date(2027, 1, 4),
        wanted_end=date(2027, 5, 24),
        district="minhang",
        maturity={"仓储配送": LevelGap(current=2, target=4)},
        requirements=(
            Requirement(
                "r1",
                RequirementKind.CERTIFICATION,
                Level.MUST,
                codes=frozenset({"iso9001"}),
            ),
            Requirement("r2", RequirementKind.RESPONSE_HOURS_MAX, number=Decimal(8)),
        ),
    )


def solution() -> SolutionFacts:
    """A vendor that answers most of it and leaves its integration form open."""
    return SolutionFacts(
        id="FA-1",
        organization_id="vendor",
        scenarios=frozenset({"仓储智能管理"}),
        industries=frozenset({"C36", "C39"}),
        project_types=frozenset({"agv"}),
        limits={"max_load": Range(None, Decimal(1500)), "narrowest_aisle": Range(Decimal(2))},
        price=Range(Decimal(900_000), Decimal(1_300_000)),
        price_basis=PriceBasis.PROJECT,
        lead_time=Range(Decimal(16), Decimal(24)),
        after_sales=AfterSales(response_hours=12),
        service_districts=frozenset({"minhang", "jiading"}),
        certifications={"iso9001": Certification(verified=True)},
        maturity={"仓储配送": 3},
        cases=(
            Case("C36", 2025, CaseEvidence.CUSTOMER_CONFIRMED, has_result=True),
            Case("C36", 2024, CaseEvidence.STATED),
        ),
        wishes=VendorWishes(
            project_size=Range(Decimal(900_000), None), industries=frozenset({"C34"})
        ),
    )
