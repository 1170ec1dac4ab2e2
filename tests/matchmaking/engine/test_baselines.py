"""The baselines against their formulas, written out here once more: a weak one flatters us."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from matchmaking.engine import baselines
from matchmaking.engine.facts import ListingText, NeedFacts, SolutionFacts

NEEDS = [
    NeedFacts("n1", "f", text=ListingText("搬运机器人", "托盘 AGV 搬运", "仓库")),
    NeedFacts("n2", "f", text=ListingText("焊接检测", "焊缝视觉检测 AGV")),
]
SOLUTIONS = [
    SolutionFacts("s1", "v", text=ListingText("AGV 搬运", "托盘搬运搬运", "叉车")),
    SolutionFacts("s2", "v", text=ListingText("焊缝视觉", "相机检测焊缝")),
    SolutionFacts("s3", "v", text=ListingText("能源管理", "空压站节能 agv")),
]
# Others than all and in another order: scores belong to who is asked about.
ASKED = [SOLUTIONS[2], SOLUTIONS[0]]


def parts(text: str, shortest: int, longest: int) -> Counter[str]:
    return Counter(
        text.lower()[start : start + size]
        for size in range(shortest, longest + 1)
        for start in range(len(text) - size + 1)
    )


def tfidf_cosines(shortest: int, longest: int) -> NDArray[np.float64]:
    """(1 + ln tf)(ln((1 + n) / (1 + df)) + 1), at length 1: what scikit-learn documents."""
    texts = [*(one.text.full for one in NEEDS), *(one.text.full for one in SOLUTIONS)]
    counted = [parts(text, shortest, longest) for text in texts]
    found = Counter(part for one in counted for part in one)
    rows = []
    for one in counted:
        row = {
            part: (1 + math.log(often)) * (math.log((1 + len(texts)) / (1 + found[part])) + 1)
            for part, often in one.items()
        }
        length = math.sqrt(sum(value**2 for value in row.values()))
        rows.append({part: value / length for part, value in row.items()})
    return np.array(
        [
            [sum(need.get(part, 0) * value for part, value in row.items()) for row in rows[2:]]
            for need in rows[:2]
        ]
    )


def titles(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors that tell texts apart, so that a wrong text is another number."""
    return np.array([[len(text), text.count("焊") + 1, ord(text[0]) / 5e4] for text in texts], "f4")


def offers(texts: Sequence[str]) -> NDArray[np.float32]:
    return titles(texts)[:, ::-1] * np.float32(0.5)


