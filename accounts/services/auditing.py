"""Sealing the record of events, and dropping what is past its time."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.audit import GENESIS, PRUNED, clock, digest, head, pruned_through, rows_of, seal_hash
from accounts.events import record
from accounts.models import AuditSeal, Event
from accounts.permissions import can_prune_audit, require

logger = logging.getLogger(__name__)

BATCH = 1000
# Any number that no other advisory lock of the site uses.
_LOCK = 4_016_001


def seal_events(*, at_most: int = BATCH) -> int:
    """Seal what can no longer change; return how many events that was."""
    total = 0
    while sealed := _seal_next(at_most):
        total += sealed
    return total


@transaction.atomic
def _seal_next(at_most: int) -> int:
    """Seal one batch of whole transactions; 0 when there is none, or somebody else is at it."""
    if not _lock():
        return 0
    before = head()
    lower = before.horizon if before else 0
    horizon = _cut(lower, clock(), at_most)
    found = digest(rows_of(lower, horizon).iterator())
    if not found.count:
        return 0
    seal = AuditSeal(
        number=before.number + 1 if before else 1,
        previous=before.hash if before else GENESIS,
        lower=lower,
        horizon=horizon,
        first_id=found.first_id,
        last_id=found.last_id,
        count=found.count,
        rows_hash=found.hash,
        sealed_at=timezone.now(),
    )
    seal.hash = seal_hash(seal)
    seal.save(force_insert=True)
    transaction.on_commit(lambda: logger.info("audit batch %s sealed: %s", seal.number, seal.hash))
    return found.count


def _lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        (taken,) = cursor.fetchone()
    return bool(taken)


def _cut(lower: int, horizon: int, at_most: int) -> int:
    """Return where a batch of about ``at_most`` rows ends, between two transactions."""
    numbers = rows_of(lower, horizon).values_list("written_in", flat=True)
    beyond = numbers[at_most : at_most + 1].first()
    if beyond is None:
        return horizon
    # One transaction may have written more than that: it is one batch.
    return beyond if beyond > (numbers.first() or 0) else beyond + 1


@transaction.atomic
def prune_events(*, actor: Actor) -> int:
    """Drop the rows of batches sealed before the retention began; return how many rows.

    The seals stay, so the chain stays whole. Only the owner role holds the right to.
    """
    require(can_prune_audit(actor))
    past = timezone.now() - timedelta(days=settings.AUDIT_RETENTION_DAYS)
    old = AuditSeal.objects.filter(number__gt=pruned_through(), sealed_at__lt=past)
    last = old.order_by("-number").first()
    if last is None:
        return 0
    record(actor, PRUNED, last, batches=old.count())
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('zhipei.audit_prune', 'on', true)")
        dropped, _by_model = Event.objects.filter(written_in__lt=last.horizon).delete()
        cursor.execute("SELECT set_config('zhipei.audit_prune', 'off', true)")
    return dropped
