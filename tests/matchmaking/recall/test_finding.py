"""What recall brings, held against brute force; and what it must never leave out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import DIMENSIONS, Catalogue, EmbeddingSpace
from matchmaking.engine.constraints import rules
from matchmaking.engine.corpus import Corpus
from matchmaking.engine.facts import ListingText, NeedFacts, SolutionFacts, Vector, Vectors
from matchmaking.engine.table import SolutionTable
from matchmaking.models import Candidate, Posting
from matchmaking.recall import (
    Frequencies,
    dense,
    find_candidates,
    fuse,
    must_conditions,
    postings,
    sparse,
)
from matchmaking.recall.terms import WORDS_KEPT, asked_words, counted, key
from matchmaking.services.indexing import Filters
from tests.matchmaking.engine.strategies import needs, solutions

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue.objects.create(code="pool", name_zh="pool")


@pytest.fixture
def _unchecked() -> Iterator[None]:
    """Candidates without listings: recall never looks at those."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")


def unit(seed: int) -> Vector:
    vector = np.random.default_rng(seed).normal(size=DIMENSIONS)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def add(
    catalogue: Catalogue, pk: int, columns: dict[str, Any] | None = None, kind: str = "solution"
) -> None:
    Candidate.objects.create(
        listing_id=pk,
        kind=kind,
        catalogue=catalogue,
        organization_id=1,
        content_version=1,
        basis="",
        **(columns or {}),
    )


def add_postings(catalogue: Catalogue, pk: int, text: str, kind: str = "solution") -> None:
    facts = SolutionFacts(str(pk), "1", text=ListingText(text))
    found = postings(facts, catalogue_id=catalogue.pk, kind=kind, frequencies=Frequencies.nothing())
    Posting.objects.bulk_create(
        Posting(term=term, impact=impact, listing_id=pk) for term, impact in found.items()
    )


# --- Fusing ---


def test_fusing_sums_weighted_reciprocal_ranks() -> None:
    assert fuse([(1.0, [1, 2, 3]), (1.0, [3])]) == [3, 1, 2]
    assert fuse([(1.0, [1]), (0.5, [2])]) == [1, 2]
    assert fuse([(1.0, [2]), (1.0, [1])]) == [1, 2]
    assert fuse([]) == []


# --- By meaning ---


@pytest.mark.usefixtures("_unchecked")
def test_the_exact_search_is_the_exact_order(catalogue: Catalogue) -> None:
    space = EmbeddingSpace.objects.create(code="test")
    vectors = {pk: unit(pk) for pk in range(1, 40)}
    for pk, vector in vectors.items():
        add(catalogue, pk, {"meaning": vector, "space_id": space.pk})
    add(catalogue, 90)
    add(catalogue, 91, {"meaning": unit(0), "space_id": space.pk + 1})
    probe = unit(0)
    by_hand = sorted(vectors, key=lambda pk: -float(vectors[pk].astype(np.float16) @ probe))
    pool = Candidate.objects.filter(kind="solution")
    found = dense.nearest(pool, probe, space_id=space.pk, limit=10, rows=40)
    assert found == by_hand[:10]


