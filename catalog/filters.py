"""The facets of the halls: what narrows them, and how many listings each choice leaves.

A facet is counted under all other filters, so its numbers say what choosing one more gives.
"""

from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, F, Func, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import District, Organization, Park
from catalog.choices import (
    BudgetVisibility,
    Confidentiality,
    FactoryGoal,
    IntegrationForm,
    NeedStage,
    PriceVisibility,
)
from catalog.disclosure import BANDS, Band
from catalog.wording.names import Names

_MOST_CHOSEN = 60


class CodesField(forms.Field):
    """Any number of codes; what is not a code of the facet is left out by the filter."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[str]:
        # PostgreSQL takes no NUL, not even to look for one.
        codes = [code for code in dict.fromkeys(value or ()) if code and "\0" not in code]
        return codes[:_MOST_CHOSEN]


class CodesFilter(django_filters.Filter):  # type: ignore[misc]
    """Listings that carry one of the chosen codes at ``path``."""

    field_class = CodesField

    def __init__(self, path: str, options: Any, *, shown: Q | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.path = path
        # A vocabulary's kind, a TextChoices class, or a function that lists code and label.
        self.options = options
        # Which listings may be told apart by it; of the others it would tell what pages hide.
        self.shown = shown or Q()

    def choices(self, names: Names) -> list[tuple[str, str]]:
        if isinstance(self.options, str):
            return names.options(self.options)
        if isinstance(self.options, type):
            return [(str(value), str(label)) for value, label in self.options.choices]  # type: ignore[attr-defined]
        return list(self.options())

    def filter(self, queryset: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        if not value:
            return queryset
        # A subquery rather than a join: a listing with two of the codes is still one listing.
        rows = queryset.model._default_manager.filter(self.shown, self.holds(value))
        return queryset.filter(pk__in=rows.order_by().values("pk"))

    def holds(self, codes: list[str]) -> Q:
        return Q(**{f"{self.path}__in": codes})

    def counts(self, queryset: QuerySet[Any]) -> dict[str, int]:
        rows = queryset.filter(self.shown).order_by().values(choice=F(self.path))
        counted = rows.annotate(n=Count("pk", distinct=True)).values_list("choice", "n")
        return {str(code): n for code, n in counted if code}


class ArrayFilter(CodesFilter):
    """The same for codes kept in an array column."""

    def holds(self, codes: list[str]) -> Q:
        return Q(**{f"{self.path}__overlap": codes})

    def counts(self, queryset: QuerySet[Any]) -> dict[str, int]:
        rows = queryset.filter(self.shown).order_by()
        each = rows.annotate(choice=Func(F(self.path), function="unnest")).values("choice")
        return dict(each.annotate(n=Count("pk")).values_list("choice", "n"))


class BandsFilter(CodesFilter):
    """Listings whose range of money touches a band; ranges that are not public never do."""

    def __init__(self, path: str, **kwargs: Any) -> None:
        super().__init__(path, lambda: [(band.code, band.label) for band in BANDS], **kwargs)

    def _touches(self, band: Band) -> Q:
        low, high = F(f"{self.path}_low"), F(f"{self.path}_high")
        touches = Q(GreaterThanOrEqual(Coalesce(high, low), band.low))
        if band.high is not None:
            touches &= Q(LessThan(Coalesce(low, high), band.high))
        return touches

    def holds(self, codes: list[str]) -> Q:
        touched = Q(pk__in=[])
        for band in BANDS:
            if band.code in codes:
                touched |= self._touches(band)
        return touched

    def counts(self, queryset: QuerySet[Any]) -> dict[str, int]:
        totals = queryset.filter(self.shown).aggregate(
            **{f"band{i}": Count("pk", filter=self._touches(b)) for i, b in enumerate(BANDS)}
        )
        return {band.code: totals[f"band{i}"] for i, band in enumerate(BANDS)}


def _parks() -> Iterable[tuple[str, str]]:
    return ((park.code, str(park)) for park in Park.objects.all())


class HallFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What both halls share. ``narrowed`` applies all filters, or all but the one counted."""

    scenario = CodesFilter("scenarios__code", "scenario", label=_("典型场景"))
    goal = ArrayFilter("factory_goals", FactoryGoal, label=_("建设目标"))
    integration = ArrayFilter("integration_forms", IntegrationForm, label=_("集成方式"))

    # The filters in the order of the page.
    facets: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, queryset: QuerySet[Any], actor: Actor) -> None:
        super().__init__(data, queryset)
        self.actor = actor

    def chosen(self, name: str) -> list[str]:
        codes = self.form.cleaned_data.get(name) if self.form.is_valid() else None
        return codes or []

    def narrowed(self, without: str = "") -> QuerySet[Any]:
        queryset: QuerySet[Any] = self.queryset.all()
        for name, each in self.filters.items():
            if name != without:
                queryset = each.filter(queryset, self.chosen(name))
        return queryset


