"""The life of a run: opened with the wish to score, claimed by a worker, finished once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from accounts.actors import Actor
from accounts.events import record
from accounts.permissions import require
from catalog.models import Listing
from catalog.permissions import can_request_scoring
from catalog.services import want_scoring, want_scoring_of
from matchmaking import queue
from matchmaking.engine import ENGINE_VERSION
from matchmaking.models import MatchRun
from matchmaking.services.ordering import nearest_together
from matchmaking.services.prepared import execute, fetch

_NEW_CONTENT = frozenset(
    {MatchRun.Reason.SUBMITTED, MatchRun.Reason.PUBLISHED, MatchRun.Reason.EDITED}
)
_WATCHED = _NEW_CONTENT | {MatchRun.Reason.REQUESTED}
CANARY_KEY = "canary"
CANARY_SECONDS = 60
_SWEEP_AT_MOST = 10_000
RUNS_KEPT_DAYS = 90

_OPEN = """
INSERT INTO matchmaking_matchrun (listing_id, wanted_version, reason)
SELECT wanted.id, wanted.version, %s::text
FROM unnest(%s::bigint[], %s::int[]) AS wanted (id, version)
ON CONFLICT (listing_id, wanted_version) DO NOTHING"""

_CLAIM = """
INSERT INTO matchmaking_matchrun AS run (listing_id, wanted_version, reason, state, started_at)
SELECT id, wanted_version, 'swept', 'running', now() FROM catalog_listing
WHERE id = %s AND scored_version < wanted_version
ON CONFLICT (listing_id, wanted_version) DO UPDATE
SET state = 'running', started_at = now(), recalled = 0, scored = 0, error = ''
WHERE run.state <> 'done'
RETURNING id, listing_id, wanted_version, reason"""

_FINISH = """
WITH this AS (
    UPDATE matchmaking_matchrun SET state = 'done', finished_at = clock_timestamp(),
        recalled = %s, scored = %s, kept = %s, ruled_out = %s, written = %s, placed = %s,
        used_vectors = %s, engine_version = %s, weight_set_id = %s, corpus_id = %s
    WHERE id = %s
), older AS (
    UPDATE matchmaking_matchrun SET state = 'superseded', finished_at = clock_timestamp()
    WHERE listing_id = %s AND wanted_version < %s AND state IN ('waiting', 'running', 'failed')
)
UPDATE catalog_listing
SET scored_version = %s, scored_at = clock_timestamp(), spread_version = %s
WHERE id = %s AND scored_version < %s"""


def open_runs(*, wanted: Mapping[int, int], reason: str) -> None:
    """Note the runs that ``wanted`` (listing id -> version) asks for; wake workers on commit."""
    if not wanted:
        return
    ids = list(wanted)
    execute(_OPEN, (str(reason), ids, [wanted[pk] for pk in ids]))
    if reason in _NEW_CONTENT:
        for listing_id in ids:
            queue.embed_on_commit(listing_id)
    else:
        # One listing that somebody asked for is waited for; many are work in the background.
        urgent = reason == MatchRun.Reason.REQUESTED and len(ids) == 1
        queue.score_on_commit(nearest_together(ids), urgent=urgent)


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that this worker has taken."""

    run_id: int
    listing_id: int
    wanted_version: int
    reason: str
    # Several in one message are work in the background, whoever asked for them.
    is_alone: bool = True

    @property
    def is_watched(self) -> bool:
        """Whether somebody probably waits before a page that tells the progress."""
        return self.is_alone and self.reason in _WATCHED


@dataclass(frozen=True, slots=True)
class Figures:
    """What a finished run leaves behind."""

    scored: int = 0
    kept: int = 0
    ruled_out: int = 0
    written: int = 0
    placed: int = 0
    used_vectors: bool = True
    weight_set_id: int | None = None
    corpus_id: int | None = None


def claim_run(listing_id: int, *, is_alone: bool = True) -> Claim | None:
    """Take the newest run of a waiting listing; older ones it makes needless are superseded.

    A run left running by a killed worker is taken over: scoring twice writes the same rows.
    """
    for run_id, _listing_id, wanted_version, reason in fetch(_CLAIM, (listing_id,)):
        return Claim(run_id, listing_id, wanted_version, reason, is_alone)
    return None


def tell_progress(claim: Claim, *, scored: int, recalled: int) -> None:
    """Let the waiting page say how many of the candidates have been compared."""
    if claim.is_watched:
        MatchRun.objects.filter(pk=claim.run_id).update(recalled=recalled, scored=scored)


def finish_run(claim: Claim, figures: Figures, *, spread_version: int) -> None:
    """Close the run and note on the listing what has been scored, in the caller's transaction."""
    execute(
        _FINISH,
        (
            *(figures.scored, figures.scored, figures.kept, figures.ruled_out),
            *(figures.written, figures.placed, figures.used_vectors),
            *(ENGINE_VERSION, figures.weight_set_id, figures.corpus_id),
            *(claim.run_id, claim.listing_id, claim.wanted_version),
            *(claim.wanted_version, spread_version, claim.listing_id, claim.wanted_version),
        ),
    )


def supersede_run(claim: Claim) -> None:
    """Close a run that a newer one makes needless."""
    MatchRun.objects.filter(pk=claim.run_id).exclude(state=MatchRun.State.DONE).update(
        state=MatchRun.State.SUPERSEDED, finished_at=timezone.now()
    )


@transaction.atomic
def want_counterpart_runs(listing_ids: Collection[int]) -> None:
    """Ask for runs because the other side changed, save where one that has not begun will see it.

    A waiting run is claimed before it reads content, and the change is committed already.
    """
    if not listing_ids:
        return
    waiting = MatchRun.objects.filter(
        listing_id__in=listing_ids,
        state=MatchRun.State.WAITING,
        wanted_version=F("listing__wanted_version"),
        listing__scored_version__lt=F("listing__wanted_version"),
    )
    begun = set(listing_ids) - set(waiting.values_list("listing_id", flat=True))
    want_scoring_of(begun, reason=MatchRun.Reason.COUNTERPART)


def fail_run(claim: Claim, error: Exception) -> None:
    """Keep the failure where an admin sees it; the class says enough, data stays out of it."""
    MatchRun.objects.filter(pk=claim.run_id).update(
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
            queue.score_on_commit([run.listing_id], urgent=True)
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
    queue.send_scoring(nearest_together(sent), urgent=False)
    return len(sent)


def prune_runs() -> int:
    """Delete runs that nobody asks about any more; return how many.

    A listing's newest finished run stays, whatever its age: its page says when the list was made.
    """
    before = timezone.now() - timedelta(days=RUNS_KEPT_DAYS)
    newer = MatchRun.objects.filter(
        listing_id=OuterRef("listing_id"),
        wanted_version__gt=OuterRef("wanted_version"),
        state=MatchRun.State.DONE,
    )
    closed = [MatchRun.State.DONE, MatchRun.State.SUPERSEDED]
    old = MatchRun.objects.filter(state__in=closed, created_at__lt=before).filter(Exists(newer))
    return old.delete()[0]


def note_canary() -> int:
    """Leave a sign that a task went from beat through the broker into a worker and its work."""
    cache.set(CANARY_KEY, timezone.now().timestamp(), timeout=24 * 3600)
    return 1


def canary_age() -> float | None:
    """Return the seconds since a worker last did something, or None if it never did."""
    at = cache.get(CANARY_KEY)
    return None if at is None else max(0.0, timezone.now().timestamp() - float(at))
