"""The synthetic catalogue: repeatable, valid, and shaped like the real texts."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from catalog.choices import ListingKind
from catalog.content import NeedContent, SolutionContent
from catalog.models import DIMENSIONS
from matchmaking.bench.generator import CHUNK, Generator, Sizes, Vectors
from matchmaking.bench.source import DEMO_ONLY, read_source
from matchmaking.bench.vectors import Floats, Perturber, nearest_cosines, unit
from matchmaking.bench.words import Writer, fit_growth

TODAY = date(2026, 11, 23)


def fake_vectors(texts: list[str]) -> Floats:
    """Vectors in clusters, as texts of few trades give them."""
    rng = np.random.default_rng(len(texts))
    centres = rng.standard_normal((8, DIMENSIONS))
    noise = 0.5 * rng.standard_normal((len(texts), DIMENSIONS))
    return unit((centres[np.arange(len(texts)) % 8] + noise).astype(np.float32))


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Generator:
    source = read_source(None, TODAY)
    vectors = Vectors.of(source, fake_vectors, tmp_path_factory.mktemp("vectors"))
    return Generator(source, vectors, Sizes(solutions=300, needs=40))


def test_without_the_judged_texts_the_demo_catalogue_is_the_source() -> None:
    source = read_source(Path("/nowhere"), TODAY)
    assert source.origin == DEMO_ONLY
    assert len(source.texts) == len({text.title for text in source.texts})


def test_the_same_chunk_is_the_same_listings(generator: Generator) -> None:
    first = generator.chunk(ListingKind.SOLUTION, 0)
    again = generator.chunk(ListingKind.SOLUTION, 0)
    assert first.contents == again.contents
    np.testing.assert_array_equal(first.titles, again.titles)
    np.testing.assert_array_equal(first.organizations, again.organizations)


def test_every_listing_is_one_that_a_form_would_accept(generator: Generator) -> None:
    solutions = generator.chunk(ListingKind.SOLUTION, 0).contents
    needs = generator.chunk(ListingKind.NEED, 0).contents
    assert len(solutions) == 300
    assert len(needs) == 40
    for content in solutions:
        SolutionContent.model_validate(content.model_dump(mode="json"))
    for content in needs:
        NeedContent.model_validate(content.model_dump(mode="json"))


def test_ids_run_from_the_first_solution_to_the_last_need() -> None:
    sizes = Sizes(solutions=CHUNK + 5, needs=3)
    assert list(sizes.chunks()) == [
        (ListingKind.SOLUTION, 0),
        (ListingKind.SOLUTION, 1),
        (ListingKind.NEED, 0),
    ]


def test_needs_follow_the_solutions(generator: Generator) -> None:
    assert generator.chunk(ListingKind.SOLUTION, 0).first == 1
    needs = generator.chunk(ListingKind.NEED, 0)
    assert needs.first == 301
    assert needs.organizations.min() > generator.sizes.vendors


def test_synthetic_neighbours_are_as_near_as_real_ones() -> None:
    base = fake_vectors(["text"] * 600)
    perturber = Perturber.of(base, seed=3)
    rng = np.random.default_rng(5)
    own = rng.integers(0, len(base), len(base))
    made = perturber.perturb(own, perturber.lenders(own, rng), rng)
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, rtol=1e-5)
    real, synthetic = np.median(nearest_cosines(base)), np.median(nearest_cosines(made))
    assert abs(real - synthetic) < 0.02


def test_new_words_keep_coming_however_much_is_written(generator: Generator) -> None:
    rng = np.random.default_rng(1)
    own = rng.integers(0, len(generator.source.texts), 20_000)
    titles = generator.writer.write_titles(own, own, rng)
    assert all(titles)
    half, whole = (
        {code for title in part for code in re.findall(r" [A-Z]{2}[0-9]+ ", title)}
        for part in (titles[:10_000], titles)
    )
    assert len(half) * 1.3 < len(whole) < len(half) * 1.95


def test_a_rank_always_names_the_same_new_word(generator: Generator) -> None:
    assert generator.writer.new_word(4_711) == generator.writer.new_word(4_711)


def test_heaps_law_is_found_in_words_drawn_by_it() -> None:
    rng = np.random.default_rng(2)
    # Zipf with exponent 1 / 0.6 gives a vocabulary that grows as N^0.6.
    tokens = rng.zipf(1 / 0.6, 50_000).astype(np.int64)
    assert fit_growth(tokens, rng).exponent == pytest.approx(0.6, abs=0.08)


def test_a_writer_without_bodies_writes_empty_ones() -> None:
    writer = Writer.of(["视觉检测系统与立体仓库改造"] * 9, [""])
    rows = np.zeros(3, dtype=np.int64)
    assert writer.write_bodies(rows, rows, np.random.default_rng(0)) == ["", "", ""]
