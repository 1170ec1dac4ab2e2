"""The list as it is and as it would be, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.actors import Actor
from accounts.models import Organization
from catalog.content import NeedContent
from catalog.disclosure import disclose
from catalog.models import Solution
from catalog.reading import solution_content
from catalog.wording.amounts import points
from catalog.wording.names import Names
from matchmaking.engine.results import PairScore
from matchmaking.engine.score import Ranking
from matchmaking.lists import solutions_shown
from matchmaking.render import MatchView, Renderer, Sight
from matchmaking.render.words import words_of
from matchmaking.whatif.market import Market
from matchmaking.whatif.supposing import Supposition

SHOWN = 20
CHANGES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Change:
    """By how many points one criterion would change, e.g. "+6.3"."""

    name: str
    points: str
    is_gain: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A candidate in the list as it would be. ``was`` is None for one that was ruled out."""

    place: int
    was: int | None
    solution: Solution
    organization: Organization
    view: MatchView
    gain: Change | None
    changes: tuple[Change, ...]

    @property
    def steps(self) -> int:
        """By how many places it moves; up is positive."""
        return 0 if self.was is None else self.was - self.place

    @property
    def lost(self) -> int:
        """By how many places it moves down."""
        return -self.steps


@dataclass(frozen=True, slots=True)
class Dropped:
    """A candidate that would be ruled out, and by which conditions."""

    was: int
    solution: Solution
    organization: Organization
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the change would do to the list."""

    moved: list[Moved]
    dropped: list[Dropped]
    before: int
    after: int
    dropped_count: int
    returned_count: int


def compare(
    actor: Actor, market: Market, base: NeedContent, supposed: Supposition, names: Names
) -> Outcome:
    """Rank the candidates twice, as the need asks now and as it would, and tell them apart."""
    before = market.rank(market.facts_of(Supposition(base)))
    after = market.rank(market.facts_of(supposed))
    was, will = _places(before), _places(after)
    rows = {pk: row for row, pk in enumerate(market.table.ids)}
    top = sorted(will, key=lambda pk: will[pk])[:SHOWN]
    gone = sorted(was.keys() - will.keys(), key=lambda pk: was[pk])
    solutions = solutions_shown(int(pk) for pk in [*top, *gone[:SHOWN]])
    teller = _Teller(actor, base, supposed.content, names)
    moved = [
        teller.moved(
            solutions[int(pk)],
            (will[pk], was.get(pk)),
            before.explain(rows[pk]),
            after.explain(rows[pk]),
        )
        for pk in top
        if int(pk) in solutions
    ]
    dropped = [
        teller.dropped(solutions[int(pk)], was[pk], after.explain(rows[pk]))
        for pk in gone[:SHOWN]
        if int(pk) in solutions
    ]
    returned = len(will.keys() - was.keys())
    return Outcome(moved, dropped, len(was), len(will), len(gone), returned)


def _places(ranking: Ranking) -> dict[str, int]:
    """Return the places, from 1, of those that nothing rules out."""
    kept = [int(row) for row in ranking.order() if not ranking.ruled_out[row]]
    return {ranking.ids[row]: place for place, row in enumerate(kept, start=1)}


@dataclass(frozen=True, slots=True)
class _Teller:
    """Puts scores into words for one viewer, before and after."""

    actor: Actor
    base: NeedContent
    supposed: NeedContent
    names: Names

    def _renderers(self, solution: Solution) -> tuple[Renderer, Renderer]:
        stated = solution_content(solution)
        hidden = disclose(self.actor, solution, stated).hidden
        # Whoever may ask what-if is on the need's side: nothing of the need is hidden.
        before, after = (
            Renderer(Sight(content, stated, frozenset(), hidden), self.names)
            for content in (self.base, self.supposed)
        )
        return before, after

    def moved(
        self, solution: Solution, places: tuple[int, int | None], old: PairScore, new: PairScore
    ) -> Moved:
        told_before, told_after = self._renderers(solution)
        was, view = told_before.render(old), told_after.render(new)
        hidden = {part.criterion for part in (*was.parts, *view.parts) if part.hidden}
        exact = not (was.total.is_banded or view.total.is_banded)
        names = {part.criterion: part.name for part in (*was.parts, *view.parts)}
        changes = _changes(old, new, {name: names[name] for name in names.keys() - hidden})
        return Moved(
            place=places[0],
            was=places[1],
            solution=solution,
            organization=solution.organization,
            view=view,
            gain=_change("", new.total - old.total) if exact else None,
            changes=changes[:CHANGES_SHOWN],
        )

    def dropped(self, solution: Solution, was: int, score: PairScore) -> Dropped:
        _before, after = self._renderers(solution)
        words = tuple(
            words_of(constraint.evidence, after.sight, self.names)
            for constraint in score.failed
            if not after.sight.hides(constraint.evidence)
        )
        return Dropped(was, solution, solution.organization, words)


def _changes(old: PairScore, new: PairScore, names: Mapping[str, str]) -> tuple[Change, ...]:
    """Return by what each criterion of ``names`` changes, the largest first."""
    before = {part.criterion: part.points for part in old.parts}
    after = {part.criterion: part.points for part in new.parts}
    differences = {name: after.get(name, 0) - before.get(name, 0) for name in names}
    ordered = sorted(differences, key=lambda name: (-abs(differences[name]), name))
    told = (_change(names[name], differences[name]) for name in ordered)
    return tuple(change for change in told if change is not None)


def _change(name: str, hundredths: int) -> Change | None:
    if not hundredths:
        return None
    sign = "+" if hundredths > 0 else "−"
    return Change(name, f"{sign}{points(abs(hundredths))}", hundredths > 0)
