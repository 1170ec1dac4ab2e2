"""Needs matched anew through real Celery workers: how many a second, and at what memory."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import F

from catalog.models import Listing
from catalog.services import want_scoring_of
from matchmaking.bench.building import Plan
from matchmaking.bench.stages import Figures
from matchmaking.bench.workers import Workers, workers
from matchmaking.models import MatchRun

# Pool processes, and the share of the needs each setting takes; together they fill all lists of a
# small catalogue.
_SETTINGS = ((1, 0.2), (4, 0.2), (2, 0.6))
_MOST = {1: 2_000, 4: 2_000, 2: 10_000}
_WARMED_BY = 16
_POLL_SECONDS = 0.2
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Rematched:
    """What one setting did."""

    needs: int
    seconds: float
    megabytes: float
    half_seconds: float

    @property
    def rate(self) -> float:
        return round(self.needs / self.seconds, 1)


def measure(plan: Plan) -> Figures:
    """Match slices of the needs by 1, 4 and 2 pool processes of one worker node."""
    first = 1 + plan.sizes.solutions
    everything = range(first, first + plan.sizes.needs)
    figures: Figures = {}
    start = 0
    for size, share in _SETTINGS:
        count = min(_MOST[size], int(plan.sizes.needs * share))
        done = _matched(plan, size, everything[start : start + count])
        start += count
        figures |= {
            f"rematch_needs_per_s_{size}": done.rate,
            f"rematch_needs_{size}": done.needs,
            f"rematch_s_{size}": round(done.seconds, 2),
            f"rematch_first_half_s_{size}": round(done.half_seconds, 2),
            f"worker_rss_mb_{size}": done.megabytes,
        }
        plan.say(
            f"  {size} pool processes: {done.needs} needs at {done.rate} a second,"
            f" {done.megabytes} MB each at most"
        )
    figures["rematch_needs_per_s"] = figures["rematch_needs_per_s_2"]
    figures["worker_rss_mb"] = max(figures[f"worker_rss_mb_{size}"] for size, _ in _SETTINGS)
    return figures


def fill(plan: Plan, need_ids: Iterable[int]) -> Figures:
    """Have those of ``need_ids`` matched that never were, so that their lists exist."""
    wanted = list(need_ids)
    missing = list(
        Listing.objects.filter(pk__in=wanted, match_runs__isnull=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not missing:
        return {"lists_filled_after": 0}
    done = _matched(plan, plan.processes, missing)
    plan.say(f"  {done.needs} more lists at {done.rate} a second")
    return {"lists_filled_after": done.needs, "fill_needs_per_s": done.rate}


def _matched(plan: Plan, size: int, need_ids: Sequence[int]) -> Rematched:
    with workers(size, plan.folder / "log" / f"bench-worker-{size}.log") as running:
        warming = list(need_ids[: min(_WARMED_BY * size, len(need_ids) // 4)])
        want(warming)
        _wait(running, 0)
        timed = need_ids[len(warming) :]
        started = time.perf_counter()
        want(timed)
        _wait(running, len(timed) // 2)
        half = time.perf_counter() - started
        _wait(running, 0)
        seconds = time.perf_counter() - started
        running.look()
    failed = MatchRun.objects.filter(state=MatchRun.State.FAILED).count()
    if failed:
        raise RuntimeError(f"{failed} runs failed; see the worker's log")
    return Rematched(len(timed), seconds, running.megabytes[0], half)


def want(need_ids: Sequence[int]) -> None:
    """Ask for runs as an admin's bulk request does."""
    want_scoring_of(need_ids, reason=MatchRun.Reason.REQUESTED)


def _waiting() -> int:
    return Listing.objects.filter(scored_version__lt=F("wanted_version")).count()


def _wait(running: Workers, until: int) -> None:
    """Wait until at most ``until`` listings wait; RuntimeError when nothing moves."""
    left, moved = _waiting(), time.monotonic()
    while left > until:
        time.sleep(_POLL_SECONDS)
        running.look()
        now = _waiting()
        if now < left:
            left, moved = now, time.monotonic()
        elif time.monotonic() - moved > _PATIENCE:
            raise RuntimeError(f"no progress with {left} listings waiting; see the worker's log")


def list_sizes(plan: Plan) -> Figures:
    """Return how many rows the lists hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT need_id) FROM matchmaking_match WHERE in_need_list"
        )
        rows, needs = cursor.fetchone()
    return {"match_rows": rows, "needs_with_list": needs, "needs": plan.sizes.needs}
