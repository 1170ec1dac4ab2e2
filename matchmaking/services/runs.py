"""The life of a run: opened with the wish to score, claimed by a worker, finished once."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.actors import Actor
from accounts.events import record
from accounts.permissions import require
from catalog.models import Listing
from catalog.permissions import can_request_scoring
from catalog.services import want_scoring
from matchmaking import queue
from matchmaking.models import Match, MatchRun

# A person is waiting for these; everything else is work in the background.
_URGENT = frozenset({MatchRun.Reason.SUBMITTED, MatchRun.Reason.PUBLISHED, MatchRun.Reason.EDITED})
_NEW_CONTENT = _URGENT
CANARY_KEY = "canary"
CANARY_SECONDS = 60
_SWEEP_AT_MOST = 10_000


def open_run(*, listing_id: int, wanted_version: int, reason: str) -> None:
    """Note the run that ``wanted_version`` asks for and wake a worker on commit."""
    MatchRun.objects.bulk_create(
        [MatchRun(listing_id=listing_id, wanted_version=wanted_version, reason=reason)],
        ignore_conflicts=True,
    )
    if reason in _NEW_CONTENT:
        queue.embed_on_commit(listing_id)
    else:
        queue.score_on_commit(listing_id, urgent=False)


def claim_run(listing_id: int) -> MatchRun | None:
    """Take the newest run of a waiting listing; older ones it makes needless are superseded.

    A run left running by a killed worker is taken over: scoring twice writes the same rows.
    """
    wanted = (
        Listing.objects.filter(pk=listing_id, scored_version__lt=F("wanted_version"))
        .values_list("wanted_version", flat=True)
        .first()
    )
    if wanted is None:
        return None
    run, _created = MatchRun.objects.get_or_create(
        listing_id=listing_id,
        wanted_version=wanted,
        defaults={"reason": MatchRun.Reason.SWEPT},
    )
    MatchRun.objects.filter(pk=run.pk).exclude(state=MatchRun.State.DONE).update(
        state=MatchRun.State.RUNNING, started_at=timezone.now(), error=""
    )
    run.refresh_from_db()
    return run if run.state == MatchRun.State.RUNNING else None


def want_counterpart_run(listing_id: int) -> None:
    """Ask for a run because the other side changed, unless one that has not begun will see it.

    A waiting run is claimed before it reads content, and the change is committed already.
    """
    waiting = MatchRun.objects.filter(
        listing_id=listing_id,
        state=MatchRun.State.WAITING,
        wanted_version=F("listing__wanted_version"),
        listing__scored_version__lt=F("listing__wanted_version"),
    )
    if not waiting.exists():
        want_scoring(listing_id, reason=MatchRun.Reason.COUNTERPART)


def fail_run(run: MatchRun, error: Exception) -> None:
    """Keep the failure where an admin sees it; the class says enough, data stays out of it."""
    MatchRun.objects.filter(pk=run.pk).update(
        state=MatchRun.State.FAILED,
        finished_at=timezone.now(),
        error=type(error).__name__[:300],
    )


@transaction.atomic
def retry_runs(*, actor: Actor, runs: Iterable[MatchRun]) -> int:
    """Send failed or waiting runs once more; return how many."""
    count = 0
    for run in runs:
        require(can_request_scoring(actor, run.listing))
        MatchRun.objects.filter(pk=run.pk, state=MatchRun.State.FAILED).update(
            state=MatchRun.State.WAITING, error=""
        )
        if run.listing.is_waiting:
            queue.score_on_commit(run.listing_id, urgent=True)
        else:
            want_scoring(run.listing_id, reason=MatchRun.Reason.REQUESTED)
        record(actor, "run.retried", run)
        count += 1
    return count


def waiting() -> QuerySet[Listing]:
    """Return the listings that a worker still has to score; a failed run waits for a person."""
    failed = MatchRun.objects.filter(
        listing_id=OuterRef("pk"),
        wanted_version=OuterRef("wanted_version"),
        state=MatchRun.State.FAILED,
    )
    return Listing.objects.filter(scored_version__lt=F("wanted_version")).exclude(Exists(failed))


def sweep() -> int:
    """Send again what the broker lost: listings that wait for longer than a message takes.

    While messages are still queued nothing counts as lost, so a long backlog is not doubled.
    """
    if queue.depth(queue.BULK) or queue.depth(queue.EMBED):
        return 0
    before = timezone.now() - timedelta(seconds=settings.SWEEP_AFTER_SECONDS)
    lagging = waiting().filter(wanted_at__lt=before).order_by("wanted_at")
    sent = list(lagging.values_list("pk", flat=True)[:_SWEEP_AT_MOST])
    for listing_id in sent:
        queue.send("matchmaking.score_listing", listing_id, queue=queue.BULK)
    return len(sent)


@transaction.atomic
def drop_matches(*, listing_id: int) -> int:
    """Remove the matches of a listing that left the halls, and refill the lists it was in."""
    pairs = Match.objects.filter(Q(need_id=listing_id) | Q(solution_id=listing_id))
    touched = {
        other
        for need_id, solution_id in pairs.values_list("need_id", "solution_id")
        for other in (need_id, solution_id)
        if other != listing_id
    }
    removed, _details = pairs.delete()
    MatchRun.objects.filter(
        listing_id=listing_id, state__in=[MatchRun.State.WAITING, MatchRun.State.FAILED]
    ).update(state=MatchRun.State.SUPERSEDED, finished_at=timezone.now())
    Listing.objects.filter(pk=listing_id).update(scored_version=F("wanted_version"))
    for other in sorted(touched):
        want_counterpart_run(other)
    return removed


def note_canary() -> int:
    """Leave a sign that a task went from beat through the broker into a worker and its work."""
    cache.set(CANARY_KEY, timezone.now().timestamp(), timeout=24 * 3600)
    return 1


def canary_age() -> float | None:
    """Return the seconds since a worker last did something, or None if it never did."""
    at = cache.get(CANARY_KEY)
    return None if at is None else max(0.0, timezone.now().timestamp() - float(at))
