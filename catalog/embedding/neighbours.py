"""Which published listings lie nearest to a vector."""

import json

import numpy as np
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from pgvector import HalfVector
from pgvector.django import MaxInnerProduct

from catalog.choices import ListingState
from catalog.embedding.base import FloatArray
from catalog.models import EmbeddingSpace, Listing, ListingVector

# Up to here comparing everything is fast enough and misses nothing; beyond, the index answers.
EXACT_UP_TO = 20_000
_LEAST_SEARCH = 100
_MOST_SEARCH = 1_000


def nearest(
    vector: FloatArray,
    *,
    space: EmbeddingSpace,
    view: str,
    kind: str,
    catalogue_id: int,
    limit: int,
    conditions: Q | None = None,
    exact_up_to: int = EXACT_UP_TO,
) -> list[tuple[int, float]]:
    """Return (listing id, cosine) of the nearest published listings, nearest first.

    Few listings are compared one by one: the index looks at its nearest entries first and
    loses those that a narrow filter keeps.
    """
    probe = HalfVector(np.asarray(vector, dtype=np.float32))
    pool = Listing.objects.filter(
        kind=kind, catalogue_id=catalogue_id, state=ListingState.PUBLISHED
    ).filter(conditions or Q())
    entries = ListingVector.objects.filter(space=space, view=view, listing__in=pool.values("pk"))
    distance = MaxInnerProduct("vector", probe)
    if _expected(entries) > exact_up_to:
        found = _by_index(entries, distance, limit)
        if len(found) == limit:
            return found
    # Adding zero keeps the planner from the index; ids settle what is equally near.
    rows = entries.annotate(distance=distance).order_by(F("distance") + 0.0, "listing_id")
    return [(pk, -far) for pk, far in rows.values_list("listing_id", "distance")[:limit]]


def _expected(entries: QuerySet[ListingVector]) -> int:
    """Return the planner's guess of the number of entries: counting costs more than searching.

    A wrong guess costs time or a few of the farther neighbours, never the filter.
    """
    plan = json.loads(entries.values("pk").explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def _by_index(
    entries: QuerySet[ListingVector], distance: MaxInnerProduct, limit: int
) -> list[tuple[int, float]]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('hnsw.ef_search', %s, true),"
                " set_config('hnsw.iterative_scan', 'relaxed_order', true)",
                [str(min(_MOST_SEARCH, max(_LEAST_SEARCH, 2 * limit)))],
            )
        rows = entries.annotate(distance=distance).order_by("distance")
        found = [(pk, -far) for pk, far in rows.values_list("listing_id", "distance")[:limit]]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))
