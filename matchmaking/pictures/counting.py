"""What the pictures count, read from the halls."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Avg, Count, Q
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, Park
from catalog.choices import Confidentiality, ListingKind
from catalog.models import Catalogue, Industry, Listing, MaturityTarget, Need, Solution
from matchmaking.district.figures import UNSTATED
from matchmaking.district.suppression import LEAST, Counted, Protected, protect
from matchmaking.models import Introduction
from matchmaking.pictures.protecting import protected

MONTHS = 12
Counts = Mapping[tuple[str, str], int]


def needs_by(column: str) -> dict[tuple[str, str], int]:
    """Return (scenario, ``column``) -> needs; ``column`` is "industry" or "park"."""
    path = {"industry": "industry__code", "park": "organization__park__code"}[column]
    needs = Need.objects.in_halls(Catalogue.MAIN).order_by()
    stated = needs.filter(scenarios__isnull=False, **{f"{path}__isnull": False})
    rows = stated.values_list(
        "scenarios__code", path, "organization_id", "confidentiality"
    ).annotate(n=Count("pk", distinct=True))
    shown: dict[tuple[str, str], int] = defaultdict(int)
    hidden: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for scenario, value, organization, confidentiality, number in rows:
        if confidentiality == Confidentiality.CONFIDENTIAL:
            hidden[scenario, value][organization] = number
        else:
            shown[scenario, value] += number
    # The park of a confidential need is nobody's business, however many there are.
    return protected(shown, hidden if column == "industry" else {})


def solutions_by(column: str) -> dict[tuple[str, str], int]:
    """Return (scenario, ``column``) -> solutions."""
    path = {"industry": "industries__code", "park": "organization__park__code"}[column]
    rows = Solution.objects.in_halls(Catalogue.MAIN).order_by()
    stated = rows.filter(scenarios__isnull=False, **{f"{path}__isnull": False})
    counted = stated.values_list("scenarios__code", path).annotate(n=Count("pk", distinct=True))
    return {(scenario, value): number for scenario, value, number in counted}


@dataclass(frozen=True, slots=True)
class Supply:
    """Who supplies what around an industry, those with the most solutions first."""

    vendors: list[tuple[str, str, str]]
    # (vendor's key, scenario) with how many solutions.
    offers: dict[tuple[str, str], int]
    demand: dict[str, int]


def supply_of(industry: str) -> Supply:
    """Return the vendors whose solutions serve ``industry``, and the scenarios that are asked."""
    rows = Solution.objects.in_halls(Catalogue.MAIN).order_by().filter(industries__code=industry)
    offered = rows.filter(scenarios__isnull=False).values_list(
        "organization__public_id", "organization__legal_name", "scenarios__code"
    )
    offers: dict[tuple[str, str], int] = {}
    names: dict[str, str] = {}
    weight: dict[str, int] = defaultdict(int)
    for public_id, name, scenario, number in offered.annotate(n=Count("pk", distinct=True)):
        key = str(public_id)
        offers[key, scenario] = number
        names[key] = name
        weight[key] += number
    demand = {
        scenario: number
        for (scenario, code), number in needs_by("industry").items()
        if code == industry
    }
    vendors = sorted(weight, key=lambda key: (-weight[key], names[key]))
    return Supply(
        vendors=[
            (key, names[key], reverse("accounts:organization_detail", args=[key]))
            for key in vendors
        ],
        offers=offers,
        demand=demand,
    )


def maturity_of(park: Park) -> tuple[int, list[tuple[str, float, float]]]:
    """Return how many organizations of a park state maturity, and each domain's mean levels.

    No levels where fewer than ``LEAST`` organizations stand behind them.
    """
    targets = MaturityTarget.objects.filter(
        need__organization__park=park,
        need__in=Need.objects.in_halls(Catalogue.MAIN)
        .exclude(confidentiality=Confidentiality.CONFIDENTIAL)
        .order_by()
        .values("pk"),
    )
    behind = targets.aggregate(n=Count("need__organization", distinct=True))["n"]
    if behind < LEAST:
        return behind, []
    rows = (
        targets.values_list("domain__code")
        .annotate(
            current=Avg("current"),
            target=Avg("target"),
            n=Count("need__organization", distinct=True),
        )
        .order_by("domain__position")
    )
    return behind, [
        (code, float(current), float(target))
        for code, current, target, number in rows
        if number >= LEAST and current is not None and target is not None
    ]


def scenarios_of_park(park: Park) -> list[tuple[Organization, set[str], set[str]]]:
    """Return a park's organizations with what they openly offer and ask for."""
    rows = (
        Listing.objects.in_halls(Catalogue.MAIN)
        .filter(organization__park=park, scenarios__isnull=False)
        .exclude(need__confidentiality=Confidentiality.CONFIDENTIAL)
        .order_by()
        .values_list("organization_id", "kind", "scenarios__code")
        .distinct()
    )
    found: dict[int, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for organization, kind, scenario in rows:
        found[organization][0 if kind == ListingKind.SOLUTION else 1].add(scenario)
    organizations = Organization.objects.active().filter(pk__in=found).order_by("legal_name")
    return [(row, *found[row.pk]) for row in organizations]


@dataclass(frozen=True, slots=True)
class Monthly:
    months: list[str]
    needs: list[int | None]
    solutions: list[int | None]
    introductions: list[int | None]
    agreed: list[int | None]


def by_month(today: date, industry: str = "") -> Monthly:
    """Return what was published and begun in each of the last twelve months."""
    months = _months(today)
    listed = (
        Listing.objects.in_halls(Catalogue.MAIN)
        .filter(published_at__gte=_beginning(months[0]))
        .exclude(need__confidentiality=Confidentiality.CONFIDENTIAL)
        .filter(
            Q(need__industry__code=industry) | Q(solution__industries__code=industry)
            if industry
            else Q()
        )
        .order_by()
        .annotate(month=TruncMonth("published_at"))
        .values_list("month", "kind")
        .annotate(n=Count("pk", distinct=True))
    )
    counted = {(f"{month:%Y-%m}", kind): number for month, kind, number in listed}
    return Monthly(
        months=months,
        needs=[counted.get((month, ListingKind.NEED), 0) for month in months],
        solutions=[counted.get((month, ListingKind.SOLUTION), 0) for month in months],
        introductions=_introduced("begun_at", months, industry),
        agreed=_introduced("agreed_at", months, industry),
    )


def _introduced(moment: str, months: Sequence[str], industry: str) -> list[int | None]:
    """Count introductions by month, over all industries or in one.

    A month's industries are protected together with their total: else the total less the
    industries that are told would be the number of one that is not.
    """
    rows = (
        Introduction.objects.filter(**{f"{moment}__gte": _beginning(months[0])})
        .annotate(month=TruncMonth(moment))
        .values_list("month", "need__industry__code", "need__organization_id")
        .annotate(n=Count("pk"))
    )
    known = [*Industry.objects.values_list("code", flat=True), UNSTATED]
    behind: dict[str, dict[str, dict[int, int]]] = {
        month: {code: {} for code in known} for month in months
    }
    for month, code, organization, number in rows:
        behind[f"{month:%Y-%m}"][code or UNSTATED][organization] = number
    told = [_protected_month(behind[month]) for month in months]
    return [month.cells[industry] if industry else month.total for month in told]


def _protected_month(behind: Mapping[str, Counted]) -> Protected:
    return protect(behind, sum(sum(counted.values()) for counted in behind.values()))


def _months(today: date) -> list[str]:
    months = [today.year * 12 + today.month - 1 - back for back in range(MONTHS)]
    return [f"{month // 12}-{month % 12 + 1:02}" for month in reversed(months)]


def _beginning(month: str) -> datetime:
    year, number = month.split("-")
    return datetime(int(year), int(number), 1, tzinfo=timezone.get_current_timezone())