def centred(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    moved = rows.astype(np.float64) - rows.mean(axis=0)
    return np.array([row / (np.linalg.norm(row) or 1.0) for row in moved])


def test_words_are_lower_case_without_signs() -> None:
    assert baselines.words("托盘 AGV，搬运！") == ["托盘", "agv", "搬运"]


def test_random_scores_are_the_same_for_the_same_seed() -> None:
    first = baselines.random_order()(NEEDS, SOLUTIONS)
    other = baselines.random_order(seed=1)(NEEDS, SOLUTIONS)

    assert first(NEEDS[0], SOLUTIONS).tolist() == np.random.default_rng(0).random(3).tolist()
    assert other(NEEDS[0], SOLUTIONS).tolist() == np.random.default_rng(1).random(3).tolist()


def test_bm25_is_what_lucene_calculates() -> None:
    said = [baselines.words(one.text.full) for one in SOLUTIONS]
    usual = sum(map(len, said)) / len(said)
    asked = baselines.words(NEEDS[0].text.full)

    def score(words: list[str]) -> float:
        total = 0.0
        for word in asked:
            holding = sum(word in each for each in said)
            often = words.count(word)
            rarity = math.log(1 + (len(said) - holding + 0.5) / (holding + 0.5))
            total += rarity * often / (often + 1.5 * (1 - 0.75 + 0.75 * len(words) / usual))
        return total

    found = baselines.bm25(NEEDS, SOLUTIONS)(NEEDS[0], ASKED)

    assert found.dtype == np.float64
    assert found == pytest.approx([score(said[2]), score(said[0])], rel=1e-5)
    assert found[1] > found[0] > 0


@pytest.mark.parametrize("sizes", [(1, 2), (2, 3)])
def test_tfidf_is_the_cosine_of_weighed_characters(sizes: tuple[int, int]) -> None:
    scorer = baselines.tfidf(*sizes)(NEEDS, SOLUTIONS)
    expected = tfidf_cosines(*sizes)

    assert scorer(NEEDS[0], ASKED) == pytest.approx(expected[0, [2, 0]])
    assert scorer(NEEDS[1], SOLUTIONS) == pytest.approx(expected[1])


def test_the_embedder_compares_titles_alone() -> None:
    scorer = baselines.embedder(titles, offers)(NEEDS, SOLUTIONS)
    expected = offers([one.text.title for one in ASKED]) @ titles([NEEDS[1].text.title])[0]

    found = scorer(NEEDS[1], ASKED)

    assert found.dtype == np.float64
    assert found == pytest.approx(expected)


def test_the_blend_adds_four_signals_at_equal_scale() -> None:
    stated = centred(offers([one.text.title for one in SOLUTIONS]))
    signals = [
        centred(titles([one.text.title for one in NEEDS])) @ stated.T,
        centred(titles([one.text.body for one in NEEDS])) @ stated.T,
        tfidf_cosines(1, 2),
        tfidf_cosines(2, 3),
    ]
    expected = sum((signal - signal.mean()) / signal.std() for signal in signals)

    scorer = baselines.blend(titles, offers)(NEEDS, SOLUTIONS)

    assert scorer(NEEDS[0], ASKED) == pytest.approx(expected[0, [2, 0]], rel=1e-4)
    assert scorer(NEEDS[1], SOLUTIONS) == pytest.approx(expected[1], rel=1e-4)


def test_the_blend_takes_the_title_of_a_need_without_a_description() -> None:
    quiet = [NeedFacts("n3", "f", text=ListingText("焊接检测")), NEEDS[0]]
    said = [NeedFacts("n3", "f", text=ListingText("焊接检测", "焊接检测")), NEEDS[0]]
    seen: list[list[str]] = []

    def noted(texts: Sequence[str]) -> NDArray[np.float32]:
        seen.append(list(texts))
        return titles(texts)

    baselines.blend(noted, offers)(quiet, SOLUTIONS)
    baselines.blend(noted, offers)(said, SOLUTIONS)

    assert seen[:2] == seen[2:]


def test_equal_vectors_are_centred_to_nothing() -> None:
    assert baselines._centred(np.ones((2, 3), np.float32)).tolist() == [[0.0] * 3] * 2


def test_the_embedders_baselines_need_both_encoders() -> None:
    plain = {"random", "bm25", "tfidf 2-3", "tfidf 1-2"}

    assert set(baselines.all_baselines()) == plain
    assert set(baselines.all_baselines(titles)) == plain
    assert set(baselines.all_baselines(None, offers)) == plain
    assert set(baselines.all_baselines(titles, offers)) == plain | {"embedder", "blend"}


@pytest.mark.parametrize("sizes", [(1, 2), (2, 3)])
def test_each_baseline_is_the_one_it_is_called(sizes: tuple[int, int]) -> None:
    every = baselines.all_baselines(titles, offers)
    name = f"tfidf {sizes[0]}-{sizes[1]}"

    def scored(system: str) -> list[float]:
        return list(every[system](NEEDS, SOLUTIONS)(NEEDS[0], SOLUTIONS))

    assert scored(name) == pytest.approx(list(tfidf_cosines(*sizes)[0]))
    assert scored("bm25") == list(baselines.bm25(NEEDS, SOLUTIONS)(NEEDS[0], SOLUTIONS))
    assert scored("random") == np.random.default_rng(0).random(3).tolist()
    made = baselines.embedder(titles, offers)(NEEDS, SOLUTIONS)
    assert scored("embedder") == list(made(NEEDS[0], SOLUTIONS))
