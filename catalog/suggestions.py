"""The suggesters with the vocabulary as the tables have it now."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from catalog.models import Synonym
from catalog.suggesting import Lexicon, Suggestion, Term, suggest
from catalog.wording.names import Names

# They say where a vendor serves; nobody's works stand there.
_NO_PLACE = frozenset({"nationwide", "yangtze_delta"})
_VOCABULARIES = ("scenario", "industry", "project_type", "district")
_Terms = tuple[tuple[Term, ...], ...]


def current_lexicon(names: Names) -> Lexicon:
    terms = tuple(
        tuple(
            Term(code, names.terms[kind, code])
            for code in names.current.get(kind, ())
            if code not in _NO_PLACE
        )
        for kind in _VOCABULARIES
    )
    rows = Synonym.objects.filter(retired=False).order_by("pk").values_list("words", flat=True)
    return _prepared(terms, tuple(tuple(row) for row in rows))


@lru_cache(maxsize=2)
def _prepared(terms: _Terms, synonyms: tuple[tuple[str, ...], ...]) -> Lexicon:
    """Prepare the patterns once for the same vocabulary: it takes tens of milliseconds."""
    scenarios, industries, project_types, districts = terms
    return Lexicon.of(
        scenarios=scenarios,
        industries=industries,
        project_types=project_types,
        districts=districts,
        synonyms=synonyms,
    )


def words_of(payload: Mapping[str, Any]) -> str:
    """Return what a need says in its owner's own words."""
    parts = (payload.get("situation"), payload.get("goal"), payload.get("title"))
    return "\n".join(str(part) for part in parts if part)


def suggestions_for(words: str, names: Names, today: date) -> list[Suggestion]:
    return suggest(words, current_lexicon(names), today)
