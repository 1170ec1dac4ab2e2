"""What a scenario looks like from outside: who supplies it, what came of it, where supply lacks.

Everything is counted over what the halls list; small cells are suppressed, so that a count never
points at one need.
"""

from dataclasses import dataclass

from django.db.models import Count, F, Q

from accounts.models import Organization
from catalog.choices import CaseEvidence, Confidentiality, ListingKind
from catalog.models import Case, Catalogue, Listing, Need, Scenario, Solution
from catalog.wording.names import Names

SMALL = 3
_VENDORS, _RESULTS, _GAPS = 12, 6, 8
_EVIDENCE_ORDER = (
    CaseEvidence.CUSTOMER_CONFIRMED,
    CaseEvidence.PARK_VERIFIED,
    CaseEvidence.STATED,
)


@dataclass(frozen=True, slots=True)
class Gap:
    """An industry that asks for a scenario more often than solutions name it as served."""

    industry: str
    code: str
    needs: int
    solutions: int


@dataclass(frozen=True, slots=True)
class Result:
    case: Case
    evidence: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class Insight:
    vendors: list[Organization]
    results: list[Result]
    gaps: list[Gap]


def scenario_insight(scenario: Scenario, names: Names) -> Insight:
    """Return the vendors, results and gaps of ``scenario``, in four queries."""
    solutions = Solution.objects.in_halls(Catalogue.MAIN).filter(scenarios=scenario)
    supplied = solutions.order_by().values("pk")
    # An organization's verified word goes first, then who offers more.
    vendors = (
        Organization.objects.filter(listings__in=supplied)
        .annotate(n=Count("listings", filter=Q(listings__kind=ListingKind.SOLUTION)))
        .order_by(F("verified_at").asc(nulls_last=True), "-n", "pk")[:_VENDORS]
    )
    cases = Case.objects.filter(solution__in=supplied).exclude(result="")
    told = cases.select_related("solution", "industry").order_by("-year", "-pk")[: _RESULTS * 4]
    ordered = sorted(told, key=lambda case: _EVIDENCE_ORDER.index(CaseEvidence(case.evidence)))
    return Insight(
        vendors=list(vendors),
        results=[
            Result(
                case, str(CaseEvidence(case.evidence).label), case.evidence != CaseEvidence.STATED
            )
            for case in ordered[:_RESULTS]
        ],
        gaps=_gaps(scenario, names),
    )


def _gaps(scenario: Scenario, names: Names) -> list[Gap]:
    needs = Need.objects.in_halls(Catalogue.MAIN).filter(scenarios=scenario)
    asked = dict(
        needs.order_by()
        .exclude(industry=None)
        .values_list("industry__code")
        .annotate(n=Count("pk"))
    )
    solutions = Solution.objects.in_halls(Catalogue.MAIN).filter(scenarios=scenario)
    served = dict(solutions.order_by().values_list("industries__code").annotate(n=Count("pk")))
    gaps = [
        Gap(names.of("industry", code), code, n, served.get(code, 0))
        for code, n in asked.items()
        if n >= SMALL and served.get(code, 0) < n
    ]
    return sorted(gaps, key=lambda gap: (gap.solutions - gap.needs, gap.code))[:_GAPS]


@dataclass(frozen=True, slots=True)
class ParkCounts:
    """What the organizations of a park openly offer and ask for."""

    solutions: int
    needs: int
    scenarios: list[tuple[str, str, int, int]]


def park_counts(park_id: int, names: Names) -> ParkCounts:
    """Count by scenario, never confidential needs: their park is not told."""
    rows = (
        Listing.objects.in_halls(Catalogue.MAIN)
        .filter(organization__park_id=park_id)
        .exclude(need__confidentiality=Confidentiality.CONFIDENTIAL)
        .order_by()
    )
    totals = dict(rows.values_list("kind").annotate(n=Count("pk")))
    by_scenario: dict[str, dict[str, int]] = {}
    listed = rows.filter(scenarios__isnull=False).values_list("scenarios__code", "kind")
    for code, kind, n in listed.annotate(n=Count("pk")):
        by_scenario.setdefault(code, {})[kind] = n
    order = {code: at for at, (code, _name) in enumerate(names.options("scenario"))}
    return ParkCounts(
        solutions=totals.get(ListingKind.SOLUTION, 0),
        needs=totals.get(ListingKind.NEED, 0),
        scenarios=[
            (
                code,
                names.of("scenario", code),
                counted.get(ListingKind.NEED, 0),
                counted.get(ListingKind.SOLUTION, 0),
            )
            for code, counted in sorted(
                by_scenario.items(), key=lambda row: order.get(row[0], len(order))
            )
        ],
    )
