"""How far the scoring of a listing is, in words and as a share: read from its run's row alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from catalog.choices import ListingKind
from catalog.models import Listing
from matchmaking.models import MatchRun

STEPS = 4
# After this long the page says that it is no longer the usual wait.
PATIENCE = timedelta(seconds=20)
_UNDER_WAY = (MatchRun.State.WAITING, MatchRun.State.RUNNING)
# Where each step's bar begins; comparing is the one that can be counted.
_QUEUED, _SEARCHING, _COMPARING, _WRITING = 5, 15, 25, 95


@dataclass(frozen=True, slots=True)
class Progress:
    """What a waiting page says. ``percent`` draws the bar, 0..100."""

    words: str
    percent: int
    note: str


def progress_of(listing: Listing, run: MatchRun | None, now: datetime) -> Progress:
    """Return how far ``run``, the newest of a waiting ``listing``, is."""
    # The wish is noted before its run is.
    under_way = run if run is not None and run.state in _UNDER_WAY else None
    words, percent = _step(under_way, listing.kind)
    since = listing.wanted_at if under_way is None else under_way.started_at or under_way.created_at
    note = (
        _("比平时久一些。可以先离开这一页，评分会继续，完成后结果会保留在这里。")
        if since is not None and now - since > PATIENCE
        else _("完成后结果会自动出现，不需要刷新。")
    )
    return Progress(words, percent, note)


def _step(run: MatchRun | None, kind: str) -> tuple[str, int]:
    if run is None or run.state == MatchRun.State.WAITING:
        return _told(1, _("已排队，即将开始评分")), _QUEUED
    if not run.recalled:
        return _told(2, _("正在查找候选")), _SEARCHING
    if run.scored >= run.recalled:
        return _told(4, _("正在排序并保存结果")), _WRITING
    counted = {"n": run.scored, "m": run.recalled}
    words = (
        _("正在比对方案，已比对 %(n)s / %(m)s 个")
        if kind == ListingKind.NEED
        else _("正在比对需求，已比对 %(n)s / %(m)s 个")
    )
    share = (_WRITING - _COMPARING) * run.scored // run.recalled
    return _told(3, words % counted), _COMPARING + share


def _told(step: int, words: str) -> str:
    return _("第 %(step)s 步，共 %(steps)s 步：%(words)s…") % {
        "step": step,
        "steps": STEPS,
        "words": words,
    }
