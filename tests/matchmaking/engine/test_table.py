"""Columns of many solutions at once: whose each case is, and who comes before whom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaking.engine.facts import Case, CaseEvidence, ListingText, SolutionFacts, Vectors
from matchmaking.engine.results import Side
from matchmaking.engine.table import CaseColumns, NeedTable, SolutionTable, ranks_of
from tests.matchmaking.engine.example import CORPUS, need

WELDING, CASTING = "C36", "C33"
SOLUTIONS = [
    SolutionFacts("a", "vendor", cases=(Case(WELDING), Case(None, year=2024, has_result=True))),
    SolutionFacts("b", "vendor"),
    SolutionFacts(
        "c",
        "vendor",
        cases=(
            Case(CASTING, evidence=CaseEvidence.PARK_VERIFIED),
            Case(WELDING, evidence=CaseEvidence.CUSTOMER_CONFIRMED),
            Case(WELDING),
        ),
    ),
]


def test_every_case_knows_whose_it_is_and_the_how_manieth() -> None:
    cases = CaseColumns.of(SOLUTIONS)

    assert cases.owners.tolist() == [0, 0, 2, 2, 2]
    assert cases.turns.tolist() == [0, 1, 0, 1, 2]
    assert cases.is_checked.tolist() == [False, False, True, True, False]
    assert cases.has_result.tolist() == [False, True, False, False, False]
    np.testing.assert_array_equal(cases.years, [np.nan, 2024, np.nan, np.nan, np.nan])
    assert cases.count(cases.is_checked, 3).tolist() == [0, 0, 2]
    assert cases.count(np.ones(5, dtype=np.bool_), 3).tolist() == [2, 0, 3]


def test_what_an_industry_is_worth_is_asked_once_and_nothing_where_none_is_stated() -> None:
    asked = []

    def worth(code: str) -> float:
        asked.append(code)
        return {WELDING: 1.0, CASTING: 0.4}[code]

    assert CaseColumns.of(SOLUTIONS).by_industry(worth).tolist() == [1.0, 0.0, 0.4, 1.0, 1.0]
    assert sorted(asked) == [CASTING, WELDING]


def test_ids_are_ranked_in_their_own_order_whatever_the_tables() -> None:
    assert ranks_of(["7", "12", "9", "10"]).tolist() == [2, 1, 3, 0]
    table = SolutionTable.of([SOLUTIONS[2], SOLUTIONS[0], SOLUTIONS[1]], CORPUS)
    assert table.ids == ("c", "a", "b")
    assert table.id_ranks.tolist() == [2, 0, 1]


@pytest.mark.parametrize(("name", "is_taken"), [("XQ", True), ("another", False)])
def test_a_prepared_text_is_taken_for_its_own_listing(name: str, *, is_taken: bool) -> None:
    one = replace(need(), id="XQ")
    other = CORPUS.side(ListingText("别的文字"), Vectors(), Side.NEED)
    made = NeedTable.of([one], CORPUS).texts

    texts = NeedTable.of([one], CORPUS, {name: other}).texts

    assert texts.buckets.tolist() == (other if is_taken else made).buckets.tolist()
