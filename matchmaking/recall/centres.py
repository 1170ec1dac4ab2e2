"""The vector that every meaning of a space is measured from.

Raw vectors of multilingual-e5 all point roughly the same way; less their mean they tell listings
apart (.594 of the good offers among the first 100 of the tech-transfer pool instead of .567). The
centre is fitted once, when a space first holds enough vectors, and pinned: every stored meaning
rests on it, so only `rebuild_candidates` may fit another.
"""

from functools import lru_cache

import numpy as np
from django.db import transaction
from django.utils import timezone

from catalog.models import DIMENSIONS, EmbeddingSpace, ListingVector
from matchmaking.engine.facts import Vector

# Fewer vectors would centre on their own chance; so few listings are compared exactly anyway.
FEWEST = 2_000
_SAMPLE = 40_000


def centre_of(space: EmbeddingSpace) -> Vector:
    """Return the pinned centre of ``space``; zero while there is none."""
    return _centre(space.pk, tuple(space.centre) if space.centre is not None else None)


@lru_cache(maxsize=4)
def _centre(_space_id: int, values: tuple[float, ...] | None) -> Vector:
    if values is None:
        return np.zeros(DIMENSIONS, dtype=np.float32)
    return np.array(values, dtype=np.float32)


def can_be_centred(space: EmbeddingSpace) -> bool:
    """Whether a space without a centre now holds enough vectors for one."""
    if space.centre is not None:
        return False
    return ListingVector.objects.filter(space=space)[:FEWEST].count() == FEWEST


@transaction.atomic
def pin_centre(space: EmbeddingSpace) -> EmbeddingSpace:
    """Fit the centre of ``space`` to what it holds; meanings of before no longer compare."""
    row = EmbeddingSpace.objects.select_for_update(no_key=True).get(pk=space.pk)
    vectors = ListingVector.objects.filter(space=row).order_by("listing_id", "view")
    total, count = np.zeros(DIMENSIONS, dtype=np.float64), 0
    for vector in vectors.values_list("vector", flat=True)[:_SAMPLE].iterator():
        total += np.asarray(vector, dtype=np.float64)
        count += 1
    if count:
        row.centre = (total / count).astype(np.float32)
        row.centred_at = timezone.now()
        row.save(update_fields=["centre", "centred_at"])
    return row
