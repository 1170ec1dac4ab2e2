"""Everything a run pins, so that a score can be told again."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils import timezone

from catalog.models import EmbeddingSpace
from matchmaking.engine import ENGINE_VERSION
from matchmaking.engine.score import Constants
from matchmaking.engine.weights import Weights
from matchmaking.models import CorpusStatistics, WeightSet
from matchmaking.services.corpora import corpus_of, serving_corpus
from matchmaking.services.prepared import fetch

_SERVING = """
SELECT
    (SELECT id FROM catalog_embeddingspace WHERE is_serving),
    (SELECT centred_at FROM catalog_embeddingspace WHERE is_serving),
    (SELECT id FROM matchmaking_corpusstatistics
     WHERE catalogue_id = %s AND is_serving AND engine_version = %s),
    (SELECT id FROM matchmaking_weightset WHERE is_serving)"""


@dataclass(frozen=True, slots=True)
class Pinned:
    """The engine's constants beside the rows they come from."""

    space: EmbeddingSpace | None
    corpus_row: CorpusStatistics
    weights_row: WeightSet
    constants: Constants

    @property
    def space_id(self) -> int | None:
        return self.space.pk if self.space else None


def pinned_for(catalogue_id: int) -> Pinned:
    """Return what serves now for a catalogue, fitting a corpus when it has none yet."""
    [(space_id, centred_at, corpus_id, weights_id)] = fetch(
        _SERVING, (catalogue_id, ENGINE_VERSION)
    )
    if corpus_id is None:
        corpus_id = serving_corpus(catalogue_id)[0].pk
    weights_row = _weights(weights_id)
    return Pinned(
        space=None if space_id is None else _space(space_id, centred_at),
        corpus_row=_corpus_row(corpus_id),
        weights_row=weights_row,
        constants=Constants(
            corpus_of(corpus_id), Weights(weights_row.weights), timezone.localdate()
        ),
    )


# Which row serves is asked every time; a row that has served never changes.


@lru_cache(maxsize=4)
def _space(row_id: int, centred_at: datetime | None) -> EmbeddingSpace:
    return EmbeddingSpace.objects.get(pk=row_id, centred_at=centred_at)


@lru_cache(maxsize=4)
def _corpus_row(row_id: int) -> CorpusStatistics:
    return CorpusStatistics.objects.defer("constants").get(pk=row_id)


@lru_cache(maxsize=4)
def _weights(row_id: int) -> WeightSet:
    return WeightSet.objects.get(pk=row_id)
