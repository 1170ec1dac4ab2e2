"""What a page shows of a match: plain values, already in one viewer's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.wording.amounts import points as shown_points
from matchmaking.engine.results import FULL, Side

BAND = 1_000
BRIEF = 2
COSTS = 3


class Headline(StrEnum):
    """How good a match is, in one word."""

    STRONG = "strong"
    POSSIBLE = "possible"
    WEAK = "weak"
    RULED_OUT = "ruled_out"

    @property
    def label(self) -> Promise:
        return _HEADLINES[self][0]

    @property
    def tone(self) -> str:
        return _HEADLINES[self][1]

    @classmethod
    def of(cls, total: int) -> "Headline":
        """Return the word for a total in hundredths."""
        for headline, lowest in _LOWEST:
            if total >= lowest:
                return headline
        return cls.WEAK


_LOWEST = ((Headline.STRONG, 7_000), (Headline.POSSIBLE, 5_000))
_HEADLINES: dict[Headline, tuple[Promise, str]] = {
    Headline.STRONG: (gettext_lazy("强"), "ok"),
    Headline.POSSIBLE: (gettext_lazy("可谈"), "info"),
    Headline.WEAK: (gettext_lazy("弱"), "neutral"),
    Headline.RULED_OUT: (gettext_lazy("已排除"), "bad"),
}


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
    headline: Headline

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
        return cls(shown_points(hundredths), hundredths, False, Headline.of(hundredths))

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
            headline=Headline.of(low + BAND // 2),
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
class MatchView:
    """A scored pair as one viewer may read it."""

    total: Total
    headline: Headline
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
    def is_unsettled(self) -> bool:
        """Whether a hard condition is open: that blocks an award, not a conversation."""
        return any(item.verdict == "unknown" for item in self.constraints)

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
