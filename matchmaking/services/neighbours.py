"""The listings nearest to another in meaning: what the moderators' check for duplicates asks."""

from collections.abc import Iterable

import numpy as np

from catalog.checks.duplicates import Neighbour
from catalog.choices import ListingState
from catalog.content import Content
from catalog.embedding.store import content_hash, views_of
from catalog.models import EmbeddingSpace, Listing, ListingVector
from matchmaking.engine.facts import Vector, Vectors
from matchmaking.engine.text import meaning
from matchmaking.models import Candidate
from matchmaking.recall.centres import centre_of
from matchmaking.recall.dense import distance_to, expected, nearest

_NEAREST = 5
# Of one organization's own submissions that wait, as many as anybody would look through.
_WAITING = 50


def nearest_listings(listing: Listing, content: Content) -> list[Neighbour] | None:
    """Return the nearest published listings and the owner's own waiting ones.

    None where ``content`` has no vectors of its own yet, or meanings are not centred yet:
    uncentred ones are all alike.
    """
    space = EmbeddingSpace.objects.filter(is_serving=True).first()
    if space is None or space.centre is None:
        return None
    own = _meanings(space, [listing.pk], wanted=content).get(listing.pk)
    if own is None:
        return None
    return [*_published(listing, own, space), *_waiting(listing, own, space)]


def _published(listing: Listing, own: Vector, space: EmbeddingSpace) -> list[Neighbour]:
    pool = Candidate.objects.filter(catalogue=listing.catalogue_id, kind=listing.kind).exclude(
        pk=listing.pk
    )
    found = nearest(pool, own, space_id=space.pk, limit=_NEAREST, rows=expected(pool))
    # The distance is the negative cosine, both meanings being of length 1.
    rows = Candidate.objects.filter(pk__in=found).annotate(distance=distance_to(own))
    return [Neighbour(pk, -float(far)) for pk, far in rows.values_list("pk", "distance")]


def _waiting(listing: Listing, own: Vector, space: EmbeddingSpace) -> list[Neighbour]:
    rows = Listing.objects.filter(
        organization=listing.organization_id,
        catalogue=listing.catalogue_id,
        kind=listing.kind,
        state=ListingState.SUBMITTED,
    ).exclude(pk=listing.pk)
    ids = rows.order_by("-pk").values_list("pk", flat=True)[:_WAITING]
    return [
        Neighbour(pk, float(np.dot(own, other)))
        for pk, other in _meanings(space, list(ids)).items()
    ]


def _meanings(
    space: EmbeddingSpace, listing_ids: Iterable[int], wanted: Content | None = None
) -> dict[int, Vector]:
    """Return the meanings of listings; with ``wanted``, only where they are of that text."""
    stored: dict[int, dict[str, tuple[str, Vector]]] = {}
    for row in ListingVector.objects.filter(space=space, listing__in=list(listing_ids)):
        vector = np.array(row.vector, dtype=np.float32)
        stored.setdefault(row.listing_id, {})[row.view] = (row.content_hash, vector)
    asked = (
        {view: content_hash(text) for view, text in views_of(wanted).items()} if wanted else None
    )
    found = {}
    for listing_id, views in stored.items():
        if asked is not None and asked != {view: digest for view, (digest, _v) in views.items()}:
            continue
        title = views.get(ListingVector.View.TITLE.value)
        body = views.get(ListingVector.View.BODY.value)
        own = meaning(
            Vectors(title=title[1] if title else None, body=body[1] if body else None),
            centre_of(space),
        )
        if own is not None:
            found[listing_id] = own
    return found
