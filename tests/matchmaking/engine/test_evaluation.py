"""The metrics against hand-made cases, and the engine against its baselines on real labels."""

from __future__ import annotations

import csv
import json
import math
import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from matchmaking.engine import baselines
from matchmaking.engine.evaluation import (
    BOOTSTRAPS,
    METRICS,
    MIN_JUDGED,
    Floats,
    Label,
    Levels,
    auc,
    engine_system,
    evaluate,
    intervals,
    mean_ranks,
    measure,
    ndcg,
    recall_at,
    reciprocal_rank,
    spearman,
)
from matchmaking.engine.facts import ListingText, NeedFacts, SolutionFacts
from matchmaking.engine.weights import DEFAULT_WEIGHTS
from tests.matchmaking.engine.example import TODAY

ROOT = Path(__file__).resolve().parents[3]
BENCHMARK = (
    Path(os.environ.get("ZHIPEI_BENCHMARKS", ROOT.parent / "shared" / "benchmarks"))
    / "tech-transfer"
)


def test_ndcg_of_the_ideal_order_is_one() -> None:
    levels = np.array([4, 3, 2, 1])

    assert ndcg(np.array([4.0, 3.0, 2.0, 1.0]), levels) == pytest.approx(1.0)


def test_ndcg_discounts_by_place() -> None:
    levels = np.array([1, 4])

    assert ndcg(np.array([2.0, 1.0]), levels) == pytest.approx(1 / math.log2(3))


def test_auc_counts_equal_scores_as_half() -> None:
    levels = np.array([1, 3])

    assert auc(np.array([0.0, 1.0]), levels) == 1.0
    assert auc(np.array([1.0, 1.0]), levels) == 0.5
    assert math.isnan(auc(np.array([1.0]), np.array([4])))


def test_equal_values_share_their_mean_rank() -> None:
    assert list(mean_ranks(np.array([5.0, 1.0, 5.0]))) == [2.5, 1.0, 2.5]


def test_spearman_sees_order_only() -> None:
    assert spearman(np.array([1.0, 10.0, 100.0]), np.array([1, 2, 3])) == pytest.approx(1.0)


def test_reciprocal_rank_is_of_the_first_relevant() -> None:
    assert reciprocal_rank(np.array([3.0, 2.0, 1.0]), np.array([2, 3, 4])) == 0.5
    assert reciprocal_rank(np.array([3.0]), np.array([1])) == 0.0


def test_recall_is_of_the_relevant_ones() -> None:
    assert recall_at(["a", "b", "c"], frozenset({"a", "c"}), 2) == 0.5


def test_gain_is_two_to_the_level_and_ends_after_ten_places() -> None:
    levels = np.array([1] * 10 + [4])
    scores = np.arange(11.0, 0.0, -1.0)

    # The one relevant solution stands eleventh.
    assert ndcg(scores, levels) == 0.0
    assert ndcg(scores, levels, k=11) == pytest.approx(1 / math.log2(12))
    # Gains 1, 3 and 7 at places 1, 2 and 3, the other way round at best.
    reached = 1 + 3 / math.log2(3) + 7 / 2
    ideal = 7 + 3 / math.log2(3) + 1 / 2
    assert ndcg(np.array([3.0, 2.0, 1.0]), np.array([2, 3, 4])) == pytest.approx(reached / ideal)
    assert ndcg(np.array([1.0]), np.array([2])) == 1.0


def test_where_nothing_can_be_gained_nothing_is() -> None:
    assert ndcg(np.array([2.0, 1.0]), np.array([1, 1])) == 0.0


def test_equal_scores_keep_the_labels_order_however_many() -> None:
    scores, levels = np.tile([0.0, 1.0], 50), np.ones(100, dtype=np.int64)
    levels[3] = levels[6] = 4

    # Of the fifty best the second, of all the fifty-fourth.
    assert ndcg(scores, levels) == pytest.approx((7 / math.log2(3)) / (7 + 7 / math.log2(3)))
    assert reciprocal_rank(scores, levels) == 1 / 2
    levels[3] = 1
    assert reciprocal_rank(scores, levels) == 1 / 54


def test_the_auc_is_the_share_of_pairs_in_the_right_order() -> None:
    levels = np.array([1, 3, 2, 4, 1])
    scores = np.array([1.0, 2.0, 3.0, 4.0, 5.0])

    # 2 beats 1 of three, 4 beats 2 of three.
    assert auc(scores, levels) == pytest.approx(3 / 6)
    assert math.isnan(auc(scores, np.ones(5, dtype=np.int64)))


def test_spearman_needs_both_sides_to_vary() -> None:
    some, levels = np.array([1.0, 2.0, 3.0]), np.array([1, 2, 3])

    assert spearman(-some, levels) == pytest.approx(-1.0)
    assert spearman(np.array([1.0, 2.0, 2.0]), np.array([1, 2, 3])) == pytest.approx(
        np.corrcoef([1.0, 2.5, 2.5], [1, 2, 3])[0, 1]
    )
    assert math.isnan(spearman(np.ones(3), levels))
    assert math.isnan(spearman(some, np.ones(3, dtype=np.int64)))
    # Ranks whose deviation is exactly one vary all the same.
    assert spearman(np.array([1.0, 1.0, 2.0, 2.0]), np.array([1, 1, 2, 2])) == pytest.approx(1.0)


def test_recall_of_nothing_is_no_number() -> None:
    assert math.isnan(recall_at(["a"], frozenset(), 1))


