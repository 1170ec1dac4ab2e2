"""The entry points: one pair, a need's solutions, a solution's needs. Same pair, same score.

total = sum over what was asked of weight * value / sum of the asked weights, in hundredths of a
point; each value comes from one module of criteria/, each weight from the need's owner or the
platform.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from matchmaking.engine.constraints import constraints
from matchmaking.engine.corpus import Corpus, Relevance
from matchmaking.engine.criteria import CRITERIA, NEED_FIELDS
from matchmaking.engine.criteria.items import Context
from matchmaking.engine.facts import TEXT_KINDS, ListingText, NeedFacts, SolutionFacts
from matchmaking.engine.parts import Judged, assemble, confidence, judge
from matchmaking.engine.reciprocal import rank_key, vendor_score
from matchmaking.engine.results import FULL, Missing, PairScore, Side
from matchmaking.engine.text import TextSide
from matchmaking.engine.weights import Weights

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


def score_pair(
    need: NeedFacts, solution: SolutionFacts, corpus: Corpus, weights: Weights, now: date
) -> PairScore:
    """The score of one pair, ranked or not: what "why not this vendor?" is answered from."""
    relevance = corpus.relevance(need_side(need, corpus), [solution_side(solution, corpus)])
    return _score(need, solution, relevance[0], corpus, weights, now)


def rank(
    need: NeedFacts,
    solutions: Sequence[SolutionFacts],
    corpus: Corpus,
    weights: Weights,
    now: date,
    sides: Sides | None = None,
) -> list[PairScore]:
    """All solutions for a need, best first, the ruled-out ones last.

    ``sides``: solution id -> TextSide under this very corpus, for those already prepared.
    """
    ready = sides or {}
    prepared = [ready.get(s.id) or solution_side(s, corpus) for s in solutions]
    relevances = corpus.relevance(need_side(need, corpus), prepared)
    scores = [
        _score(need, solution, relevance, corpus, weights, now)
        for solution, relevance in zip(solutions, relevances, strict=True)
    ]
    return sorted(scores, key=lambda s: (s.ruled_out, -s.rank_key, -s.total, s.solution_id))


def rank_needs(
    solution: SolutionFacts,
    needs: Sequence[NeedFacts],
    corpus: Corpus,
    weights: Weights,
    now: date,
    sides: Sides | None = None,
) -> list[PairScore]:
    """All needs for a solution, best first, the ruled-out ones last; ``sides`` by need id.

    The order rests on private facts too: what a vendor is shown is ordered anew by
    ``reciprocal.seen_by_vendor``.
    """
    ready = sides or {}
    prepared = [ready.get(need.id) or need_side(need, corpus) for need in needs]
    relevances = corpus.relevance(solution_side(solution, corpus), prepared)
    scores = [
        _score(need, solution, relevance, corpus, weights, now)
        for need, relevance in zip(needs, relevances, strict=True)
    ]
    return sorted(scores, key=lambda s: (s.ruled_out, -s.rank_key, -s.total, s.need_id))


def _score(
    need: NeedFacts,
    solution: SolutionFacts,
    relevance: Relevance,
    corpus: Corpus,
    weights: Weights,
    now: date,
) -> PairScore:
    percent = weights if need.weights is None else Weights(need.weights)
    context = Context(now, corpus, relevance)
    judged = []
    for criterion, asks in CRITERIA.items():
        if percent[criterion] > 0 and (items := asks(need, solution, context)):
            assumed = corpus.assumed(criterion)
            judged.append(judge(criterion.value, percent[criterion], items, assumed))
    total, parts = assemble(judged)
    vendor = vendor_score(need, solution)
    return PairScore(
        need_id=need.id,
        solution_id=solution.id,
        total=total,
        confidence=confidence(parts),
        parts=parts,
        constraints=constraints(need, solution, now),
        missing=_missing(judged, percent),
        vendor=vendor,
        rank_key=rank_key(total, vendor),
    )


def _missing(judged: Sequence[Judged], percent: Weights) -> tuple[Missing, ...]:
    """Which fields would help most, the largest possible gain first.

    On the solution's side what is asked and unknown; on the need's side what is not asked.
    """
    whole = sum(one.weight for one in judged)
    points = FULL * sum(one.weight * one.value for one in judged)
    asked = {one.name: one for one in judged}
    found = []
    for criterion, one in ((c, asked.get(c.value)) for c in CRITERIA):
        if one is not None:
            for field, rise in one.gaps:
                found.append((Side.SOLUTION, field, criterion, FULL * one.weight * rise / whole))
        elif criterion in NEED_FIELDS and (extra := percent[criterion]):
            now = points / whole if whole else 0.0
            gain = (points + FULL * extra) / (whole + extra) - now
            found.append((Side.NEED, NEED_FIELDS[criterion], criterion, gain))
    missing = [Missing(side, field, c, round(gain)) for side, field, c, gain in found]
    return tuple(sorted((m for m in missing if m.gain > 0), key=lambda m: (-m.gain, m.field)))
