"""Rows written by COPY in binary form, the fastest way into PostgreSQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from numpy.typing import NDArray
from psycopg import sql

_HEADER = b"PGCOPY\n\xff\r\n\x00" + b"\x00" * 8
_END = b"\xff\xff"
_TYPES: dict[str, str] = {
    "BigAutoField": "int8",
    "BigIntegerField": "int8",
    "ForeignKey": "int8",
    "OneToOneField": "int8",
    "IntegerField": "int4",
    "PositiveIntegerField": "int4",
    "PositiveSmallIntegerField": "int2",
    "SmallIntegerField": "int2",
    "CharField": "text",
    "SlugField": "text",
    "URLField": "text",
    "TextField": "text",
    "UUIDField": "uuid",
    "DecimalField": "numeric",
    "FloatField": "float8",
    "BooleanField": "bool",
    "DateField": "date",
    "DateTimeField": "timestamptz",
    "JSONField": "jsonb",
    "BinaryField": "bytea",
}

Row = Sequence[Any]


def _type_of(field: "models.Field[Any, Any]") -> str:
    # An array tells its element's type, and a varchar column takes no array of text.
    if isinstance(field, ArrayField):
        return "varchar[]"
    return _TYPES[field.get_internal_type()]


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of one table that a load fills; every other column takes its default."""

    table: str
    columns: tuple[str, ...]
    types: tuple[str, ...]

    @classmethod
    def of(cls, model: type[models.Model], names: Iterable[str]) -> "Shape":
        fields = [model._meta.get_field(name) for name in names]
        return cls(
            model._meta.db_table,
            tuple(str(field.column) for field in fields if isinstance(field, models.Field)),
            tuple(_type_of(field) for field in fields if isinstance(field, models.Field)),
        )

    def copy_rows(self, rows: Iterable[Row]) -> int:
        """Write ``rows``, values in the order of the columns; return how many."""
        count = 0
        with connection.cursor() as cursor, cursor.copy(self._statement()) as copy:
            copy.set_types(self.types)
            for row in rows:
                copy.write_row(row)
                count += 1
        return count

    def _statement(self) -> sql.Composed:
        return sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
            sql.Identifier(self.table), sql.SQL(", ").join(map(sql.Identifier, self.columns))
        )


@dataclass(frozen=True, slots=True)
class FixedShape:
    """A table whose columns all have one width: whole arrays become COPY's bytes at once.

    ``widths`` names each column's numpy type in network order, e.g. ">i8" or "S64".
    """

    table: str
    columns: tuple[str, ...]
    widths: tuple[str, ...]

    def copy_arrays(self, arrays: Sequence[NDArray[Any]]) -> int:
        """Write one row an entry of ``arrays``; return how many."""
        count = len(arrays[0])
        fields: list[Any] = [("fields", ">i2")]
        for number, width in enumerate(self.widths):
            fields += [(f"length{number}", ">i4"), (f"value{number}", width)]
        rows = np.zeros(count, dtype=fields)
        rows["fields"] = len(self.columns)
        for number, (width, array) in enumerate(zip(self.widths, arrays, strict=True)):
            rows[f"length{number}"] = np.dtype(width).itemsize
            rows[f"value{number}"] = array
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
            sql.Identifier(self.table), sql.SQL(", ").join(map(sql.Identifier, self.columns))
        )
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(_HEADER)
            copy.write(rows.tobytes())
            copy.write(_END)
        return count


def half_vectors(rows: NDArray[np.float32]) -> NDArray[Any]:
    """Return ``rows`` as pgvector's halfvec looks on the wire: dimensions, zero, halves."""
    count, dimensions = rows.shape
    fields = [("dimensions", ">i2"), ("unused", ">i2"), ("half", ">f2", (dimensions,))]
    wire = np.zeros(count, dtype=fields)
    wire["dimensions"] = dimensions
    wire["half"] = rows
    return wire.view(f"V{wire.dtype.itemsize}")
