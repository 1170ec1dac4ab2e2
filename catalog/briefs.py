"""What cards and comparisons say of listings, read with the page's own query.

A brief is content without its rows of requirements, parameters and limits. Codes come as arrays
beside each listing, so the number of queries does not grow with what a listing carries.
"""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, IntegerField, Model, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.models import District
from catalog.content import NeedContent, SolutionContent
from catalog.models import Case, Industry, Need, ProjectType, Scenario, Solution
from catalog.querysets import ListingQuerySet
from catalog.reading import NEED_COLUMNS, SOLUTION_COLUMNS


def _code_array(model: type[Model], back: str) -> ArraySubquery:
    rows = model._default_manager.filter(**{back: OuterRef("pk")}).order_by("code")
    return ArraySubquery(rows.values("code"))


def brief_needs(rows: ListingQuerySet[Need]) -> ListingQuerySet[Any]:
    owned: ListingQuerySet[Any] = rows.with_owner(
        "catalogue", "industry", "district", "project_type"
    )
    return owned.annotate(scenario_codes=_code_array(Scenario, "listings"))


def brief_solutions(rows: ListingQuerySet[Solution]) -> ListingQuerySet[Any]:
    cases = Case.objects.filter(solution=OuterRef("pk")).order_by().values("solution")
    counted = Subquery(cases.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    owned: ListingQuerySet[Any] = rows.with_owner("catalogue")
    return owned.annotate(
        scenario_codes=_code_array(Scenario, "listings"),
        industry_codes=_code_array(Industry, "solutions"),
        type_codes=_code_array(ProjectType, "solutions"),
        district_codes=_code_array(District, "served_by"),
        case_count=Coalesce(counted, 0),
    )


def need_brief(need: Any) -> NeedContent:
    """Return the brief of a row of `brief_needs`."""
    return NeedContent.model_construct(
        **{name: getattr(need, name) for name in NEED_COLUMNS},
        **_common(need),
        project_type=need.project_type.code if need.project_type else "",
        industry=need.industry.code if need.industry else "",
        district=need.district.code if need.district else "",
    )


def solution_brief(solution: Any) -> SolutionContent:
    """Return the brief of a row of `brief_solutions`; of cases it has the number only."""
    return SolutionContent.model_construct(
        **{name: getattr(solution, name) for name in SOLUTION_COLUMNS},
        **_common(solution),
        industries=tuple(solution.industry_codes),
        project_types=tuple(solution.type_codes),
        service_districts=tuple(solution.district_codes),
    )


def _common(listing: Any) -> dict[str, Any]:
    return {
        "scenarios": tuple(listing.scenario_codes),
        "factory_goals": tuple(listing.factory_goals),
        "integration_forms": tuple(listing.integration_forms),
    }
