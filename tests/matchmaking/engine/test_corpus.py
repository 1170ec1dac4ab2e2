"""Text relevance and the constants it rests on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.engine.corpus import SIGNALS, Corpus, Relevances, criterion_medians
from matchmaking.engine.facts import DIMENSIONS, ListingText, Vector, Vectors
from matchmaking.engine.results import PairScore, Part, Side, Status
from matchmaking.engine.text import TextSide, TextTable, is_single, measures, profile, stated_views
from matchmaking.engine.weights import Criterion

TOPICS = ("仓储机器人搬运", "视觉缺陷检测", "焊接机器人工作站", "能源管理平台", "设备预测性维护")


def vector(seed: int) -> Vector:
    raw = np.random.default_rng(seed).normal(size=DIMENSIONS)
    return (raw / np.linalg.norm(raw)).astype(np.float32)


def compared(corpus: Corpus, one: TextSide, *others: TextSide) -> Relevances:
    return corpus.relevances(one, TextTable.of(others))


def listings(count: int, start: int = 0) -> list[tuple[ListingText, Vectors]]:
    return [
        (ListingText(f"{TOPICS[i % 5]}{i}", f"第{i}号项目"), Vectors(vector(start + i)))
        for i in range(count)
    ]


def test_a_corpus_survives_its_bytes() -> None:
    corpus = fitted().with_medians({"budget": 0.3})

    again = Corpus.from_bytes(corpus.to_bytes())

    assert again.version == corpus.version
    assert again.to_bytes() == corpus.to_bytes()
    assert again.assumed(Criterion.BUDGET) == 0.3


def test_the_order_of_listings_does_not_change_the_version() -> None:
    needs, solutions = listings(30, 5_000), listings(600)

    one = Corpus.fit(needs, solutions)
    other = Corpus.fit(needs[::-1], solutions[::-1])

    assert one.version == other.version


def test_other_content_is_another_version() -> None:
    assert Corpus.fit(listings(5), []).version != Corpus.fit(listings(6), []).version


def test_bytes_that_are_no_corpus_are_refused() -> None:
    with pytest.raises(ValueError, match=r"corpus|pickle|allow_pickle"):
        Corpus.from_bytes(b"nothing of the kind")


def test_a_median_never_lifts_an_unknown_above_one_half() -> None:
    assert Corpus(medians={"budget": 0.9}).assumed(Criterion.BUDGET) == 0.5


def test_the_same_topic_is_more_relevant_than_another() -> None:
    corpus = Corpus.fit(listings(30, 500), listings(120))
    need = corpus.side(ListingText("急需搬运机器人", "仓储无人化"), Vectors(), Side.NEED)
    same, other = (
        corpus.side(ListingText(title), Vectors(), Side.SOLUTION) for title in TOPICS[:2]
    )

    found = compared(corpus, need, same, other)

    assert found.values[0] > found.values[1]


def test_a_missing_vector_leaves_the_characters_alone() -> None:
    corpus = Corpus.fit(listings(30, 500), listings(120))
    need = corpus.side(ListingText("视觉检测"), Vectors(vector(1)), Side.NEED)
    bare = corpus.side(ListingText("视觉检测"), Vectors(), Side.SOLUTION)
    full = corpus.side(ListingText("视觉检测"), Vectors(vector(1)), Side.SOLUTION)

    found = compared(corpus, need, bare, full)

    assert found.signals(0) == ("characters",)
    assert found.signals(1) == ("characters", "meaning")


def test_without_any_text_relevance_is_unknown() -> None:
    corpus = Corpus()
    empty = corpus.side(ListingText("", "。！"), Vectors(), Side.NEED)

    assert np.isnan(compared(corpus, empty, empty).values).all()


def test_nobody_is_compared_with_nobody() -> None:
    corpus = Corpus()
    need = corpus.side(ListingText("仓储"), Vectors(), Side.NEED)

    assert len(compared(corpus, need).values) == 0


def test_full_width_letters_are_letters() -> None:
    corpus = Corpus()
    need = corpus.side(ListingText("ＡＧＶ"), Vectors(), Side.NEED)
    same = corpus.side(ListingText("agv"), Vectors(), Side.SOLUTION)

    assert compared(corpus, need, same).values[0] > 0.99


def fitted() -> Corpus:
    return Corpus.fit(listings(30, 5_000), listings(600))


def sides(corpus: Corpus, side: Side, count: int, start: int = 0) -> list[TextSide]:
    made = [corpus.side(*one, side) for one in listings(count, start)]
    bare = corpus.side(ListingText("视觉检测"), Vectors(), side)
    silent = corpus.side(ListingText(), Vectors(vector(3)), side)
    return [*made, bare, silent]


FITTED = fitted()
NEEDS = sides(FITTED, Side.NEED, 8, 5_000)
SOLUTIONS = sides(FITTED, Side.SOLUTION, 12)


@given(st.lists(st.integers(0, len(SOLUTIONS) - 1), min_size=1, max_size=30), st.data())
def test_relevance_does_not_depend_on_who_else_is_compared(
    places: list[int], data: st.DataObject
) -> None:
    need = data.draw(st.sampled_from(NEEDS))

    together = compared(FITTED, need, *(SOLUTIONS[place] for place in places))

    for row, place in enumerate(places):
        alone = compared(FITTED, need, SOLUTIONS[place])
        np.testing.assert_array_equal(alone.values[0], together.values[row])
        assert alone.signals(0) == together.signals(row)


@given(st.sampled_from(NEEDS), st.sampled_from(SOLUTIONS))
def test_relevance_is_the_same_from_both_sides_and_between_0_and_1(
    need: TextSide, solution: TextSide
) -> None:
    there, back = compared(FITTED, need, solution), compared(FITTED, solution, need)

    np.testing.assert_array_equal(there.values, back.values)
    assert np.isnan(there.values[0]) or 0.0 <= there.values[0] <= 1.0
    assert np.isnan(there.values[0]) == (there.signals(0) == ())


@given(st.text(max_size=60), st.text(max_size=60))
def test_cosines_of_any_texts_stay_in_bounds(one: str, other: str) -> None:
    left, right = (
        FITTED.side(ListingText(text, other), Vectors(vector(1), vector(2)), Side.NEED)
        for text in (one, other)
    )

    found = measures(left, TextTable.of([right]))[0]

    assert (np.isnan(found) | ((found >= -1.001) & (found <= 1.001))).all()


def test_a_side_made_of_a_kept_profile_is_the_side_of_its_text() -> None:
    text, vectors = listings(1, 5_000)[0]

    kept = FITTED.side_of(profile(text), vectors, Side.NEED)
    made = FITTED.side(text, vectors, Side.NEED)

    np.testing.assert_array_equal(
        compared(FITTED, kept, *SOLUTIONS).values, compared(FITTED, made, *SOLUTIONS).values
    )


def test_single_characters_and_pairs_never_share_a_bucket() -> None:
    single = profile(ListingText("焊")).buckets
    pair = profile(ListingText("焊接")).buckets

    assert is_single(single).all()
    assert is_single(pair).sum() == 2
    assert len(pair) == 3


def test_a_need_near_to_everything_is_brought_down() -> None:
    towards = vector(1)
    near = [
        (ListingText(f"方案{i}"), Vectors(unit(towards + 0.5 * vector(10 + i)))) for i in range(600)
    ]
    needs = [(ListingText(f"需求{i}"), Vectors(vector(2_000 + i))) for i in range(20)]
    corpus = Corpus.fit([*needs, (ListingText("一般需求"), Vectors(towards))], near)

    general = corpus.side(ListingText("一般需求"), Vectors(towards), Side.NEED)
    special = corpus.side(*needs[0], Side.NEED)

    assert general.level > special.level
    assert corpus.side(ListingText("一般需求"), Vectors(towards), Side.SOLUTION).level == 0.0


def test_without_vectors_a_need_has_no_level() -> None:
    assert FITTED.side(ListingText("视觉检测"), Vectors(), Side.NEED).level == 0.0


def test_a_small_platform_judges_no_need_by_a_handful_of_offers() -> None:
    corpus = Corpus.fit(listings(30, 5_000), listings(120))

    assert corpus.side(*listings(1, 5_000)[0], Side.NEED).level == 0.0


def unit(raw: Vector) -> Vector:
    return (raw / np.linalg.norm(raw)).astype(np.float32)


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(0, 9)), max_size=6))
def test_texts_prepared_together_are_what_they_are_alone(said: list[tuple[str, int]]) -> None:
    counted = [profile(ListingText(text)) for text, _ in said]
    stated = [
        Vectors(vector(n) if n % 2 else None, vector(n + 9) if n % 3 else None) for _, n in said
    ]
    together = FITTED.sides_of(counted, stated_views(stated), Side.SOLUTION)
    for one, raw, side in zip(counted, stated, together, strict=True):
        alone = FITTED.side_of(one, raw, Side.SOLUTION)
        for name in ("buckets", "weights", "singles", "meaning", "title"):
            mine, theirs = getattr(side, name), getattr(alone, name)
            assert (mine is None) == (theirs is None)
            assert mine is None or mine.tobytes() == theirs.tobytes()


def part(criterion: Criterion, value: float, status: Status = Status.KNOWN) -> Part:
    return Part(criterion, 20, value, 0, 2_000, status, 1.0, ())


def test_a_median_counts_only_what_is_wholly_known() -> None:
    budget, dates = Criterion.BUDGET, Criterion.DATES
    scores = [
        PairScore("1", str(place), 0, 0.0, parts, (), (), None, 0)
        for place, parts in enumerate(
            [
                (part(budget, 0.1), part(dates, 1 / 3)),
                (part(budget, 0.2), part(dates, 0.9, Status.ASSUMED)),
                (part(budget, 0.7),),
            ]
        )
    ]

    assert criterion_medians(scores) == {"budget": 0.2, "dates": 0.333333}
    assert list(criterion_medians(scores)) == ["budget", "dates"]
    assert criterion_medians([]) == {}


def test_one_relevance_is_taken_out_whole() -> None:
    both = Relevances(
        np.array([0.2, 0.7, 0.4]), np.array([[True, True], [False, True], [True, False]])
    )

    one = both.only(1)

    assert one.values.tolist() == [0.7]
    assert one.present.tolist() == [both.present[1].tolist()]
    assert one.signals(0) == (SIGNALS[1],)
