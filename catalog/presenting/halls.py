"""A hall as its address asks for it: the same for the page, its htmx part and saved searches."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Any

from django.db.models import (
    BinaryField,
    DateField,
    F,
    Func,
    IntegerField,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from catalog.briefs import brief_needs, brief_solutions
from catalog.choices import ListingKind
from catalog.figures import kept_by_all
from catalog.filters import TOTAL, HallFilter, NeedFilter, SolutionFilter
from catalog.models import Catalogue, Need, Solution
from catalog.paging import Page, keyset_page
from catalog.presenting.cards import Card, need_card, solution_card
from catalog.presenting.comparing import TRAY, chosen_ids
from catalog.presenting.facets import Chip, Narrowing, narrowing, without
from catalog.querysets import ListingQuerySet
from catalog.search.query import MAX_QUERY, apply, parse
from catalog.wording.names import Names

PAGE_SIZE = 20
NEWEST, TITLE, RELEVANCE, CLOSING, LEAD_TIME = (
    "newest",
    "title",
    "relevance",
    "closing",
    "lead_time",
)
CARDS, TABLE = "cards", "table"
SORTS = {
    RELEVANCE: _("相关度"),
    NEWEST: _("最新发布"),
    CLOSING: _("即将截止"),
    LEAD_TIME: _("交付最快"),
    TITLE: _("标题"),
}
_KEYS = {
    # The listing's own id, as in the index of the halls; a need's or solution's key equals it.
    NEWEST: ("-published_at", "-id"),
    TITLE: ("title_key", "pk"),
    RELEVANCE: ("-closeness", "-pk"),
    CLOSING: ("closes_on", "-pk"),
    LEAD_TIME: ("weeks", "-pk"),
}
_NEVER = date(9999, 12, 31)
_UNKNOWN_WEEKS = 32_767


@dataclass(frozen=True, slots=True)
class Hall:
    """What tells the two halls apart."""

    kind: ListingKind
    filters: type[HallFilter]
    listed: Callable[[], ListingQuerySet[Any]]
    brief: Callable[[ListingQuerySet[Any]], ListingQuerySet[Any]]
    card: Callable[[Actor, Any, Names], Card]
    sorts: tuple[str, ...]

    @property
    def href(self) -> str:
        return reverse(f"catalog:{self.kind}_list")


HALLS = {
    ListingKind.NEED: Hall(
        ListingKind.NEED,
        NeedFilter,
        partial(Need.objects.filter, kind=ListingKind.NEED),
        brief_needs,
        need_card,
        (RELEVANCE, NEWEST, CLOSING, TITLE),
    ),
    ListingKind.SOLUTION: Hall(
        ListingKind.SOLUTION,
        SolutionFilter,
        partial(Solution.objects.filter, kind=ListingKind.SOLUTION),
        brief_solutions,
        solution_card,
        (RELEVANCE, NEWEST, LEAD_TIME, TITLE),
    ),
}


@dataclass(frozen=True, slots=True)
class HallView:
    hall: Hall
    cards: list[Card]
    page: Page[Any]
    total: int
    narrowing: Narrowing
    words: str
    loosened: bool
    sort: str
    layout: str
    catalogue: Catalogue
    catalogues: list[Catalogue]
    params: QueryDict

    @property
    def href(self) -> str:
        """Return the page's address without what says nothing."""
        return f"{self.hall.href}{_address(self.params)}"

    def context(self) -> dict[str, Any]:
        return {
            "cards": self.cards,
            "page": self.page,
            "total": self.total,
            "facets": self.narrowing.facets,
            "chips": self.narrowing.chips,
            "q": self.words,
            "loosened": self.loosened,
            "sort": self.sort,
            "sorts": [
                (key, SORTS[key]) for key in self.hall.sorts if self.words or key != RELEVANCE
            ],
            "layout": self.layout,
            "columns": [each.label for each in self.cards[0].columns] if self.cards else [],
            "catalogue": self.catalogue,
            "is_main": self.catalogue.code == Catalogue.MAIN,
            "catalogues": self.catalogues,
            "hall_href": self.hall.href,
            "search": search_query(self.params),
            "search_name": "，".join(str(chip.label) for chip in self.narrowing.chips)[:80],
            "tray": [str(each) for each in chosen_ids(self.params.getlist(TRAY))],
            "can_compare": self.hall.kind == ListingKind.SOLUTION,
        }


