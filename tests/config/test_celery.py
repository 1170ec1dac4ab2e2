"""Connections between tasks."""

import pytest
from django.db import DatabaseError, connection

from config.celery import drop_broken_connections


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_database_cut_is_replaced_before_the_next_task() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (first,) = cursor.fetchone()
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    drop_broken_connections()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone()[0] != first
