"""The recall index made anew from the content: word counts, centre, rows."""

from collections.abc import Callable, Iterator, Sequence

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from catalog.choices import ListingKind, ListingState
from catalog.models import Catalogue, EmbeddingSpace, Listing
from matchmaking.engine.facts import NeedFacts, SolutionFacts
from matchmaking.facts import read_needs, read_solutions
from matchmaking.models import Candidate, PackedFacts, Posting, WordStatistics
from matchmaking.recall import Frequencies, can_be_centred, counted, pin_centre, text_of
from matchmaking.services.bulk import copy_rows
from matchmaking.services.indexing import index_many, lock_listings, read_rows
from matchmaking.services.vectors import serving_space

_BATCH = 500
# Counting more texts moves no frequency worth moving.
_COUNT_AT_MOST = 200_000
# Words are counted again when a catalogue has grown or shrunk by this much.
_RECOUNT_SHARE = 0.2


@transaction.atomic
def store_statistics(catalogue_id: int, frequencies: Frequencies) -> None:
    """Pin how often each word occurs in a catalogue; postings already written stay as they are."""
    row, created = WordStatistics.objects.select_for_update().get_or_create(
        catalogue_id=catalogue_id,
        defaults={"documents": frequencies.documents, "frequencies": frequencies.to_bytes()},
    )
    if not created:
        WordStatistics.objects.filter(pk=row.pk).update(
            version=F("version") + 1,
            documents=frequencies.documents,
            frequencies=frequencies.to_bytes(),
        )


def count_words(catalogue: Catalogue) -> Frequencies:
    """Count the words of what a catalogue has published, of both sides together."""
    return Frequencies.count(
        list(counted(text_of(facts))) for facts in _published_facts(catalogue, _COUNT_AT_MOST)
    )


def _published_facts(catalogue: Catalogue, limit: int) -> Iterator[NeedFacts | SolutionFacts]:
    for kind in ListingKind:
        ids = _published(catalogue).filter(kind=kind)[: limit // 2]
        for batch in _batches(list(ids.values_list("pk", flat=True))):
            read = read_needs if kind == ListingKind.NEED else read_solutions
            for item in read(batch, None):
                yield item.facts


def _published(catalogue: Catalogue) -> QuerySet[Listing]:
    return Listing.objects.filter(catalogue=catalogue, state=ListingState.PUBLISHED).order_by("pk")


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def rebuild_candidates(
    catalogue: Catalogue, *, refit_centre: bool = False, progress: Callable[[int], object]
) -> int:
    """Write everything that recall reads of one catalogue anew; return how many listings.

    Until its rows are back, a listing is found by nobody: not for a market that is open, unless
    inside a transaction. ``refit_centre`` makes the other catalogues' meanings stale: rebuild all.
    """
    store_statistics(catalogue.pk, count_words(catalogue))
    space = serving_space()
    if space is not None and (refit_centre or can_be_centred(space)):
        space = pin_centre(space)
    ids = list(_published(catalogue).values_list("pk", flat=True))
    _clear(catalogue)
    return _copy(ids, space, progress)


def _quietly(_count: int) -> None:
    """Tell nobody."""


def index_lagging(catalogue: Catalogue, *, progress: Callable[[int], object] = _quietly) -> int:
    """Index what is published and not indexed as it is now; return how many listings.

    Counts words afresh first when the catalogue has changed much. A space that now holds enough
    vectors gets its centre, and all meanings follow in the same transaction.
    """
    published = _published(catalogue)
    size = published.count()
    counted_before = (
        WordStatistics.objects.filter(pk=catalogue.pk).values_list("documents", flat=True).first()
    )
    if size and (counted_before is None or abs(size - counted_before) > _RECOUNT_SHARE * size):
        store_statistics(catalogue.pk, count_words(catalogue))
    space = serving_space()
    if space is not None and can_be_centred(space):
        with transaction.atomic():
            space = pin_centre(space)
            index_many(Candidate.objects.order_by("pk").values_list("pk", flat=True))
    indexed = Candidate.objects.filter(listing_id=OuterRef("pk"))
    as_it_is = indexed.filter(content_version=OuterRef("content_version"))
    halls = published.filter(organization__suspended_at=None)
    missing = list(halls.filter(~Exists(indexed)).values_list("pk", flat=True))
    changed = list(halls.filter(Exists(indexed) & ~Exists(as_it_is)).values_list("pk", flat=True))
    for batch in _batches(changed):
        index_many(batch)
        progress(len(batch))
    return len(changed) + _copy(missing, space, progress)


def index_all_lagging() -> int:
    """Index what lags in every catalogue; return how many listings. For beat."""
    return sum(index_lagging(catalogue) for catalogue in Catalogue.objects.order_by("pk"))


def _copy(
    ids: Sequence[int], space: EmbeddingSpace | None, progress: Callable[[int], object]
) -> int:
    """Write rows of listings that have none, batch by batch, each under its listings' locks."""
    count = 0
    for batch in _batches(ids):
        with transaction.atomic():
            lock_listings(batch)
            there = set(Candidate.objects.filter(pk__in=batch).values_list("pk", flat=True))
            count += copy_rows(read_rows([pk for pk in batch if pk not in there], space))
        progress(len(batch))
    return count


@transaction.atomic
def _clear(catalogue: Catalogue) -> None:
    of_catalogue = Listing.objects.filter(catalogue=catalogue).values("pk")
    Posting.objects.filter(listing_id__in=of_catalogue).delete()
    PackedFacts.objects.filter(listing_id__in=of_catalogue).delete()
    Candidate.objects.filter(listing_id__in=of_catalogue).delete()
