"""Many listings side by side, so that one calculation serves all of them.

A table is made once for a run and handed to ``score.rank`` or ``score.rank_needs``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matchmaking.engine.corpus import Corpus
from matchmaking.engine.facts import TEXT_KINDS, ListingText, NeedFacts, SolutionFacts
from matchmaking.engine.results import Side
from matchmaking.engine.text import TextSide, TextTable

Sides = Mapping[str, TextSide]


def need_text(need: NeedFacts) -> ListingText:
    """The need's words, its requirements in free words among them."""
    wanted = sorted(r.text for r in need.requirements if r.kind in TEXT_KINDS and r.text)
    extra = "\n".join([need.text.extra, *wanted]) if wanted else need.text.extra
    return ListingText(need.text.title, need.text.body, extra)


def need_side(need: NeedFacts, corpus: Corpus) -> TextSide:
    """The need's text under ``corpus``; may be kept for as long as neither changes."""
    return corpus.side(need_text(need), need.vectors, Side.NEED)


def solution_side(solution: SolutionFacts, corpus: Corpus) -> TextSide:
    """The solution's text under ``corpus``; may be kept for as long as neither changes."""
    return corpus.side(solution.text, solution.vectors, Side.SOLUTION)


@dataclass(frozen=True, slots=True, eq=False)
class SolutionTable:
    """n solutions and their texts under one corpus, in the order of ``ids``."""

    facts: Sequence[SolutionFacts]
    texts: TextTable
    ids: tuple[str, ...]

    @classmethod
    def of(
        cls, facts: Sequence[SolutionFacts], corpus: Corpus, sides: Sides | None = None
    ) -> SolutionTable:
        """``sides``: solution id -> TextSide under this very corpus, where already prepared."""
        ready = sides or {}
        texts = TextTable.of([ready.get(one.id) or solution_side(one, corpus) for one in facts])
        return cls(facts, texts, tuple(one.id for one in facts))


@dataclass(frozen=True, slots=True, eq=False)
class NeedTable:
    """n needs and their texts under one corpus, in the order of ``ids``."""

    facts: Sequence[NeedFacts]
    texts: TextTable
    ids: tuple[str, ...]

    @classmethod
    def of(
        cls, facts: Sequence[NeedFacts], corpus: Corpus, sides: Sides | None = None
    ) -> NeedTable:
        """``sides``: need id -> TextSide under this very corpus, where already prepared."""
        ready = sides or {}
        texts = TextTable.of([ready.get(one.id) or need_side(one, corpus) for one in facts])
        return cls(facts, texts, tuple(one.id for one in facts))
