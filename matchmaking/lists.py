"""What the pages of matches show, read in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import NamedTuple, Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Organization
from catalog.content import NeedContent, SolutionContent
from catalog.disclosure import Disclosed, disclose
from catalog.models import Case, Listing, Need, Solution
from catalog.permissions import shown_listings
from catalog.reading import need_content, solution_content, whole_needs, whole_solutions
from catalog.wording.amounts import points
from matchmaking.engine.facts import CaseEvidence, ListingText
from matchmaking.engine.portfolio import Offer, Shown, arrange, evidence_strength, fit_of
from matchmaking.engine.results import Constraint, PairScore
from matchmaking.models import CorpusStatistics, Match, MatchRun
from matchmaking.pages import budget_words, lead_time_words, price_words
from matchmaking.render import Glance, MatchView, Move, Names, Renderer, Sight
from matchmaking.render.labels import field_label
from matchmaking.render.privacy import FIELDS
from matchmaking.render.words import words_of

# What waits for a stage and has room in a vendor's list of needs: its columns, and whatever the
# reasons beside the word rest on.
_IN_LIST = frozenset(
    {
        *("organization", "district", "budget_low", "budget_high"),
        *chain.from_iterable(
            columns
            for field, columns in FIELDS.items()
            # Of its words at large a reason says how near they are, and quotes none.
            if field.startswith("need.") and field != "need.text"
        ),
    }
)
WHY_NOT_LIMIT = 10
HELPFUL = 3


@dataclass(frozen=True)
class Row:
    """One line of a list: the other side's listing as the viewer may read it, and the score."""

    match: Match
    listing: Listing
    other: Disclosed
    organization: Organization | None
    score: PairScore
    renderer: Renderer
    # Where the list as a whole puts the row; None where only the score orders.
    shown: Shown | None = None
    folded: tuple["Row", ...] = ()

    @cached_property
    def glance(self) -> Glance:
        """What the row says of the score, made when first asked for: a page shows some of fifty."""
        return self.renderer.glance(self.score)

    @cached_property
    def view(self) -> MatchView:
        """All that is told of the score: of a list, one row's."""
        return self.renderer.render(self.score)

    @property
    def place(self) -> int:
        """The place in the need's list, from 1; a held-back row has its head's."""
        if self.shown is None:
            raise ValueError("only a need's list has places")
        return self.shown.place

    @property
    def move(self) -> Move | None:
        """Why the row stands elsewhere than its score alone would put it."""
        if self.shown is None or self.shown.label is None:
            return None
        return Move.of(self.shown.label, self.shown.moved_up)

    @property
    def price(self) -> str | None:
        """The solution's price in words; None while it is not stated."""
        if self.other.hides("price_high"):
            return _("未公开")
        content = self.other.content
        return price_words(content) if isinstance(content, SolutionContent) else None

    @property
    def lead_time(self) -> str | None:
        content = self.other.content
        return lead_time_words(content) if isinstance(content, SolutionContent) else None

    @property
    def industry(self) -> str:
        """The need's industry in words; empty while it is not stated."""
        content = self.other.content
        code = content.industry if isinstance(content, NeedContent) else ""
        return self.renderer.names.of("industry", code) if code else ""

    @property
    def district(self) -> str:
        """Where the need lies, as exactly as it is disclosed."""
        content = self.other.content
        code = content.district if isinstance(content, NeedContent) else ""
        return self.renderer.names.of("district", code) if code else ""

    @property
    def budget(self) -> str | None:
        """The need's budget in words, as far as it is disclosed."""
        if self.other.hides("budget_high"):
            return _("未公开")
        content = self.other.content
        return budget_words(content) if isinstance(content, NeedContent) else None


def name_makers(rows: Iterable[Row]) -> None:
    """Have the matches of ``rows`` know what made them, without the megabytes of a corpus."""
    corpora = CorpusStatistics.objects.defer("constants")
    matches = [each.match for row in rows for each in (row, *row.folded)]
    prefetch_related_objects(matches, "weight_set", Prefetch("corpus", corpora))


@dataclass(frozen=True, slots=True)
class Excluded:
    """A listing that was ruled out, and why."""

    listing: Listing
    organization: Organization | None
    words: tuple[str, ...]


