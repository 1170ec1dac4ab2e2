"""The two halls: search, facets, pages."""

from collections.abc import Callable
from typing import Any

from django.db.models import BinaryField, F, Func, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.requests import ActorRequest
from catalog.filters import HallFilter, NeedFilter, SolutionFilter
from catalog.models import Catalogue, Need, Solution
from catalog.paging import keyset_page
from catalog.presenting.cards import Card, need_card, solution_card
from catalog.presenting.facets import Chip, narrowing, without
from catalog.querysets import ListingQuerySet
from catalog.reading import NEED_PREFETCH, SOLUTION_PREFETCH
from catalog.search.query import MAX_QUERY, apply, parse
from catalog.wording.names import Names

PAGE_SIZE = 20
NEWEST, TITLE, RELEVANCE = "newest", "title", "relevance"
_SORTS = {NEWEST: _("最新发布"), TITLE: _("标题"), RELEVANCE: _("相关度")}
_KEYS = {
    NEWEST: ("-published_at", "-pk"),
    TITLE: ("title_key", "pk"),
    RELEVANCE: ("-closeness", "-pk"),
}


@require_safe
def need_list(request: ActorRequest) -> HttpResponse:
    rows = Need.objects.with_owner("catalogue", "industry", "district", "project_type")
    rows = rows.prefetch_related(*NEED_PREFETCH)
    return _hall(request, rows, NeedFilter, need_card, "catalog/need_list.html")


@require_safe
def solution_list(request: ActorRequest) -> HttpResponse:
    rows = Solution.objects.with_owner("catalogue").prefetch_related(*SOLUTION_PREFETCH)
    return _hall(request, rows, SolutionFilter, solution_card, "catalog/solution_list.html")


def _hall(
    request: ActorRequest,
    rows: ListingQuerySet[Any],
    filters: type[HallFilter],
    make_card: Callable[..., Card],
    template: str,
) -> HttpResponse:
    params = request.GET
    code = params.get("catalogue", "") or Catalogue.MAIN
    catalogue = get_object_or_404(Catalogue, code=code.replace("\0", ""))
    words = params.get("q", "").replace("\0", "").strip()[:MAX_QUERY]
    found = apply(rows.in_halls(catalogue.code), parse(words))
    listed = found.queryset.model.objects.filter(pk__in=found.queryset.order_by().values("pk"))
    hall = filters(params, listed, request.actor)
    sort = _sort(params.get("sort", ""), searching=bool(words))
    names = Names.load()
    narrowed = hall.narrowed()
    page = keyset_page(
        _sortable(found.queryset, sort).filter(pk__in=narrowed.order_by().values("pk")),
        _KEYS[sort],
        params.get("cursor", ""),
        PAGE_SIZE,
    )
    narrowed_by = narrowing(hall, params, names)
    if words:
        narrowed_by.chips.insert(0, Chip(f"“{words}”", without(params, "q")))
    context = {
        "cards": [make_card(request.actor, row, names) for row in page.rows],
        "page": page,
        "total": narrowed.count(),
        "facets": narrowed_by.facets,
        "chips": narrowed_by.chips,
        "q": words,
        "loosened": found.loosened,
        "sort": sort,
        "sorts": [(key, label) for key, label in _SORTS.items() if words or key != RELEVANCE],
        "catalogue": catalogue,
        "is_main": catalogue.code == Catalogue.MAIN,
        "catalogues": Catalogue.objects.filter(is_external=True),
    }
    return render(request, template, context)


def _sort(wanted: str, *, searching: bool) -> str:
    if wanted in _SORTS and (searching or wanted != RELEVANCE):
        return wanted
    return RELEVANCE if searching else NEWEST


def _sortable(rows: QuerySet[Any], sort: str) -> QuerySet[Any]:
    """Annotate what the order needs: whole numbers and text, which a cursor holds exactly."""
    sortable: QuerySet[Any] = rows
    if sort == RELEVANCE:
        sortable = rows.annotate(closeness=Cast(F("rank") * 1_000_000, IntegerField()))
    elif sort == TITLE:
        # GB 18030 puts most characters into the order of their pinyin.
        encoded = Func(
            F("title"), Value("GB18030"), function="convert_to", output_field=BinaryField()
        )
        sortable = rows.annotate(
            title_key=Func(encoded, Value("hex"), function="encode", output_field=TextField())
        )
    return sortable
