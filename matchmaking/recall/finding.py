"""Stage 1: a few hundred candidates out of any number of listings, found by PostgreSQL.

Nearest vectors, shared words and shared scenarios, fused by reciprocal rank
(Cormack, Clarke and Büttcher 2009: the sum over lists of 1 / (60 + rank)).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from catalog.choices import ListingKind, ListingState, RequirementKind, RequirementLevel
from catalog.content import Content, NeedContent
from catalog.disclosure import full_text
from catalog.embedding import nearest
from catalog.models import EmbeddingSpace, Listing
from catalog.search.recall import lexical_recall
from catalog.search.tokens import words
from matchmaking.engine.facts import Vectors

CANDIDATES = 300
_RRF_CONSTANT = 60


def find_candidates(
    *,
    content: Content,
    catalogue_id: int,
    vectors: Vectors,
    space: EmbeddingSpace | None,
    limit: int = CANDIDATES,
    conditions: Q | None = None,
) -> list[int]:
    """Return ids of published listings of the other side, best first, at most ``limit``.

    ``conditions`` keeps only listings that satisfy it. When everything published fits into
    the limit, everything is returned: a small market is scored as a whole.
    """
    kind = ListingKind.SOLUTION if content.kind == "need" else ListingKind.NEED
    pool = Listing.objects.filter(
        catalogue_id=catalogue_id, kind=kind, state=ListingState.PUBLISHED
    ).filter(conditions or Q())
    everything = list(pool.order_by("pk").values_list("pk", flat=True)[: limit + 1])
    if len(everything) <= limit:
        return everything
    lists: list[Sequence[int]] = [
        _by_scenario(pool, content, limit),
        _by_words(content, kind, catalogue_id, limit, conditions),
    ]
    if space is not None:
        lists += [
            [
                pk
                for pk, _similarity in nearest(
                    vector,
                    space=space,
                    view="title",
                    kind=kind,
                    catalogue_id=catalogue_id,
                    limit=limit,
                    conditions=conditions,
                )
            ]
            for vector in (vectors.title, vectors.body)
            if vector is not None
        ]
    return fuse(lists)[:limit]


def fuse(lists: Iterable[Sequence[int]]) -> list[int]:
    """Return all ids by falling reciprocal-rank sum; ties go to the smaller id."""
    scores: defaultdict[int, float] = defaultdict(float)
    for ranked in lists:
        for rank, pk in enumerate(ranked, start=1):
            scores[pk] += 1 / (_RRF_CONSTANT + rank)
    return sorted(scores, key=lambda pk: (-scores[pk], pk))


def _by_scenario(pool: QuerySet[Listing], content: Content, limit: int) -> list[int]:
    if not content.scenarios:
        return []
    return list(
        pool.filter(scenarios__code__in=content.scenarios)
        .annotate(shared=Count("scenarios"))
        .order_by("-shared", "pk")
        .values_list("pk", flat=True)[:limit]
    )


def _by_words(
    content: Content, kind: ListingKind, catalogue_id: int, limit: int, conditions: Q | None
) -> list[int]:
    title, summary, body = full_text(content)
    found = lexical_recall(
        # A title's words count three times: .55 of the good offers among the first 100 of the
        # tech-transfer pool instead of .52.
        2 * words(title) + words(f"{title}\n{summary}\n{body}"),
        kind=kind,
        catalogue_id=catalogue_id,
        limit=limit,
        conditions=conditions,
    )
    return [pk for pk, _rank in found]


def must_conditions(content: NeedContent) -> Q:
    """Return what a solution's columns must not contradict; an unknown column is kept."""
    conditions = Q()
    for requirement in content.requirements:
        if requirement.level != RequirementLevel.MUST or requirement.number is None:
            continue
        conditions &= _column_condition(RequirementKind(requirement.kind), requirement.number)
    return conditions


def _column_condition(kind: RequirementKind, number: Decimal) -> Q:
    if kind == RequirementKind.LEAD_TIME:
        return _unknown_or("lead_time_low", "lte", number)
    if kind == RequirementKind.DOMESTIC_SHARE:
        return _unknown_or("domestic_share", "gte", number)
    if kind == RequirementKind.RESPONSE:
        return _unknown_or("response_hours", "lte", number)
    return Q()


def _unknown_or(column: str, lookup: str, number: Decimal) -> Q:
    return Q(**{f"solution__{column}__isnull": True}) | Q(
        **{f"solution__{column}__{lookup}": number}
    )
