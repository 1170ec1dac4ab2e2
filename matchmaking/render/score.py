"""A pair's score as one viewer may read it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from catalog.content import NeedContent, SolutionContent
from catalog.disclosure import disclose
from catalog.models import Listing
from catalog.wording.amounts import points
from catalog.wording.names import Names
from matchmaking.engine.evidence import Evidence
from matchmaking.engine.headline import REASONS, foremost, headline, speaks_for, whole_percents
from matchmaking.engine.parts import confidence
from matchmaking.engine.results import Constraint, Missing, PairScore, Part, Side, Status, Verdict
from matchmaking.engine.weights import Criterion
from matchmaking.facts import matching_content
from matchmaking.models import Match
from matchmaking.render.labels import CRITERIA, WISHES, field_label
from matchmaking.render.privacy import Sight
from matchmaking.render.shapes import (
    ConstraintView,
    Glance,
    HeadlineView,
    LeadingView,
    MatchView,
    MissingView,
    PartView,
    ReasonView,
    Speaks,
    Total,
    WishesView,
)
from matchmaking.render.words import words_of

UNTOLD = frozenset({"blocked", "conflict"})
# Evidence that speaks for a pair, however little the rest of its criterion does.
IN_FAVOUR = frozenset({"project_type.same", "parameter.within"})
_VERDICTS: Mapping[Verdict, tuple[Promise, str]] = {
    Verdict.PASS: (gettext_lazy("符合"), "ok"),
    Verdict.FAIL: (gettext_lazy("不符合"), "bad"),
    Verdict.UNKNOWN: (gettext_lazy("待确认"), "warn"),
}
_SIDES: Mapping[Side, Promise] = {
    Side.NEED: gettext_lazy("需求方"),
    Side.SOLUTION: gettext_lazy("供方"),
}


def sight_of(
    actor: Actor,
    need: Listing,
    need_content: NeedContent,
    solution: Listing,
    solution_content: SolutionContent,
) -> Sight:
    """Return both sides' content with what ``actor`` may not read of it."""
    return Sight(
        need=need_content,
        solution=solution_content,
        need_hidden=disclose(actor, need, need_content).hidden,
        solution_hidden=disclose(actor, solution, solution_content).hidden,
    )


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders one score for one viewer, in the language active while it is asked."""

    sight: Sight
    names: Names
    # The vendor's wishes are its own; only its side reads how the need suits them.
    shows_wishes: bool = False

    def glance(self, score: PairScore) -> Glance:
        """Return what a list says of the score."""
        score = self._as_told(score)
        return self._glance(score, self._hidden(score))

    def render(self, score: PairScore) -> MatchView:
        """Return all that is told of the score."""
        score = self._as_told(score)
        hidden = self._hidden(score)
        glance = self._glance(score, hidden)
        wishes = self._wishes(score) if self.shows_wishes else None
        return MatchView(
            total=glance.total,
            headline=glance.headline,
            leading=glance.leading,
            open_count=glance.open_count,
            gaps=glance.gaps,
            wished=glance.wished,
            confidence=round(100 * self._confidence(score, hidden)),
            parts=self._parts(score.parts, CRITERIA, hidden),
            constraints=tuple(map(self._constraint, self._told(score.constraints))),
            missing=tuple(
                self._missing(item) for item in score.missing if self._tells(item, hidden)
            ),
            wishes=wishes,
            has_hidden=bool(hidden) or any(map(self._is_withheld, score.constraints)),
            side=self._side,
        )

    @property
    def _side(self) -> Side:
        return Side.SOLUTION if self.shows_wishes else Side.NEED

    def _as_told(self, score: PairScore) -> PairScore:
        return score.for_vendor if "weights" in self.sight.need_hidden else score

    def _hidden(self, score: PairScore) -> set[str]:
        return {part.criterion for part in score.parts if self._hides_part(part)}

    def _told(self, constraints: Iterable[Constraint]) -> list[Constraint]:
        return [item for item in constraints if not self._hides(item.evidence)]

    def _glance(self, score: PairScore, hidden: set[str]) -> Glance:
        constraints = self._told(score.constraints)
        total = self._total(score.total, score.parts, hidden)
        verdicts = [item.verdict for item in constraints]
        word = headline(
            total.hundredths,
            unconfirmed=Verdict.UNKNOWN in verdicts,
            ruled_out=Verdict.FAIL in verdicts,
        )
        return Glance(
            total=total,
            headline=HeadlineView(word),
            leading=self._leading(score, constraints, hidden),
            open_count=verdicts.count(Verdict.UNKNOWN),
            gaps=tuple(
                item
                for item in score.missing
                if item.side is self._side and self._tells(item, hidden)
            ),
            wished=self._wished(score) if self.shows_wishes else None,
        )

    def _leading(
        self, score: PairScore, constraints: Sequence[Constraint], hidden: set[str]
    ) -> tuple[LeadingView, ...]:
        """What fails, what is open, then the criteria that speak loudest; of what is hidden none.

        Of several open conditions the first stands for all: the criteria are to be heard too.
        """
        failed = [item for item in constraints if item.verdict is Verdict.FAIL]
        unknown = [item for item in constraints if item.verdict is Verdict.UNKNOWN]
        hard = [
            self._leading_constraint(item, speaks)
            for speaks, items in ((Speaks.AGAINST, failed), (Speaks.OPEN, unknown[:1]))
            for item in items[:REASONS]
        ]
        visible = (part for part in score.parts if part.criterion not in hidden)
        loudest = foremost(visible, REASONS - len(hard)) if len(hard) < REASONS else ()
        return (*hard, *map(self._leading_part, loudest))[:REASONS]

    def _leading_constraint(self, constraint: Constraint, speaks: Speaks) -> LeadingView:
        view = self._constraint(constraint)
        return LeadingView(view.code, view.label, speaks, view.words, is_hard=True)

    def _leading_part(self, part: Part) -> LeadingView:
        speaks = Speaks.FOR if speaks_for(part) else Speaks.AGAINST

        def last(item: Evidence) -> tuple[bool, bool]:
            """What speaks for the pair is no reason against it; texts say less than any fact."""
            is_contrary = speaks is Speaks.AGAINST and item.code in IN_FAVOUR
            return is_contrary, item.code.startswith("text.")

        told = sorted(part.evidence, key=last)
        words = words_of(told[0], self.sight, self.names) if told else ""
        name = str(CRITERIA[Criterion(part.criterion)])
        return LeadingView(part.criterion, name, speaks, words)

    def _is_withheld(self, constraint: Constraint) -> bool:
        """Whether the viewer is told that there is something not told.

        Of a blacklist or a conflict not even that: it is only there when it rules out.
        """
        return constraint.code not in UNTOLD and self._hides(constraint.evidence)

    def _hides(self, evidence: Evidence) -> bool:
        return self.sight.hides(evidence)

    def _hides_part(self, part: Part) -> bool:
        """Whether a part's points would tell what only one of its reasons must not."""
        if part.criterion == Criterion.BUDGET and (
            self.sight.hides_budget or self.sight.hides_field("solution.price")
        ):
            return True
        return any(self._hides(item) for item in part.evidence)

    @staticmethod
    def _confidence(score: PairScore, hidden: set[str]) -> float:
        """How much was known of what the viewer sees: whether a hidden part was is hidden too."""
        if not hidden:
            return score.confidence
        return confidence([part for part in score.parts if part.criterion not in hidden])

    @staticmethod
    def _total(total: int, parts: tuple[Part, ...], hidden: set[str]) -> Total:
        if not hidden:
            return Total.exact(total)
        return Total.banded(
            (part.points, part.points_max) for part in parts if part.criterion not in hidden
        )

    def _parts(
        self, parts: tuple[Part, ...], names: Mapping[Any, Promise], hidden: set[str]
    ) -> tuple[PartView, ...]:
        weights = whole_percents([part.points_max for part in parts])
        return tuple(
            self._part(part, str(names[part.criterion]), weight, hidden)
            for part, weight in zip(parts, weights, strict=True)
        )

    def _part(self, part: Part, name: str, weight: int, hidden: set[str]) -> PartView:
        is_hidden = part.criterion in hidden
        reasons = tuple(
            ReasonView(item.code, words_of(item, self.sight, self.names))
            for item in part.evidence
            if not self._hides(item)
        )
        return PartView(
            criterion=part.criterion,
            name=name,
            weight=weight,
            points="" if is_hidden else points(part.points),
            maximum=points(part.points_max),
            value=0.0 if is_hidden else part.value,
            assumed=not is_hidden and part.status is Status.ASSUMED,
            hidden=is_hidden,
            reasons=reasons,
        )

    def _constraint(self, constraint: Constraint) -> ConstraintView:
        label, tone = _VERDICTS[constraint.verdict]
        return ConstraintView(
            code=constraint.code,
            verdict=constraint.verdict.value,
            tone=tone,
            label=str(label),
            words=words_of(constraint.evidence, self.sight, self.names),
        )

    def _tells(self, missing: Missing, hidden: set[str]) -> bool:
        """Whether naming an unfilled field and its gain tells nothing hidden.

        What a need could still ask gains in proportion to the whole sum, hidden parts included.
        """
        if self.sight.hides_field(missing.field) or missing.criterion in hidden:
            return False
        return missing.side is Side.SOLUTION or not hidden

    def _missing(self, missing: Missing) -> MissingView:
        return MissingView(
            owner=missing.side.value,
            side=str(_SIDES[missing.side]),
            code=missing.field,
            field=field_label(missing.field, self.names),
            criterion=missing.criterion.value,
            gain=points(missing.gain),
        )

    def _wishes(self, score: PairScore) -> WishesView | None:
        total = self._wished(score)
        if score.vendor is None or total is None:
            return None
        parts = score.vendor.parts
        hidden = {part.criterion for part in parts if self._hides_part(part)}
        return WishesView(total=total, parts=self._parts(parts, WISHES, hidden))

    def _wished(self, score: PairScore) -> Total | None:
        if score.vendor is None:
            return None
        parts = score.vendor.parts
        hidden = {part.criterion for part in parts if self._hides_part(part)}
        return self._total(score.vendor.total, parts, hidden)


def render_score(
    score: PairScore, sight: Sight, language: str, *, names: Names, shows_wishes: bool = False
) -> MatchView:
    """Return ``score`` in ``language`` for the viewer whose sight it is."""
    with translation.override(language):
        return Renderer(sight, names, shows_wishes).render(score)


def render_match(match: Match, actor: Actor, language: str) -> MatchView:
    """Return one stored match in words: for single pages; lists use a Renderer with shared names.

    Raises LookupError when a side no longer has content to speak of.
    """
    need, solution = matching_content(match.need), matching_content(match.solution)
    if not isinstance(need, NeedContent) or not isinstance(solution, SolutionContent):
        raise LookupError("a side of the match has no content")
    sight = sight_of(actor, match.need, need, match.solution, solution)
    return render_score(
        match.score,
        sight,
        language,
        names=Names.load(),
        shows_wishes="wished_industries" not in sight.solution_hidden,
    )