def read_hall(actor: Actor, hall: Hall, params: QueryDict) -> HallView:
    """Return one page of ``hall``: the listings in one query, all counts in another."""
    catalogues = list(Catalogue.objects.order_by("pk"))
    catalogue = _catalogue(catalogues, params.get("catalogue", ""))
    words = searched_words(params)
    found = apply(hall.brief(hall.listed().in_halls(catalogue.code)), parse(words))
    among = hall.listed().filter(pk__in=found.queryset.order_by().values("pk"))
    # Said directly where there is no search, what is listed is counted in two thirds of the time.
    filters = hall.filters(
        params, among if words else hall.listed().in_halls(catalogue.code), actor
    )
    sort = _sort(hall, params.get("sort", ""), searching=bool(words))
    names = Names.of_terms()
    page = keyset_page(
        filters.narrow(_sortable(found.queryset, sort)),
        _KEYS[sort],
        params.get("cursor", ""),
        PAGE_SIZE,
    )
    counted = _counted(hall, filters, catalogue, words)
    narrowed_by = narrowing(filters, counted, params, names)
    if words:
        narrowed_by.chips.insert(0, Chip(f"“{words}”", without(params, "q")))
    return HallView(
        hall=hall,
        cards=[hall.card(actor, row, names) for row in page.rows],
        page=page,
        total=counted[TOTAL].get("", 0),
        narrowing=narrowed_by,
        words=words,
        loosened=found.loosened,
        sort=sort,
        layout=TABLE if params.get("view") == TABLE else CARDS,
        catalogue=catalogue,
        catalogues=[each for each in catalogues if each.is_external],
        params=params,
    )


def searched_words(params: QueryDict) -> str:
    return params.get("q", "").replace("\0", "").strip()[:MAX_QUERY]


def search_query(params: QueryDict) -> str:
    """Return what ``params`` search for, in one spelling: no order, page or view of it."""
    kept_params = QueryDict(mutable=True)
    for name in sorted(params):
        if name not in {"sort", "view", "cursor", TRAY}:
            values = sorted({value.replace("\0", "").strip() for value in params.getlist(name)})
            kept_params.setlist(name, [value for value in values if value])
    return kept_params.urlencode()


def _address(params: QueryDict) -> str:
    said = params.copy()
    for name in list(said):
        said.setlist(name, [value for value in said.getlist(name) if value])
    if said.get("sort") == NEWEST and not said.get("q"):
        del said["sort"]
    query = said.urlencode()
    return f"?{query}" if query else ""


def _catalogue(catalogues: list[Catalogue], code: str) -> Catalogue:
    wanted = code or Catalogue.MAIN
    for catalogue in catalogues:
        if catalogue.code == wanted:
            return catalogue
    raise Http404


def _counted(
    hall: Hall, filters: HallFilter, catalogue: Catalogue, words: str
) -> dict[str, dict[str, int]]:
    """Count from what is read once a minute, or what was found by words in the database."""
    # All that counts rest on, the day included: listings expire.
    rests_on = (hall.kind, catalogue.code, filters.told, timezone.localdate().isoformat())
    if not words:
        return filters.counted(kept_by_all(_key("facets", rests_on), filters.indexed))
    chosen = [(name, sorted(filters.chosen(name))) for name in filters.facets]
    return kept_by_all(_key("counts", (*rests_on, words, chosen)), filters.counted)


def _key(of: str, rests_on: tuple[Any, ...]) -> str:
    return f"{of}:{sha256(repr(rests_on).encode()).hexdigest()}"


def _sort(hall: Hall, wanted: str, *, searching: bool) -> str:
    if wanted in hall.sorts and (searching or wanted != RELEVANCE):
        return wanted
    return RELEVANCE if searching else NEWEST


def _sortable(rows: QuerySet[Any], sort: str) -> QuerySet[Any]:
    """Annotate what the order needs: whole numbers, days and text, which a cursor holds exactly."""
    sortable: QuerySet[Any] = rows
    if sort == RELEVANCE:
        sortable = rows.annotate(closeness=Cast(F("rank") * 1_000_000, IntegerField()))
    elif sort == CLOSING:
        never = Value(_NEVER, output_field=DateField())
        sortable = rows.annotate(closes_on=Coalesce("expires_on", never))
    elif sort == LEAD_TIME:
        sortable = rows.annotate(weeks=Coalesce("lead_time_low", _UNKNOWN_WEEKS))
    elif sort == TITLE:
        # GB 18030 puts most characters into the order of their pinyin.
        encoded = Func(
            F("title"), Value("GB18030"), function="convert_to", output_field=BinaryField()
        )
        sortable = rows.annotate(
            title_key=Func(encoded, Value("hex"), function="encode", output_field=TextField())
        )
    return sortable
