"""Statements of the hot path: written by hand, prepared once a connection, binary both ways.

Django binds on the client, so the server would parse and plan every one of them anew. They run
on Django's own connection, inside its transactions.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection

Row = tuple[Any, ...]


def fetch(statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
    """Return the rows of ``statement``; raises Django's database errors."""
    connection.ensure_connection()
    with connection.wrap_database_errors, _cursor() as cursor:
        cursor.execute(statement.encode(), parameters, prepare=True)
        return cursor.fetchall()


def execute(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run ``statement`` and return how many rows it touched."""
    connection.ensure_connection()
    with connection.wrap_database_errors, _cursor() as cursor:
        cursor.execute(statement.encode(), parameters, prepare=True)
        return cursor.rowcount


def _cursor() -> psycopg.Cursor[Row]:
    # Django's connection makes client-side cursors unless asked for this one by name.
    return psycopg.Cursor(connection.connection)
