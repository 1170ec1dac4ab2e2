"""docs/scaling.md: every number on it comes from a measurement."""

from pathlib import Path

import pytest
from django.conf import settings

from matchmaking.bench import page
from matchmaking.bench.page import BLOCKS, DERIVED, derived, render

PAGE = Path(settings.BASE_DIR) / "docs" / "scaling.md"
FIGURES = {
    "listings": 1_100_000,
    "solutions": 1_000_000,
    "need_p50_ms": 20.0,
    "need_p95_ms": 40.0,
    "need_read_p50_ms": 5.0,
    "need_recall_p50_ms": 10.0,
    "rematch_needs_per_s_1": 30.0,
    "rematch_needs_per_s_2": 50.0,
    "worker_rss_mb": 256.0,
    "publish_wal_bytes": 204_800,
    "peer_pgvector_p95_ms": 6.0,
    "hot_mb": 5_632.0,
    "hnsw_mb": 1_126.4,
    "hnsw_build_s": 360.0,
    "disk_gb_per_million": 8.0,
    "embed_one_ms": 15.0,
    "largest_mb": {"matchmaking_candidate.rows": 900.0},
}


def stored(size: str) -> dict[str, object]:
    return {f"{name}_{size}": value for name, value in FIGURES.items()}


def test_every_derived_number_follows_from_measured_ones() -> None:
    lines = derived(stored("1m")).splitlines()
    assert len(lines) == 2 + len(DERIVED)
    assert "| `2 × 1000 / (need_read_p50_ms + need_p50_ms)` | 80 a second |" in lines[2]
    assert "| 33.3 minutes |" in lines[3]
    assert "| 5 GB |" in lines[4]


def test_the_full_measurement_counts_before_the_small_one() -> None:
    both = stored("1m") | {**stored("100k"), "need_p50_ms_100k": 1.0}
    assert derived(both) == derived(stored("1m"))


def test_the_page_has_a_place_for_every_block(tmp_path: Path) -> None:
    copy = tmp_path / "scaling.md"
    copy.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    render(copy, stored("1m"))
    once = copy.read_text(encoding="utf-8")
    render(copy, stored("1m"))
    assert copy.read_text(encoding="utf-8") == once
    assert all(f"<!-- {name} -->\n|" in once for name in BLOCKS)


def test_a_page_without_places_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.md"
    empty.write_text("nothing\n", encoding="utf-8")
    with pytest.raises(ValueError, match="places"):
        render(empty, stored("1m"))


def test_a_formula_names_figures_that_are_measured() -> None:
    told = " ".join(item.formula for item in page.DERIVED)
    names = {name for name in FIGURES if name in told}
    assert {"need_p50_ms", "rematch_needs_per_s_2", "publish_wal_bytes", "embed_one_ms"} <= names
