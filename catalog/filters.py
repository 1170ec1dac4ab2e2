"""The facets of the halls: what narrows them, and how many listings each choice leaves.

A facet is counted under all other filters, so its numbers say what choosing one more gives.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import django_filters
from django import forms
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Aggregate, Count, F, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import District, Organization
from catalog.choices import (
    BudgetVisibility,
    Confidentiality,
    FactoryGoal,
    IntegrationForm,
    NeedStage,
    PriceVisibility,
)
from catalog.disclosure import BANDS, Band
from catalog.facets import FacetIndex
from catalog.figures import kept
from catalog.wording.names import Names

_MOST_CHOSEN = 60


# Listings with a ``choice`` of theirs, once for each that they have.
Choosing = QuerySet[Any, Any]


def _all_as(rows: QuerySet[Any], choice: str) -> Choosing:
    """Give all of ``rows`` one choice."""
    alike: Choosing = rows.annotate(choice=Value(choice, output_field=TextField()))
    return alike


def _ids(vocabulary: type[Model], codes: Iterable[str]) -> list[int]:
    """Return the ids of ``codes``: of an id PostgreSQL knows how many listings have it."""
    known = kept(
        f"ids:{vocabulary._meta.label}",
        lambda: dict(vocabulary._default_manager.values_list("code", "pk")),
    )
    return [known[code] for code in codes if code in known]


def _one_of(model: type[Model], path: str, codes: list[str]) -> Q:
    """Return the condition of having one of ``codes`` at ``path``, which names a field or the code
    of a vocabulary.

    Of a relation to many the related rows are asked, not joined: a listing with two of the codes
    is still one listing.
    """
    *steps, last = path.split("__")
    fields: list[Any] = []
    for step in steps:
        fields.append((fields[-1].related_model if fields else model)._meta.get_field(step))
    if last != "code":
        return Q(**{f"{path}__in": codes})
    ids, first = _ids(fields[-1].related_model, codes), fields[0]
    if first.many_to_many:
        through, of = first.remote_field.through, first.m2m_field_name()
        rows = through._default_manager.filter(**{f"{first.m2m_reverse_field_name()}__in": ids})
    elif first.one_to_many:
        of = first.field.name
        rows = first.related_model._default_manager.filter(**{f"{'__'.join(steps[1:])}__in": ids})
    else:
        return Q(**{f"{'__'.join(steps)}__in": ids})
    return Q(pk__in=rows.values(of))


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
        return queryset.filter(self.shown, self.holds(queryset.model, value))

    def holds(self, model: type[Model], codes: list[str], /) -> Q:
        return _one_of(model, self.path, codes)

    def choosing(self, queryset: QuerySet[Any]) -> list[Choosing]:
        """Return queries for listings by choice; all facets of a page are asked for at once."""
        rows = queryset.filter(self.shown).order_by()
        return [rows.annotate(choice=Cast(F(self.path), TextField()))]

    def taken(self, codes: list[str]) -> list[str]:
        """Return the choices of `choosing` that ``filter`` lets through for ``codes``."""
        return codes

    def counts(self, counted: dict[str, int]) -> dict[str, int]:
        """Return what each choice leaves, from what `choosing` found."""
        return defaultdict(int, counted)


class ArrayFilter(CodesFilter):
    """The same for codes kept in an array column."""

    def holds(self, _model: type[Model], codes: list[str], /) -> Q:
        return Q(**{f"{self.path}__overlap": codes})

    def choosing(self, queryset: QuerySet[Any]) -> list[Choosing]:
        rows = queryset.filter(self.shown).order_by()
        each = Func(F(self.path), function="unnest", output_field=TextField())
        return [rows.annotate(choice=each)]


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

    def holds(self, _model: type[Model], codes: list[str], /) -> Q:
        touched = Q(pk__in=[])
        for band in BANDS:
            if band.code in codes:
                touched |= self._touches(band)
        return touched

    def choosing(self, queryset: QuerySet[Any]) -> list[Choosing]:
        rows = queryset.filter(self.shown).order_by()
        return [_all_as(rows.filter(self._touches(band)), band.code) for band in BANDS]


TOTAL = "total"


def _summed(name: str, choosing: Choosing, summary: Aggregate) -> QuerySet[Any, Any]:
    """Return a facet's choices, each with what ``summary`` says of its listings."""
    summed = choosing.values("choice").annotate(said=summary)
    named: QuerySet[Any, Any] = summed.annotate(facet=Value(name, output_field=TextField()))
    return named.values_list("facet", "choice", "said")


