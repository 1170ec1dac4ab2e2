"""Many rows of the recall index at once, by COPY; for bulk loads and the rebuild command."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, cast

import numpy as np
import psycopg
from django.db import connection, transaction
from django.db.models import Index
from pgvector import HalfVector
from pgvector.psycopg.halfvec import register_halfvec_info
from psycopg.types import TypeInfo

from matchmaking.models import Candidate, PackedFacts, Posting
from matchmaking.services.indexing import Filters, IndexRow

_BATCH = 5_000

# PostgreSQL's binary COPY: a signature, flags and an extension's length; a row is the number of
# its fields, then each field's length and value; -1 ends it.
_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"
_POSTING = np.dtype(
    [
        ("fields", ">i2"),
        ("term_length", ">i4"),
        ("term", ">i4"),
        ("impact_length", ">i4"),
        ("impact", ">i4"),
        ("listing_length", ">i4"),
        ("listing", ">i8"),
    ]
)

_COLUMNS = {
    "listing_id": "int8",
    "kind": "text",
    "catalogue_id": "int8",
    "organization_id": "int8",
    "space_id": "int8",
    "content_version": "int4",
    "basis": "text",
    "meaning": "halfvec",
    "price_low": "numeric",
    "lead_time_low": "int2",
    "domestic_share": "numeric",
    "response_hours": "int4",
    "on_site": "bool",
    "vendor_district": "text",
    "scenarios": "varchar[]",
    "project_types": "varchar[]",
    "integration_forms": "varchar[]",
    "case_industries": "varchar[]",
}
_PACKED = {
    "listing_id": "int8",
    "kind": "text",
    "content_version": "int4",
    "digest": "int8",
    "facts": "bytea",
    "profile": "bytea",
    "vectors": "bytea",
}


def copy_rows(rows: Iterable[IndexRow]) -> int:
    """Write rows of listings that have none yet; return how many.

    Each batch is a transaction. Give it a generator: nothing but a batch is held in memory.
    Around a load of more than some ten thousand rows use `without_indexes`, and set the
    catalogue's word statistics first (`services.rebuilding.store_statistics`), since they choose
    the words that a listing is found by.
    """
    connection.ensure_connection()
    raw = cast(psycopg.Connection[Any], connection.connection)
    count = 0
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        with connection.wrap_database_errors, transaction.atomic():
            _copy(raw, Candidate._meta.db_table, _COLUMNS, map(_candidate, batch))
            _copy(raw, PackedFacts._meta.db_table, _PACKED, map(_packed, batch))
            _copy_postings(raw, batch)
        count += len(batch)
    return count


def _copy(
    raw: psycopg.Connection[Any],
    table: str,
    columns: dict[str, str],
    rows: Iterable[Sequence[object]],
) -> None:
    names = ", ".join(columns)
    statement = f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)"
    halfvec = TypeInfo.fetch(raw, "halfvec")
    if halfvec is None:
        raise LookupError("the database has no halfvec: pgvector is not installed")
    with psycopg.Cursor(raw) as cursor:
        # For this cursor only: Django reads vectors of its connection as text.
        register_halfvec_info(cast(Any, cursor), halfvec)
        _write(cursor, statement, list(columns.values()), rows)


def _write(
    cursor: psycopg.Cursor[Any], statement: str, types: list[str], rows: Iterable[Sequence[object]]
) -> None:
    with cursor.copy(statement.encode()) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _candidate(row: IndexRow) -> list[object]:
    filters = [getattr(row.filters, name) for name in Filters.__slots__]
    return [
        row.listing_id,
        row.kind,
        row.catalogue_id,
        row.organization_id,
        row.space_id,
        row.content_version,
        row.basis,
        None if row.meaning is None else HalfVector(row.meaning),
        *(list(value) if isinstance(value, tuple) else value for value in filters),
    ]


def _packed(row: IndexRow) -> tuple[object, ...]:
    return (
        row.listing_id,
        row.kind,
        row.content_version,
        row.digest,
        row.facts,
        row.profile,
        row.vectors,
    )


def _copy_postings(raw: psycopg.Connection[Any], rows: Sequence[IndexRow]) -> None:
    lengths = [len(row.terms) for row in rows]
    table = np.empty(sum(lengths), dtype=_POSTING)
    table["fields"] = 3
    table["term_length"] = table["impact_length"] = 4
    table["listing_length"] = 8
    table["term"] = np.concatenate([row.terms for row in rows])
    table["impact"] = np.concatenate([row.impacts for row in rows])
    table["listing"] = np.repeat([row.listing_id for row in rows], lengths)
    statement = "COPY matchmaking_posting (term, impact, listing_id) FROM STDIN (FORMAT BINARY)"
    with psycopg.Cursor(raw) as cursor, cursor.copy(statement.encode()) as copy:
        copy.write(_HEADER + table.tobytes() + _TRAILER)


@contextmanager
def without_indexes(*, build_memory: str = "") -> Iterator[None]:
    """Drop the indexes of the recall tables, and build them again at the end, also after an error.

    Needs the role that owns the tables. Building at once is many times faster than keeping an
    index while rows come in, and its graph is better. ``build_memory`` ("2GB") is PostgreSQL's
    maintenance_work_mem meanwhile: a graph that fits into it is built without touching the disk.
    """
    indexes = [
        (model, index)
        for model in (Candidate, PackedFacts, Posting)
        for index in model._meta.indexes
    ]
    with connection.cursor() as cursor:
        cursor.execute(_POSTING_INDEXES)
        kept = cursor.fetchall()
        cursor.execute("ALTER TABLE matchmaking_posting DROP CONSTRAINT matchmaking_posting_pkey")
        for name, _definition in kept:
            cursor.execute(f'DROP INDEX "{name}"')
        for _model, index in indexes:
            cursor.execute(f'DROP INDEX IF EXISTS "{index.name}"')
    try:
        yield
    finally:
        _build(indexes, [definition for _name, definition in kept], build_memory)


_POSTING_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE tablename = 'matchmaking_posting' AND indexname <> 'matchmaking_posting_pkey'
    AND schemaname = current_schema()
"""


def _build(
    indexes: Sequence[tuple[type[Candidate | PackedFacts | Posting], Index]],
    definitions: Sequence[str],
    build_memory: str,
) -> None:
    with connection.cursor() as cursor:
        if build_memory:
            cursor.execute("SELECT set_config('maintenance_work_mem', %s, false)", [build_memory])
        cursor.execute(
            "ALTER TABLE matchmaking_posting ADD CONSTRAINT matchmaking_posting_pkey"
            " PRIMARY KEY (term, impact, listing_id)"
        )
        for definition in definitions:
            cursor.execute(definition)
    with connection.schema_editor(atomic=False) as editor:
        for model, index in indexes:
            editor.add_index(model, index)
    with connection.cursor() as cursor:
        for table in ("candidate", "packedfacts", "posting"):
            cursor.execute(f"VACUUM (ANALYZE) matchmaking_{table}")
        cursor.execute("RESET maintenance_work_mem")
