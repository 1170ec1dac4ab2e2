"""The metrics against hand-made cases, and the engine against its baselines on real labels."""

from __future__ import annotations

import csv
import json
import math
import os
from pathlib import Path

import numpy as np
import pytest

from matchmaking.engine import baselines
from matchmaking.engine.evaluation import (
    Label,
    auc,
    engine_system,
    evaluate,
    mean_ranks,
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
