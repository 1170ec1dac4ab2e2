"""What a page shows of a match: plain values, already in one viewer's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.wording.amounts import points as shown_points
from matchmaking.engine.headline import Headline, headline
from matchmaking.engine.results import FULL, Missing, Side

BAND = 1_000
BRIEF = 2
COSTS = 3


_HEADLINES: dict[Headline, tuple[Promise, str]] = {
    Headline.STRONG: (gettext_lazy("强"), "ok"),
    Headline.POSSIBLE: (gettext_lazy("可谈"), "info"),
    Headline.WEAK: (gettext_lazy("弱"), "neutral"),
    Headline.RULED_OUT: (gettext_lazy("已排除"), "bad"),
}


@dataclass(frozen=True, slots=True)
class HeadlineView:
    """How good a match is, in one word."""

    code: Headline

    @property
    def label(self) -> Promise:
        return _HEADLINES[self.code][0]

    @property
    def tone(self) -> str:
        return _HEADLINES[self.code][1]


class Speaks(StrEnum):
    """Whether a leading reason is for the pair, against it, or not settled."""

    FOR = "for"
    AGAINST = "against"
    OPEN = "open"


_TONES = {Speaks.FOR: "ok", Speaks.AGAINST: "bad", Speaks.OPEN: "warn"}
_MARKS = {Speaks.FOR: "＋", Speaks.AGAINST: "－", Speaks.OPEN: "？"}
_SAID: dict[Speaks, Promise] = {
    Speaks.FOR: gettext_lazy("有利"),
    Speaks.AGAINST: gettext_lazy("不利"),
    Speaks.OPEN: gettext_lazy("待确认"),
}


@dataclass(frozen=True, slots=True)
class LeadingView:
    """One of the reasons that matter most: a hard condition or a criterion, and why."""

    code: str
    name: str
    speaks: Speaks
    words: str
    # Of a hard condition the words say by themselves what is the matter.
    is_hard: bool = False

    @property
    def text(self) -> str:
        """The reason as it is read: what it is about, then why."""
        if self.is_hard or not self.words:
            return self.words or self.name
        return _("%(name)s：%(words)s") % {"name": self.name, "words": self.words}

    @property
    def tone(self) -> str:
        return _TONES[self.speaks]

    @property
    def mark(self) -> str:
        """A sign beside the words, for those who do not see colours."""
        return _MARKS[self.speaks]

    @property
    def said(self) -> Promise:
        """The sign in a word, for those who do not see it at all."""
        return _SAID[self.speaks]


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One reason: the engine's code, for programs, and its words."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class PartView:
    """One criterion: its share of 100, the points it brought, and why."""

    criterion: str
    name: str
    weight: int
    points: str
    maximum: str
    value: float
    assumed: bool
    hidden: bool
    reasons: tuple[ReasonView, ...]

    @property
    def words(self) -> tuple[str, ...]:
        said = tuple(reason.words for reason in self.reasons)
        return (_("对方未公开"), *said) if self.hidden else said

    @property
    def shown_points(self) -> str | None:
        """The points as shown, None for what the viewer may not see."""
        return None if self.hidden else self.points

    @property
    def lost(self) -> Decimal:
        """How many points of its maximum the criterion did not bring; 0 when hidden."""
        return Decimal(0) if self.hidden else Decimal(self.maximum) - Decimal(self.points)

    @property
    def label(self) -> str:
        """The name under which the stacked bar lists the part."""
        return self.name

    @property
    def brief(self) -> tuple[str, ...]:
        """The first reasons, for a card beside a list, and how many more there are."""
        rest = len(self.words) - BRIEF
        if rest <= 0:
            return self.words
        more = ngettext("另有 %(n)s 条", "另有 %(n)s 条", rest) % {"n": rest}
        return (*self.words[:BRIEF], more)


@dataclass(frozen=True, slots=True)
class ConstraintView:
    """One hard condition: pass, fail or unknown, in words."""

    code: str
    verdict: str
    tone: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class MissingView:
    """A field nobody filled, and by how much it would help at most.

    ``owner`` (need or solution) and ``code`` are for programs, ``side`` and ``field`` for people.
    """

    owner: str
    side: str
    code: str
    field: str
    criterion: str
    gain: str


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of points as one viewer may know it: exact, or a band of ten.

    ``hundredths`` is what bars are drawn from: the sum, or the middle of the band.
    """

    shown: str
    hundredths: int
    is_banded: bool

    @property
    def headline(self) -> HeadlineView:
        return HeadlineView(headline(self.hundredths))

    @property
    def percent(self) -> str:
        return shown_points(self.hundredths)

    @property
    def shown_points(self) -> str | None:
        """The exact sum as shown, None where only a band is."""
        return None if self.is_banded else self.shown

    @property
    def band(self) -> str:
        """The total to the nearest ten below, for lists that never show more."""
        return self.shown if self.is_banded else _band(min(self.hundredths, FULL - 1))

    @classmethod
    def exact(cls, hundredths: int) -> "Total":
        return cls(shown_points(hundredths), hundredths, False)

    @classmethod
    def banded(cls, parts: Iterable[tuple[int, int]]) -> "Total":
        """Return the band of the visible parts alone, given as (points, maximum).

        What is hidden does not enter it at all, so that no change of one's own terms makes
        the band tell of it.
        """
        visible = list(parts)
        maximum = sum(most for _points, most in visible)
        reached = FULL * sum(points for points, _most in visible) // maximum if maximum else 0
        low = min(reached // BAND * BAND, FULL - BAND)
        return cls(
            shown=_band(low),
            hundredths=low + BAND // 2,
            is_banded=True,
        )


def _band(hundredths: int) -> str:
    low = hundredths // BAND * BAND
    return f"{low // 100}–{(low + BAND) // 100}"


@dataclass(frozen=True, slots=True)
class WishesView:
    """How well the need suits what the vendor wants; for the vendor alone."""

    total: Total
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """What a list says of a match: the word, the reasons that matter most, the sum."""

    total: Total
    headline: HeadlineView
    leading: tuple[LeadingView, ...]
    # How many hard conditions nobody can answer yet.
    open_count: int
    # What the viewer's own side could fill in, the most helpful first, as the engine names it.
    gaps: tuple[Missing, ...]
    # How well the need suits what the vendor wants; for the vendor alone.
    wished: Total | None

    @property
    def is_unsettled(self) -> bool:
        """Whether a hard condition is open: that blocks an award, not a conversation."""
        return self.open_count > 0

    @property
    def shows_open(self) -> bool:
        """Whether it must be said beside the word: a weak match is not held back by it."""
        return self.is_unsettled and self.headline.code is Headline.POSSIBLE


@dataclass(frozen=True, slots=True)
class MatchView(Glance):
    """A scored pair as one viewer may read it."""

    confidence: int
    parts: tuple[PartView, ...]
    constraints: tuple[ConstraintView, ...]
    missing: tuple[MissingView, ...]
    wishes: WishesView | None
    has_hidden: bool
    # Which side's page it is: its own gaps are those it can fill.
    side: Side

    @property
    def failed(self) -> tuple[ConstraintView, ...]:
        return tuple(item for item in self.constraints if item.verdict == "fail")

    @property
    def unsettled(self) -> tuple[ConstraintView, ...]:
        """The conditions that are not met, or not known to be."""
        return tuple(item for item in self.constraints if item.verdict != "pass")

    @property
    def bar_total(self) -> str:
        """The bar's full length: 100, or what the parts that the viewer sees can bring."""
        most = sum((Decimal(part.maximum) for part in self.visible_parts), Decimal(0))
        return str(most) if self.total.is_banded else "100"

    @property
    def costs(self) -> tuple[PartView, ...]:
        """The criteria that cost the pair most, at most three, the dearest first."""
        dear = sorted(self.visible_parts, key=lambda part: -part.lost)
        return tuple(part for part in dear[:COSTS] if part.lost)

    @property
    def own_missing(self) -> tuple[MissingView, ...]:
        """What the viewer's own side could fill in, the most helpful first."""
        return tuple(item for item in self.missing if item.owner == self.side.value)

    @property
    def other_missing(self) -> tuple[MissingView, ...]:
        return tuple(item for item in self.missing if item.owner != self.side.value)

    @property
    def visible_parts(self) -> tuple[PartView, ...]:
        return tuple(part for part in self.parts if not part.hidden)
