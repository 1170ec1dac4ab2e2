"""What an organization's page gathers from its solutions: what it does, for whom, how proven."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Organization
from catalog.models import Case, Catalogue, HeldCertification, Solution
from catalog.wording.names import Names

_CASES = 6


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Held:
    name: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class Profile:
    scenarios: list[Link]
    industries: list[Link]
    cases: list[Case]
    certifications: list[Held]

    @property
    def is_empty(self) -> bool:
        return not (self.scenarios or self.industries or self.cases or self.certifications)


def profile_of(organization: Organization, names: Names) -> Profile:
    """Read four short lists, in four queries."""
    solutions = Solution.objects.in_halls(Catalogue.MAIN).filter(organization=organization)
    supplied = solutions.order_by().values("pk")
    scenarios = solutions.order_by().values_list("scenarios__code", flat=True).distinct()
    industries = solutions.order_by().values_list("industries__code", flat=True).distinct()
    cases = Case.objects.filter(solution__in=supplied).exclude(result="")
    hall = reverse("catalog:solution_list")
    return Profile(
        scenarios=[
            Link(names.of("scenario", code), reverse("catalog:scenario_detail", args=[code]))
            for code in sorted(filter(None, scenarios))
        ],
        industries=[
            Link(names.of("industry", code), f"{hall}?industry={code}")
            for code in sorted(filter(None, industries))
        ],
        cases=list(cases.select_related("solution", "industry").order_by("-year", "-pk")[:_CASES]),
        certifications=_held(organization, names),
    )


def _held(organization: Organization, names: Names) -> list[Held]:
    rows = HeldCertification.objects.filter(
        solution__in=Solution.objects.in_halls(Catalogue.MAIN).filter(organization=organization)
    ).values_list("certification__code", "verified_at")
    found: dict[str, bool] = {}
    for code, verified_at in rows:
        found[code] = found.get(code, False) or verified_at is not None
    return [
        Held(names.of("certification", code), is_checked)
        for code, is_checked in sorted(found.items())
    ]
