"""Everything a run pins, so that a score can be told again."""

from dataclasses import dataclass

from django.utils import timezone

from catalog.models import EmbeddingSpace
from matchmaking.engine.score import Constants
from matchmaking.models import CorpusStatistics, WeightSet
from matchmaking.services.corpora import serving_corpus, serving_weights
from matchmaking.services.vectors import serving_space


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
    """Return what serves now for a catalogue."""
    corpus_row, corpus = serving_corpus(catalogue_id)
    weights_row, weights = serving_weights()
    return Pinned(
        space=serving_space(),
        corpus_row=corpus_row,
        weights_row=weights_row,
        constants=Constants(corpus, weights, timezone.localdate()),
    )
