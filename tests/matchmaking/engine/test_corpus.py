"""Text relevance and the constants it rests on."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaking.engine.corpus import Corpus, Relevances
from matchmaking.engine.facts import DIMENSIONS, ListingText, Vector, Vectors
from matchmaking.engine.results import Side
from matchmaking.engine.text import TextSide, TextTable
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
    corpus = Corpus.fit(listings(30, 500), listings(120)).with_medians({"budget": 0.3})

    again = Corpus.from_bytes(corpus.to_bytes())

    assert again.version == corpus.version
    assert again.to_bytes() == corpus.to_bytes()
    assert again.assumed(Criterion.BUDGET) == 0.3


def test_the_order_of_listings_does_not_change_the_version() -> None:
    needs, solutions = listings(30, 500), listings(120)

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
