"""Which learned model serves, and on what it may be measured."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from matchmaking.benchmark import Benchmark
from matchmaking.engine.learned import LearnedRelevance
from matchmaking.engine.weights import DEFAULT_WEIGHTS
from matchmaking.management.commands import evaluate_matching
from matchmaking.services.relevance import SHIPPED_MODEL, load_model, serving_model
from tests.matchmaking.engine.test_learned import PROVENANCE, labels, needs, trained


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "model.npz"
    path.write_bytes(trained(needs()[:15]).to_bytes())
    return path


def test_no_model_serves_unless_one_is_set(settings: Settings) -> None:
    settings.RELEVANCE_MODEL = ""

    assert serving_model(PROVENANCE.embedder) is None


def test_a_model_serves_vectors_of_its_own_embedder_only(settings: Settings, stored: Path) -> None:
    settings.RELEVANCE_MODEL = str(stored)

    model = serving_model(PROVENANCE.embedder)

    assert model is not None
    assert model.version == load_model(stored).version
    assert serving_model("another-space") is None


def test_a_model_that_is_not_there_is_told(settings: Settings, tmp_path: Path) -> None:
    settings.RELEVANCE_MODEL = str(tmp_path / "missing.npz")

    with pytest.raises(ImproperlyConfigured, match=r"missing\.npz"):
        serving_model(PROVENANCE.embedder)


def test_the_shipped_model_is_not_measured_on_needs_it_was_trained_on(
    monkeypatch: pytest.MonkeyPatch, stored: Path
) -> None:
    monkeypatch.setattr(evaluate_matching, "SHIPPED_MODEL", stored)
    told = io.StringIO()
    command = evaluate_matching.Command(stderr=told)
    benchmark = Benchmark({}, {}, labels())

    seen = command._learned(benchmark, needs(), PROVENANCE.embedder, DEFAULT_WEIGHTS)
    unseen = command._learned(benchmark, needs()[15:], PROVENANCE.embedder, DEFAULT_WEIGHTS)

    assert list(seen) == [evaluate_matching.OUT_OF_FOLD]
    assert list(unseen) == [evaluate_matching.OUT_OF_FOLD, evaluate_matching.SHIPPED]
    assert "trained on 15 of these 20 needs" in told.getvalue()


def test_the_shipped_model_holds_numbers_and_hashes_only() -> None:
    model = LearnedRelevance.from_bytes(SHIPPED_MODEL.read_bytes())
    told = f"{model.embedder} {model.command} {model.digest} {model.engine_version}"

    assert not re.search(r"[^\x00-\x7f]", told)
    assert len(model.needs) > 100
    assert SHIPPED_MODEL.stat().st_size < 300_000
    assert {"ndcg@10", "auc", "spearman", "1/(1+mae)"} <= set(model.evaluation)
