"""One listing and the pairs it is scored in: whom it may suit, and how well."""

from collections.abc import Iterable
from dataclasses import replace
from threading import local

from django.db.models import Q

from catalog.choices import ListingKind
from catalog.content import Content, NeedContent, SolutionContent
from catalog.models import Listing
from matchmaking.engine.facts import NeedFacts, SolutionFacts, Vectors
from matchmaking.engine.score import Ranking, rank, rank_needs
from matchmaking.engine.text import TextSide
from matchmaking.facts import (
    FactsLoader,
    Identity,
    load_vectors,
    matching_content,
    need_facts_now,
    offering,
    proofs_of,
    published_text,
    solution_facts,
    stated_text,
)
from matchmaking.recall import find_candidates, must_conditions
from matchmaking.services.indexing import index_many
from matchmaking.services.lists import Basis, versions_in_halls
from matchmaking.services.pinned import Pinned, pinned_for
from matchmaking.services.standing import Scores


class _Loaders(local):
    """A loader for each thread: a worker has one, pages are answered by several."""

    def __init__(self) -> None:
        self.mine = FactsLoader()


_loaders = _Loaders()


class Scorer:
    """Scores one listing's pairs, some at a time, with constants that stay the same."""

    def __init__(self, listing: Listing, content: Content | None = None) -> None:
        """``content``: what to score ``listing`` by, where that is not what it has published."""
        self.listing = listing
        self._content = content
        self.pinned: Pinned = pinned_for(listing.catalogue_id)
        self._vectors = load_vectors([listing.pk], self.pinned.space_id).get(listing.pk, Vectors())
        self._facts: NeedFacts | SolutionFacts
        self._side: TextSide | None
        self._facts, self._side = self._indexed() or (self._stated(), None)
        self.scores = Scores(listing.pk, ListingKind(listing.kind), listing.content_version)
        self.basis = Basis(
            weight_set_id=self.pinned.weights_row.pk,
            corpus_id=self.pinned.corpus_row.pk,
            own_weights=isinstance(self._facts, NeedFacts) and self._facts.weights is not None,
        )

    @property
    def used_vectors(self) -> bool:
        return self._vectors.title is not None

    def candidates(self) -> list[int]:
        """Return who is worth scoring; whom a column-backed "must" keeps out is left out."""
        if isinstance(self._facts, NeedFacts):
            return self._recall(must_conditions(self._facts))
        return self._recall()

    def neighbours(self) -> list[int]:
        """Return who is near, whatever the conditions."""
        return self._recall()

    def _recall(self, conditions: Q | None = None) -> list[int]:
        # The index holds neither words nor raw vectors; recall goes by both.
        text = published_text(self.listing) if self._content is None else stated_text(self._content)
        asking = replace(self._facts, text=text, vectors=self._vectors)
        return find_candidates(
            asking,
            catalogue_id=self.listing.catalogue_id,
            space=self.pinned.space,
            conditions=conditions,
        )

    def score(self, others: Iterable[int]) -> None:
        """Score ``others``; who has nothing to be scored by is left out."""
        wanted = set(others)
        if wanted:
            self.scores.add(*self._ranking(wanted))

    def renew(self, others: Iterable[int]) -> None:
        """Score ``others`` as they are now; who has left the halls is forgotten."""
        wanted = set(others)
        # They changed under way and may still be indexed as they were.
        index_many(wanted)
        self.scores.forget(wanted)
        self.score(versions_in_halls(wanted))

    def _ranking(self, ids: set[int]) -> tuple[Ranking, dict[int, int]]:
        constants = self.pinned.constants
        if isinstance(self._facts, NeedFacts):
            solutions, versions = _loaders.mine.solutions(ids, constants.corpus)
            return rank(self._facts, solutions, constants, self._side), versions
        needs, versions = _loaders.mine.needs(ids, constants.corpus)
        return rank_needs(self._facts, needs, constants, self._side), versions

    def _indexed(self) -> tuple[NeedFacts | SolutionFacts, TextSide] | None:
        """Return the own facts as the index has them, if it has this content."""
        loader, corpus = _loaders.mine, self.pinned.constants.corpus
        is_need = self.listing.kind == ListingKind.NEED
        pk = self.listing.pk
        found = loader.need(pk, corpus) if is_need else loader.solution(pk, corpus)
        if found is None or found.content_version != self.listing.content_version:
            return None
        return found.facts, found.side

    def _stated(self) -> NeedFacts | SolutionFacts:
        """Return the own facts out of the content: nothing unpublished is indexed."""
        content = self._content or matching_content(self.listing)
        if isinstance(content, NeedContent):
            return need_facts_now(self.listing, content, self._vectors)
        if not isinstance(content, SolutionContent):
            raise TypeError(f"nothing to score in {content!r}")
        row = offering(self.listing)
        return solution_facts(Identity.of(row), content, self._vectors, proofs_of(row))
