"""Judged needs and offers read from a folder and turned into facts by the site's own bridge."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalog.choices import ListingKind
from catalog.content import Content, NeedContent, SolutionContent
from catalog.embedding import Embedder, FloatArray, embed_views, views_of
from catalog.importing import UnreadableFile, external_id_of, payload_of, read_rows
from catalog.services import validated
from matchmaking.engine.evaluation import Label
from matchmaking.engine.facts import NeedFacts, SolutionFacts, Vectors
from matchmaking.facts import Identity, Proofs, Terms, need_facts, solution_facts

_LABEL_COLUMNS = ("need_id", "solution_id", "level")
# The two sides of a file never belong to one organization.
_DEMAND, _SUPPLY = "demand", "supply"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Contents by the ids that the labels use, and the labels."""

    needs: dict[str, NeedContent]
    solutions: dict[str, SolutionContent]
    labels: list[Label]


def read_benchmark(folder: Path) -> Benchmark:
    """Read needs.jsonl, solutions.jsonl and labels.csv; raises UnreadableFile."""
    needs = {
        key: content
        for key, content in _contents(folder / "needs.jsonl", ListingKind.NEED)
        if isinstance(content, NeedContent)
    }
    solutions = {
        key: content
        for key, content in _contents(folder / "solutions.jsonl", ListingKind.SOLUTION)
        if isinstance(content, SolutionContent)
    }
    labels = _labels(folder / "labels.csv")
    strangers = {x.need_id for x in labels} - set(needs) | {x.solution_id for x in labels} - set(
        solutions
    )
    if strangers:
        raise UnreadableFile(f"labels.csv names {len(strangers)} unknown ids.")
    return Benchmark(needs, solutions, labels)


def _contents(path: Path, kind: ListingKind) -> list[tuple[str, Content]]:
    return [
        (external_id_of(row.cells), validated(kind, payload_of(kind, row.cells)))
        for row in read_rows(path)
    ]


def _labels(path: Path) -> list[Label]:
    if not path.is_file():
        raise UnreadableFile(f"There is no {path}.")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if not set(_LABEL_COLUMNS) <= set(reader.fieldnames or ()):
            raise UnreadableFile(f"{path.name} needs the columns {', '.join(_LABEL_COLUMNS)}.")
        try:
            return [Label(r["need_id"], r["solution_id"], int(r["level"])) for r in reader]
        except ValueError as error:
            raise UnreadableFile(f"{path.name}: a level is no number.") from error


class RememberingEmbedder:
    """An embedder that embeds no text twice: all systems of one run share the vectors."""

    def __init__(self, embedder: Embedder) -> None:
        self.code = embedder.code
        self.model = embedder.model
        self.dimensions = embedder.dimensions
        self._embedder = embedder
        self._known: dict[str, FloatArray] = {}

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        missing = list(dict.fromkeys(text for text in texts if text not in self._known))
        if missing:
            rows = self._embedder.embed_queries(missing)
            self._known.update(zip(missing, rows, strict=True))
        return np.array([self._known[text] for text in texts], dtype=np.float32)

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        return self._embedder.embed_passages(texts)


def benchmark_facts(
    benchmark: Benchmark, embedder: Embedder | None
) -> tuple[list[NeedFacts], list[SolutionFacts]]:
    """Return both sides' facts, embedded as the site embeds them; what a file lacks is unknown."""
    need_vectors = _vectors(benchmark.needs, embedder)
    solution_vectors = _vectors(benchmark.solutions, embedder)
    needs = [
        need_facts(Identity(key, _DEMAND), content, need_vectors[key], Terms())
        for key, content in benchmark.needs.items()
    ]
    solutions = [
        solution_facts(Identity(key, _SUPPLY), content, solution_vectors[key], Proofs())
        for key, content in benchmark.solutions.items()
    ]
    return needs, solutions


def _vectors(
    contents: Mapping[str, NeedContent] | Mapping[str, SolutionContent], embedder: Embedder | None
) -> dict[str, Vectors]:
    if embedder is None:
        return dict.fromkeys(contents, Vectors())
    views = {key: views_of(content) for key, content in contents.items()}
    found: dict[str, dict[str, FloatArray]] = {key: {} for key in contents}
    for view in ("title", "body"):
        texts = {key: said[view] for key, said in views.items() if view in said}
        for key, vector in embed_views(texts, embedder=embedder).items():
            found[key][view] = np.asarray(vector, dtype=np.float32)
    return {key: Vectors(v.get("title"), v.get("body")) for key, v in found.items()}
