"""The rows that recall and scoring read follow what is published, and nothing else is written."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pgvector import HalfVector
from psycopg import Cursor

from accounts.actors import SYSTEM
from accounts.models import District, Organization
from catalog.choices import ListingKind
from catalog.models import (
    DIMENSIONS,
    EmbeddingSpace,
    HeldCertification,
    Listing,
    ListingVector,
    Parameter,
    Solution,
)
from catalog.services import archive_listing
from matchmaking.engine.corpus import Corpus
from matchmaking.engine.facts import Range
from matchmaking.engine.table import NeedTable, SolutionTable
from matchmaking.facts import FactsLoader, read_needs, read_solutions
from matchmaking.models import Candidate, PackedFacts, Posting
from matchmaking.services.bulk import copy_rows
from matchmaking.services.indexing import drop_candidate, index_candidate, index_many, read_rows
from tests.builders import (
    make_draft,
    make_need,
    make_organization,
    make_solution,
    make_vocabulary,
    need_payload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vocabulary() -> None:
    make_vocabulary()


def embed(listing_id: int, seed: int = 0) -> None:
    """Give both views of a listing a vector each, as the embedding process would."""
    space, _created = EmbeddingSpace.objects.get_or_create(code="test", is_serving=True)
    rng = np.random.default_rng(seed)
    for view in ("title", "body"):
        vector = rng.normal(size=DIMENSIONS)
        ListingVector.objects.create(
            listing_id=listing_id,
            space=space,
            view=view,
            content_hash=f"{seed}",
            vector=HalfVector(vector / np.linalg.norm(vector)),
        )


def writes(index: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        index()
    return [q["sql"] for q in queries if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]


def test_a_published_listing_gets_its_rows_and_a_draft_none() -> None:
    solution = make_solution(lead_time_low=8, on_site=True)
    draft = make_draft(ListingKind.NEED, make_organization(), need_payload())
    assert index_candidate(solution.pk)
    assert not index_candidate(draft.listing_id)
    candidate = Candidate.objects.get()
    assert (candidate.pk, candidate.kind, candidate.lead_time_low) == (solution.pk, "solution", 8)
    assert candidate.on_site is True
    assert candidate.response_hours is None
    assert PackedFacts.objects.get().pk == solution.pk
    assert set(Posting.objects.values_list("listing_id", flat=True)) == {solution.pk}


def test_indexing_again_writes_nothing() -> None:
    solution = make_solution()
    index_candidate(solution.pk)
    assert writes(lambda: index_candidate(solution.pk)) == []
    assert not index_candidate(solution.pk)


def test_a_listing_that_left_the_halls_loses_its_rows() -> None:
    solution = make_solution()
    index_candidate(solution.pk)
    archive_listing(actor=SYSTEM, listing=solution)
    assert index_candidate(solution.pk)
    assert not Candidate.objects.exists()
    assert not PackedFacts.objects.exists()
    assert not Posting.objects.exists()


def test_dropping_leaves_the_others() -> None:
    gone, stays = make_solution(), make_solution()
    index_many([gone.pk, stays.pk])
    drop_candidate(gone.pk)
    assert list(Candidate.objects.values_list("pk", flat=True)) == [stays.pk]
    assert set(Posting.objects.values_list("listing_id", flat=True)) == {stays.pk}


@pytest.mark.parametrize("what", ["district", "size", "certification", "vectors", "content"])
def test_whatever_facts_depend_on_brings_new_rows(what: str) -> None:
    solution = make_solution(
        make_organization(district=District.objects.get(code="pudong")),
        certifications=[{"certification": "srdi_sme"}],
    )
    index_candidate(solution.pk)
    before = PackedFacts.objects.get()
    match what:
        case "district":
            Organization.objects.filter(pk=solution.organization_id).update(district=None)
        case "size":
            Organization.objects.filter(pk=solution.organization_id).update(size="small")
        case "certification":
            HeldCertification.objects.update(verified_at=timezone.now())
        case "vectors":
            embed(solution.pk)
        case _:
            Solution.objects.filter(pk=solution.pk).update(
                content_version=9, earliest_start=date(2027, 1, 1)
            )
    assert index_candidate(solution.pk)
    after = PackedFacts.objects.get()
    if what != "size":
        assert after.digest != before.digest


def test_a_parameter_turned_hard_reaches_the_needs_that_state_it() -> None:
    code = "agv_warehouse.max_load"
    stated = [{"parameter": code, "number": "300"}]
    need = make_need(project_type="agv_warehouse", parameters=stated)
    index_candidate(need.pk)
    before = PackedFacts.objects.get().facts
    parameter = Parameter.objects.get(code=code)
    Parameter.objects.filter(pk=parameter.pk).update(hard=not parameter.hard)
    assert index_candidate(need.pk)
    assert PackedFacts.objects.get().facts != before


def test_one_changed_word_changes_few_postings() -> None:
    solution = make_solution(title="铸件外观视觉检测单元", summary="面向铸件的在线视觉检测。")
    index_candidate(solution.pk)
    before = set(Posting.objects.values_list("pk", flat=True))
    Solution.objects.filter(pk=solution.pk).update(
        summary="面向铸件的在线视觉测量。", content_version=9
    )
    index_candidate(solution.pk)
    after = set(Posting.objects.values_list("pk", flat=True))
    assert before & after
    assert 0 < len(before ^ after) < len(before)


def test_loaded_facts_are_the_contents_facts() -> None:
    solutions = [make_solution(price_low="100", price_high="200"), make_solution()]
    need = make_need(budget_high="150.50")
    for seed, listing in enumerate((*solutions, need)):
        embed(listing.pk, seed)
        index_candidate(listing.pk)
    space = EmbeddingSpace.objects.get()
    loader, corpus = FactsLoader(), Corpus()
    ids = [s.pk for s in solutions]
    table, versions = loader.solutions(ids, corpus)
    assert versions == {s.pk: s.content_version for s in solutions}
    read = [item.facts for item in read_solutions(ids, space.pk)]
    expected = SolutionTable.of(read, corpus)
    assert table.ids == expected.ids
    assert [f.price for f in table.facts] == [f.price for f in read]
    for name in ("buckets", "weights", "singles", "owners", "meanings", "titles", "levels"):
        assert np.array_equal(getattr(table.texts, name), getattr(expected.texts, name)), name
    needs, _versions = loader.needs([need.pk, ids[0]], corpus)
    assert needs.ids == (str(need.pk),)
    assert needs.facts[0].budget is not None
    wanted = NeedTable.of([i.facts for i in read_needs([need.pk], space.pk)], corpus)
    assert np.array_equal(needs.texts.weights, wanted.texts.weights)


def test_loading_takes_one_query_and_sees_a_change_behind_its_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    class Noting(Cursor[Any]):
        def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
            asked.append(query)
            return super().execute(query, *args, **kwargs)

    monkeypatch.setattr("matchmaking.facts.loader.Cursor", Noting)
    solution = make_solution(price_low="100")
    index_candidate(solution.pk)
    loader, corpus = FactsLoader(), Corpus()
    first, _versions = loader.solutions([solution.pk], corpus)
    with CaptureQueriesContext(connection) as others:
        again, _versions = loader.solutions([solution.pk], corpus)
    assert (len(asked), len(others)) == (2, 0)
    assert again.facts[0] is first.facts[0]
    Solution.objects.filter(pk=solution.pk).update(price_low="90", content_version=9)
    index_candidate(solution.pk)
    changed, versions = loader.solutions([solution.pk], corpus)
    assert changed.facts[0].price == Range(Decimal(90), None)
    assert versions == {solution.pk: 9}


def test_a_loader_keeps_no_more_than_it_may() -> None:
    ids = [make_solution().pk for _ in range(4)]
    index_many(ids)
    loader = FactsLoader(memory=2 * 14_000)
    table, _versions = loader.solutions(ids, Corpus())
    assert len(table.ids) == 4
    assert 0 < loader._solutions.size <= 14_000


def test_copied_rows_are_the_rows_written_one_by_one() -> None:
    made: list[Listing] = [
        make_solution(
            price_low="1200.50",
            price_high="2000",
            scenarios=["inline_inspection"],
            domestic_share="80.5",
            on_site=False,
            cases=[{"year": 2024}],
        ),
        make_solution(title="另一个方案"),
        make_need(scenarios=["inline_inspection"], industry="C36"),
    ]
    for seed, listing in enumerate(made[:2]):
        embed(listing.pk, seed)
    ids = [listing.pk for listing in made]
    index_many(ids)

    def rows() -> list[list[tuple[Any, ...]]]:
        models: list[Any] = [Candidate, PackedFacts, Posting]
        return [sorted(m.objects.values_list(), key=str) for m in models]

    written = rows()
    assert all(written)
    for pk in ids:
        drop_candidate(pk)
    assert rows() == [[], [], []]
    assert copy_rows(read_rows(ids, EmbeddingSpace.objects.get())) == 3
    copied = rows()
    for was, now in zip(written, copied, strict=True):
        for one, other in zip(was, now, strict=True):
            assert [bytes(v) if isinstance(v, memoryview) else v for v in one] == [
                bytes(v) if isinstance(v, memoryview) else v for v in other
            ]
