"""What recall and scoring read, made for a whole synthetic catalogue at once.

The second pass of a load: it needs the content to be there, with its indexes, because a
listing's row says what it was made from. Facts come from the generator once more instead of
from the database, which is three times as fast and gives the same rows (a test compares them).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from django.db import transaction

from accounts.models import Organization
from catalog.choices import ListingKind
from catalog.content import NeedContent, SolutionContent
from catalog.embedding import views_of
from catalog.models import Catalogue
from matchmaking.bench.generator import Chunk, Generator
from matchmaking.bench.loader import Timing
from matchmaking.bench.vectors import Floats
from matchmaking.engine.facts import NeedFacts, SolutionFacts, Vectors
from matchmaking.facts import Identity, Proofs, load_terms, need_facts, solution_facts
from matchmaking.recall import Frequencies, counted, pinned_frequencies, text_of
from matchmaking.services.bulk import copy_rows
from matchmaking.services.indexing import IndexRow, bases_of, index_row
from matchmaking.services.vectors import serving_space

_SMALL = frozenset({Organization.Size.SMALL, Organization.Size.MICRO})
# Words are counted over so many listings of each side; more moves no frequency worth moving.
_COUNTED = 6_000


class FactsOfChunks:
    """Facts of generated listings, the same that would be read from their rows."""

    def __init__(self) -> None:
        self._terms = load_terms()

    def facts(self, chunk: Chunk) -> list[NeedFacts | SolutionFacts]:
        """Return the facts of every listing of ``chunk``, in its order."""
        owners = self._proofs(chunk)
        return [
            self._fact(chunk, place, owners[int(chunk.organizations[place])])
            for place in range(len(chunk.contents))
        ]

    def _fact(self, chunk: Chunk, place: int, proofs: Proofs) -> NeedFacts | SolutionFacts:
        content = chunk.contents[place]
        identity = Identity(str(chunk.first + place), str(chunk.organizations[place]))
        vectors = Vectors(
            title=_stored(chunk.titles[place]),
            body=_stored(chunk.bodies[place]) if "body" in views_of(content) else None,
        )
        if isinstance(content, NeedContent):
            return need_facts(identity, content, vectors, self._terms)
        if isinstance(content, SolutionContent):
            return solution_facts(identity, content, vectors, proofs)
        raise TypeError(f"neither need nor solution: {content!r}")

    @staticmethod
    def _proofs(chunk: Chunk) -> dict[int, Proofs]:
        rows = Organization.objects.filter(pk__in=set(chunk.organizations.tolist()))
        return {
            pk: Proofs(district=district, is_small=size in _SMALL if size else None)
            for pk, district, size in rows.values_list("pk", "district__code", "size")
        }


def _stored(vector: Floats) -> Floats:
    """Return ``vector`` as the database gives it back: rounded to half precision."""
    rounded: Floats = vector.astype(np.float16).astype(np.float32)
    return rounded


@dataclass(frozen=True, slots=True, eq=False)
class Remembering(Frequencies):
    """Frequencies that look a word up once; a load meets the common ones in every listing."""

    known: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, frequencies: Frequencies) -> "Remembering":
        return cls(frequencies.documents, frequencies.counts)

    def rarity(self, word: str) -> float:
        found = self.known.get(word)
        if found is None:
            # Not super(): slots give the class a twin, which it does not know.
            found = self.known[word] = Frequencies.rarity(self, word)
        return found


class RecallLoader:
    """Writes the recall rows of chunks; one a process."""

    def __init__(self, generator: Generator) -> None:
        self.generator = generator
        self.facts = FactsOfChunks()
        self.space = serving_space()
        self.catalogue_id = Catalogue.objects.get(code=Catalogue.MAIN).pk
        self.frequencies = Remembering.of(pinned_frequencies(self.catalogue_id))

    def load(self, kind: ListingKind, number: int) -> Timing:
        """Write one chunk in one transaction."""
        timing = Timing()
        started = time.perf_counter()
        chunk = self.generator.chunk(kind, number)
        timing.add("generate", started)
        started = time.perf_counter()
        rows = list(self._rows(chunk))
        timing.add("index rows", started)
        started = time.perf_counter()
        with transaction.atomic():
            copy_rows(rows)
        timing.add("copy", started)
        timing.rows = 2 * len(rows) + sum(len(row.terms) for row in rows)
        return timing

    def _rows(self, chunk: Chunk) -> Iterator[IndexRow]:
        ids = range(chunk.first, chunk.first + len(chunk.contents))
        bases = bases_of(list(ids), self.space)
        for pk, facts in zip(ids, self.facts.facts(chunk), strict=True):
            yield index_row(
                facts,
                catalogue_id=self.catalogue_id,
                content_version=1,
                basis=bases[pk].digest,
                space=self.space,
                frequencies=self.frequencies,
            )


def count_words(generator: Generator) -> Frequencies:
    """Count the words of the first listings of each side."""

    def texts() -> Iterator[list[str]]:
        facts = FactsOfChunks()
        left = dict.fromkeys(ListingKind, _COUNTED)
        for kind, number in generator.sizes.chunks():
            if left[kind] <= 0:
                continue
            for fact in facts.facts(generator.chunk(kind, number)):
                left[kind] -= 1
                yield list(counted(text_of(fact)))

    return Frequencies.count(texts())
