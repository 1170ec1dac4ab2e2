"""The words of listings written to the index."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from catalog.choices import ListingState
from catalog.models import Listing, ListingWords
from catalog.search.tokens import TOKENIZER_VERSION, WeightedText, vector_literal

_BATCH = 200


@dataclass(frozen=True, slots=True)
class IndexedText:
    """What is indexed of one listing: what anyone may find."""

    listing_id: int
    public: WeightedText
    content_version: int


def index_words(*, listing_id: int, public: WeightedText, content_version: int) -> None:
    """Replace the words of one listing; call it in the transaction that writes the content."""
    index_many([IndexedText(listing_id, public, content_version)])


def index_many(texts: Iterable[IndexedText]) -> int:
    """Replace the words of many listings; return how many."""
    count = 0
    remaining = iter(texts)
    while batch := list(islice(remaining, _BATCH)):
        ListingWords.objects.bulk_create(
            [_row(text) for text in batch],
            update_conflicts=True,
            unique_fields=["listing"],
            update_fields=["public", "tokenizer_version", "content_version"],
        )
        count += len(batch)
    return count


def _row(text: IndexedText) -> ListingWords:
    return ListingWords(
        listing_id=text.listing_id,
        public=vector_literal(text.public, with_grams=True),
        tokenizer_version=TOKENIZER_VERSION,
        content_version=text.content_version,
    )


def outdated() -> int:
    """Return how many published listings have no words, or words of another tokenizer."""
    return Listing.objects.filter(_outdated()).count()


def _outdated() -> Q:
    current = ListingWords.objects.filter(
        listing_id=OuterRef("pk"), tokenizer_version=TOKENIZER_VERSION
    )
    indexed = ListingWords.objects.filter(listing_id=OuterRef("pk"))
    return (Q(state=ListingState.PUBLISHED) | Exists(indexed)) & ~Exists(current)


def reindex_words(
    read: Callable[[Sequence[int]], Iterable[IndexedText]],
    *,
    everything: bool = False,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Index again what was cut by another tokenizer, or everything; return how many.

    ``read`` gives the approved text of listings by id. It is called in batches, each in a
    transaction that locks its listings, so an approval at the same time is not undone.
    """
    wanted = Q(state=ListingState.PUBLISHED) if everything else _outdated()
    ids = list(Listing.objects.filter(wanted).order_by("pk").values_list("pk", flat=True))
    count = 0
    for start in range(0, len(ids), _BATCH):
        with transaction.atomic():
            locked = (
                Listing.objects.select_for_update()
                .filter(pk__in=ids[start : start + _BATCH])
                .order_by("pk")
                .values_list("pk", flat=True)
            )
            done = index_many(read(list(locked)))
        count += done
        if progress is not None:
            progress(done)
    return count
