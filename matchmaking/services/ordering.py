"""In which order many listings are matched: those of like meaning one after another.

Neighbours share most of their candidates, and a worker keeps what it has decoded: it reads 158
solutions for each need instead of 277 (100,000 listings, needs in no order).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaking.services.prepared import fetch

# So few are in nobody's way in any order: a message or two.
_FEW = 16
# Towards the direction in which the vectors differ most; more change the order hardly.
_ROUNDS = 4

# As pgvector sends it: its dimensions and two bytes of its own, then the numbers. Written out, ten
# thousand take seconds to read.
_MEANINGS = """
SELECT listing_id, halfvec_send(meaning) FROM matchmaking_candidate
WHERE listing_id = ANY(%s::bigint[]) AND meaning IS NOT NULL"""
_HEADER = 4

Floats = NDArray[np.float32]
Places = NDArray[np.intp]


def nearest_together(listing_ids: Sequence[int]) -> list[int]:
    """Return ``listing_ids`` with like beside like; those that have no vector stand last."""
    if len(listing_ids) <= _FEW:
        return list(listing_ids)
    found: dict[int, bytes] = dict(fetch(_MEANINGS, (list(listing_ids),)))
    known = [pk for pk in listing_ids if pk in found]
    if not known:
        return list(listing_ids)
    sent = b"".join(found[pk][_HEADER:] for pk in known)
    vectors = np.frombuffer(sent, dtype=">f2").reshape(len(known), -1).astype(np.float32)
    ordered = [known[place] for place in _halved(vectors, np.arange(len(known)))]
    return [*ordered, *(pk for pk in listing_ids if pk not in found)]


def _halved(vectors: Floats, places: Places) -> Places:
    """Order ``places`` by halving them where they differ most, and each half in turn."""
    if len(places) <= _FEW:
        return places
    own = vectors[places]
    along = places[np.argsort(own @ _main_direction(own), kind="stable")]
    middle = len(along) // 2
    return np.concatenate([_halved(vectors, along[:middle]), _halved(vectors, along[middle:])])


def _main_direction(vectors: Floats) -> Floats:
    """Return about the first principal direction (power iteration), not of unit length."""
    centred = vectors - vectors.mean(axis=0)
    direction: Floats = centred[0] - centred[-1]
    for _ in range(_ROUNDS):
        direction = centred.T @ (centred @ direction)
        length = np.linalg.norm(direction)
        if length == 0:
            break
        direction = direction / length
    return direction
