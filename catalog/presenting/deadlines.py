"""How long a submission has waited, in working days: weekdays, since holidays move each year."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    words: str
    due_at: datetime
    is_late: bool
    # Of the time there is, in whole percent, at most 100.
    percent: int


def working_time(start: datetime, end: datetime) -> timedelta:
    """Return the time from ``start`` to ``end`` that is not on a Saturday or Sunday."""
    start, end = timezone.localtime(start), timezone.localtime(end)
    total = timedelta()
    day = start
    while day < end:
        midnight = datetime.combine(day.date() + _DAY, time(), tzinfo=day.tzinfo)
        if day.weekday() < _SATURDAY:
            total += min(midnight, end) - day
        day = midnight
    return total


def due_at(submitted: datetime, days: int) -> datetime:
    """Return the moment ``days`` working days after ``submitted``."""
    due = timezone.localtime(submitted)
    if due.weekday() >= _SATURDAY:
        due = datetime.combine(due.date(), time(), tzinfo=due.tzinfo)
    while due.weekday() >= _SATURDAY:
        due += _DAY
    for _each in range(days):
        due += _DAY
        while due.weekday() >= _SATURDAY:
            due += _DAY
    return due


def waiting(submitted: datetime, now: datetime) -> Waiting:
    target = settings.MODERATION_TARGET_DAYS
    spent = working_time(submitted, now)
    due = due_at(submitted, target)
    share = spent / (_DAY * target) if target else 1.0
    return Waiting(
        words=duration_words(spent),
        due_at=due,
        is_late=now > due,
        percent=min(100, int(100 * share)),
    )


def duration_words(spent: timedelta) -> str:
    """Return e.g. "1 天 3 小时", "2 天", "3 小时", "20 分钟"."""
    hours = spent.seconds // 3600
    if spent.days and not hours:
        return _("%(days)s 天") % {"days": spent.days}
    if spent.days:
        return _("%(days)s 天 %(hours)s 小时") % {"days": spent.days, "hours": hours}
    if hours:
        return _("%(hours)s 小时") % {"hours": hours}
    return _("%(minutes)s 分钟") % {"minutes": spent.seconds // 60}
