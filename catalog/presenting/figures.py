"""What the park's dashboard and its monthly report count: waiting, handled, how fast, why not."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Park
from catalog.models import ModerationEntry, ReturnReason
from catalog.permissions import decisions_in_parks, moderated_parks
from catalog.presenting.deadlines import Waiting, duration_words, waiting, working_time
from catalog.presenting.desk import totals, waiting_revisions

WEEKS = 8
MONTHS = 12
_DECISIONS = (ModerationEntry.Kind.PUBLISHED, ModerationEntry.Kind.RETURNED)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Count:
    label: str
    number: int
    # Of the largest of its kind, in whole percent.
    share: int


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision as the figures read it."""

    entry: ModerationEntry
    spent: timedelta | None


@dataclass(frozen=True, slots=True)
class Period:
    """What was decided between two moments."""

    decisions: list[Decision]

    @property
    def published(self) -> int:
        return self._of(ModerationEntry.Kind.PUBLISHED)

    @property
    def returned(self) -> int:
        return self._of(ModerationEntry.Kind.RETURNED)

    def _of(self, kind: ModerationEntry.Kind) -> int:
        return sum(each.entry.kind == kind for each in self.decisions)

    @property
    def median(self) -> timedelta | None:
        """The median working time from submission to decision."""
        spent = [each.spent.total_seconds() for each in self.decisions if each.spent is not None]
        return timedelta(seconds=median(spent)) if spent else None

    @property
    def median_words(self) -> str:
        return duration_words(self.median) if self.median is not None else ""


@dataclass(frozen=True, slots=True)
class Figures:
    waiting: int
    late: int
    oldest: Waiting | None
    month: Period
    month_label: str
    reasons: list[Count]
    weeks: list[Count]
    parks: list[Park]
    park: Park | None
    months: list[str]


def month_of(text: str, today: date) -> date:
    """Return the first day of the month that ``text`` (2026-11) names, else of this month."""
    try:
        named = date.fromisoformat(f"{text}-01")
    except ValueError:
        named = today
    return min(named, today).replace(day=1)


def next_month(first: date) -> date:
    return (first + 31 * _DAY).replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def decisions(actor: Actor, start: date, end: date, park: Park | None = None) -> Period:
    """Return what ``actor``'s parks decided from ``start`` to the day before ``end``."""
    rows: QuerySet[ModerationEntry] = ModerationEntry.objects.filter(
        decisions_in_parks(actor),
        kind__in=_DECISIONS,
        # What files and the system publish no moderator worked on.
        by__isnull=False,
        at__gte=_midnight(start),
        at__lt=_midnight(end),
    )
    if park is not None:
        rows = rows.filter(park=park)
    rows = rows.select_related("revision__listing__organization", "by", "park")
    return Period([Decision(row, _spent(row)) for row in rows.order_by("at", "pk")])


def _spent(entry: ModerationEntry) -> timedelta | None:
    return working_time(entry.submitted_at, entry.at) if entry.submitted_at else None


def figures(actor: Actor, *, month: str = "", park_code: str = "") -> Figures:
    """Return the figures of the actor's parks, or of one of them."""
    now, today = timezone.now(), timezone.localdate()
    parks = list(moderated_parks(actor))
    park = next((each for each in parks if each.code == park_code), None)
    rows = waiting_revisions(actor)
    if park is not None:
        rows = rows.filter(listing__organization__park=park)
    found = totals(rows)
    moments = rows.order_by().values_list("submitted_at", flat=True)
    first = month_of(month, today)
    period = decisions(actor, first, next_month(first), park)
    return Figures(
        waiting=found.number,
        late=sum(waiting(each, now).is_late for each in moments if each),
        oldest=waiting(found.oldest, now) if found.oldest else None,
        month=period,
        month_label=f"{first:%Y-%m}",
        reasons=returns_by_reason(period),
        weeks=_weeks(actor, today, park),
        parks=parks,
        park=park,
        months=_months(today),
    )


def _months(today: date) -> list[str]:
    """Return this month and those before it, the newest first."""
    months, first = [], today.replace(day=1)
    for _each in range(MONTHS):
        months.append(f"{first:%Y-%m}")
        first = (first - _DAY).replace(day=1)
    return months


def returns_by_reason(period: Period) -> list[Count]:
    """Return how often each canned reason was given; returns without any are counted too."""
    names = {row.code: row.name for row in ReturnReason.objects.all()}
    told: Counter[str] = Counter()
    for each in period.decisions:
        if each.entry.kind == ModerationEntry.Kind.RETURNED:
            told.update(names.get(code, code) for code in each.entry.reasons or [""])
    other = told.pop("", 0)
    if other:
        told[_("仅文字说明")] = other
    return _counted(sorted(told.items(), key=lambda pair: (-pair[1], pair[0])))


def _weeks(actor: Actor, today: date, park: Park | None) -> list[Count]:
    """Return what was decided in each of the last weeks, the oldest first."""
    monday = today - today.weekday() * _DAY
    start = monday - (WEEKS - 1) * 7 * _DAY
    period = decisions(actor, start, monday + 7 * _DAY, park)
    told = Counter(
        (timezone.localtime(each.entry.at).date() - start).days // 7 for each in period.decisions
    )
    return _counted([(f"{start + week * 7 * _DAY:%m-%d}", told[week]) for week in range(WEEKS)])


def _counted(pairs: list[tuple[str, int]]) -> list[Count]:
    most = max((number for _label, number in pairs), default=0)
    return [Count(label, number, 100 * number // most if most else 0) for label, number in pairs]
