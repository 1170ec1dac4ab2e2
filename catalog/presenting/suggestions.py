"""Suggestions as lines under a search box: what is shown, and where choosing it leads."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization
from catalog.choices import ListingKind
from catalog.models import Listing
from catalog.search.query import MAX_QUERY
from catalog.search.suggesting import Suggestion, suggest
from catalog.wording.names import is_english, joined

_KINDS = {
    "scenario": gettext_lazy("典型场景"),
    "type": gettext_lazy("项目类型"),
    "industry": gettext_lazy("行业"),
    "domain": gettext_lazy("能力子域"),
    "synonym": gettext_lazy("搜索"),
    "organization": gettext_lazy("企业/机构"),
    "need": gettext_lazy("需求"),
    "solution": gettext_lazy("解决方案"),
}
# Terms that a hall has a facet of; the others are searched for as words.
_FACETS = {"scenario", "type", "industry"}
_MOST_ALSO = 3


@dataclass(frozen=True, slots=True)
class SuggestionLine:
    label: str
    kind: str
    href: str
    also: str = ""


def suggestion_lines(text: str, kind: ListingKind) -> list[SuggestionLine]:
    return [_line(each, kind) for each in suggest(text[:MAX_QUERY].replace("\0", ""), kind)]


def _line(suggestion: Suggestion, kind: ListingKind) -> SuggestionLine:
    name = suggestion.name_en if is_english() and suggestion.name_en else suggestion.name_zh
    also = joined(suggestion.also[:_MOST_ALSO])
    return SuggestionLine(
        label=name,
        kind=str(_KINDS[suggestion.kind]),
        href=_href(suggestion, name, kind),
        also=_("同 %(words)s") % {"words": also} if also else "",
    )


def _href(suggestion: Suggestion, name: str, kind: ListingKind) -> str:
    if isinstance(suggestion.target, Listing | Organization):
        return suggestion.target.get_absolute_url()
    asked = QueryDict(mutable=True)
    if suggestion.kind in _FACETS:
        asked[suggestion.kind] = suggestion.code
    else:
        asked["q"] = name
    return f"{reverse(f'catalog:{kind}_list')}?{asked.urlencode()}"
