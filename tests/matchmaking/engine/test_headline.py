"""The word that a page leads with, and which reasons stand beside it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.engine.headline import (
    POSSIBLE_FROM,
    STRONG_FROM,
    Headline,
    foremost,
    headline,
    influence,
    speaks_for,
    whole_percents,
)
from matchmaking.engine.results import FULL, Part, Status

totals = st.integers(0, FULL)
# The worst first.
ORDER = [Headline.RULED_OUT, Headline.WEAK, Headline.POSSIBLE, Headline.STRONG]


def make_part(criterion: str = "budget", **overrides: Any) -> Part:
    values: dict[str, Any] = {
        "weight": 10,
        "value": 1.0,
        "points": 1_000,
        "points_max": 1_000,
        "status": Status.KNOWN,
        "known_share": 1.0,
        "evidence": (),
    }
    return Part(criterion=criterion, **{**values, **overrides})


any_part = st.builds(
    make_part,
    st.sampled_from(["scenario", "budget", "dates", "industry"]),
    value=st.floats(0, 1),
    points_max=st.integers(1, FULL),
    known_share=st.floats(0, 1),
)


@given(totals, totals, st.booleans(), st.booleans())
def test_a_higher_score_never_has_a_worse_word(
    one: int, other: int, unconfirmed: bool, ruled_out: bool
) -> None:
    low, high = sorted((one, other))
    words = [headline(total, unconfirmed=unconfirmed, ruled_out=ruled_out) for total in (low, high)]
    assert ORDER.index(words[0]) <= ORDER.index(words[1])


@given(totals)
def test_what_is_open_never_makes_the_word_better_and_never_strong(total: int) -> None:
    settled, unsettled = headline(total), headline(total, unconfirmed=True)
    assert unsettled is not Headline.STRONG
    assert ORDER.index(unsettled) <= ORDER.index(settled)
    assert (settled is unsettled) == (settled is not Headline.STRONG)


@given(totals, st.booleans())
def test_what_is_ruled_out_says_nothing_else(total: int, unconfirmed: bool) -> None:
    assert headline(total, unconfirmed=unconfirmed, ruled_out=True) is Headline.RULED_OUT


@given(totals)
def test_a_band_of_ten_points_has_one_word(total: int) -> None:
    low = min(total // 1_000 * 1_000, FULL - 1_000)
    assert headline(low) is headline(min(total, low + 999))


@pytest.mark.parametrize(
    ("total", "word"),
    [
        (FULL, Headline.STRONG),
        (STRONG_FROM, Headline.STRONG),
        (STRONG_FROM - 1, Headline.POSSIBLE),
        (POSSIBLE_FROM, Headline.POSSIBLE),
        (POSSIBLE_FROM - 1, Headline.WEAK),
        (0, Headline.WEAK),
    ],
)
def test_the_words_begin_where_the_documentation_says(total: int, word: Headline) -> None:
    assert headline(total) is word


def test_a_criterion_speaks_as_loud_as_it_weighs_is_known_and_is_clear() -> None:
    assert influence(make_part(points_max=2_000)) == 2_000
    assert influence(make_part(points_max=2_000, value=0.0)) == 2_000
    assert influence(make_part(value=0.75)) == 500
    assert influence(make_part(value=0.5)) == 0
    assert influence(make_part(known_share=0.25)) == 250
    assert speaks_for(make_part(value=0.5))
    assert not speaks_for(make_part(value=0.49))


def test_the_loudest_come_first_and_equals_by_what_they_could_give() -> None:
    parts = [
        make_part("dates", points_max=1_000, value=0.5),
        make_part("scenario", points_max=2_000, value=0.5),
        make_part("budget", points_max=1_200, value=0.0),
        make_part("technical", points_max=2_000),
    ]
    assert [part.criterion for part in foremost(parts)] == ["technical", "budget", "scenario"]
    assert [part.criterion for part in foremost(parts, 1)] == ["technical"]


@given(st.lists(any_part, max_size=8))
def test_no_criterion_left_out_speaks_louder_than_one_that_leads(parts: list[Part]) -> None:
    chosen = foremost(parts)
    assert len(chosen) == min(3, len(parts))
    loudness = [influence(part) for part in chosen]
    assert loudness == sorted(loudness, reverse=True)
    rest = list(parts)
    for part in chosen:
        rest.remove(part)
    assert all(influence(part) <= loudness[-1] for part in rest)


@given(st.lists(st.integers(1, 100), min_size=1, max_size=11))
def test_percents_are_whole_near_the_weights_and_add_up(weights: list[int]) -> None:
    maxima = [FULL * weight // sum(weights) for weight in weights]
    maxima[0] += FULL - sum(maxima)
    percents = whole_percents(maxima)
    assert sum(percents) == 100
    assert all(
        abs(percent - most / 100) < 1 for percent, most in zip(percents, maxima, strict=True)
    )


def test_nothing_asked_has_no_percents() -> None:
    assert whole_percents([]) == []
