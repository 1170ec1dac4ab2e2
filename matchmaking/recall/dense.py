"""Candidates by meaning: the nearest vectors, from the graph or by comparing everything."""

import json

from django.db import connection, transaction
from django.db.models import QuerySet
from pgvector import HalfVector
from pgvector.django import MaxInnerProduct

from matchmaking.engine.facts import Vector
from matchmaking.models import Candidate

# Up to here comparing everything is fast enough and misses nothing; beyond, the graph answers.
EXACT_UP_TO = 40_000
# The graph keeps this many nearest entries in view for each one asked for. Twice as many: with as
# many as asked for, one that a condition drops costs a second search, which takes longer.
_SEARCHED = 2.0
_LEAST_SEARCH, _MOST_SEARCH = 200, 1_000


def expected(pool: QuerySet[Candidate]) -> int:
    """Return the planner's guess of the number of rows: counting costs more than searching.

    A wrong guess costs time or a few of the farther neighbours, never a condition.
    """
    plan = json.loads(pool.values("pk").order_by().explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def distance_to(meaning: Vector) -> MaxInnerProduct:
    """The negative cosine of a candidate's meaning; ordering by it is what the graph can do."""
    return MaxInnerProduct("meaning", HalfVector(meaning))


def nearest(
    pool: QuerySet[Candidate],
    meaning: Vector,
    *,
    space_id: int,
    limit: int,
    rows: int,
    exact_up_to: int = EXACT_UP_TO,
) -> list[int]:
    """Return the ids of ``pool`` whose meaning is nearest, nearest first, at most ``limit``.

    ``rows``: about how many rows the pool has. Few are compared one by one: the graph looks at
    its nearest entries first and loses those that a narrow condition keeps.
    """
    distance = distance_to(meaning)
    if rows > exact_up_to:
        found = _by_graph(pool, distance, limit)
        if len(found) == limit:
            return found
    # Adding zero keeps the planner from the graph; ids settle what is equally near.
    near = pool.filter(meaning__isnull=False, space_id=space_id).order_by(distance + 0.0, "pk")
    return list(near.values_list("pk", flat=True)[:limit])


def _by_graph(pool: QuerySet[Candidate], distance: MaxInnerProduct, limit: int) -> list[int]:
    search = min(_MOST_SEARCH, max(_LEAST_SEARCH, round(_SEARCHED * limit)))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('hnsw.ef_search', %s, true),"
                " set_config('hnsw.iterative_scan', 'relaxed_order', true)",
                [str(search)],
            )
        near = pool.annotate(distance=distance).order_by("distance")
        found = list(near.values_list("pk", "distance")[:limit])
    # Relaxed order is nearly in order.
    return [pk for pk, _far in sorted(found, key=lambda pair: (pair[1], pair[0]))]
