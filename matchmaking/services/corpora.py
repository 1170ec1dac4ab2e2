"""The constants that scores rest on: fitted to a catalogue, versioned, pinned by every run."""

from collections.abc import Iterator
from functools import lru_cache
from typing import cast

from django.db import connection, transaction
from django.utils import timezone

from catalog.choices import ListingKind, ListingState
from catalog.models import Catalogue, EmbeddingSpace, Listing
from matchmaking.engine import ENGINE_VERSION
from matchmaking.engine.corpus import Corpus, criterion_medians
from matchmaking.engine.results import PairScore
from matchmaking.engine.score import Constants, rank
from matchmaking.engine.table import SolutionTable
from matchmaking.engine.weights import Weights
from matchmaking.facts import read_needs, read_solutions
from matchmaking.models import CorpusStatistics, WeightSet
from matchmaking.services.relevance import serving_model
from matchmaking.services.runs import want_counterpart_runs
from matchmaking.services.vectors import serving_space

# Counting more texts moves no frequency worth moving, and keeps a refit under a minute.
_FIT_AT_MOST = 20_000
# The medians are those of pairs that nothing rules out. Over all pairs they would tell what
# vendors of something else look like, and an unknown would count as nearly nothing.
_MEDIAN_NEEDS = 60
_MEDIAN_SOLUTIONS = 500
# The beat job refits only when a catalogue has grown or shrunk by this much.
_REFIT_SHARE = 0.1
_WANTED_AT_ONCE = 1000


def serving_weights() -> tuple[WeightSet, Weights]:
    """Return the weight set that serves; raises DoesNotExist when migrations have not run."""
    row = WeightSet.objects.get(is_serving=True)
    return row, Weights(row.weights)


def serving_percents() -> dict[str, int]:
    """Return criterion -> percent of the weight set that serves, for pages."""
    return serving_weights()[1].to_json()


def serving_corpus(catalogue_id: int) -> tuple[CorpusStatistics, Corpus]:
    """Return the constants that serve for a catalogue, fitting them when it has none yet."""
    row = _serving_row(catalogue_id) or _first_corpus(catalogue_id)
    return row, corpus_of(row.pk)


@transaction.atomic
def _first_corpus(catalogue_id: int) -> CorpusStatistics:
    _lock(catalogue_id)
    # Somebody else may have fitted it while this one waited.
    return _serving_row(catalogue_id) or refresh_corpus(
        catalogue=Catalogue.objects.get(pk=catalogue_id)
    )


def _lock(catalogue_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('corpus'), %s)", [catalogue_id])


def _serving_row(catalogue_id: int) -> CorpusStatistics | None:
    return (
        CorpusStatistics.objects.defer("constants")
        .filter(catalogue_id=catalogue_id, is_serving=True, engine_version=ENGINE_VERSION)
        .first()
    )


@lru_cache(maxsize=4)
def corpus_of(row_id: int) -> Corpus:
    """Return the constants of a row."""
    # A stored row never changes, so it may be kept for as long as the process lives.
    stored = CorpusStatistics.objects.values_list("constants", flat=True).get(pk=row_id)
    return Corpus.from_bytes(bytes(cast(bytes, stored)))


@transaction.atomic
def refresh_corpus(*, catalogue: Catalogue, at_most: int = _FIT_AT_MOST) -> CorpusStatistics:
    """Fit the constants to what ``catalogue`` holds now; a new version serves from then on.

    The same content gives the same fingerprint, and then nothing changes. Two at once wait
    for each other.
    """
    _lock(catalogue.pk)
    corpus, listings = _fit(catalogue, at_most)
    serving = _serving_row(catalogue.pk)
    if serving is not None and serving.fingerprint == corpus.version:
        return serving
    CorpusStatistics.objects.filter(catalogue=catalogue, is_serving=True).update(is_serving=False)
    return CorpusStatistics.objects.create(
        catalogue=catalogue,
        fingerprint=corpus.version,
        engine_version=ENGINE_VERSION,
        listings=listings,
        constants=corpus.to_bytes(),
        is_serving=True,
    )


def _fit(catalogue: Catalogue, at_most: int) -> tuple[Corpus, int]:
    space = serving_space()
    need_ids = _published(catalogue, ListingKind.NEED, at_most)
    solution_ids = _published(catalogue, ListingKind.SOLUTION, at_most)
    needs = [item.facts for item in read_needs(need_ids, _pk(space))]
    solutions = [item.facts for item in read_solutions(solution_ids, _pk(space))]
    corpus = Corpus.fit(
        [(facts.text, facts.vectors) for facts in needs],
        [(facts.text, facts.vectors) for facts in solutions],
    ).with_learned(serving_model(space.code) if space else None)

    def scored() -> Iterator[PairScore]:
        _row, weights = serving_weights()
        constants = Constants(corpus, weights, timezone.localdate())
        table = SolutionTable.of(solutions[:_MEDIAN_SOLUTIONS], corpus)
        for need in needs[:_MEDIAN_NEEDS]:
            ranking = rank(need, table, constants)
            yield from (ranking.explain(int(place)) for place in (~ranking.ruled_out).nonzero()[0])

    return corpus.with_medians(criterion_medians(scored())), len(needs) + len(solutions)


def _pk(space: EmbeddingSpace | None) -> int | None:
    return space.pk if space else None


def _published(catalogue: Catalogue, kind: ListingKind, at_most: int) -> list[int]:
    return list(
        Listing.objects.filter(catalogue=catalogue, kind=kind, state=ListingState.PUBLISHED)
        .order_by("pk")
        .values_list("pk", flat=True)[:at_most]
    )


def refresh_corpora() -> int:
    """Refit what has changed much, and have those catalogues scored again; return how many."""
    count = 0
    for catalogue in Catalogue.objects.all():
        published = Listing.objects.filter(catalogue=catalogue, state=ListingState.PUBLISHED)
        size = published.count()
        serving = _serving_row(catalogue.pk)
        if size == 0 or (
            serving is not None and abs(size - serving.listings) <= _REFIT_SHARE * size
        ):
            continue
        refreshed = refresh_corpus(catalogue=catalogue)
        if serving is None or refreshed.pk != serving.pk:
            count += 1
            ids = list(published.order_by("pk").values_list("pk", flat=True))
            for start in range(0, len(ids), _WANTED_AT_ONCE):
                want_counterpart_runs(ids[start : start + _WANTED_AT_ONCE])
    return count
