"""The chain over events: nothing slips past the sealer, nothing sealed changes unnoticed."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from random import Random
from threading import Barrier, Thread
from threading import Event as ThreadEvent
from time import sleep
from typing import Any

import psycopg
import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from accounts import services
from accounts.actors import SYSTEM
from accounts.audit import GENESIS, clock, faults, seal_hash
from accounts.events import record
from accounts.models import AuditSeal, Event, Organization
from accounts.receivers import RESUME
from config.env import env
from tests import environment
from tests.builders import make_actor, make_organization

pytestmark = pytest.mark.django_db(transaction=True)

INSERT = (
    "INSERT INTO accounts_event (at, verb, subject_type, subject_id, data)"
    " VALUES (now(), %s, 'accounts.organization', 1, '{}') RETURNING id, written_in"
)

DOUBLE = (
    "INSERT INTO accounts_event (at, verb, subject_type, subject_id, data, written_in)"
    " SELECT at, verb, subject_type, subject_id, data, written_in FROM accounts_event"
    " WHERE id = %s"
)
SWAP = (
    "UPDATE accounts_event a SET data = b.data FROM accounts_event b"
    " WHERE abs(a.id - b.id) = 1 AND %s IN (a.id, b.id)"
)
REWRITING = ["UPDATE {} SET {key} = {key}", "DELETE FROM {}", "TRUNCATE {}"]
RULING = ["ALTER TABLE {} DISABLE TRIGGER USER", "DROP TABLE {}"]


@pytest.fixture
def organization() -> Organization:
    return make_organization()


def _write(organization: Organization, count: int = 1) -> list[Event]:
    return [
        record(SYSTEM, "organization.edited", organization, fields=f"f{place}")
        for place in range(count)
    ]


def _another_session() -> psycopg.Connection:
    """A second person's own transaction on the test database, as the site's role."""
    url = environment.test_database_url(connection.settings_dict["NAME"])
    parameters = env.db_url_config(url)
    return psycopg.connect(
        host=parameters["HOST"],
        port=parameters["PORT"] or None,
        user=parameters["USER"],
        password=parameters["PASSWORD"] or None,
        dbname=parameters["NAME"],
    )


@pytest.fixture
def other() -> Iterator[psycopg.Connection]:
    session = _another_session()
    yield session
    session.close()


def _tamper(statement: str, *parameters: Any) -> None:
    """Change rows as somebody who owns the database and means harm: with the triggers off."""
    with connection.cursor() as cursor:
        for table in ("accounts_event", "accounts_auditseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            cursor.execute(statement, parameters)
            assert cursor.rowcount > 0
        finally:
            for table in ("accounts_event", "accounts_auditseal"):
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _verify(**options: object) -> str:
    output = StringIO()
    call_command("verify_audit", stdout=output, **options)
    return output.getvalue()


def test_sealed_batches_follow_each_other_and_agree(organization: Organization) -> None:
    _write(organization, 3)
    assert services.seal_events() == 3
    _write(organization, 2)
    assert services.seal_events() == 2
    first, second = AuditSeal.objects.order_by("number")
    assert (first.number, first.previous, first.count) == (1, GENESIS, 3)
    assert (second.number, second.previous, second.lower) == (2, first.hash, first.horizon)
    assert "2 batches agree with 5 events; 0 more wait" in _verify()


def test_nothing_new_makes_no_batch(organization: Organization) -> None:
    _write(organization)
    services.seal_events()
    assert services.seal_events() == 0
    assert AuditSeal.objects.count() == 1


def test_a_batch_ends_between_two_transactions(
    organization: Organization, other: psycopg.Connection
) -> None:
    _write(organization, 2)
    for _ in range(5):
        other.execute(INSERT, ["many.at_once"])
    other.commit()
    _write(organization, 2)
    assert services.seal_events(at_most=2) == 9
    assert list(AuditSeal.objects.order_by("number").values_list("count", flat=True)) == [2, 5, 2]
    assert not list(faults())


def test_a_row_committed_late_waits_for_a_later_batch_though_its_id_is_lower(
    organization: Organization, other: psycopg.Connection
) -> None:
    late = other.execute(INSERT, ["committed.late"]).fetchone()
    early = _write(organization)[0]
    assert late is not None
    assert late[0] < early.pk
    # Both stay out: the row already visible may not be sealed past the one still to come.
    assert services.seal_events() == 0
    other.commit()
    assert services.seal_events() == 2
    assert not list(faults())


def test_what_was_committed_before_an_open_transaction_is_sealed(
    organization: Organization, other: psycopg.Connection
) -> None:
    _write(organization, 2)
    other.execute(INSERT, ["still.open"])
    assert services.seal_events() == 2
    _write(organization)
    assert services.seal_events() == 0
    other.rollback()
    assert services.seal_events() == 1
    assert not Event.objects.filter(verb="still.open").exists()
    assert not list(faults())


def test_an_id_taken_before_its_transaction_has_a_number_is_no_gap(
    organization: Organization, other: psycopg.Connection
) -> None:
    taken = other.execute("SELECT nextval('accounts_event_id_seq')").fetchone()
    assert taken is not None
    _write(organization, 2)
    assert services.seal_events() == 2
    other.execute(
        "INSERT INTO accounts_event (id, at, verb, subject_type, subject_id, data)"
        " VALUES (%s, now(), 'written.after', 'accounts.organization', 1, '{}')",
        taken,
    )
    other.commit()
    assert Event.objects.filter(verb="written.after", pk=taken[0]).exists()
    assert services.seal_events() == 1
    assert not list(faults())


def test_many_writers_and_a_sealer_at_once_leave_a_chain_that_agrees(
    organization: Organization,
) -> None:
    """Writers commit and roll back in any order while batches are made between them."""
    writing, finished = Barrier(5), ThreadEvent()

    def write(seed: int) -> None:
        random = Random(seed)
        session = _another_session()
        writing.wait()
        for _ in range(60):
            for _ in range(random.randint(1, 3)):
                session.execute(INSERT, ["written.at_once"])
            # Leaves the transaction open for a moment in which the sealer may look.
            sleep(0.002)
            session.rollback() if random.random() < 0.3 else session.commit()
        session.close()

    writers = [Thread(target=write, args=[seed]) for seed in range(4)]
    for writer in writers:
        writer.start()
    writing.wait()
    sealed = 0
    while not finished.is_set():
        if not any(writer.is_alive() for writer in writers):
            finished.set()
        sealed += services.seal_events(at_most=20)
    assert sealed == Event.objects.count() > 100
    assert not list(faults())


def test_a_second_sealer_leaves_the_work_to_the_first(
    organization: Organization, other: psycopg.Connection
) -> None:
    _write(organization)
    other.execute("SELECT pg_advisory_xact_lock(4016001)")
    assert services.seal_events() == 0
    other.rollback()
    assert services.seal_events() == 1


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE accounts_event SET verb = 'organization.editee' WHERE id = %s", "differ"),
        ("UPDATE accounts_event SET at = at + interval '1 microsecond' WHERE id = %s", "differ"),
        ("UPDATE accounts_event SET user_id = 7 WHERE id = %s", "differ"),
        ("UPDATE accounts_event SET organization_id = 7 WHERE id = %s", "differ"),
        ("UPDATE accounts_event SET subject_id = subject_id + 1 WHERE id = %s", "differ"),
        ("UPDATE accounts_event SET subject_type = 'x' WHERE id = %s", "differ"),
        ('UPDATE accounts_event SET data = \'{"fields": "f2"}\' WHERE id = %s', "differ"),
        ("UPDATE accounts_event SET id = 999999 WHERE id = %s", "differ"),
        ("UPDATE accounts_event SET written_in = 0 WHERE id = %s", "rows where"),
        ("DELETE FROM accounts_event WHERE id = %s", "2 rows where 3"),
        (
            DOUBLE,
            "4 rows where 3",
        ),
        (
            SWAP,
            "differ",
        ),
    ],
)
def test_a_changed_removed_added_or_swapped_row_names_its_batch(
    organization: Organization, statement: str, what: str
) -> None:
    _write(organization, 3)
    services.seal_events()
    victims = _write(organization, 3)
    services.seal_events()
    _write(organization, 3)
    services.seal_events()
    _tamper(statement, victims[1].pk)
    found = list(faults())
    assert found[0].what.find(what) >= 0, found
    # Moved out of its own batch it is found where it turned up, which comes first.
    assert found[0].number == (1 if "written_in = 0" in statement else 2)
    with pytest.raises(CommandError, match=f"batch {found[0].number}"):
        _verify()


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE accounts_auditseal SET count = count + 1 WHERE number = 2", 2),
        ("UPDATE accounts_auditseal SET sealed_at = now() + interval '1 day' WHERE number = 2", 2),
        ("UPDATE accounts_auditseal SET rows_hash = repeat('0', 64) WHERE number = 2", 2),
        ("UPDATE accounts_auditseal SET hash = repeat('1', 64) WHERE number = 2", 2),
        ("DELETE FROM accounts_auditseal WHERE number = 2", 2),
    ],
)
def test_a_changed_or_removed_seal_is_found(
    organization: Organization, statement: str, number: int
) -> None:
    for _ in range(3):
        _write(organization)
        services.seal_events()
    _tamper(statement)
    assert next(faults()).number == number


def test_a_chain_forged_anew_is_told_by_a_hash_kept_elsewhere(organization: Organization) -> None:
    victim = _write(organization)[0]
    services.seal_events()
    kept = _verify(head=True).split()[1]
    _write(organization)
    services.seal_events()
    assert "2 batches agree" in _verify(expect=kept)
    _tamper("UPDATE accounts_event SET user_id = 7 WHERE id = %s", victim.pk)
    _tamper("DELETE FROM accounts_auditseal")
    services.seal_events()
    assert "1 batches agree" in _verify()
    with pytest.raises(CommandError, match="kept elsewhere"):
        _verify(expect=kept)


@pytest.mark.parametrize("table", ["accounts_event", "accounts_auditseal"])
@pytest.mark.parametrize("statement", REWRITING + RULING)
def test_the_role_that_runs_the_site_cannot_rewrite_the_record(
    organization: Organization, other: psycopg.Connection, table: str, statement: str
) -> None:
    _write(organization)
    services.seal_events()
    _skip_without_roles(other)
    # Saying aloud that one prunes or empties tables helps the site's role nothing.
    other.execute("SET zhipei.audit_prune = 'on'")
    other.execute("SET zhipei.audit_truncate = 'on'")
    key = "id" if table == "accounts_event" else "number"
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"denied|owner"):
        other.execute(statement.format(table, key=key))


def _skip_without_roles(session: psycopg.Connection) -> None:
    row = session.execute("SELECT current_user").fetchone()
    assert row is not None
    if row[0] != "zhipei_app":
        pytest.skip("this database has no role zhipei_app")


def test_the_role_that_runs_the_site_records_and_seals(
    organization: Organization, other: psycopg.Connection
) -> None:
    _skip_without_roles(other)
    other.close()
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE zhipei_app")
        try:
            _write(organization, 2)
            assert services.seal_events() == 2
        finally:
            cursor.execute("RESET ROLE")
    assert not list(faults())


@pytest.mark.parametrize("table", ["accounts_event", "accounts_auditseal"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET {key} = {key}", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_even_the_owner_is_refused(organization: Organization, table: str, statement: str) -> None:
    _write(organization)
    services.seal_events()
    key = "id" if table == "accounts_event" else "number"
    with connection.cursor() as cursor:
        cursor.execute("SET zhipei.audit_truncate = 'off'")
        try:
            with pytest.raises(Exception, match="append-only"):
                cursor.execute(statement.format(table, key=key))
        finally:
            cursor.execute("SET zhipei.audit_truncate = 'on'")


def test_a_row_is_stamped_by_its_transaction_whatever_it_says(other: psycopg.Connection) -> None:
    row = other.execute(
        "INSERT INTO accounts_event (at, verb, subject_type, subject_id, data, written_in)"
        " VALUES (now(), 'back.dated', 'x', 1, '{}', 5)"
        " RETURNING written_in = pg_current_xact_id()::text::bigint"
    ).fetchone()
    assert row == (True,)


def _age(seal: AuditSeal, days: int) -> None:
    """Let a batch look as if it had been sealed then, with the chain after it made anew."""
    seal.sealed_at = timezone.now() - timedelta(days=days)
    _tamper(
        "UPDATE accounts_auditseal SET sealed_at = %s, hash = %s WHERE number = %s",
        seal.sealed_at,
        seal_hash(seal),
        seal.number,
    )


def test_pruning_drops_whole_old_batches_and_the_chain_still_agrees(
    organization: Organization,
) -> None:
    _write(organization, 3)
    services.seal_events()
    _age(AuditSeal.objects.get(), days=200)
    _write(organization, 2)
    services.seal_events()
    assert services.prune_events(actor=SYSTEM) == 3
    assert Event.objects.filter(verb="audit.pruned", subject_id=1).exists()
    assert not list(faults())
    services.seal_events()
    assert "3 batches agree with 3 events" in _verify()
    assert services.prune_events(actor=SYSTEM) == 0


def test_a_pruned_row_that_comes_back_is_found(organization: Organization) -> None:
    _write(organization, 1)
    services.seal_events()
    _age(AuditSeal.objects.get(), days=200)
    services.prune_events(actor=SYSTEM)
    _tamper(
        "INSERT INTO accounts_event (at, verb, subject_type, subject_id, data, written_in)"
        " VALUES (now(), 'x', 'x', 1, '{}', 1)"
    )
    assert next(faults()).what == "rows are back that were pruned"


def test_what_is_within_the_retention_is_kept(organization: Organization) -> None:
    _write(organization)
    services.seal_events()
    _age(AuditSeal.objects.get(), days=182)
    assert services.prune_events(actor=SYSTEM) == 0


def test_nobody_prunes_through_the_site() -> None:
    with pytest.raises(PermissionDenied):
        services.prune_events(actor=make_actor())


def test_the_prune_command_tells_the_sites_role_that_it_may_not(
    organization: Organization, other: psycopg.Connection
) -> None:
    _skip_without_roles(other)
    _write(organization)
    services.seal_events()
    _age(AuditSeal.objects.get(), days=200)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE zhipei_app")
        try:
            with pytest.raises(CommandError, match="owner role"):
                call_command("prune_audit")
        finally:
            cursor.execute("RESET ROLE")
    assert Event.objects.filter(verb="organization.edited").count() == 1


@pytest.mark.parametrize(("days", "refused"), [(182, True), (183, False)])
def test_a_retention_below_six_months_is_refused(days: int, refused: bool) -> None:
    check: Callable[[], object] = lambda: call_command("check", stdout=StringIO())  # noqa: E731
    with override_settings(AUDIT_RETENTION_DAYS=days):
        if refused:
            with pytest.raises(SystemCheckError, match="AUDIT_RETENTION_DAYS"):
                check()
        else:
            check()


def test_the_chain_goes_on_after_a_restore_into_a_cluster_that_counts_anew(
    organization: Organization,
) -> None:
    """A restored row carries a number that this cluster has not reached."""
    _write(organization)
    _tamper("UPDATE accounts_event SET written_in = written_in + 1000000")
    (reached,) = Event.objects.values_list("written_in", flat=True)
    assert clock() < reached
    try:
        with connection.cursor() as cursor:
            cursor.execute(RESUME)
        assert clock() > reached
        fresh = _write(organization)[0]
        old = Event.objects.order_by("written_in").first()
        assert old is not None
        assert old.pk != fresh.pk
        assert services.seal_events() == 2
        assert not list(faults())
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION accounts_audit_offset() RETURNS bigint"
                " LANGUAGE sql STABLE AS 'SELECT 0::bigint'"
            )


def test_a_restored_chain_that_nobody_migrated_is_told(organization: Organization) -> None:
    _write(organization)
    services.seal_events()
    seal = AuditSeal.objects.get()
    seal.horizon += 1_000_000
    _tamper("UPDATE accounts_auditseal SET horizon = %s, hash = %s", seal.horizon, seal_hash(seal))
    assert next(faults()).what.startswith("the database's clock is behind")
