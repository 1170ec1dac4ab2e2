"""Facts, profiles and vectors come out of their bytes as they went in."""

from dataclasses import fields, replace
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.engine.facts import (
    DIMENSIONS,
    Comparison,
    ListingText,
    NeedFacts,
    ParameterSpec,
    SolutionFacts,
    StatedParameter,
    Vectors,
)
from matchmaking.engine.text import BUCKETS, Profile, profile, stated_views
from matchmaking.facts import packing
from tests.matchmaking.engine.strategies import needs, solutions


def _said(facts: NeedFacts | SolutionFacts) -> dict[str, object]:
    return {f.name: getattr(facts, f.name) for f in fields(facts) if f.name != "vectors"}


@given(solutions)
def test_a_solution_comes_back_whole_but_for_its_words(facts: SolutionFacts) -> None:
    back = packing.unpack_solution(packing.pack_solution(facts))
    assert type(back) is SolutionFacts
    assert _said(back) == _said(replace(facts, text=ListingText()))


@given(needs)
def test_a_need_comes_back_whole_but_for_its_words(facts: NeedFacts) -> None:
    back = packing.unpack_need(packing.pack_need(facts))
    assert type(back) is NeedFacts
    assert _said(back) == _said(replace(facts, text=ListingText()))


def test_a_number_stays_a_number_and_a_text_that_looks_like_one_a_text() -> None:
    spec = ParameterSpec("aoi.size", Comparison.AT_MOST, "mm", hard=True)
    for value in (Decimal("0.10"), "0.10", True, frozenset({"a", "b"})):
        facts = NeedFacts("1", "2", parameters=(StatedParameter(spec, value),))
        back = packing.unpack_need(packing.pack_need(facts)).parameters[0]
        assert back.value == value
        assert type(back.value) is type(value)
        assert not isinstance(value, Decimal) or str(back.value) == str(value)


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_text_is_counted_alike_after_packing(title: str, body: str) -> None:
    made = profile(ListingText(title, body))
    back = packing.unpack_profiles([packing.pack_profile(made)])[0]
    assert np.array_equal(back.buckets, made.buckets)
    assert np.array_equal(back.counts, made.counts)
    assert (back.buckets.dtype, back.counts.dtype) == (made.buckets.dtype, made.counts.dtype)


def test_the_first_and_the_last_bucket_and_wide_gaps_are_kept() -> None:
    for buckets in (
        [0],
        [BUCKETS - 1],
        [0, 65_534, 65_535, 131_070, BUCKETS - 1],
        [65_535, 131_070],
    ):
        made = Profile(
            np.array(buckets, np.int32), np.arange(1, len(buckets) + 1, dtype=np.float32)
        )
        back = packing.unpack_profiles([packing.pack_profile(made)])[0]
        assert back.buckets.tolist() == buckets
        assert back.counts.tolist() == made.counts.tolist()


def test_vectors_come_back_view_by_view() -> None:
    half = np.linspace(-1, 1, DIMENSIONS).astype(np.float16).astype(np.float32)
    many = [Vectors(), Vectors(half), Vectors(None, half), Vectors(half, -half)]
    for stated in (many, [many[3]], []):
        back = packing.unpack_vectors([packing.pack_vectors(vectors) for vectors in stated])
        assert np.array_equal(back, stated_views(stated), equal_nan=True)
        assert back.dtype == np.float32


def test_what_is_not_stated_takes_no_room() -> None:
    assert len(packing.pack_solution(SolutionFacts("1", "2"))) < 40


def test_equal_facts_are_equal_bytes_whatever_order_their_codes_came_in() -> None:
    codes = [f"code-{number}" for number in range(40)]
    one = SolutionFacts("1", "2", scenarios=frozenset(codes))
    other = SolutionFacts("1", "2", scenarios=frozenset(reversed(codes)))
    assert packing.pack_solution(one) == packing.pack_solution(other)


@given(st.lists(st.text(max_size=30), max_size=6))
def test_many_profiles_come_back_each_as_it_was(texts: list[str]) -> None:
    made = [profile(ListingText(text)) for text in texts]
    back = packing.unpack_profiles([packing.pack_profile(one) for one in made])
    assert [one.buckets.tolist() for one in back] == [one.buckets.tolist() for one in made]
    assert [one.counts.tolist() for one in back] == [one.counts.tolist() for one in made]