class ListState(StrEnum):
    """Whether a list says what both sides say now."""

    CURRENT = "current"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Runs:
    """The newest run of a listing, and the newest finished one: what the list was made by."""

    newest: MatchRun | None
    done: MatchRun | None

    @classmethod
    def of(cls, listing: Listing) -> Self:
        is_done = Q(state=MatchRun.State.DONE)
        runs = MatchRun.objects.filter(listing_id=listing.pk).annotate(is_done=is_done)
        # The newest of those that are done, and of those that are not.
        found = list(runs.order_by("is_done", "-wanted_version").distinct("is_done"))
        for run in found:
            run.listing = listing
        newest = max(found, key=lambda run: run.wanted_version, default=None)
        return cls(newest, next((run for run in found if run.state == MatchRun.State.DONE), None))

    @property
    def has_failed(self) -> bool:
        return self.newest is not None and self.newest.state == MatchRun.State.FAILED

    def state(self, listing: Listing) -> ListState:
        if self.has_failed:
            return ListState.FAILED
        return ListState.WAITING if listing.is_waiting else ListState.CURRENT


def solutions_shown(ids: Iterable[int]) -> dict[int, Solution]:
    """Return solutions in the halls by id with all that a page says of them."""
    rows = Solution.objects.filter(shown_listings(), pk__in=list(ids))
    whole = whole_solutions(rows.select_related("organization__district"))
    return {row.pk: row for row in whole}


def needs_shown(ids: Iterable[int]) -> dict[int, Need]:
    rows = Need.objects.filter(shown_listings(), pk__in=list(ids))
    whole = whole_needs(rows.select_related("organization__district"))
    return {row.pk: row for row in whole}


@dataclass(frozen=True, slots=True)
class Ranking:
    """A need's list in its order, read as far as composing it takes: rows are read whole later."""

    places: tuple[Shown, ...]
    matches: Mapping[str, Match]
    solutions: Mapping[str, "Offered"]

    @classmethod
    def of(cls, need: Listing) -> Self:
        # No row says when it was made: two moments of fifty matches take a while to read.
        found = list(Match.objects.for_need(need.pk).defer("created_at", "updated_at"))
        offered = offered_solutions(match.solution_id for match in found)
        pairs = [(each, offered[each.solution_id]) for each in found if each.solution_id in offered]
        return cls(
            places=arrange(offer_of(match, match.score, solution) for match, solution in pairs),
            matches={str(match.solution_id): match for match, _solution in pairs},
            solutions={str(match.solution_id): solution for match, solution in pairs},
        )

    def find(self, public_id: str) -> Shown | None:
        """Return the place of a solution by its public id; None for one that has no place."""
        for place in self.places:
            if str(self.solutions[place.id].public_id) == public_id:
                return place
        return None


class Offered(NamedTuple):
    """What composing a list reads of a solution."""

    public_id: UUID
    organization_id: int
    size: str
    title: str
    summary: str
    description: str
    # The evidence of its cases, in their order.
    cases: Sequence[str]

    @property
    def is_small(self) -> bool | None:
        return Organization.Size(self.size).is_small if self.size else None


def offered_solutions(ids: Iterable[int]) -> dict[int, Offered]:
    """Return solutions in the halls by id with what composing a list reads of them."""
    cases = Case.objects.filter(solution=OuterRef("pk")).order_by("position")
    columns = ("title", "summary", "description")
    rows = (
        Solution.objects.filter(shown_listings(), pk__in=list(ids))
        .annotate(evidence=ArraySubquery(cases.values("evidence")))
        .values_list(
            "pk", "public_id", "organization_id", "organization__size", *columns, "evidence"
        )
    )
    return {pk: Offered(*rest) for pk, *rest in rows}


def need_rows(
    actor: Actor,
    need: Listing,
    content: NeedContent,
    names: Names,
    ranking: Ranking,
    places: Iterable[Shown] | None = None,
) -> list[Row]:
    """Return a need's solutions for its own side, at ``places`` or all, in the list's order."""
    asked = list(ranking.places if places is None else places)
    ids = [name for place in asked for name in (place.id, *(held for held, _label in place.folded))]
    solutions = solutions_shown(map(int, ids))
    need_hidden = disclose(actor, need, content).hidden
    rows: dict[str, Row] = {}
    for solution in solutions.values():
        match = ranking.matches[str(solution.pk)]
        stated = solution_content(solution)
        other = disclose(actor, solution, stated)
        renderer = Renderer(Sight(content, stated, need_hidden, other.hidden), names)
        row = Row(match, solution, other, solution.organization, match.score, renderer)
        rows[str(solution.pk)] = row
    return [_placed(place, rows) for place in asked if place.id in rows]


def _placed(shown: Shown, rows: Mapping[str, Row]) -> Row:
    """Return the row where the list puts it, with what it stands for."""
    held = tuple(
        replace(rows[name], shown=Shown(name, shown.place, shown.ranked, label))
        for name, label in shown.folded
        if name in rows
    )
    return replace(rows[shown.id], shown=shown, folded=held)