_OPEN_NEED = Q(confidentiality=Confidentiality.OPEN)
# Of a confidential need the district is not told, what is larger than one is.
_PLACE_TOLD = _OPEN_NEED | ~Q(district__level=District.Level.DISTRICT)


class PlaceFilter(CodesFilter):
    """Needs by place: the open ones by district, all of them by group of districts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("district__code", "district", **kwargs)

    def choices(self, names: Names) -> list[tuple[str, str]]:
        return [*names.options("district_group"), *names.options("district")]

    def holds(self, codes: list[str]) -> Q:
        told = _PLACE_TOLD & Q(district__code__in=codes)
        return told | Q(district__group__code__in=codes)

    def counts(self, queryset: QuerySet[Any]) -> dict[str, int]:
        rows = queryset.order_by()
        grouped = rows.values(choice=F("district__group__code"))
        told = rows.filter(_PLACE_TOLD).values(choice=F("district__code"))
        return {
            str(row["choice"]): row["n"]
            for counted in (grouped, told)
            for row in counted.annotate(n=Count("pk"))
            if row["choice"]
        }


class NeedFilter(HallFilter):
    industry = CodesFilter("industry__code", "industry", label=_("行业"))
    district = PlaceFilter(label=_("所在区"))
    type = CodesFilter("project_type__code", "project_type", label=_("项目类型"))
    stage = CodesFilter("stage", NeedStage, label=_("项目阶段"))
    budget = BandsFilter(
        "budget",
        label=_("预算（仅公开的）"),
        # A confidential need shows the bands that its published budget touches: these.
        shown=Q(budget_visibility=BudgetVisibility.PUBLIC),
    )
    park = CodesFilter("organization__park__code", _parks, label=_("园区"), shown=_OPEN_NEED)

    facets = (
        "scenario",
        "industry",
        "district",
        "type",
        "stage",
        "budget",
        "goal",
        "integration",
        "park",
    )


class ServedFilter(CodesFilter):
    """Vendors that serve a place; those that serve the whole country serve it too."""

    def holds(self, codes: list[str]) -> Q:
        return super().holds(codes) | Q(nationwide=True)

    def counts(self, queryset: QuerySet[Any]) -> dict[str, int]:
        everywhere = queryset.filter(nationwide=True).count()
        local = super().counts(queryset.filter(nationwide=False))
        codes = local if everywhere == 0 else District.objects.values_list("code", flat=True)
        return {code: local.get(code, 0) + everywhere for code in codes}


class SolutionFilter(HallFilter):
    industry = CodesFilter("industries__code", "industry", label=_("服务行业"))
    district = ServedFilter("service_districts__code", "district", label=_("服务地区"))
    type = CodesFilter("project_types__code", "project_type", label=_("项目类型"))
    price = BandsFilter("price", label=_("价格"))
    certification = CodesFilter(
        "certifications__certification__code", "certification", label=_("资质与认定")
    )
    size = CodesFilter("organization__size", Organization.Size, label=_("企业规模"))
    park = CodesFilter("organization__park__code", _parks, label=_("园区"))

    facets = (
        "scenario",
        "industry",
        "district",
        "type",
        "price",
        "certification",
        "size",
        "goal",
        "integration",
        "park",
    )

    def __init__(self, data: QueryDict, queryset: QuerySet[Any], actor: Actor) -> None:
        super().__init__(data, queryset, actor)
        told = [PriceVisibility.PUBLIC]
        if actor.organization_id is not None:
            told.append(PriceVisibility.MEMBERS)
        self.filters["price"].shown = Q(price_visibility__in=told)
