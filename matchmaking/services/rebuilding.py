"""The recall index made anew from the content: word counts, centre, rows."""

from collections.abc import Callable, Iterator, Sequence

from django.db import transaction
from django.db.models import F, QuerySet

from catalog.choices import ListingKind, ListingState
from catalog.models import Catalogue, Listing
from matchmaking.engine.facts import NeedFacts, SolutionFacts
from matchmaking.facts import read_needs, read_solutions
from matchmaking.models import Candidate, PackedFacts, Posting, WordStatistics
from matchmaking.recall import Frequencies, counted, text_of
from matchmaking.services.bulk import copy_rows
from matchmaking.services.centres import pin_centre
from matchmaking.services.indexing import IndexRow, read_rows
from matchmaking.services.vectors import serving_space

_BATCH = 500
# Counting more texts moves no frequency worth moving.
_COUNT_AT_MOST = 200_000


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
    catalogue: Catalogue, *, refit_centre: bool, progress: Callable[[int], object]
) -> int:
    """Write everything that recall reads of one catalogue anew; return how many listings.

    Until its row is back, a listing is not found: the sweeper's runs find what was missed.
    """
    store_statistics(catalogue.pk, count_words(catalogue))
    space = serving_space()
    if space is not None and refit_centre:
        space = pin_centre(space)
    ids = list(_published(catalogue).values_list("pk", flat=True))
    _clear(catalogue)

    def rows() -> Iterator[IndexRow]:
        for batch in _batches(ids):
            yield from read_rows(batch, space)
            progress(len(batch))

    return copy_rows(rows())


@transaction.atomic
def _clear(catalogue: Catalogue) -> None:
    of_catalogue = Listing.objects.filter(catalogue=catalogue).values("pk")
    Posting.objects.filter(listing_id__in=of_catalogue).delete()
    PackedFacts.objects.filter(listing_id__in=of_catalogue).delete()
    Candidate.objects.filter(listing_id__in=of_catalogue).delete()
