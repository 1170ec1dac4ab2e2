"""The figures in one file, and the table that people read."""

import json
from pathlib import Path
from typing import Any

from matchmaking.bench.stages import Figures

# What the issue of scale asks for, in the order in which the table tells it: name, text, goal.
ROWS: tuple[tuple[str, str, str], ...] = (
    ("need_p50_ms", "one need: recall + constraints + score, p50 (ms)", "≤ 25"),
    ("need_p95_ms", "  p95", "≤ 60"),
    ("need_read_p50_ms", "  before: reading the need itself, p50", ""),
    ("need_recall_p50_ms", "  of it recall, p50", ""),
    ("need_score_p50_ms", "  of it facts, constraints and score, p50", ""),
    ("recall_at_100", "recall@100 of candidates against exact search", "≥ 0.97"),
    ("recall_at_100_filter_10pct", "  musts keep 10%", "≥ 0.97"),
    ("answer_filter_10pct_p95_ms", "  p95 (ms)", "≤ 120"),
    ("recall_at_100_filter_1pct", "  musts keep 1%", "≥ 0.97"),
    ("answer_filter_1pct_p95_ms", "  p95 (ms)", "≤ 120"),
    ("score_500_ms", "score of 500 candidates, columns ready (ms)", "≤ 3"),
    ("score_500_with_columns_ms", "  columns built too", ""),
    ("explain_50_ms", "  reasons of the best 50", ""),
    ("peer_numpy_ms", "peer: exact numpy over all vectors (ms)", ""),
    ("peer_bm25s_ms", "peer: bm25s over all texts (ms)", ""),
    ("peer_pgvector_ms", "peer: plain pgvector, without the engine (ms)", ""),
    ("peer_pgvector_recall_at_100", "  its recall@100", ""),
    ("quoted_supplier_recommender_ms", "quoted: recommender over 19,750 suppliers (ms)", ""),
    ("rematch_needs_per_s_1", "re-match, 1 pool process (needs/s)", ""),
    ("rematch_needs_per_s_2", "  2 pool processes", "≥ 40"),
    ("rematch_needs_per_s_4", "  4 pool processes", ""),
    ("worker_rss_mb", "largest pool process (MB)", "≤ 600"),
    ("publish_update_s", "one solution published: lists updated, p50 (s)", "≤ 1"),
    ("publish_update_max_s", "  longest", ""),
    ("publish_found_share", "  top-20 places found, of what a re-match finds", ""),
    ("publish_found_share_exhaustive", "  of what scoring every pair finds", ""),
    ("publish_rows", "  rows written", ""),
    ("publish_wal_bytes", "  bytes of WAL", ""),
    ("publish_again_wal_bytes", "  bytes of WAL of a run that changes nothing", ""),
    ("content_load_s", "load of all content (s)", ""),
    ("content_index_s", "  its indexes", ""),
    ("recall_load_s", "load of what recall reads (s)", ""),
    ("recall_index_s", "  its indexes", ""),
    ("hnsw_build_s", "  of them the solutions' graph", ""),
    ("disk_mb", "disk (MB)", ""),
    ("disk_gb_per_million", "  for a million listings (GB)", ""),
    ("hot_mb", "  of it read by searches (MB)", ""),
    ("hnsw_mb", "  graphs (MB)", ""),
    ("lists_mb", "  lists (MB)", ""),
)


def write(file: Path, size: str, figures: Figures, seconds: dict[str, float]) -> Figures:
    """Merge the figures of ``size`` into ``file``: every key with the size as its suffix.

    The full size also gives the keys without suffix; a smaller one gives those only where no
    full measurement has.
    """
    stored: Figures = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    full = size == "1m"
    for name, value in {**figures, "stage_s": seconds}.items():
        stored[f"{name}_{size}"] = value
        if full or f"{name}_1m" not in stored:
            stored[name] = value
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".new")
    unfinished.write_text(json.dumps(stored, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    unfinished.replace(file)
    return stored


def table(stored: Figures) -> list[str]:
    """Return the lines of one table, all measured sizes side by side."""
    sizes = [size for size in ("300", "10k", "100k", "1m") if f"listings_{size}" in stored]
    heads = [f"{stored[f'listings_{size}']:,}" for size in sizes]
    lines = [f"{'':58}" + "".join(f"{head:>14}" for head in heads) + f"{'goal':>10}"]
    for name, text, goal in ROWS:
        cells = [cell(stored.get(f"{name}_{size}")) for size in sizes]
        lines.append(f"{text:58}" + "".join(f"{cell:>14}" for cell in cells) + f"{goal:>10}")
    return lines


def cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1_000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
