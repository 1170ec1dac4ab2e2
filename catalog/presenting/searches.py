"""Saved searches with what is new in each, in one query for all of them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Value
from django.http import QueryDict

from accounts.actors import Actor
from catalog.choices import ListingKind
from catalog.models import Catalogue, SavedSearch
from catalog.permissions import own_searches
from catalog.presenting.halls import HALLS, searched_words
from catalog.search.query import narrow, parse
from catalog.search.synonyms import current_synonyms


@dataclass(frozen=True, slots=True)
class KeptSearch:
    search: SavedSearch
    new: int
    href: str


def kept_searches(actor: Actor) -> list[KeptSearch]:
    searches = list(SavedSearch.objects.filter(own_searches(actor))[: SavedSearch.MOST])
    if not searches:
        return []
    synonyms = current_synonyms()
    parts = [_counting(actor, each, synonyms) for each in searches]
    new = dict(parts[0].union(*parts[1:], all=True)) if parts else {}
    return [KeptSearch(each, new.get(each.pk, 0), search_href(each)) for each in searches]


def search_href(search: SavedSearch) -> str:
    return f"{HALLS[ListingKind(search.kind)].href}?{search.query}"


def _counting(actor: Actor, search: SavedSearch, synonyms: Any) -> QuerySet[Any, Any]:
    """Count what its hall lists of a search since it was last looked at: all words are held."""
    hall = HALLS[ListingKind(search.kind)]
    params = QueryDict(search.query)
    listed = hall.listed().in_halls(params.get("catalogue", "") or Catalogue.MAIN)
    found = narrow(listed, parse(searched_words(params), synonyms))
    rows = hall.filters(params, found, actor).narrow(found).filter(published_at__gt=search.seen_at)
    counted: QuerySet[Any, Any] = (
        rows.order_by()
        .annotate(search=Value(search.pk, output_field=IntegerField()))
        .values("search")
        .annotate(n=Count("*"))
    )
    return counted.values_list("search", "n")