@pytest.mark.usefixtures("_unchecked")
def test_the_graph_answers_a_large_pool_and_the_condition_holds(catalogue: Catalogue) -> None:
    space = EmbeddingSpace.objects.create(code="test")
    vectors = {pk: unit(pk) for pk in range(1, 400)}
    Candidate.objects.bulk_create(
        Candidate(
            listing_id=pk,
            kind="solution",
            catalogue=catalogue,
            organization_id=1,
            content_version=1,
            basis="",
            meaning=vector,
            space_id=space.pk,
            on_site=pk % 2 == 0,
        )
        for pk, vector in vectors.items()
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    probe = unit(0)
    pool = Candidate.objects.filter(kind="solution", on_site=True)
    plan = pool.order_by(dense.distance_to(probe)).values("pk")[:20].explain()
    assert "candidate_solution_meaning" in plan
    found = dense.nearest(pool, probe, space_id=space.pk, limit=20, rows=399, exact_up_to=10)
    even = [pk for pk in vectors if pk % 2 == 0]
    by_hand = sorted(even, key=lambda pk: -float(vectors[pk].astype(np.float16) @ probe))
    assert len(set(found) & set(by_hand[:20])) >= 19


# --- By words ---


def test_the_heaviest_are_those_with_the_greatest_sums(catalogue: Catalogue) -> None:
    rows = {1: [(7, 900), (8, 100)], 2: [(7, 500), (8, 800)], 3: [(9, 1000)]}
    Posting.objects.bulk_create(
        Posting(term=term, impact=impact, listing_id=pk)
        for pk, found in rows.items()
        for term, impact in found
    )
    assert sparse.heaviest({7: 1.0, 8: 1.0}, limit=5) == [2, 1]
    assert sparse.heaviest({7: 2.0, 8: 0.1}, limit=5) == [1, 2]
    assert sparse.heaviest({7: 1.0}, limit=1) == [1]
    assert sparse.heaviest({7: 1.0, 8: 1.0}, limit=5, depth=1) == [1, 2]
    assert sparse.heaviest({}, limit=5) == []


def test_postings_are_read_from_the_index_alone(catalogue: Catalogue) -> None:
    Posting.objects.bulk_create(
        Posting(term=term, impact=impact, listing_id=impact)
        for term in range(20)
        for impact in range(1, 200)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE matchmaking_posting")
        cursor.execute("EXPLAIN " + sparse.SQL, [[3, 4], [1.0, 2.0], 50, 10])
        plan = "\n".join(row for (row,) in cursor.fetchall())
    assert "Index Only Scan Backward using matchmaking_posting_pkey" in plan
    assert "Seq Scan" not in plan


def test_a_listing_is_found_by_its_most_telling_words_and_no_more() -> None:
    frequencies = Frequencies.count([["系统", "气孔"], ["系统", "气孔"], ["系统"]])
    assert frequencies.rarity("气孔") > frequencies.rarity("系统")
    counts = counted(ListingText("气孔检测系统", "系统" * 3))
    # Nobody else said 检测 when words were counted.
    assert list(asked_words(counts, frequencies)) == ["气孔", "系统", "检测"]
    long = ListingText("标题", "\n".join(f"w{number}x" for number in range(300)))
    facts = SolutionFacts("1", "1", text=long)
    found = postings(facts, catalogue_id=1, kind="solution", frequencies=frequencies)
    assert len(found) == WORDS_KEPT
    assert key(1, "solution", "word:标题") in found
    assert key(2, "solution", "word:标题") not in found


def test_stored_frequencies_come_back_whole() -> None:
    made = Frequencies.count([["甲", "乙"], ["甲"]])
    back = Frequencies.from_bytes(made.documents, made.to_bytes())
    assert np.array_equal(back.counts, made.counts)
    assert back.rarity("甲") == made.rarity("甲") < back.rarity("丙")


# --- Together ---


@pytest.mark.usefixtures("_unchecked")
def test_a_small_pool_is_returned_whole_and_a_large_one_by_all_lists(catalogue: Catalogue) -> None:
    space = EmbeddingSpace.objects.create(code="test")
    other = Catalogue.objects.create(code="other", name_zh="other")
    for pk in range(1, 30):
        add(catalogue, pk, {"meaning": unit(pk), "space_id": space.pk, "on_site": pk < 5})
    add(catalogue, 50, {"meaning": unit(0), "space_id": space.pk}, kind="need")
    add(other, 51, {"meaning": unit(0), "space_id": space.pk})
    for pk in (12, 50, 51):
        add_postings(catalogue, pk, "气孔检测")
    need = NeedFacts("99", "9", text=ListingText("气孔检测"), vectors=Vectors(unit(0)))

    def found(limit: int = 300, conditions: Q | None = None) -> list[int]:
        return find_candidates(
            need, catalogue_id=catalogue.pk, space=space, limit=limit, conditions=conditions
        )

    assert found() == list(range(1, 30))
    nearest = max(range(1, 30), key=lambda pk: float(unit(pk) @ unit(0)))
    few = found(limit=8)
    assert len(few) == 8
    assert {12, nearest} <= set(few)
    assert set(found(limit=3, conditions=Q(on_site=True))) <= {1, 2, 3, 4}


# --- Conditions ---


@pytest.mark.usefixtures("_unchecked")
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(need=needs, offered=st.lists(solutions, min_size=1, max_size=6))
def test_a_must_drops_nobody_whom_the_engine_would_keep(
    catalogue: Catalogue, need: NeedFacts, offered: list[SolutionFacts]
) -> None:
    now = date(2026, 11, 23)
    stated = [
        replace(facts, id=str(number), text=ListingText(), vectors=Vectors())
        for number, facts in enumerate(offered, start=1)
    ]
    table = SolutionTable.of(stated, Corpus())
    failed = np.zeros(len(stated), dtype=bool)
    for rule in rules(need, table, now):
        failed |= rule.failed
    Candidate.objects.all().delete()
    for facts in stated:
        filters = Filters.of(facts)
        columns: dict[str, object] = {}
        for name in Filters.__slots__:
            value = getattr(filters, name)
            columns[name] = list(value) if isinstance(value, tuple) else value
        add(catalogue, int(facts.id), columns)
    conditions = must_conditions(need)
    pool = Candidate.objects.all()
    kept = set((pool.filter(conditions) if conditions else pool).values_list("pk", flat=True))
    must_stay = {int(facts.id) for facts, out in zip(stated, failed, strict=True) if not out}
    assert must_stay <= kept