def judged_lists() -> list[tuple[Floats, Levels]]:
    """Some needs with enough judged solutions, one with too few, one with nothing relevant."""
    chance = np.random.default_rng(7)
    enough = [
        (chance.random(size), chance.integers(1, 5, size)) for size in (MIN_JUDGED, 12, 25, 11)
    ]
    only_three = (np.arange(10.0), np.array([3, *[1] * 9]))
    few = (np.array([1.0, 2.0]), np.array([4, 1]))
    nothing = (np.arange(12.0), np.array([2] * 12))
    return [*enough, only_three, few, nothing]


def test_only_needs_with_enough_judged_and_something_relevant_count_by_list() -> None:
    lists = judged_lists()
    counted = lists[:5]
    every = [np.concatenate(column) for column in zip(*lists, strict=True)]

    assert measure(lists) == {
        "ndcg@10": round(float(np.mean([ndcg(*one) for one in counted])), 4),
        "auc": round(auc(*every), 4),
        "spearman": round(spearman(*every), 4),
        "mrr": round(float(np.mean([reciprocal_rank(*one) for one in counted])), 4),
    }


def test_without_a_need_that_counts_there_is_no_mean() -> None:
    found = measure([(np.array([1.0, 2.0]), np.array([4, 1]))])

    assert math.isnan(found["ndcg@10"])
    assert math.isnan(found["mrr"])
    assert found["auc"] == 0.0
    assert set(intervals([(np.array([1.0, 2.0]), np.array([4, 1]))])) == {
        *("auc_low", "auc_high", "spearman_low", "spearman_high")
    }


def test_an_interval_is_the_middle_of_what_resampled_needs_give() -> None:
    lists = judged_lists()
    chance = np.random.default_rng(0)
    drawn = [
        measure_exactly([lists[place] for place in chance.integers(0, len(lists), len(lists))])
        for _ in range(BOOTSTRAPS)
    ]

    found = intervals(lists)

    assert found == {
        f"{name}_{end}": round(float(np.nanpercentile([one[name] for one in drawn], at)), 4)
        for name in METRICS
        for end, at in (("low", 2.5), ("high", 97.5))
    }
    assert intervals(lists, seed=1) != found


def measure_exactly(lists: list[tuple[Floats, Levels]]) -> dict[str, float]:
    counted = [one for one in lists if len(one[1]) >= MIN_JUDGED and (one[1] >= 3).any()]
    every = [np.concatenate(column) for column in zip(*lists, strict=True)]
    return {
        "ndcg@10": float(np.mean([ndcg(*one) for one in counted])) if counted else math.nan,
        "auc": auc(*every),
        "spearman": spearman(*every),
        "mrr": float(np.mean([reciprocal_rank(*one) for one in counted])) if counted else math.nan,
    }


class Guesses:
    """Scores by id; says level 2 for each."""

    def __call__(self, _need: NeedFacts, candidates: Sequence[SolutionFacts], /) -> Floats:
        return np.array([float(one.id) for one in candidates])

    def levels(self, _need: NeedFacts, candidates: Sequence[SolutionFacts]) -> Levels:
        return np.array([2 for _ in candidates])


def test_a_table_tells_the_time_a_need_and_the_error_of_predicted_levels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Before and after each need: 0.25 and 0.503 s.
    clock = iter([10.0, 10.25, 20.0, 20.503])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    needs = [NeedFacts("n1", "f"), NeedFacts("n2", "f")]
    solutions = [SolutionFacts(str(place), "v") for place in range(12)]
    levels = {"n1": [1] * 6 + [4] * 6, "n2": [2] * 11 + [3]}
    labels = [
        Label(name, str(place), level)
        for name, given in levels.items()
        for place, level in enumerate(given)
    ]

    row = evaluate(needs, solutions, labels, {"guesses": lambda *_: Guesses()})["systems"][
        "guesses"
    ]

    # Off by 1 six times, by 2 six times and by 1 once, of 24.
    assert row["1/(1+mae)"] == round(1 / (1 + 19 / 24), 4)
    assert row["ms_per_need"] == 376.5
    assert row["mrr"] == row["ndcg@10"] == 1.0
    assert {"auc_low", "auc_high"} <= set(row)


def test_the_engine_beats_every_baseline_without_vectors_on_real_labels() -> None:
    if not BENCHMARK.is_dir():
        pytest.skip(f"no benchmark at {BENCHMARK}")

    def lines(name: str) -> list[dict[str, str]]:
        with (BENCHMARK / name).open(encoding="utf-8") as stream:
            return [json.loads(line) for line in stream]

    needs = [
        NeedFacts(row["id"], "asks", text=ListingText(row["title"], row["description"]))
        for row in lines("needs.jsonl")
    ]
    solutions = [
        SolutionFacts(row["id"], "offers", text=ListingText(row["title"], row["description"]))
        for row in lines("solutions.jsonl")
    ]
    with (BENCHMARK / "labels.csv").open(encoding="utf-8", newline="") as stream:
        labels = [
            Label(row["need_id"], row["solution_id"], int(row["level"]))
            for row in csv.DictReader(stream)
        ]

    systems = {"engine": engine_system(DEFAULT_WEIGHTS, TODAY), **baselines.all_baselines()}
    table = evaluate(needs, solutions, labels, systems)["systems"]

    for metric in ("ndcg@10", "auc", "spearman", "mrr"):
        rivals = [row[metric] for name, row in table.items() if name != "engine"]
        assert table["engine"][metric] > max(rivals)
    assert table["engine"]["ndcg@10"] >= 0.68
    assert table["random"]["auc"] == pytest.approx(0.5, abs=0.03)
