"""Three ranked lists fused into one: nearest meanings, shared words, shared scenarios.

Fused by weighted reciprocal rank (Cormack, Clarke and Büttcher 2009): the sum over lists of
weight / (60 + rank). With these weights the hundred nearest meanings always stay among three
hundred candidates, whatever the other lists bring.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from catalog.choices import ListingKind
from catalog.models import EmbeddingSpace
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
    if conditions is not None:
        pool = pool.filter(conditions)
    rows = dense.expected(pool)
    if rows <= _SURELY_LARGER * limit:
        everything = list(pool.order_by("pk").values_list("pk", flat=True)[: limit + 1])
        if len(everything) <= limit:
            return everything
    deeper = limit if conditions is None else _DEEPER * limit
    words, codes = asked_terms(facts, catalogue_id, kind, pinned_frequencies(catalogue_id))
    lists: list[tuple[float, Sequence[int]]] = [
        (WORDS, sparse.heaviest(words, limit=deeper)),
        (CODES, sparse.heaviest(codes, limit=deeper)),
    ]
    # Postings know no conditions, and two terms may share a number.
    lists = _kept(pool, lists)
    probe = meaning(facts.vectors, centre_of(space)) if space is not None else None
    if space is not None and probe is not None:
        near = dense.nearest(pool, probe, space_id=space.pk, limit=limit, rows=rows)
        lists.append((MEANING, near))
    return fuse(lists)[:limit]


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


def _kept(
    pool: QuerySet[Candidate], lists: Sequence[tuple[float, Sequence[int]]]
) -> list[tuple[float, Sequence[int]]]:
    ids = {pk for _weight, ranked in lists for pk in ranked}
    there = set(pool.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return [(weight, [pk for pk in ranked if pk in there]) for weight, ranked in lists]


def fuse(lists: Iterable[tuple[float, Sequence[int]]]) -> list[int]:
    """Return all ids by falling weighted reciprocal-rank sum; ties go to the smaller id."""
    scores: defaultdict[int, float] = defaultdict(float)
    for weight, ranked in lists:
        for rank, pk in enumerate(ranked, start=1):
            scores[pk] += weight / (_RRF_CONSTANT + rank)
    return sorted(scores, key=lambda pk: (-scores[pk], pk))