def _named(name: str) -> RawSQL:
    """Speak of rows that `_fetch` keeps by a name of ours."""
    return RawSQL(f"SELECT id FROM {name}", ())  # noqa: S608, S611  # nosec B608 B611


def _fetch(
    held: Mapping[str, QuerySet[Any]], parts: Sequence[QuerySet[Any, Any]]
) -> list[tuple[str, str, Any]]:
    """Return the rows of all ``parts``, which may speak of ``held`` by name."""
    ctes: list[str] = []
    parameters: list[Any] = []
    for name, rows in held.items():
        try:
            sql, used = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            sql, used = "SELECT 0 WHERE false", ()
        ctes.append(f"{name} (id) AS MATERIALIZED ({sql})")
        parameters.extend(used)
    sql, used = parts[0].union(*parts[1:], all=True).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(ctes)} {sql}", [*parameters, *used])
        rows_found: list[tuple[str, str, Any]] = cursor.fetchall()
    return rows_found


class HallFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What both halls share. ``narrow`` applies all filters, or all but the one counted."""

    scenario = CodesFilter("scenarios__code", "scenario", label=_("典型场景"))
    goal = ArrayFilter("factory_goals", FactoryGoal, label=_("建设目标"))
    integration = ArrayFilter("integration_forms", IntegrationForm, label=_("集成方式"))

    # The filters in the order of the page.
    facets: tuple[str, ...] = ()
    # Beyond what is chosen, what the counts depend on: which prices the viewer is told.
    told: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, queryset: QuerySet[Any], actor: Actor) -> None:
        super().__init__(data, queryset)
        self.actor = actor

    def chosen(self, name: str) -> list[str]:
        codes = self.form.cleaned_data.get(name) if self.form.is_valid() else None
        return codes or []

    def counted(self, index: FacetIndex | None = None) -> dict[str, dict[str, int]]:
        """Count every facet under the other filters, and all that is listed.

        ``index`` is of the same listings, as `indexed` reads them: without it the database counts.
        """
        if index is None:
            return self._counted_by_database()
        chosen = {
            name: self.filters[name].taken(codes)
            for name in self.facets
            if (codes := self.chosen(name))
        }
        number, left = index.counted(chosen)
        return {TOTAL: {"": number}} | {name: left.get(name, {}) for name in self.facets}

    def indexed(self) -> FacetIndex:
        """Return which of all listings carry which choice, whatever is chosen, in one query."""
        name = "listed"
        rows = self.queryset.model._default_manager.filter(pk__in=_named(name))
        members = ArrayAgg("pk")
        parts = [_summed(TOTAL, _all_as(rows.order_by(), ""), members)]
        for facet in self.facets:
            choosing = self.filters[facet].choosing(rows)
            parts.extend(_summed(facet, each, members) for each in choosing)
        # Of no listing at all PostgreSQL makes a NULL, not an empty array.
        found = [row for row in _fetch({name: self.queryset}, parts) if row[2]]
        listed = [one for facet, _choice, ids in found if facet == TOTAL for one in ids]
        told = [row for row in found if row[0] != TOTAL and row[1]]
        return FacetIndex.of(listed, told)

    def _counted_by_database(self) -> dict[str, dict[str, int]]:
        """Count in one query.

        Most facets narrow nothing and are counted over the same listings. These are found once:
        each facet for itself would take a dozen times as long.
        """
        narrowed = {"": self.narrow(self.queryset)}
        narrowed |= {
            name: self.narrow(self.queryset, without=name)
            for name in self.facets
            if self.chosen(name)
        }
        names = {name: f"kept_{place}" for place, name in enumerate(narrowed)}

        def rows_of(name: str) -> QuerySet[Any]:
            found = _named(names.get(name, names[""]))
            rows: QuerySet[Any] = self.queryset.model._default_manager.filter(pk__in=found)
            return rows

        parts = [_summed(TOTAL, _all_as(rows_of("").order_by(), ""), Count("*"))]
        for name in self.facets:
            choosing = self.filters[name].choosing(rows_of(name))
            parts.extend(_summed(name, each, Count("*")) for each in choosing)
        found: dict[str, dict[str, int]] = {name: {} for name in (TOTAL, *self.facets)}
        for name, choice, n in _fetch(
            {names[name]: rows for name, rows in narrowed.items()}, parts
        ):
            if choice or name == TOTAL:
                found[name][choice] = n
        return found

    def narrow(self, rows: QuerySet[Any], without: str = "") -> QuerySet[Any]:
        """Keep of ``rows`` what the filters let through, all of them or all but one."""
        for name, each in self.filters.items():
            if name != without:
                rows = each.filter(rows, self.chosen(name))
        return rows


_OPEN_NEED = Q(confidentiality=Confidentiality.OPEN)
# Of a confidential need the district is not told, what is larger than one is.
_PLACE_TOLD = _OPEN_NEED | ~Q(district__level=District.Level.DISTRICT)


class PlaceFilter(CodesFilter):
    """Needs by place: the open ones by district, all of them by group of districts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("district__code", "district", **kwargs)

    def choices(self, names: Names) -> list[tuple[str, str]]:
        return [*names.options("district_group"), *names.options("district")]

    def holds(self, model: type[Model], codes: list[str], /) -> Q:
        told = _PLACE_TOLD & _one_of(model, "district__code", codes)
        return told | _one_of(model, "district__group__code", codes)

    def choosing(self, queryset: QuerySet[Any]) -> list[Choosing]:
        rows = queryset.order_by()
        told = rows.filter(_PLACE_TOLD)
        return [
            rows.annotate(choice=Cast(F("district__group__code"), TextField())),
            told.annotate(choice=Cast(F("district__code"), TextField())),
        ]


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
    park = CodesFilter("organization__park__code", "park", label=_("园区"), shown=_OPEN_NEED)

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


