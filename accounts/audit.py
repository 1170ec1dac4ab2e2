"""The chain over the record of events: its bytes, its hashes, and whether they still agree.

A batch is everything written in transactions from one number up to another, all of them ended
when it was sealed. Whatever is changed, removed, added or swapped in it later changes its hash.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC

from django.db import connection
from django.db.models import QuerySet

from accounts.models import AuditSeal, Event

# What the first batch names as the one before it.
GENESIS = "0" * 64
PRUNED = "audit.pruned"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first batch that is not what was sealed, and in what way."""

    number: int
    what: str


@dataclass(frozen=True, slots=True)
class RowsDigest:
    hash: str
    count: int
    first_id: int
    last_id: int


def rows_of(lower: int, horizon: int) -> QuerySet[Event]:
    """Return the events of a batch in the order they are hashed in."""
    rows = Event.objects.filter(written_in__gte=lower, written_in__lt=horizon)
    return rows.order_by("written_in", "id")


def canonical(event: Event) -> bytes:
    """Return the bytes of one row: every column, one spelling, one line."""
    columns = [
        event.pk,
        event.written_in,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.verb,
        event.user_id,
        event.organization_id,
        event.subject_type,
        event.subject_id,
        event.data,
    ]
    text = json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def digest(events: Iterable[Event]) -> RowsDigest:
    total, count = hashlib.sha256(), 0
    first_id = last_id = 0
    for event in events:
        total.update(canonical(event))
        first_id = first_id or event.pk
        last_id = event.pk
        count += 1
    return RowsDigest(total.hexdigest(), count, first_id, last_id)


def seal_hash(seal: AuditSeal) -> str:
    """Return what a batch's own hash must be: over its columns, and so over the one before."""
    columns = [
        seal.number,
        seal.previous,
        seal.lower,
        seal.horizon,
        seal.first_id,
        seal.last_id,
        seal.count,
        seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        seal.rows_hash,
    ]
    return hashlib.sha256(json.dumps(columns, separators=(",", ":")).encode()).hexdigest()


def head() -> AuditSeal | None:
    return AuditSeal.objects.order_by("-number").first()


def clock() -> int:
    """Return the number below which every transaction has ended: no row can appear there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_audit_horizon()")
        (number,) = cursor.fetchone()
    return int(number)


def pruned_through() -> int:
    """Return the number of the last batch whose rows were dropped at the end of their time."""
    newest = Event.objects.filter(verb=PRUNED).order_by("-id").first()
    return newest.subject_id if newest else 0


def faults(keeps: str = "") -> Iterator[Fault]:
    """Yield what is wrong with the chain, from its first batch on; nothing if all agrees.

    ``keeps`` is a batch's hash that was written down elsewhere and must still be in the chain.
    """
    previous, lower, number = GENESIS, 0, 0
    pruned = pruned_through()
    found = not keeps
    for seal in AuditSeal.objects.order_by("number").iterator():
        number += 1
        if seal.number != number:
            yield Fault(number, f"the batch is missing; the next one is {seal.number}")
            number = seal.number
        elif (seal.previous, seal.lower) != (previous, lower):
            yield Fault(number, "it does not follow the batch before it")
        if seal.hash != seal_hash(seal):
            yield Fault(number, "the seal itself was changed")
        elif what := _rows_fault(seal, pruned=number <= pruned):
            yield Fault(number, what)
        previous, lower = seal.hash, seal.horizon
        found = found or seal.hash == keeps
    if pruned > number:
        yield Fault(number + 1, f"missing, although rows were pruned through batch {pruned}")
    if not found:
        yield Fault(number + 1, "no batch has the hash that was kept elsewhere")
    if lower > clock():
        yield Fault(number, "the database's clock is behind it: restored and not yet migrated")


def _rows_fault(seal: AuditSeal, *, pruned: bool) -> str:
    rows = rows_of(seal.lower, seal.horizon)
    if pruned:
        return "rows are back that were pruned" if rows.exists() else ""
    now = digest(rows.iterator())
    ids = f"events {seal.first_id} to {seal.last_id}"
    if now.count != seal.count:
        return f"{now.count} rows where {seal.count} were sealed ({ids})"
    if now.hash != seal.rows_hash:
        return f"the rows differ from what was sealed ({ids})"
    return ""
