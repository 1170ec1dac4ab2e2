"""The learned correction of text relevance: what it may do, and what it may hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.engine.corpus import Corpus
from matchmaking.engine.evaluation import (
    Label,
    engine_system,
    evaluate,
    fitted_corpus,
    learned_out_of_fold,
    levels_of,
)
from matchmaking.engine.facts import DIMENSIONS, ListingText, NeedFacts, SolutionFacts, Vectors
from matchmaking.engine.learned import LearnedRelevance
from matchmaking.engine.score import Constants, rank, rank_needs
from matchmaking.engine.table import NeedTable, SolutionTable, need_side, solution_side
from matchmaking.engine.text import TextTable
from matchmaking.engine.training import Provenance, fit, folds, judged_pairs
from matchmaking.engine.weights import DEFAULT_WEIGHTS
from tests.matchmaking.engine.example import TODAY

PROVENANCE = Provenance("some-space", "train_relevance somewhere", "0")
TOPICS = ("仓储机器人搬运", "视觉缺陷检测", "焊接机器人工作站", "能源管理平台", "设备预测性维护")


def near(topic: int, seed: int) -> Vectors:
    """Vectors around one point a topic."""
    centre = np.random.default_rng(topic).normal(size=DIMENSIONS)
    raw = centre + np.random.default_rng(1000 + seed).normal(size=DIMENSIONS)
    vector = (raw / np.linalg.norm(raw)).astype(np.float32)
    return Vectors(vector, vector)


def needs() -> list[NeedFacts]:
    return [
        NeedFacts(
            f"n{i}",
            "demand",
            text=ListingText(f"{TOPICS[i % 5]}{i}", "现场"),
            vectors=near(i % 5, i),
        )
        for i in range(20)
    ]


def solutions() -> list[SolutionFacts]:
    return [
        SolutionFacts(
            f"s{i}",
            "supply",
            text=ListingText(f"{TOPICS[i % 5]}方案{i}"),
            vectors=near(i % 5, 100 + i),
        )
        for i in range(40)
    ]


def labels() -> list[Label]:
    """The same topic is worth 3 or 4, another 1 or 2."""
    return [
        Label(f"n{i}", f"s{j}", (3 if i % 5 == j % 5 else 1) + (i * j) % 2)
        for i in range(20)
        for j in range(40)
    ]


def corpus() -> Corpus:
    return fitted_corpus(needs(), solutions())


def trained(on: Sequence[NeedFacts] | None = None) -> LearnedRelevance:
    by_id = {solution.id: solution for solution in solutions()}
    chosen = needs() if on is None else on
    return fit(judged_pairs(corpus(), chosen, by_id, levels_of(labels())), PROVENANCE)


MODEL = trained()
UNTRAINED = corpus()
LEARNED = UNTRAINED.with_learned(MODEL)
NEED = need_side(needs()[3], LEARNED)
EVERYONE = [solution_side(solution, LEARNED) for solution in solutions()]
ALL = TextTable.of(EVERYONE)


def test_training_twice_gives_the_same_bytes_whatever_the_order_of_solutions() -> None:
    by_id = {solution.id: solution for solution in reversed(solutions())}

    again = fit(judged_pairs(corpus(), needs(), by_id, levels_of(labels())), PROVENANCE)

    assert again.to_bytes() == MODEL.to_bytes()
    assert again.version == MODEL.version


def test_a_model_survives_its_bytes() -> None:
    model = replace(MODEL, evaluation={"auc": 0.7})

    again = LearnedRelevance.from_bytes(model.to_bytes())

    assert again.version == model.version
    assert again.evaluation == {"auc": 0.7}
    assert again.version != MODEL.version


def test_bytes_that_are_no_model_are_refused() -> None:
    with pytest.raises(ValueError, match=r"model|pickle|allow_pickle"):
        LearnedRelevance.from_bytes(b"nothing of the kind")


def test_a_model_that_would_fall_with_the_untrained_relevance_is_refused() -> None:
    with pytest.raises(ValueError, match="must rise"):
        replace(MODEL, slope=-0.1)


def test_nothing_is_learned_from_pairs_judged_alike() -> None:
    alike = {"n0": {"s0": 2, "s1": 2}}
    by_id = {solution.id: solution for solution in solutions()}

    with pytest.raises(ValueError, match="nothing to learn"):
        fit(judged_pairs(corpus(), needs(), by_id, alike), PROVENANCE)


def test_a_corpus_with_a_model_is_another_version_and_carries_the_model() -> None:
    again = Corpus.from_bytes(LEARNED.to_bytes())

    assert LEARNED.version != UNTRAINED.version
    assert again.version == LEARNED.version
    assert again.learned is not None
    assert again.learned.version == MODEL.version
    assert LEARNED.with_learned(None).version == UNTRAINED.version


def test_learned_relevance_stays_in_bounds_and_tells_related_from_unrelated() -> None:
    values = LEARNED.relevances(NEED, ALL).values
    levels = LEARNED.predicted_levels(NEED, ALL)

    assert ((values >= 0) & (values <= 1)).all()
    assert set(levels.tolist()) <= {1, 2, 3, 4}
    same = np.arange(40) % 5 == 3
    assert levels[same].min() > levels[~same].max()


@given(
    st.lists(st.floats(-30, 30), min_size=4, max_size=4),
    st.integers(0, 3),
    st.floats(0.01, 10),
)
def test_the_score_rises_in_every_measure(start: list[float], measure: int, step: float) -> None:
    weights = np.array([1.0, 0.5, 1.0, 0.5]) / 3
    higher = np.array(start)
    higher[measure] += step
    table = TextTable.of(EVERYONE[:1])

    before = MODEL.scores(np.array([weights @ np.array(start)]), NEED, table)
    after = MODEL.scores(np.array([weights @ higher]), NEED, table)

    assert after[0] > before[0]
    assert MODEL.levels(after)[0] >= MODEL.levels(before)[0]


@given(st.lists(st.integers(0, 39), min_size=1, max_size=12, unique=True))
def test_a_pair_scores_the_same_whoever_else_is_compared(chosen: list[int]) -> None:
    alone = LEARNED.relevances(NEED, TextTable.of([EVERYONE[i] for i in chosen])).values

    assert (alone == LEARNED.relevances(NEED, ALL).values[chosen]).all()


def test_both_directions_give_a_pair_the_same_score() -> None:
    constants = Constants(LEARNED, DEFAULT_WEIGHTS, TODAY)
    solution = solutions()[7]

    of_needs = rank_needs(solution, NeedTable.of(needs(), LEARNED), constants)

    for place, need in enumerate(needs()):
        of_need = rank(need, SolutionTable.of([solution], LEARNED), constants)
        assert of_need.totals[0] == of_needs.totals[place]


def test_without_vectors_the_untrained_relevance_stands() -> None:
    bare = replace(needs()[0], vectors=Vectors())
    sides = [solution_side(solution, LEARNED) for solution in solutions()]

    with_model = LEARNED.relevances(need_side(bare, LEARNED), TextTable.of(sides))
    without = UNTRAINED.relevances(need_side(bare, UNTRAINED), TextTable.of(sides))

    assert (with_model.values == without.values).all()


def test_an_untrained_corpus_predicts_no_levels() -> None:
    table = TextTable.of([solution_side(solutions()[0], UNTRAINED)])

    with pytest.raises(ValueError, match="untrained"):
        UNTRAINED.predicted_levels(need_side(needs()[0], UNTRAINED), table)


def test_a_model_knows_the_needs_it_was_trained_on() -> None:
    model = trained(needs()[:15])
    seen = needs()[3].text
    spaced = ListingText(f" {seen.title.upper()} ", seen.body)

    assert model.overlap(need.text for need in needs()) == 15
    assert model.overlap([spaced]) == 1
    assert model.overlap(need.text for need in needs()[15:]) == 0


def test_folds_hold_each_need_once_whatever_the_order() -> None:
    ids = [f"n{i}" for i in range(17)]

    one, other = list(folds(ids)), list(folds(ids[::-1]))

    assert one == other
    assert sorted(key for fold in one for key in fold) == sorted(ids)
    assert list(folds(ids, seed=1)) != one


def test_out_of_fold_models_are_trained_without_the_need_they_rank() -> None:
    facts, offers = needs(), solutions()
    system = learned_out_of_fold(labels(), DEFAULT_WEIGHTS, TODAY, PROVENANCE)
    # A judge of another mind: were this need trained on, its own labels would show.
    turned = [
        replace_level(label, 5 - label.level) if label.need_id == "n0" else label
        for label in labels()
    ]
    other = learned_out_of_fold(turned, DEFAULT_WEIGHTS, TODAY, PROVENANCE)

    scores = system(facts, offers)(facts[0], offers)

    assert (scores == other(facts, offers)(facts[0], offers)).all()


def replace_level(label: Label, level: int) -> Label:
    return Label(label.need_id, label.solution_id, level)


def test_evaluation_tells_the_error_of_systems_that_predict_levels() -> None:
    systems = {
        "engine": engine_system(DEFAULT_WEIGHTS, TODAY),
        "learned": learned_out_of_fold(labels(), DEFAULT_WEIGHTS, TODAY, PROVENANCE),
    }

    table = evaluate(needs(), solutions(), labels(), systems)["systems"]

    assert "1/(1+mae)" not in table["engine"]
    # Only whether a pair is one level up or down is left to chance.
    assert table["learned"]["1/(1+mae)"] > 0.6
    assert table["learned"]["auc"] > 0.95
