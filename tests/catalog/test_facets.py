"""Counting facets by bits gives what counting them one by one gives, and what the database says."""

from itertools import product

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from accounts.actors import ANONYMOUS
from catalog.choices import ListingKind
from catalog.facets import FacetIndex
from catalog.models import Catalogue
from catalog.presenting.halls import HALLS
from tests.builders import make_need, make_organization, make_solution, make_vocabulary

FACETS, CHOICES = "ab", "xyz"
Carried = dict[tuple[str, str], set[int]]

carried = st.dictionaries(
    st.tuples(st.sampled_from(FACETS), st.sampled_from(CHOICES)),
    st.sets(st.integers(1, 300), max_size=80),
)
chosen_ones = st.dictionaries(
    st.sampled_from(FACETS), st.lists(st.sampled_from([*CHOICES, "unknown"]), min_size=1)
)


def counted_one_by_one(
    listed: set[int], carried: Carried, chosen: dict[str, list[str]]
) -> tuple[int, dict[str, dict[str, int]]]:
    def among(without: str = "") -> set[int]:
        left = set(listed)
        for facet, choices in chosen.items():
            if facet != without:
                left &= set().union(*(carried.get((facet, choice), set()) for choice in choices))
        return left

    counts: dict[str, dict[str, int]] = {facet: {} for facet, _choice in carried}
    for (facet, choice), having in carried.items():
        if n := len(having & among(without=facet)):
            counts[facet][choice] = n
    return len(among()), counts


@given(st.sets(st.integers(1, 300)), carried, chosen_ones)
def test_bits_count_as_sets_do(
    listed: set[int], carried: Carried, chosen: dict[str, list[str]]
) -> None:
    rows = [(facet, choice, having) for (facet, choice), having in carried.items()]
    index = FacetIndex.of(listed, rows)
    assert index.counted(chosen) == counted_one_by_one(listed, carried, chosen)


@given(st.lists(st.tuples(st.sampled_from(CHOICES), st.sets(st.integers(1, 100)))))
def test_rows_of_the_same_choice_are_joined(rows: list[tuple[str, set[int]]]) -> None:
    index = FacetIndex.of(range(1, 101), [("a", choice, having) for choice, having in rows])
    joined = {
        choice: len(set().union(*(ids for c, ids in rows if c == choice))) for choice, _ in rows
    }
    assert index.counted({})[1].get("a", {}) == {choice: n for choice, n in joined.items() if n}


ASKED = {
    ListingKind.NEED: ["", "industry=C36", "industry=C36&district=pudong", "district=outer&goal=x"],
    ListingKind.SOLUTION: [
        "",
        "district=pudong",
        "district=pudong&industry=C36&industry=C34",
        "price=100-500&size=small",
        "scenario=unknown",
    ],
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "asked"), [(kind, each) for kind, all_ in ASKED.items() for each in all_]
)
def test_bits_count_as_the_database_does(kind: ListingKind, asked: str) -> None:
    make_vocabulary()
    for size, industry, goals in product(("small", "large"), ("C36", "C34"), ([], ["digital"])):
        owner = make_organization(size=size)
        make_need(owner, industry=industry, factory_goals=goals, budget_low="100000")
        make_need(owner, industry=industry, district="pudong", confidentiality="confidential")
        make_solution(owner, industries=[industry, "C35"], service_districts=["pudong"])
        make_solution(owner, nationwide=True, price_low="600000", price_visibility="members")
    hall = HALLS[kind]
    listed = hall.listed().in_halls(Catalogue.MAIN)
    filters = hall.filters(QueryDict(asked), listed, ANONYMOUS)
    by_database = {
        facet: {choice: n for choice, n in counts.items() if n}
        for facet, counts in filters.counted().items()
    }
    by_bits = filters.counted(filters.indexed())
    assert {facet: {c: n for c, n in counts.items() if n} for facet, counts in by_bits.items()} == (
        by_database
    )
