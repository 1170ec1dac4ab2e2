"""Candidates by words and by codes: bounded postings, read in order of impact and summed."""

from collections.abc import Mapping

from django.db import connection

# How many listings of one term are read, the heaviest first. A term that more listings hold is
# told apart by its heaviest only; it is not telling anyway.
DEPTH = 1_000

SQL = """
    SELECT hit.listing_id
    FROM unnest(%s::int[], %s::float8[]) AS asked (term, weight)
    CROSS JOIN LATERAL (
        SELECT posting.listing_id, posting.impact
        FROM matchmaking_posting AS posting
        WHERE posting.term = asked.term
        ORDER BY posting.impact DESC, posting.listing_id DESC
        LIMIT %s
    ) AS hit
    GROUP BY hit.listing_id
    ORDER BY sum(asked.weight * hit.impact) DESC, hit.listing_id
    LIMIT %s
"""


def heaviest(terms: Mapping[int, float], *, limit: int, depth: int = DEPTH) -> list[int]:
    """Return the ids with the greatest sum of weight * impact over ``terms``, best first.

    It reads words of private text too: the answer is for matching, never for showing.
    """
    if not terms:
        return []
    with connection.cursor() as cursor:
        cursor.execute(SQL, [list(terms), list(terms.values()), depth, limit])
        return [int(pk) for (pk,) in cursor.fetchall()]
