"""Indexes and constraints taken off before a bulk load, and built again after it, timed."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from django.db import connection
from psycopg import sql

# A primary key goes first, since foreign keys lean on it; foreign keys come last.
_ORDER = {"p": 0, "u": 1, "c": 2, "i": 3, "f": 4}


@dataclass(frozen=True, slots=True)
class Definition:
    """One index or constraint of a table, and the statement that makes it."""

    table: str
    name: str
    sort: str
    definition: LiteralString


_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE contype IN ('p', 'u', 'f')
      AND (conrelid::regclass::text = ANY(%s) OR confrelid::regclass::text = ANY(%s))
"""
_INDEXES = """
    SELECT tablename, indexname, 'i', indexdef FROM pg_indexes
    WHERE schemaname = current_schema() AND tablename = ANY(%s)
      AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u'))
"""


def definitions(tables: Sequence[str]) -> list[Definition]:
    """Return all indexes and constraints of ``tables``, and foreign keys to them, in the order
    in which they are built.
    """
    names = list(tables)
    with connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS, [names, names])
        found = [Definition(*row) for row in cursor.fetchall()]
        cursor.execute(_INDEXES, [names])
        found += [Definition(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda item: (_ORDER[item.sort], item.table, item.name))


def drop(items: Iterable[Definition]) -> None:
    """Drop what ``definitions`` returned; what is gone already is skipped."""
    with connection.cursor() as cursor:
        for item in reversed(list(items)):
            if item.sort == "i":
                cursor.execute(sql.SQL("DROP INDEX IF EXISTS {}").format(sql.Identifier(item.name)))
            else:
                cursor.execute(
                    sql.SQL("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}").format(
                        sql.Identifier(item.table), sql.Identifier(item.name)
                    )
                )


def build(items: Iterable[Definition], told: Callable[[Definition, float], object]) -> None:
    """Make what is missing of ``items`` and tell how many seconds each took."""
    wanted = list(items)
    there = {(item.table, item.name) for item in definitions(sorted({i.table for i in wanted}))}
    for item in wanted:
        if (item.table, item.name) in there:
            continue
        started = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(_statement(item))
        told(item, time.perf_counter() - started)


def _statement(item: Definition) -> Any:
    if item.sort == "i":
        return item.definition
    return sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
        sql.Identifier(item.table),
        sql.Identifier(item.name),
        # Printed by PostgreSQL itself.
        sql.SQL(item.definition),
    )


def table_sizes() -> dict[str, dict[str, int]]:
    """Return bytes of every table of the site: of its rows (with what is kept beside them), and
    of each of its indexes.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_table_size(oid) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        )
        sizes = {name: {"rows": int(size)} for name, size in cursor.fetchall()}
        cursor.execute(
            "SELECT indrelid::regclass::text, indexrelid::regclass::text,"
            " pg_relation_size(indexrelid) FROM pg_index"
            " JOIN pg_class ON pg_class.oid = indrelid"
            " WHERE relnamespace = current_schema()::regnamespace"
        )
        for table, index, size in cursor.fetchall():
            sizes[table][index] = int(size)
    return sizes
