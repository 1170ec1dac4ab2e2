"""A synthetic catalogue, chunk by chunk: the same seed and chunk give the same listings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.choices import ListingKind
from catalog.content import Content, NeedContent, SolutionContent
from matchmaking.bench.source import Source
from matchmaking.bench.structure import Fields, Shapes, need_shapes, solution_shapes
from matchmaking.bench.vectors import Floats, Perturber, neighbours
from matchmaking.bench.words import Writer

Ints = NDArray[np.int64]
Embed = Callable[[list[str]], Floats]

CHUNK = 2_000
_BODIES_NEAR = 4
_LONGEST_TITLE = 120
_LONGEST_SUMMARY = 120


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many listings of each side; ids run from 1, solutions first."""

    solutions: int
    needs: int

    @property
    def vendors(self) -> int:
        return max(1, self.solutions // 4)

    @property
    def buyers(self) -> int:
        return max(1, self.needs // 3)

    def chunks(self) -> Iterator[tuple[ListingKind, int]]:
        for kind, count in (
            (ListingKind.SOLUTION, self.solutions),
            (ListingKind.NEED, self.needs),
        ):
            for number in range(-(-count // CHUNK)):
                yield kind, number


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Real vectors of the source: one a title, one a body, and whose body it is."""

    titles: Floats
    bodies: Floats
    owners: Ints

    @classmethod
    def of(cls, source: Source, embed: Embed, cache: Path) -> "Vectors":
        """Embed the source's texts once; ``cache`` keeps the answer beside their fingerprint."""
        file = cache / f"vectors-{source.fingerprint}.npz"
        owners = np.array([i for i, text in enumerate(source.texts) if text.body], dtype=np.int64)
        if not file.is_file():
            cache.mkdir(parents=True, exist_ok=True)
            titles = embed([text.title for text in source.texts])
            bodies = embed([source.texts[owner].body for owner in owners])
            unfinished = file.with_suffix(".new.npz")
            np.savez(unfinished, titles=titles, bodies=bodies)
            unfinished.replace(file)
        with np.load(file) as stored:
            return cls(stored["titles"], stored["bodies"], owners)


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Listings with consecutive ids from ``first``; row i of every array is listing first + i."""

    kind: ListingKind
    first: int
    contents: list[Content]
    titles: Floats
    bodies: Floats
    organizations: Ints


class Generator:
    """Makes chunks; learn once with ``Generator(...)``, then ``chunk`` is cheap and pure."""

    def __init__(self, source: Source, vectors: Vectors, sizes: Sizes, seed: int = 1) -> None:
        self.source, self.vectors, self.sizes, self.seed = source, vectors, sizes, seed
        self.writer = Writer.of(
            [text.title for text in source.texts],
            [source.texts[owner].body for owner in vectors.owners],
        )
        self.title_maker = Perturber.of(vectors.titles, seed=seed)
        self.body_maker = Perturber.of(vectors.bodies, seed=seed)
        # A title borrows the bodies of texts that mean something like it.
        body_titles = vectors.titles[vectors.owners]
        near = min(_BODIES_NEAR, len(vectors.owners))
        self.near_bodies = neighbours(vectors.titles, body_titles, near, skip_self=False)
        self._topics = {
            ListingKind.SOLUTION: self._nearest_demo(0, len(source.solutions)),
            ListingKind.NEED: self._nearest_demo(len(source.solutions), len(source.needs)),
        }
        self._shapes: dict[ListingKind, Shapes] = {
            ListingKind.SOLUTION: solution_shapes(source.solutions, seed),
            ListingKind.NEED: need_shapes(source.needs, seed),
        }
        kinds = np.array([text.kind.value for text in source.texts])
        self._own_side = {
            kind: np.flatnonzero(kinds == kind.value)
            for kind in (ListingKind.SOLUTION, ListingKind.NEED)
        }

    def chunk(self, kind: ListingKind, number: int) -> Chunk:
        """Return chunk ``number`` of one side; the last one may be short."""
        total = self.sizes.solutions if kind is ListingKind.SOLUTION else self.sizes.needs
        start = number * CHUNK
        size = min(CHUNK, total - start)
        rng = np.random.default_rng([self.seed, kind is ListingKind.NEED, number])
        own = self._base(kind, size, rng)
        lent = self.title_maker.lenders(own, rng)
        bodies = self.near_bodies[own, rng.integers(0, self.near_bodies.shape[1], size)]
        body_lent = self.body_maker.lenders(bodies, rng)
        titles = self.writer.write_titles(own, lent, rng)
        texts = self.writer.write_bodies(bodies, body_lent, rng)
        fields = self._shapes[kind].pick(self._topics[kind][own], rng)
        is_need = kind is ListingKind.NEED
        write = _need if is_need else _solution
        return Chunk(
            kind=kind,
            first=1 + start + (self.sizes.solutions if is_need else 0),
            contents=[
                write(title, text, groups)
                for title, text, groups in zip(titles, texts, fields, strict=True)
            ],
            titles=self.title_maker.perturb(own, lent, rng),
            bodies=self.body_maker.perturb(bodies, body_lent, rng),
            organizations=self._organizations(kind, size, rng),
        )

    def _nearest_demo(self, first: int, count: int) -> Ints:
        demo = self.vectors.titles[first : first + count]
        return neighbours(self.vectors.titles, demo, 1, skip_self=False)[:, 0]

    def _base(self, kind: ListingKind, size: int, rng: np.random.Generator) -> Ints:
        """Half of the needs begin with a real need's text; there are too few for all of them."""
        anything = rng.integers(0, len(self.source.texts), size)
        if kind is ListingKind.SOLUTION:
            return anything
        side = self._own_side[kind]
        return np.where(rng.random(size) < 0.5, side[rng.integers(0, len(side), size)], anything)

    def _organizations(self, kind: ListingKind, size: int, rng: np.random.Generator) -> Ints:
        """Return owners' ids: vendors from 1, buyers after them; early ones own more."""
        sizes = self.sizes
        count = sizes.vendors if kind is ListingKind.SOLUTION else sizes.buyers
        first = 1 if kind is ListingKind.SOLUTION else 1 + sizes.vendors
        return first + (count * rng.random(size) ** 1.3).astype(np.int64)


def _merged(groups: tuple[Fields, ...]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for group in groups:
        fields.update(group)
    return fields


def _title(title: str) -> str:
    return " ".join(title.split())[:_LONGEST_TITLE] or "智能化改造"


def _split(text: str) -> tuple[str, str]:
    """Return a summary, up to the first full stop, and the rest."""
    head, stop, rest = text.partition("。")
    if not stop or len(head) >= _LONGEST_SUMMARY:
        return "", text
    return head + stop, rest


def _solution(title: str, text: str, groups: tuple[Fields, ...]) -> SolutionContent:
    summary, rest = _split(text)
    return SolutionContent.model_construct(
        title=_title(title), summary=summary, description=rest, **_merged(groups)
    )


def _need(title: str, text: str, groups: tuple[Fields, ...]) -> NeedContent:
    summary, rest = _split(text)
    situation, _, goal = rest.partition("\n")
    return NeedContent.model_construct(
        title=_title(title), summary=summary, situation=situation, goal=goal, **_merged(groups)
    )
