"""What a search box suggests: terms of the vocabulary, then organizations and open listings."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import CharField, Model, Value

from catalog.choices import ListingKind
from catalog.models import (
    CapabilityDomain,
    Industry,
    ProjectType,
    Scenario,
    SuggestionKey,
    Synonym,
)
from catalog.search.spellings import spellings, typed
from catalog.search.suggestion_keys import beginning

SHOWN = 10
_MOST_TERMS, _MOST_ORGANIZATIONS, _MOST_LISTINGS = 6, 3, 4
# Bounds the walk along the index: several keys may lead to one title, several titles be equal.
_KEYS_READ = 40
SYNONYM = "synonym"
# Which terms go first when both fit equally well.
_KINDS: dict[str, type[Model]] = {
    "scenario": Scenario,
    "type": ProjectType,
    "industry": Industry,
    "domain": CapabilityDomain,
}
_ORDER = {kind: place for place, kind in enumerate((*_KINDS, SYNONYM))}
_BY_MEANING = 30


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line under a search box. ``code`` names a vocabulary row, ``target`` a page."""

    kind: str
    name_zh: str
    name_en: str = ""
    code: str = ""
    target: Model | None = None
    # Other words for the same thing.
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Terms:
    """Keys in order, each with its rank and its term."""

    keys: list[str]
    entries: list[tuple[int, Suggestion]]


def suggest(text: str, hall: ListingKind) -> list[Suggestion]:
    """Return what the beginning ``text`` may become, the likeliest first, in four queries."""
    start = typed(text)
    if not start:
        return []
    terms = _terms_beginning(start)[:_MOST_TERMS]
    organizations = _named(start)
    listings = _titled(start, SuggestionKey.Kind(hall.value))
    return [*terms, *organizations, *listings][:SHOWN]


def _terms_beginning(start: str) -> list[Suggestion]:
    prepared = _prepared(tuple(_term_rows()), tuple(_synonym_rows()))
    at = bisect_left(prepared.keys, start)
    found: dict[Suggestion, int] = {}
    while at < len(prepared.keys) and prepared.keys[at].startswith(start):
        rank, term = prepared.entries[at]
        is_whole = prepared.keys[at] == start
        rank = rank - 5 if is_whole else rank
        found[term] = min(rank, found.get(term, rank))
        at += 1
    return sorted(found, key=lambda term: (found[term], _ORDER[term.kind], len(term.name_zh)))


def _term_rows() -> Iterator[tuple[str, str, str, str]]:
    parts = [
        model._default_manager.filter(retired=False)
        .order_by()
        .annotate(vocabulary=Value(kind, output_field=CharField()))
        .values_list("vocabulary", "code", "name_zh", "name_en")
        for kind, model in _KINDS.items()
    ]
    yield from sorted(parts[0].union(*parts[1:], all=True))


def _synonym_rows() -> Iterator[tuple[str, ...]]:
    rows = Synonym.objects.filter(retired=False).order_by("pk").values_list("words", flat=True)
    yield from (tuple(words) for words in rows)


@lru_cache(maxsize=4)
def _prepared(
    terms: tuple[tuple[str, str, str, str], ...], groups: tuple[tuple[str, ...], ...]
) -> _Terms:
    """Spell every term once for the same content of the vocabulary."""
    rows: dict[tuple[str, Suggestion], int] = {}

    def add(key: str, rank: int, term: Suggestion) -> None:
        rows[key, term] = min(rank, rows.get((key, term), rank))

    spelt = {word: spellings(word) for group in groups for word in group}
    for kind, code, zh, en in terms:
        term = Suggestion(kind, zh, en, code)
        for each in (*spellings(zh), *spellings(en)):
            add(each.key, each.rank, term)
        for word in _other_words(zh, groups):
            for each in spelt[word]:
                add(each.key, _BY_MEANING + each.rank, term)
    for group in groups:
        for word in group:
            term = Suggestion(SYNONYM, word, also=tuple(each for each in group if each != word))
            for each in spelt[word]:
                add(each.key, each.rank, term)
    ordered = sorted(rows, key=lambda row: row[0])
    return _Terms(
        keys=[key for key, _term in ordered],
        entries=[(rows[row], row[1]) for row in ordered],
    )


def _other_words(name: str, groups: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    """Yield the synonyms of what ``name`` speaks of: 设备预测性维护 is also found by PHM."""
    for group in groups:
        if any(len(word) > 2 and word in name for word in group):
            yield from (word for word in group if word not in name)


def _named(start: str) -> Iterator[Suggestion]:
    seen: dict[int, Suggestion] = {}
    for row in beginning(SuggestionKey.Kind.ORGANIZATION, start)[:_KEYS_READ]:
        if row.organization is not None and len(seen) < _MOST_ORGANIZATIONS:
            name = row.organization.legal_name
            seen[row.organization.pk] = Suggestion("organization", name, target=row.organization)
    return iter(seen.values())


def _titled(start: str, kind: SuggestionKey.Kind) -> Iterator[Suggestion]:
    seen: dict[str, Suggestion] = {}
    for row in beginning(kind, start)[:_KEYS_READ]:
        if row.listing is not None and len(seen) < _MOST_LISTINGS:
            title = row.listing.title
            seen.setdefault(title, Suggestion(kind.value, title, target=row.listing))
    return iter(seen.values())
