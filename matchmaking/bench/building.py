"""The stages that make the database: schema, content, indexes."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Protocol

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from catalog.choices import ListingKind
from catalog.embedding import get_embedder
from catalog.models import Catalogue
from matchmaking.bench import schema
from matchmaking.bench.generator import Generator, Sizes, Vectors
from matchmaking.bench.loader import (
    CatalogueLoader,
    Timing,
    catalogue_tables,
    load_organizations,
    set_sequences,
)
from matchmaking.bench.processes import spread
from matchmaking.bench.quality import compare
from matchmaking.bench.recall_rows import RecallLoader, count_words
from matchmaking.bench.source import Source, read_source
from matchmaking.bench.stages import Figures, Say
from matchmaking.models import Candidate, PackedFacts, Posting
from matchmaking.recall.centres import pin_centre
from matchmaking.services import refresh_corpus
from matchmaking.services.rebuilding import store_statistics
from matchmaking.services.vectors import serving_space

# Raise it when the same sizes and texts shall give other rows.
GENERATOR_VERSION = 2
SEED = 1
_TODAY = date(2026, 11, 23)
_OWNERS = ("organizations", 0)
# Of each side; more listings move no constant worth moving.
_FITTED_TO = 4_000
_GRAPH = "candidate_solution_meaning"
_CONTENT, _RECALL = "content", "recall"
RECALL_MODELS = (Candidate, PackedFacts, Posting)


@dataclass(frozen=True)
class Plan:
    """What is to be measured, and where its files lie."""

    name: str
    sizes: Sizes
    folder: Path
    benchmarks: Path | None
    processes: int = 2
    say: Say = print

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


def prepare(plan: Plan) -> Figures:
    """Make the tables anew, empty but for the vocabulary, and embed the source once."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_vocabulary", verbosity=0)
    plan.say(f"  made from {plan.source.origin}, {len(plan.source.texts)} texts")
    likeness = compare(plan.generator)
    for line in likeness:
        plan.say(str(line))
    return {
        "listings": plan.sizes.solutions + plan.sizes.needs,
        "solutions": plan.sizes.solutions,
        "source": plan.source.origin,
        "source_texts": len(plan.source.texts),
        "likeness": {
            item.name: {"real": list(item.real), "synthetic": list(item.synthetic)}
            for item in likeness
        },
    }


def load(plan: Plan) -> Figures:
    """Write all content; chunks that a stopped run wrote are left alone."""
    _remember_definitions(_CONTENT, catalogue_tables())
    schema.drop(_remembered(_CONTENT))
    if _OWNERS not in _units_done():
        with transaction.atomic():
            load_organizations(plan.sizes)
            _note_done(_OWNERS)
    figures = _load_all(plan, CatalogueLoader, _CONTENT)
    set_sequences()
    return figures


def index(plan: Plan) -> Figures:
    """Build what the load left out, each timed, and tell the planner what is there."""
    return _build(_CONTENT, plan.say)


def load_recall(plan: Plan) -> Figures:
    """Write what recall reads: word counts and the centre first, which the rows rest on."""
    catalogue = Catalogue.objects.get(code=Catalogue.MAIN)
    _remember_definitions(_RECALL, [model._meta.db_table for model in RECALL_MODELS])
    for exported in plan.folder.glob(f"{plan.name}-*.npy"):
        exported.unlink()
    started = time.perf_counter()
    if not any(sort.startswith(_RECALL) for sort, _number in _units_done()):
        schema.drop(_remembered(_RECALL))
        store_statistics(catalogue.pk, count_words(plan.generator))
        space = serving_space()
        if space is not None:
            pin_centre(space)
    counted = time.perf_counter() - started
    return {
        "count_words_s": round(counted, 2),
        **_load_all(plan, RecallLoader, _RECALL),
    }


def index_recall(plan: Plan) -> Figures:
    """Build the graph and the postings' index."""
    return _build(_RECALL, plan.say)


def constants(plan: Plan) -> Figures:
    """Fit what scores rest on, as the site does."""
    catalogue = Catalogue.objects.get(code=Catalogue.MAIN)
    started = time.perf_counter()
    row = refresh_corpus(catalogue=catalogue, at_most=_FITTED_TO)
    plan.say(f"  fitted to {row.listings} listings")
    return {
        "corpus_fit_s": round(time.perf_counter() - started, 2),
        "corpus_listings": row.listings,
    }


def _build(part: str, say: Say) -> Figures:
    took: dict[str, float] = {}

    def told(item: schema.Definition, seconds: float) -> None:
        took[item.name] = round(seconds, 2)
        if seconds > 1:
            say(f"  {item.table}.{item.name}: {seconds:.1f} s")

    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_maintenance_workers = 2")
    schema.build(_remembered(part), told)
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    return {
        f"{part}_index_s": round(sum(took.values()), 2),
        **({"hnsw_build_s": took[_GRAPH]} if _GRAPH in took else {}),
        f"{part}_index_each_s": dict(sorted(took.items(), key=lambda item: -item[1])),
        f"{part}_analyse_s": round(time.perf_counter() - started, 2),
    }


# --- What a resumed run must know; kept in the database it is about ---


def _remember_definitions(part: str, tables: list[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_definition (part text, place int,"
            ' "table" text, name text, sort text, definition text, PRIMARY KEY (part, place))'
        )
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_unit"
            " (sort text, number int, PRIMARY KEY (sort, number))"
        )
        if not _remembered(part):
            found = enumerate(schema.definitions(tables))
            cursor.executemany(
                "INSERT INTO bench_definition VALUES (%s, %s, %s, %s, %s, %s)",
                [(part, n, d.table, d.name, d.sort, d.definition) for n, d in found],
            )


def _remembered(part: str) -> list[schema.Definition]:
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT "table", name, sort, definition FROM bench_definition'
            " WHERE part = %s ORDER BY place",
            [part],
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


class Loader(Protocol):
    """Writes one chunk in one transaction."""

    def load(self, kind: ListingKind, number: int) -> Timing: ...


LoaderMaker = Callable[[Generator], Loader]
Unit = tuple[ListingKind, int]


def _load_all(plan: Plan, make: LoaderMaker, part: str) -> Figures:
    done = _units_done()
    left = [(kind, n) for kind, n in plan.sizes.chunks() if (f"{part} {kind.value}", n) not in done]

    def load_one(loader: Loader, unit: Unit) -> Timing:
        kind, number = unit
        with transaction.atomic():
            timing = loader.load(kind, number)
            _note_done((f"{part} {kind.value}", number))
        return timing

    generator = plan.generator
    started = time.perf_counter()
    total = Timing()
    timings = spread(plan.processes, lambda: make(generator), load_one, left)
    for number, timing in enumerate(timings, start=1):
        total.merge(timing)
        if number % 50 == 0:
            rate = total.rows / (time.perf_counter() - started)
            plan.say(f"  {number} of {len(left)} chunks, {rate:,.0f} rows a second")
    return {
        f"{part}_load_s": round(time.perf_counter() - started, 2),
        f"{part}_rows": total.rows,
        f"{part}_process_s": {name: round(value, 1) for name, value in total.seconds.items()},
    }
