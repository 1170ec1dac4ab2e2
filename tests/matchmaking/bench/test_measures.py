"""Every measure but the workers' own, over a catalogue of three hundred listings."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from catalog.choices import ListingKind
from catalog.models import Catalogue, Listing, Need, Solution
from catalog.reading import need_content, solution_content, whole_needs, whole_solutions
from matchmaking.bench import report, schema
from matchmaking.bench.building import Plan
from matchmaking.bench.generator import Generator, Sizes, Vectors
from matchmaking.bench.loader import CatalogueLoader, load_organizations, set_sequences
from matchmaking.bench.measures import answering, peers, publishing, recalling, sizes
from matchmaking.bench.measures.rematching import want
from matchmaking.bench.recall_rows import RecallLoader, count_words
from matchmaking.bench.stages import Progress, run_stages
from matchmaking.engine.facts import NeedFacts, SolutionFacts
from matchmaking.facts import packing
from matchmaking.models import Candidate, Match, PackedFacts, Posting
from matchmaking.recall.centres import pin_centre
from matchmaking.services import refresh_corpus, score_listings
from matchmaking.services.indexing import index_many, read_rows
from matchmaking.services.rebuilding import store_statistics
from matchmaking.services.vectors import serving_space
from tests.builders import make_vocabulary
from tests.matchmaking.bench.test_generator import fake_vectors

SIZES = Sizes(solutions=360, needs=24)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """A plan whose texts are the demo's and whose vectors cost nothing."""
    plan = Plan("300", SIZES, tmp_path, None, processes=1, say=lambda _words: None)
    vectors = Vectors.of(plan.source, fake_vectors, tmp_path)
    plan.__dict__["generator"] = Generator(plan.source, vectors, SIZES)
    return plan


@pytest.fixture
def loaded(db: None, plan: Plan) -> Plan:
    """The plan's catalogue, loaded into the test database."""
    make_vocabulary()
    load_organizations(SIZES)
    content = CatalogueLoader(plan.generator)
    for kind, number in SIZES.chunks():
        content.load(kind, number)
    set_sequences()
    catalogue = Catalogue.objects.get(code=Catalogue.MAIN)
    store_statistics(catalogue.pk, count_words(plan.generator))
    space = serving_space()
    assert space is not None
    pin_centre(space)
    recall = RecallLoader(plan.generator)
    for kind, number in SIZES.chunks():
        recall.load(kind, number)
    refresh_corpus(catalogue=catalogue, at_most=100)
    return plan


def test_a_load_writes_what_the_services_would_have_written(loaded: Plan) -> None:
    for kind in ListingKind:
        chunk = loaded.generator.chunk(kind, 0)
        ids = range(chunk.first, chunk.first + len(chunk.contents))
        told = [
            content.model_copy(update={"scenarios": tuple(sorted(content.scenarios))})
            for content in chunk.contents
        ]
        if kind is ListingKind.NEED:
            needs = whole_needs(Need.objects.filter(pk__in=ids))
            found = [need_content(need) for need in needs.order_by("pk")]
            assert [need.title for need in found] == [content.title for content in told]
            assert [n.requirements for n in found] == [
                content.requirements for content in told if content.kind == "need"
            ]
        else:
            rows = whole_solutions(Solution.objects.filter(pk__in=ids))
            kept = [solution_content(row) for row in rows.order_by("pk")]
            assert [row.scenarios for row in kept] == [content.scenarios for content in told]
            assert [row.cases for row in kept] == [
                content.cases for content in told if content.kind == "solution"
            ]


def said(facts: NeedFacts | SolutionFacts) -> dict[str, Any]:
    """Everything facts say, but for text and vectors, which are packed beside them."""
    names = {field.name for field in fields(facts)} - {"text", "vectors"}
    return {name: getattr(facts, name) for name in names}


def test_recall_rows_are_those_that_indexing_makes(loaded: Plan) -> None:
    ids = list(Listing.objects.order_by("pk").values_list("pk", flat=True))
    assert Candidate.objects.count() == len(ids)
    assert index_many(ids) == 0
    space = serving_space()
    for row in read_rows(ids[:40] + ids[-10:], space):
        stored = PackedFacts.objects.get(pk=row.listing_id)
        unpack = packing.unpack_need if row.kind == "need" else packing.unpack_solution
        assert said(unpack(bytes(stored.facts))) == said(unpack(row.facts))
        assert bytes(stored.profile) == row.profile
        assert bytes(stored.vectors) == row.vectors
        terms = Posting.objects.filter(listing_id=row.listing_id).values_list("term", "impact")
        assert set(terms) == set(zip(row.terms.tolist(), row.impacts.tolist(), strict=True))


def test_every_measure_leaves_its_figures(loaded: Plan) -> None:
    needs = list(Listing.objects.filter(kind=ListingKind.NEED).values_list("pk", flat=True))
    want(needs)
    score_listings(listing_ids=needs)
    assert Match.objects.filter(in_need_list=True).values("need_id").distinct().count() > 0
    stages = {
        "answer": lambda: answering.measure(loaded),
        "recall": lambda: recalling.measure(loaded),
        "peers": lambda: peers.measure(loaded),
        "publish": lambda: publishing.measure(loaded),
        "sizes": lambda: sizes.measure(loaded),
    }
    progress = Progress(loaded.folder / "300.json", loaded.fingerprint)
    figures = run_stages(stages, progress, loaded.say)
    assert figures["publish_found_share"] > 0.9
    assert figures["publish_again_rows"] == 0
    assert 0.5 < figures["recall_at_100"] <= 1
    assert figures["need_scored"] > 0
    stored = report.write(
        loaded.folder / "engine.json", "300", {**figures, "listings": 384}, progress.seconds
    )
    assert stored["need_p50_ms_300"] == stored["need_p50_ms"]
    assert any("≤ 25" in line for line in report.table(stored))


def test_a_smaller_measurement_leaves_the_full_ones_figures_alone(tmp_path: Path) -> None:
    file = tmp_path / "engine.json"
    report.write(file, "1m", {"need_p50_ms": 20.0, "listings": 1_100_000}, {})
    stored = report.write(file, "100k", {"need_p50_ms": 9.0, "listings": 100_000}, {})
    assert stored["need_p50_ms"] == 20.0
    assert stored["need_p50_ms_100k"] == 9.0
    assert stored["need_p50_ms_1m"] == 20.0


def test_a_stage_that_is_done_is_not_done_again(tmp_path: Path) -> None:
    file, calls = tmp_path / "progress.json", []

    def stage() -> dict[str, int]:
        calls.append(1)
        return {"answer": 42}

    for _ in range(2):
        progress = Progress.read(file, "same")
        assert run_stages({"stage": stage}, progress, lambda _words: None) == {"answer": 42}
    assert len(calls) == 1
    run_stages({"stage": stage}, Progress.read(file, "other"), lambda _words: None)
    assert len(calls) == 2


@pytest.fixture
def scratch(transactional_db: None) -> Iterator[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_scratch (id int PRIMARY KEY, other int UNIQUE)")
        cursor.execute("CREATE INDEX bench_scratch_both ON bench_scratch (other, id)")
    yield "bench_scratch"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_scratch")


def test_what_is_dropped_for_a_load_is_built_again(scratch: str) -> None:
    before = schema.definitions([scratch])
    assert len(before) == 3
    with transaction.atomic():
        schema.drop(before)
    assert schema.definitions([scratch]) == []
    told: list[str] = []
    schema.build(before, lambda item, _seconds: told.append(item.name))
    assert schema.definitions([scratch]) == before
    assert len(told) == 3
