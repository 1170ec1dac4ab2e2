"""Listings that say the same: by meaning where vectors are there, else by their words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from catalog.checks.findings import Finding, FindingCode, Severity
from catalog.content import Content
from catalog.models import Listing
from catalog.search.tokens import words

# Meanings are centred, so that two texts of one trade lie far below this.
SAME_MEANING = 0.93
SAME_WORDS = 0.6
_SHINGLE = 3
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Neighbour:
    listing_id: int
    similarity: float


Nearest = Callable[[Listing, Content], list[Neighbour] | None]


class NeighbourSource:
    """Asks whoever registered for the listings nearest in meaning: the app above keeps them."""

    def __init__(self) -> None:
        self._nearest: Nearest | None = None

    def register(self, nearest: Nearest) -> None:
        self._nearest = nearest

    def __call__(self, listing: Listing, content: Content) -> list[Neighbour] | None:
        """Return the nearest listings of the same kind, or None where there is no vector."""
        return self._nearest(listing, content) if self._nearest is not None else None


neighbour_source = NeighbourSource()


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Return the runs of three words of ``text``; a shorter text is one run."""
    found = words(text)
    if len(found) <= _SHINGLE:
        return frozenset({tuple(found)}) if found else frozenset()
    return frozenset(
        tuple(found[start : start + _SHINGLE]) for start in range(len(found) - _SHINGLE + 1)
    )


def by_words(text: str, others: Mapping[int, str]) -> list[Neighbour]:
    """Return how much of the runs of words ``text`` shares with each of ``others``."""
    own = shingles(text)
    found = []
    for listing_id, other in others.items():
        theirs = shingles(other)
        either = len(own | theirs)
        if either:
            found.append(Neighbour(listing_id, len(own & theirs) / either))
    return found


def duplicates(
    neighbours: Iterable[Neighbour], codes: Mapping[int, str], *, least: float, by: str
) -> list[Finding]:
    """Return a finding for each of the nearest that says the same; ``by``: meaning or words."""
    near = sorted(
        (each for each in neighbours if each.similarity >= least and each.listing_id in codes),
        key=lambda each: (-each.similarity, each.listing_id),
    )
    return [
        Finding(
            FindingCode.DUPLICATE,
            Severity.WARNING,
            "title",
            {
                "code": codes[each.listing_id],
                "percent": round(100 * each.similarity),
                "by": by,
            },
        )
        for each in near[:_SHOWN]
    ]
