"""The stages that make the database: schema, content, indexes."""

import hashlib
import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader

from catalog.choices import ListingKind
from catalog.embedding import get_embedder
from matchmaking.bench import schema
from matchmaking.bench.generator import Generator, Sizes, Vectors
from matchmaking.bench.loader import (
    CatalogueLoader,
    Timing,
    catalogue_tables,
    load_organizations,
    set_sequences,
)
from matchmaking.bench.quality import compare
from matchmaking.bench.source import Source, read_source
from matchmaking.bench.stages import Figures, Say

# Raise it when the same sizes and texts shall give other rows.
GENERATOR_VERSION = 1
SEED = 1
_TODAY = date(2026, 11, 23)
_OWNERS = ("organizations", 0)


@dataclass(frozen=True)
class Plan:
    """What is to be measured, and where its files lie."""

    sizes: Sizes
    folder: Path
    benchmarks: Path | None
    processes: int = 2

    @cached_property
    def source(self) -> Source:
        return read_source(self.benchmarks, _TODAY)

    @cached_property
    def generator(self) -> Generator:
        vectors = Vectors.of(self.source, get_embedder().embed_queries, self.folder)
        return Generator(self.source, vectors, self.sizes, SEED)

    @property
    def fingerprint(self) -> str:
        """Name the rows that this plan makes: sizes, texts, and the tables they go into."""
        migrations = sorted(MigrationLoader(None).disk_migrations)
        told = (self.sizes, self.source.fingerprint, SEED, GENERATOR_VERSION, migrations)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def prepare(plan: Plan, say: Say) -> Figures:
    """Make the tables anew, empty but for the vocabulary, and embed the source once."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_vocabulary", verbosity=0)
    say(f"  made from {plan.source.origin}, {len(plan.source.texts)} texts")
    likeness = compare(plan.generator)
    for line in likeness:
        say(str(line))
    return {
        "source": plan.source.origin,
        "source_texts": len(plan.source.texts),
        "likeness": {
            item.name: {"real": list(item.real), "synthetic": list(item.synthetic)}
            for item in likeness
        },
    }


def load(plan: Plan, say: Say) -> Figures:
    """Write all rows; chunks that a stopped run wrote are left alone."""
    tables = catalogue_tables()
    _remember_definitions(tables)
    schema.drop(_remembered())
    started = time.perf_counter()
    done = _units_done()
    total = Timing()
    if _OWNERS not in done:
        with transaction.atomic():
            total.rows = load_organizations(plan.sizes)
            _note_done(_OWNERS)
    left = [(kind, n) for kind, n in plan.sizes.chunks() if (kind.value, n) not in done]
    for number, timing in enumerate(_load_chunks(plan, left), start=1):
        total.merge(timing)
        if number % 50 == 0:
            elapsed = time.perf_counter() - started
            say(f"  {number} of {len(left)} chunks, {total.rows / elapsed:,.0f} rows a second")
    set_sequences()
    seconds = time.perf_counter() - started
    return {
        "load_s": round(seconds, 2),
        "load_rows": total.rows,
        "load_process_s": {name: round(value, 1) for name, value in total.seconds.items()},
    }


def build_indexes(plan: Plan, say: Say) -> Figures:
    """Build what the load left out, each timed, and tell the planner what is there."""
    del plan
    took: dict[str, float] = {}

    def told(item: schema.Definition, seconds: float) -> None:
        took[item.name] = round(seconds, 2)
        if seconds > 1:
            say(f"  {item.table}.{item.name}: {seconds:.1f} s")

    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_maintenance_workers = 2")
    schema.build(_remembered(), told)
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    return {
        "index_build_s": round(sum(took.values()), 2),
        "index_build_each_s": dict(sorted(took.items(), key=lambda item: -item[1])),
        "analyse_s": round(time.perf_counter() - started, 2),
    }


# --- What a resumed run must know; kept in the database it is about ---


def _remember_definitions(tables: list[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_definition"
            ' (place int PRIMARY KEY, "table" text, name text, sort text, definition text)'
        )
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_unit"
            " (sort text, number int, PRIMARY KEY (sort, number))"
        )
        cursor.execute("SELECT count(*) FROM bench_definition")
        if cursor.fetchone()[0] == 0:
            cursor.executemany(
                "INSERT INTO bench_definition VALUES (%s, %s, %s, %s, %s)",
                [
                    (place, item.table, item.name, item.sort, item.definition)
                    for place, item in enumerate(schema.definitions(tables))
                ],
            )


def _remembered() -> list[schema.Definition]:
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT "table", name, sort, definition FROM bench_definition ORDER BY place'
        )
        return [schema.Definition(*row) for row in cursor.fetchall()]


def _units_done() -> set[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sort, number FROM bench_unit")
        return set(cursor.fetchall())


def _note_done(unit: tuple[str, int]) -> None:
    """Say in the transaction that wrote a unit's rows that they are there."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_unit VALUES (%s, %s)", unit)


# --- Work spread over processes ---

_loader: CatalogueLoader | None = None


def _begin(plan: Plan) -> None:
    global _loader  # noqa: PLW0603 - one loader a process, made where the process begins
    _loader = CatalogueLoader(plan.generator)


def _load_one(kind: ListingKind, number: int) -> Timing:
    if _loader is None:
        raise RuntimeError("this process has not begun")
    with transaction.atomic():
        timing = _loader.load(kind, number)
        _note_done((kind.value, number))
    return timing


def _load_chunks(plan: Plan, chunks: list[tuple[ListingKind, int]]) -> Iterator[Timing]:
    if plan.processes == 1 or len(chunks) < 2:
        _begin(plan)
        for kind, number in chunks:
            yield _load_one(kind, number)
        return
    # Children share what the generator learnt; a connection they must not share.
    plan.generator.chunk(*chunks[0])
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(plan.processes, fork, initializer=_begin, initargs=(plan,)) as pool:
        yield from pool.map(_load_one, *zip(*chunks, strict=True))
