"""Three ranked lists fused into one: nearest meanings, shared words, shared scenarios.

Fused by weighted reciprocal rank (Cormack, Clarke and Büttcher 2009): the sum over lists of
weight / (60 + rank). With these weights the hundred nearest meanings always stay among three
hundred candidates, whatever the other lists bring.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from time import monotonic

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from catalog.choices import ListingKind
from catalog.models import EmbeddingSpace
from matchmaking.arrays import numbers_text
from matchmaking.engine.facts import NeedFacts
from matchmaking.engine.text import meaning
from matchmaking.models import Candidate
from matchmaking.recall import dense, sparse
from matchmaking.recall.centres import centre_of
from matchmaking.recall.frequencies import Frequencies, pinned_frequencies
from matchmaking.recall.terms import Facts, asked_words, code_terms, counted, key, text_of

CANDIDATES = 300
_RRF_CONSTANT = 60
MEANING, WORDS, CODES = 1.0, 0.7, 0.3
# A list that conditions will thin out is read further.
_DEEPER = 3
# A pool that is surely larger than what is asked for is not fetched to find that out.
_SURELY_LARGER = 10
_SIZE_SECONDS = 60
# So many more are looked up than asked for, should some not be there.
_SPARE = 20


def find_candidates(
    facts: Facts,
    *,
    catalogue_id: int,
    space: EmbeddingSpace | None,
    limit: int = CANDIDATES,
    conditions: Q | None = None,
) -> list[int]:
    """Return ids of indexed listings of the other side, best first, at most ``limit``.

    ``facts`` with text and vectors. ``conditions`` (`must_conditions`) keeps only candidates that
    satisfy it. When the whole pool fits into the limit, all of it is returned: a small market is
    scored as a whole.
    """
    kind = ListingKind.SOLUTION if isinstance(facts, NeedFacts) else ListingKind.NEED
    pool = Candidate.objects.filter(catalogue_id=catalogue_id, kind=kind)
    rows = _size(catalogue_id, kind, int(monotonic() // _SIZE_SECONDS))
    if conditions is not None:
        pool = pool.filter(conditions)
    if conditions is not None:
        rows = dense.expected(pool)
    if rows <= _SURELY_LARGER * limit:
        everything = list(pool.order_by("pk").values_list("pk", flat=True)[: limit + 1])
        if len(everything) <= limit:
            return everything
    near = _near(pool, facts, space, limit, rows)
    deeper = limit if conditions is None else _DEEPER * limit
    asked = asked_terms(facts, catalogue_id, kind, pinned_frequencies(catalogue_id))
    by_words, by_codes = (sparse.heaviest(terms, limit=deeper) for terms in asked)
    if conditions is not None:
        there = set(near) | _among(pool, {*by_words, *by_codes} - set(near))
        by_words = [pk for pk in by_words if pk in there]
        by_codes = [pk for pk in by_codes if pk in there]
    found = fuse([(MEANING, near), (WORDS, by_words), (CODES, by_codes)])[: limit + _SPARE]
    # Postings may outlive their candidate for a moment, and two terms may share a number.
    there = set(near) | _among(pool, set(found) - set(near))
    return [pk for pk in found if pk in there][:limit]


@lru_cache(maxsize=64)
def _size(catalogue_id: int, kind: str, _minute: int) -> int:
    """Return about how many candidates there are; believed for a minute where they are many."""
    return dense.expected(Candidate.objects.filter(catalogue_id=catalogue_id, kind=kind))


def _near(
    pool: QuerySet[Candidate], facts: Facts, space: EmbeddingSpace | None, limit: int, rows: int
) -> list[int]:
    probe = meaning(facts.vectors, centre_of(space)) if space is not None else None
    if space is None or probe is None:
        return []
    return dense.nearest(pool, probe, space_id=space.pk, limit=limit, rows=rows)


def asked_terms(
    facts: Facts, catalogue_id: int, kind: str, frequencies: Frequencies
) -> tuple[dict[int, float], dict[int, float]]:
    """Return the words and the codes that ``facts`` looks for, each by its number with a weight."""
    words = asked_words(counted(text_of(facts)), frequencies)
    codes = code_terms(facts)
    return (
        {key(catalogue_id, kind, f"word:{word}"): weight for word, weight in words.items()},
        {key(catalogue_id, kind, code): 1.0 for code in codes},
    )


def _among(pool: QuerySet[Candidate], ids: set[int]) -> set[int]:
    """Return which of ``ids`` are in the pool."""
    if not ids:
        return set()
    # One array instead of one placeholder an id, which takes Django and psycopg ten milliseconds.
    these = RawSQL("SELECT unnest(%s::bigint[])", [numbers_text(ids)])
    return set(pool.filter(pk__in=these).values_list("pk", flat=True))


def fuse(lists: Iterable[tuple[float, Sequence[int]]]) -> list[int]:
    """Return all ids by falling weighted reciprocal-rank sum; ties go to the smaller id."""
    scores: defaultdict[int, float] = defaultdict(float)
    for weight, ranked in lists:
        for rank, pk in enumerate(ranked, start=1):
            scores[pk] += weight / (_RRF_CONSTANT + rank)
    return sorted(scores, key=lambda pk: (-scores[pk], pk))
