"""Words that mean one thing to a searcher, looked up while a query is read."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from catalog.models import Synonym
from catalog.search.tokens import analyse

Units = tuple[str, ...]


@dataclass(frozen=True)
class Synonyms:
    """For every known term, by its units, all terms of its group, itself first."""

    groups: dict[Units, tuple[Units, ...]]
    longest: int

    def longest_at(self, units: list[str], start: int) -> int:
        """Return the end of the longest term that begins at ``start``, or ``start``."""
        for end in range(min(len(units), start + self.longest), start, -1):
            if tuple(units[start:end]) in self.groups:
                return end
        return start


NO_SYNONYMS = Synonyms(groups={}, longest=0)


@lru_cache(maxsize=4)
def _prepared(rows: tuple[tuple[str, ...], ...]) -> Synonyms:
    meanings: defaultdict[Units, dict[Units, None]] = defaultdict(dict)
    for row in rows:
        terms = [units for word in row if (units := tuple(analyse(word).units))]
        for term in terms:
            meanings[term][term] = None
            meanings[term].update(dict.fromkeys(terms))
    return Synonyms(
        groups={term: tuple(group) for term, group in meanings.items() if len(group) > 1},
        longest=max(map(len, meanings), default=0),
    )


def synonyms_of(rows: Iterable[Iterable[str]]) -> Synonyms:
    """Return groups of words ready for look-up."""
    return _prepared(tuple(tuple(row) for row in rows))


def current_synonyms() -> Synonyms:
    """Return what the table says now: read each time, prepared once for the same content."""
    current = Synonym.objects.filter(retired=False).order_by("pk")
    return synonyms_of(current.values_list("words", flat=True))
