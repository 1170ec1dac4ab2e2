"""Events are appended and nothing else."""

from collections.abc import Callable

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.actors import SYSTEM
from accounts.events import record
from accounts.models import Event
from tests.builders import make_organization

pytestmark = pytest.mark.django_db


def _event() -> Event:
    return record(SYSTEM, "organization.created", make_organization())


@pytest.mark.parametrize(
    "tamper",
    [
        lambda rows: rows.update(verb="nothing"),
        lambda rows: rows.delete(),
        lambda rows: rows.get().delete(),
    ],
)
def test_an_event_cannot_be_changed_or_deleted(tamper: Callable[..., object]) -> None:
    rows = Event.objects.filter(pk=_event().pk)
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        tamper(rows)
    assert rows.get().verb == "organization.created"


def test_the_role_that_runs_the_site_holds_no_right_to_rewrite_events() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'zhipei_app'")
        if cursor.fetchone() is None:
            pytest.skip("this database has no role zhipei_app")
        rights = {}
        for right in ("INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE"):
            cursor.execute(
                "SELECT has_table_privilege('zhipei_app', 'accounts_event', %s)", [right]
            )
            rights[right] = cursor.fetchone()[0]
    assert rights == {
        "INSERT": True,
        "SELECT": True,
        "UPDATE": False,
        "DELETE": False,
        "TRUNCATE": False,
    }


def test_an_event_outlives_what_it_tells_of() -> None:
    organization = make_organization()
    event = record(SYSTEM, "organization.created", organization)
    pk = organization.pk
    organization.delete()
    assert Event.objects.get(pk=event.pk).subject_id == pk
