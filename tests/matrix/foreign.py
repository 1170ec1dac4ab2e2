"""What a form was never meant to take: every column's name, posted beside what it does take.

An address is asked twice in the same world, once with what its row posts and once with a value
for every column of every model besides. What the declarations of fields.py name for the forms
that read the request may be written; if the two leave anything else behind, somebody wrote a
column that is not theirs.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from django.apps import apps
from django.db import connection, models
from django.forms import BaseForm
from django.utils.dateparse import parse_datetime

from tests.matrix.asking import undone
from tests.matrix.fields import FIELDS

if TYPE_CHECKING:
    Column = models.Field[Any, Any]
else:
    Column = models.Field

APPS = ("accounts", "catalog", "matchmaking")
FOREIGN_ID = "00000000-0000-4000-8000-00000000f0f0"
# One name may be a column of several models, each with values of its own: so many are tried.
ROUNDS = 3

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
_RANDOM = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\b(?:[A-Za-z0-9]{64}|[A-Za-z0-9]{32})\b"
)


# --- What is posted ---


@cache
def columns() -> Mapping[str, tuple[Column, ...]]:
    """Return the columns of the apps' models by each name that a form could give them."""
    found: dict[str, list[Column]] = {}
    for model in apps.get_models():
        if model._meta.app_label not in APPS:
            continue
        for each in model._meta.get_fields():
            if isinstance(each, models.Field):
                for name in {each.name, each.attname}:
                    found.setdefault(name, []).append(each)
    return {name: tuple(fields) for name, fields in sorted(found.items())}


@cache
def values_of(name: str) -> tuple[str, ...]:
    """Return what somebody would try, for each kind of column of this name."""
    told = {value: None for column in columns()[name] for value in _values(column)}
    return tuple(told)


def _values(column: Column) -> Iterator[str]:
    if column.choices:
        codes = [str(code) for code, _label in column.flatchoices if code not in ("", None)]
        yield from (codes[-1], codes[0])
    elif isinstance(column, models.ForeignKey | models.ManyToManyField):
        remote: Any = column.remote_field.model
        rows = remote._base_manager.order_by("-pk").values()[:1]
        for row in rows:
            yield from (str(row[key]) for key in ("public_id", "id", "code") if key in row)
    elif isinstance(column, models.BooleanField):
        yield from ("on", "")
    else:
        yield _plain(column)


def _plain(column: Column) -> str:
    told: tuple[tuple[type[Column], str], ...] = (
        (models.DateTimeField, "2020-02-03T04:05:06+08:00"),
        (models.DateField, "2020-02-03"),
        (models.IntegerField, "97"),
        (models.DecimalField, "97"),
        (models.FloatField, "97"),
        (models.UUIDField, FOREIGN_ID),
        (models.EmailField, "foreign@example.com"),
        (models.JSONField, '{"foreign": 97}'),
    )
    return next((value for kind, value in told if isinstance(column, kind)), "外来")


# --- What may be posted ---

# The declared fields of the forms that read a request, by their prefix.
Taken = dict[str, set[str]]


@contextmanager
def reads() -> Iterator[Taken]:
    """Collect the declared fields of every form that is made inside."""
    taken: Taken = {"": set()}
    begin = BaseForm.__init__

    def noting(form: BaseForm, *args: Any, **told: Any) -> None:
        begin(form, *args, **told)
        prefix = f"{form.prefix}-" if form.prefix else ""
        for each in type(form).__mro__:
            declared = FIELDS.get(f"{each.__module__}.{each.__qualname__}", "")
            taken.setdefault(prefix, set()).update(declared.split())

    with patch.object(BaseForm, "__init__", noting):
        yield taken


def foreign(taken: Taken, known: Collection[str], number: int) -> dict[str, str]:
    """Return the ``number``-th value of every column that no form takes, nor is ``known``."""
    return {
        f"{prefix}{name}": values[number % len(values)]
        for name in columns()
        if (values := values_of(name))
        for prefix, declared in taken.items()
        if name not in declared and f"{prefix}{name}" not in known
    }


# --- What was left behind ---

Sequences = list[tuple[str, int, bool]]


def sequences() -> Sequences:
    """Return where the numbers of new rows stand: rolling back does not take them back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, sequencename), COALESCE(last_value, 1), "
            "last_value IS NOT NULL FROM pg_sequences"
        )
        return list(cursor.fetchall())


def set_back(stood: Sequences) -> None:
    names, values, called = zip(*stood, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(name::regclass, value, called) "
            "FROM unnest(%s::text[], %s::bigint[], %s::boolean[]) AS stood(name, value, called)",
            [list(names), list(values), list(called)],
        )


def next_writer() -> int:
    """Return a number that no transaction or savepoint begun before has, and each later exceeds."""
    with undone(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE written AS SELECT 1 AS one")
        cursor.execute("SELECT xmin::text::bigint FROM written")
        return int(cursor.fetchone()[0])


_CHANGED = "SELECT to_jsonb(t)::text FROM {} AS t WHERE t.xmin::text::bigint >= %s"
# Rows that nobody touched stay where they lie.
_UNTOUCHED = (
    "SELECT count(*), sum(hashtext(t.ctid::text)) FROM {} AS t WHERE t.xmin::text::bigint < %s"
)


def left_in(tables: set[str], *, writer: int, since: datetime) -> dict[str, list[str]]:
    """Return what was written since ``writer`` as text, without chance and the clock, and a sum
    of what was not."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            name = connection.ops.quote_name(table)
            cursor.execute(_CHANGED.format(name), [writer])
            told = sorted(_told(text, since) for (text,) in cursor.fetchall())
            cursor.execute(_UNTOUCHED.format(name), [writer])
            found[table] = [*told, str(cursor.fetchone())]
    return found


def _told(text: str, since: datetime) -> str:
    # Django's clock stands still here; what a column's default asks does not.
    until = datetime.now(UTC)

    def moment(found: re.Match[str]) -> str:
        at = parse_datetime(found.group())
        is_now = at is not None and at.tzinfo is not None and since <= at <= until
        return "<now>" if is_now else found.group()

    def random(found: re.Match[str]) -> str:
        return found.group() if found.group() == FOREIGN_ID else "<random>"

    return _RANDOM.sub(random, _MOMENT.sub(moment, text))
