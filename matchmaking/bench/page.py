"""docs/scaling.md's figures: tables rendered from var/bench/engine.json, formulas beside them.

The page's words are written by hand; between two comments stands what this module renders, so
that no number of the page is typed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from matchmaking.bench.report import ROWS, cell
from matchmaking.bench.stages import Figures

_BLOCK = re.compile(r"(<!-- (?P<name>[a-z]+) -->\n).*?(<!-- /(?P=name) -->)", re.DOTALL)
_GIGABYTES = 64
_HOT_SHARE = 0.75
_GPU_TEXTS = 1_000
_FAR = 100_000_000


@dataclass(frozen=True, slots=True)
class Derived:
    """One number that follows from measured ones."""

    question: str
    formula: str
    value: Callable[[Mapping[str, float]], float]
    unit: str


def _hot_gb(f: Mapping[str, float]) -> float:
    """What a search touches: graphs, candidates, packed facts and postings, a million listings."""
    return f["hot_mb"] / f["listings"] * 1e6 / 1024


DERIVED: tuple[Derived, ...] = (
    Derived(
        "One machine, needs answered a second on its two cores",
        "2 × 1000 / (need_read_p50_ms + need_p50_ms)",
        lambda f: 2_000 / (f["need_read_p50_ms"] + f["need_p50_ms"]),
        "a second",
    ),
    Derived(
        "One machine, all 100,000 needs matched anew",
        "100,000 / rematch_needs_per_s_2 / 60",
        lambda f: 1e5 / f["rematch_needs_per_s_2"] / 60,
        "minutes",
    ),
    Derived(
        "One machine, what a search touches of a million listings",
        "hot_mb / listings × 10⁶ / 1024",
        _hot_gb,
        "GB",
    ),
    Derived(
        f"One machine of {_GIGABYTES} GB, listings whose searched data stays in memory",
        f"{_HOT_SHARE} × {_GIGABYTES} / (GB a million)",
        lambda f: _HOT_SHARE * _GIGABYTES / _hot_gb(f),
        "million",
    ),
    Derived(
        "One machine with 1 TB of disk, listings that fit",
        "0.7 × 1024 / disk_gb_per_million",
        lambda f: 0.7 * 1024 / f["disk_gb_per_million"],
        "million",
    ),
    Derived(
        "More Celery workers: what the second pool process adds on two cores",
        "rematch_needs_per_s_2 / rematch_needs_per_s_1",
        lambda f: f["rematch_needs_per_s_2"] / f["rematch_needs_per_s_1"],
        "times",
    ),
    Derived(
        "More Celery workers: pool processes one database core keeps busy",
        "(need_read_p50_ms + need_p50_ms) / need_recall_p50_ms",
        lambda f: (f["need_read_p50_ms"] + f["need_p50_ms"]) / f["need_recall_p50_ms"],
        "processes",
    ),
    Derived(
        "More Celery workers: memory of 16 of them",
        "16 × worker_rss_mb / 1024",
        lambda f: 16 * f["worker_rss_mb"] / 1024,
        "GB",
    ),
    Derived(
        "Read replicas: searches a second that a replica of 8 cores adds",
        "8 × 1000 / need_recall_p50_ms",
        lambda f: 8_000 / f["need_recall_p50_ms"],
        "a second",
    ),
    Derived(
        "Read replicas: WAL to each while one solution a second is published",
        "publish_wal_bytes / 1024 × 1",
        lambda f: f["publish_wal_bytes"] / 1024,
        "KB a second",
    ),
    Derived(
        "Citus: machines of the size above for 100 million listings",
        f"100 / ({_HOT_SHARE} × {_GIGABYTES} / GB a million), rounded up",
        lambda f: -(-_FAR / 1e6 * _hot_gb(f) // (_HOT_SHARE * _GIGABYTES)),
        "machines",
    ),
    Derived(
        "Citus: hours to build the graph of 100 million listings on one machine of two cores",
        "hnsw_build_s / solutions × 10⁸ / 3600",
        lambda f: f["hnsw_build_s"] / f["solutions"] * _FAR / 3600,
        "hours",
    ),
    Derived(
        "External vector engine: memory it takes off PostgreSQL, a million listings",
        "hnsw_mb / listings × 10⁶ / 1024",
        lambda f: f["hnsw_mb"] / f["listings"] * 1e6 / 1024,
        "GB",
    ),
    Derived(
        "External vector engine: the longest it may take for p95 to stay under 60 ms",
        "60 − (need_p95_ms − peer_pgvector_p95_ms)",
        lambda f: 60 - (f["need_p95_ms"] - f["peer_pgvector_p95_ms"]),
        "ms",
    ),
    Derived(
        "Embedding here: a million listings, title and body",
        "2 × 10⁶ × embed_one_ms / 1000 / 3600",
        lambda f: 2e6 * f["embed_one_ms"] / 1000 / 3600,
        "hours",
    ),
    Derived(
        f"GPU endpoint at {_GPU_TEXTS:,} texts a second (a datasheet's order, not measured here)",
        f"2 × 10⁶ / {_GPU_TEXTS:,} / 60",
        lambda _f: 2e6 / _GPU_TEXTS / 60,
        "minutes",
    ),
    Derived(
        "Embedding here: solutions a second it keeps up with",
        "1000 / (2 × embed_one_ms)",
        lambda f: 1000 / (2 * f["embed_one_ms"]),
        "a second",
    ),
)


def measured(stored: Figures) -> str:
    """Return the measured figures as a Markdown table, a column a size."""
    sizes = [size for size in ("100k", "1m") if f"listings_{size}" in stored]
    head = [f"{stored[f'listings_{size}']:,} listings" for size in sizes]
    lines = [_row(["", *head, "goal"]), _row(["---", *("---:" for _ in head), "---:"])]
    for name, text, goal in ROWS:
        cells = [cell(stored.get(f"{name}_{size}")) for size in sizes]
        lines.append(_row([text.strip(), *cells, goal]))
    return "\n".join(lines)


def derived(stored: Figures) -> str:
    """Return what follows from the largest measurement, with formulas, as a Markdown table."""
    size = "1m" if "listings_1m" in stored else "100k"
    figures = {
        name.removesuffix(f"_{size}"): value
        for name, value in stored.items()
        if name.endswith(f"_{size}") and isinstance(value, int | float)
    }
    lines = [_row(["", "from", "number"]), _row(["---", "---", "---:"])]
    for item in DERIVED:
        value = cell(float(f"{item.value(figures):.3g}"))
        lines.append(_row([item.question, f"`{item.formula}`", f"{value} {item.unit}"]))
    return "\n".join(lines)


def largest(stored: Figures) -> str:
    """Return the largest tables and indexes of the largest measurement."""
    size = "1m" if "listings_1m" in stored else "100k"
    lines = [_row(["table or index", "MB"]), _row(["---", "---:"])]
    lines += [
        _row([f"`{name}`", cell(value)])
        for name, value in list(stored[f"largest_mb_{size}"].items())[:16]
    ]
    return "\n".join(lines)


BLOCKS: Mapping[str, Callable[[Figures], str]] = {
    "measured": measured,
    "derived": derived,
    "largest": largest,
}


def render(page: Path, stored: Figures) -> None:
    """Write the figures into ``page``; raises ValueError when a block has no place there."""
    text = page.read_text(encoding="utf-8")
    places = {found["name"] for found in _BLOCK.finditer(text)}
    if places != set(BLOCKS):
        raise ValueError(f"{page} has places for {sorted(places)}, not {sorted(BLOCKS)}")
    filled = _BLOCK.sub(
        lambda found: f"{found[1]}{BLOCKS[found['name']](stored)}\n{found[3]}", text
    )
    page.write_text(filled, encoding="utf-8")


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
