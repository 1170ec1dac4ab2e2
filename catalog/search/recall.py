"""Candidates for matching by the words both sides use, over public and private text alike."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log

from django.db import connection
from django.db.models import Q

from catalog.choices import ListingState
from catalog.models import Listing, ListingWords
from catalog.search.lexicon import STOP_WORDS
from catalog.search.tokens import quote

_RECALL_WORDS = 24
# So many words are looked up to tell which are rare, each to this many entries.
_COUNTED_WORDS = 96
_COUNTED_ENTRIES = 5_000
# Together the words of one recall may touch this many index entries.
_RECALL_ENTRIES = 60_000
_FEWEST_RECALL_WORDS = 4


def informative(
    tokens: Sequence[str], frequencies: Mapping[str, int], documents: int
) -> list[tuple[str, float]]:
    """Return the words worth looking for, with their weights, heaviest first.

    A word weighs its inverse document frequency, times 1 + ln of how often it was said. Words
    that no document holds are left out, and so are the commonest once the words together touch
    too many index entries.
    """
    counts = Counter(token for token in tokens if token not in STOP_WORDS)
    weighed = sorted(
        (
            (word, (1 + log(often)) * _rarity(frequencies[word], documents))
            for word, often in counts.items()
            if frequencies.get(word)
        ),
        key=lambda pair: (-pair[1], pair[0]),
    )
    kept: list[tuple[str, float]] = []
    entries = 0
    for word, weight in weighed[:_RECALL_WORDS]:
        entries += frequencies[word]
        if entries > _RECALL_ENTRIES and len(kept) >= _FEWEST_RECALL_WORDS:
            break
        kept.append((word, weight))
    return kept


def _rarity(frequency: int, documents: int) -> float:
    """BM25's inverse document frequency, which never falls below zero."""
    return log(1 + (max(documents, frequency) - frequency + 0.5) / (frequency + 0.5))


_FREQUENCY_SQL = """
    SELECT wanted.word, (
        SELECT count(*) FROM (
            SELECT 1 FROM catalog_listingwords AS hit
            WHERE hit."full" @@ wanted.query LIMIT %s
        ) AS entries
    )
    FROM unnest(%s::text[], %s::tsquery[]) AS wanted (word, query)
"""


def document_frequencies(tokens: Sequence[str]) -> dict[str, int]:
    """Return how many listings hold each word, counted up to a bound; long texts in part."""
    counts = Counter(token for token in tokens if token not in STOP_WORDS)
    often = [word for word, _count in counts.most_common(_COUNTED_WORDS)]
    with connection.cursor() as cursor:
        cursor.execute(_FREQUENCY_SQL, [_COUNTED_ENTRIES, often, [quote(word) for word in often]])
        return dict(cursor.fetchall())


_RECALL_SQL = """
    SELECT hit.listing_id, sum(wanted.weight) AS rank
    FROM unnest(%s::tsquery[], %s::float8[]) AS wanted (word, weight)
    JOIN catalog_listingwords AS hit ON hit."full" @@ wanted.word
    WHERE hit.listing_id IN ({pool})
    GROUP BY hit.listing_id
    ORDER BY rank DESC, hit.listing_id
    LIMIT %s
"""


def lexical_recall(
    tokens: Sequence[str],
    *,
    kind: str,
    catalogue_id: int,
    limit: int,
    conditions: Q | None = None,
    frequencies: Mapping[str, int] | None = None,
    documents: int | None = None,
) -> list[tuple[int, float]]:
    """Return published listings that hold any of the telling words, best first.

    The rank is the sum of the weights of the words held: ts_rank knows no document frequency
    and would read every hit's whole text. Frequencies are counted where none are given. It
    searches private text too, so its answer is for matching only and must never be shown as a
    search result.
    """
    if not tokens:
        return []
    chosen = informative(
        tokens,
        document_frequencies(tokens) if frequencies is None else frequencies,
        ListingWords.objects.count() if documents is None else documents,
    )
    if not chosen:
        return []
    pool = Listing.objects.filter(
        kind=kind, catalogue_id=catalogue_id, state=ListingState.PUBLISHED
    ).filter(conditions or Q())
    pool_sql, pool_params = pool.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            _RECALL_SQL.format(pool=pool_sql),
            [
                [quote(word) for word, _weight in chosen],
                [weight for _word, weight in chosen],
                *pool_params,
                limit,
            ],
        )
        return [(int(pk), float(rank)) for pk, rank in cursor.fetchall()]