# No district has this code.
_EVERYWHERE = "*"


class ServedFilter(CodesFilter):
    """Vendors that serve a place; those that serve the whole country serve it too."""

    def holds(self, model: type[Model], codes: list[str], /) -> Q:
        return super().holds(model, codes) | Q(nationwide=True)

    def choosing(self, queryset: QuerySet[Any]) -> list[Choosing]:
        local = super().choosing(queryset.filter(nationwide=False))
        return [*local, _all_as(queryset.filter(nationwide=True).order_by(), _EVERYWHERE)]

    def taken(self, codes: list[str]) -> list[str]:
        return [*codes, _EVERYWHERE]

    def counts(self, counted: dict[str, int]) -> dict[str, int]:
        everywhere = counted.get(_EVERYWHERE, 0)
        return defaultdict(
            lambda: everywhere,
            {code: n + everywhere for code, n in counted.items() if code != _EVERYWHERE},
        )


class SolutionFilter(HallFilter):
    industry = CodesFilter("industries__code", "industry", label=_("服务行业"))
    district = ServedFilter("service_districts__code", "district", label=_("服务地区"))
    type = CodesFilter("project_types__code", "project_type", label=_("项目类型"))
    price = BandsFilter("price", label=_("价格"))
    certification = CodesFilter(
        "certifications__certification__code", "certification", label=_("资质与认定")
    )
    size = CodesFilter("organization__size", Organization.Size, label=_("企业规模"))
    park = CodesFilter("organization__park__code", "park", label=_("园区"))

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
        is_member = actor.organization_id is not None
        members = (PriceVisibility.MEMBERS,) if is_member else ()
        self.told = (PriceVisibility.PUBLIC, *members)
        self.filters["price"].shown = Q(price_visibility__in=self.told)
