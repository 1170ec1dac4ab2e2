"""The same needs answered by what anyone could put together, each searching all solutions.

None of them knows musts, budgets or dates, none explains; they are the floor for time, not for
use. The quoted comparison is a published figure of a similar open-source recommender.
"""

import time
from collections.abc import Iterator, Sequence

import bm25s
import numpy as np
from django.db import connection
from numpy.typing import NDArray

from catalog.choices import ListingKind
from catalog.disclosure import full_text
from catalog.search.tokens import words
from matchmaking.bench.building import Plan
from matchmaking.bench.generator import Generator
from matchmaking.bench.measures.answering import sample_needs
from matchmaking.bench.measures.exact import Meanings
from matchmaking.bench.measures.probes import Probe, probes_of
from matchmaking.bench.measures.timing import Times, warming
from matchmaking.bench.processes import spread
from matchmaking.bench.stages import Figures
from matchmaking.services.prepared import fetch

QUOTED = {"suppliers": 19_750, "ms": 578}
_NEEDS = 60
_FOUND = 100
_WARMED_BY = 5

Ints = NDArray[np.int64]


def measure(plan: Plan) -> Figures:
    """Time every peer on the same needs."""
    probes = probes_of(sample_needs(plan, _NEEDS + _WARMED_BY, seed=33))
    meanings = Meanings(plan.folder, plan.name)
    figures: Figures = {
        "quoted_supplier_recommender_ms": QUOTED["ms"],
        "quoted_supplier_recommender_suppliers": QUOTED["suppliers"],
        **_numpy(meanings, probes),
        **_pgvector(meanings, probes),
        **_bm25(plan, probes),
    }
    for name in ("numpy", "pgvector", "bm25s"):
        plan.say(f"  {name}: p50 {figures[f'peer_{name}_ms']} ms")
    return figures


def _step(number: int, probes: Sequence[Probe]) -> str:
    return "warm" if number < warming(_WARMED_BY, len(probes)) else "search"


def _numpy(meanings: Meanings, probes: Sequence[Probe]) -> Figures:
    times = Times()
    for number, probe in enumerate(probes):
        with times.of(_step(number, probes)):
            meanings.nearest(probe.meaning, _FOUND)
    return {
        "peer_numpy_ms": times.p50("search"),
        "peer_numpy_p95_ms": times.p95("search"),
        "peer_numpy_mb": round(meanings.rows.nbytes / 1024**2, 1),
    }


def _pgvector(meanings: Meanings, probes: Sequence[Probe]) -> Figures:
    """The graph as it comes, ordered by distance, and nothing else."""
    times, shares = Times(), []
    with connection.cursor() as cursor:
        cursor.execute("SET hnsw.ef_search = 100")
    for number, probe in enumerate(probes):
        with times.of(_step(number, probes)):
            rows = fetch(_NEAREST, (probe.literal, _FOUND))
        exact = set(meanings.nearest(probe.meaning, _FOUND).tolist())
        shares.append(len(exact & {pk for (pk,) in rows}) / max(1, len(exact)))
    with connection.cursor() as cursor:
        cursor.execute("RESET hnsw.ef_search")
    return {
        "peer_pgvector_ms": times.p50("search"),
        "peer_pgvector_p95_ms": times.p95("search"),
        "peer_pgvector_recall_at_100": round(float(np.mean(shares)), 4),
    }


# The kind is part of the words: only then does the plan take that kind's graph.
_NEAREST = (
    f"SELECT listing_id FROM matchmaking_candidate WHERE kind = '{ListingKind.SOLUTION.value}'"  # noqa: S608  # nosec B608
    " ORDER BY meaning <#> %s::halfvec LIMIT %s"
)


def _bm25(plan: Plan, probes: Sequence[Probe]) -> Figures:
    started = time.perf_counter()
    tokens, vocabulary = _tokens(plan)
    cut = time.perf_counter()
    retriever = bm25s.BM25()
    retriever.index((tokens, vocabulary), show_progress=False)
    built = time.perf_counter()
    times = Times()
    for number, probe in enumerate(probes):
        with times.of(_step(number, probes)):
            asked = [word for word in words(probe.text) if word in vocabulary]
            retriever.retrieve([asked], k=min(_FOUND, len(tokens)), show_progress=False)
    return {
        "peer_bm25s_ms": times.p50("search"),
        "peer_bm25s_p95_ms": times.p95("search"),
        "peer_bm25s_cut_s": round(cut - started, 1),
        "peer_bm25s_index_s": round(built - cut, 1),
    }


def _tokens(plan: Plan) -> tuple[list[list[int]], dict[str, int]]:
    """Cut all solutions' texts into words, numbered by one vocabulary."""
    vocabulary: dict[str, int] = {}
    texts: list[list[int]] = []
    for cut in _cut_texts(plan):
        texts += [[vocabulary.setdefault(w, len(vocabulary)) for w in text] for text in cut]
    return texts, vocabulary


def _cut_texts(plan: Plan) -> Iterator[list[list[str]]]:
    numbers = [n for kind, n in plan.sizes.chunks() if kind is ListingKind.SOLUTION]
    generator = plan.generator
    yield from spread(plan.processes, lambda: generator, _cut_chunk, numbers)


def _cut_chunk(generator: Generator, number: int) -> list[list[str]]:
    contents = generator.chunk(ListingKind.SOLUTION, number).contents
    return [words("\n".join(full_text(content))) for content in contents]