def moves_of(rows: Iterable[Row]) -> list[Move]:
    """Return the kinds of moves among ``rows``, each once, to be explained below the list."""
    found = {
        row.move.code: row.move for shown in rows for row in (shown, *shown.folded) if row.move
    }
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Helpful:
    """A field of the viewer's own listing: how many rows miss it, what it brings at most."""

    field: str
    rows: int
    gain: str
    # The field as the engine names it.
    code: str


def most_helpful(rows: Iterable[Row], most: int = HELPFUL) -> list[Helpful]:
    """Return which own fields, if filled, would help most, over all rows of a list."""
    missing: dict[str, list[int]] = {}
    listed = list(rows)
    for row in listed:
        for gap in row.glance.gaps:
            missing.setdefault(gap.field, []).append(gap.gain)
    found = [
        (max(gains), len(gains), field_label(code, listed[0].renderer.names), code)
        for code, gains in missing.items()
    ]
    found.sort(key=lambda item: (-item[0], -item[1], item[2]))
    return [Helpful(label, rows, points(gain), code) for gain, rows, label, code in found[:most]]


def offer_of(match: Match, score: PairScore, solution: Offered) -> Offer:
    """Return what composing the list needs to know of one match."""
    return Offer(
        id=str(match.solution_id),
        vendor=str(solution.organization_id),
        key=match.rank_key,
        total=match.total,
        small=solution.is_small,
        evidence=evidence_strength(map(CaseEvidence, solution.cases)),
        fit=fit_of(score.parts),
        text=ListingText(solution.title, solution.summary, solution.description),
    )


def solution_rows(
    actor: Actor, solution: Listing, content: SolutionContent, names: Names
) -> list[Row]:
    """Return a solution's needs for its vendor, in the order of what the vendor may know."""
    matches = list(Match.objects.for_solution(solution.pk))
    needs = needs_shown(match.need_id for match in matches)
    solution_hidden = disclose(actor, solution, content).hidden
    rows = []
    for match in matches:
        need = needs.get(match.need_id)
        if need is None:
            continue
        stated = need_content(need)
        other = disclose(actor, need, stated, shown=_IN_LIST)
        sight = Sight(stated, content, other.hidden, solution_hidden)
        renderer = Renderer(sight, names, shows_wishes=True)
        organization = need.organization if other.shows_organization else None
        score = match.score
        rows.append(Row(match, need, other, organization, score, renderer))
    return rows


def excluded_solutions(
    actor: Actor, need: Listing, content: NeedContent, scores: Sequence[PairScore], names: Names
) -> list[Excluded]:
    """Return the solutions that are ruled out, in the order of ``scores``, with the reasons."""
    need_hidden = disclose(actor, need, content).hidden
    solutions = solutions_shown(int(score.solution_id) for score in scores)
    found = []
    for score in scores:
        solution = solutions.get(int(score.solution_id))
        if solution is None:
            continue
        stated = solution_content(solution)
        sight = Sight(content, stated, need_hidden, disclose(actor, solution, stated).hidden)
        # Of a hidden price the owner learns no more than that a condition is not met.
        words = _told(score.failed, sight, names)
        found.append(Excluded(solution, solution.organization, words))
    return found


def excluded_needs(
    actor: Actor,
    solution: Listing,
    content: SolutionContent,
    scores: Sequence[PairScore],
    names: Names,
) -> list[Excluded]:
    """Return the needs whose conditions the solution misses, as far as they may be told."""
    solution_hidden = disclose(actor, solution, content).hidden
    needs = needs_shown(int(score.need_id) for score in scores)
    found = []
    for score in scores:
        need = needs.get(int(score.need_id))
        if need is None:
            continue
        stated = need_content(need)
        other = disclose(actor, need, stated, shown=("organization", "requirements"))
        words = _told(score.failed, Sight(stated, content, other.hidden, solution_hidden), names)
        if words:
            organization = need.organization if other.shows_organization else None
            found.append(Excluded(need, organization, words))
    return found


def _told(constraints: tuple[Constraint, ...], sight: Sight, names: Names) -> tuple[str, ...]:
    return tuple(
        words_of(constraint.evidence, sight, names)
        for constraint in constraints
        if not sight.hides(constraint.evidence)
    )


def find_solutions(need: Listing, words: str) -> QuerySet[Solution]:
    """Return solutions in the halls that ``words`` name: for asking "why not this one?"."""
    words = words.strip()
    return (
        Solution.objects.filter(shown_listings(), catalogue_id=need.catalogue_id)
        .filter(
            Q(code__iexact=words)
            | Q(title__icontains=words)
            | Q(organization__legal_name__icontains=words)
            | Q(organization__short_name__icontains=words)
        )
        .select_related("organization")
        .order_by("-published_at", "-pk")[:WHY_NOT_LIMIT]
    )
