"""Vectors of a listing, made by the one process that holds the model."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from catalog.embedding import (
    Embeddable,
    EmbedderUnavailable,
    get_embedder,
    store_many,
    store_vectors,
    views_of,
)
from catalog.models import EmbeddingSpace, Listing
from catalog.services import check_submission
from matchmaking import queue
from matchmaking.facts import matching_content

logger = logging.getLogger(__name__)


def serving_space() -> EmbeddingSpace | None:
    """Return the space whose vectors are compared now, or None when there are none yet."""
    return EmbeddingSpace.objects.filter(is_serving=True).first()


def embed_listing(*, listing_id: int) -> int:
    """Bring the vectors of ``listing_id`` up to date and have it scored; return how many changed.

    Scoring follows in any case: without a model it works on words and scenarios, and the run
    says so.
    """
    listing = Listing.objects.filter(pk=listing_id).first()
    if listing is None:
        return 0
    content = matching_content(listing)
    changed = 0
    if content is not None:
        try:
            embedder = get_embedder()
            changed = store_vectors(
                listing_id=listing.pk, views=views_of(content), embedder=embedder
            )
        except EmbedderUnavailable as error:
            logger.warning("listing %s scored without vectors: %s", listing_id, error)
    if changed:
        check_submission(listing_id=listing_id)
    with transaction.atomic():
        queue.score_on_commit([listing_id], urgent=True)
    return changed


_REPORT_KEY = "embedder"
_BATCH = 64
_REPORT_SECONDS = 120


def note_embedder() -> int:
    """Try the model where it is used, and leave word of how that went."""
    try:
        embedder = get_embedder()
        embedder.embed_queries(["智能制造"])
        report = {"ok": True, "space": embedder.code}
    except EmbedderUnavailable as error:
        report = {"ok": False, "reason": str(error)}
    cache.set(_REPORT_KEY, {**report, "at": timezone.now().timestamp()}, timeout=24 * 3600)
    return 1


def embedder_report() -> dict[str, Any]:
    """Return what the embedding process last said of itself; silence counts as failure."""
    report = cache.get(_REPORT_KEY)
    if report is None:
        return {"ok": False, "reason": "no report yet"}
    age = round(timezone.now().timestamp() - report["at"], 1)
    known = {name: value for name, value in report.items() if name != "at"}
    if age > _REPORT_SECONDS:
        return {**known, "ok": False, "reason": "no recent report", "seconds_since_report": age}
    return {**known, "seconds_since_report": age}


@dataclass(frozen=True, slots=True)
class Embedded:
    """How many vectors were written, or why none could be."""

    vectors: int
    unavailable: str = ""


def embed_many(*, listing_ids: Sequence[int], progress: Callable[[int], object]) -> Embedded:
    """Bring the vectors of many listings up to date in this process; for imports.

    ``progress`` is told after every listing. Nothing is scored: the caller asks for that.
    """
    vectors = 0
    ids = sorted(listing_ids)
    try:
        embedder = get_embedder()
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            vectors += store_many(list(_embeddable(batch)), embedder=embedder)
            progress(len(batch))
    except EmbedderUnavailable as error:
        return Embedded(vectors, str(error))
    return Embedded(vectors)


def _embeddable(listing_ids: Sequence[int]) -> Iterator[Embeddable]:
    for listing in Listing.objects.filter(pk__in=listing_ids):
        content = matching_content(listing)
        if content is not None:
            yield Embeddable(listing.pk, views_of(content))
