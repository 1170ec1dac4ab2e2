"""How near the synthetic catalogue comes to the real texts, at equal sample size."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.choices import ListingKind
from catalog.content import Content, SolutionContent
from catalog.search.tokens import words
from matchmaking.bench.generator import Generator
from matchmaking.bench.vectors import Floats, intrinsic_dimension, nearest_cosines
from matchmaking.bench.words import fit_growth

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
# Ranks of the vocabulary whose document frequencies are compared.
RANKS = (1, 10, 100, 1_000)
_GROWN = 4


@dataclass(frozen=True, slots=True)
class Likeness:
    """One quantity, real and synthetic side by side."""

    name: str
    real: tuple[float, ...]
    synthetic: tuple[float, ...]

    def __str__(self) -> str:
        real, made = (
            " ".join(f"{value:8.4g}" for value in values) for values in (self.real, self.synthetic)
        )
        return f"  {self.name:<46} real {real}   synthetic {made}"


def compare(generator: Generator) -> list[Likeness]:
    """Return the likeness of titles' vectors, of document frequencies and of vocabulary growth."""
    source, owners = generator.source, generator.vectors.owners
    real_vectors = generator.vectors.titles
    made_vectors, made = _made(generator, _GROWN * len(source.texts))
    size = min(len(real_vectors), len(made_vectors))
    sample = np.random.default_rng(7).choice(len(real_vectors), size, replace=False)
    titles = [source.texts[place].title for place in sample]
    bodies = [source.texts[owner].body for owner in owners]
    made_titles = [content.title for content in made]
    made_bodies = [
        f"{content.summary}\n{content.description}"
        for content in made
        if isinstance(content, SolutionContent)
    ]
    return [
        *_neighbours(real_vectors[sample], made_vectors[:size]),
        *_frequencies("titles", titles, made_titles[:size]),
        *_frequencies("bodies", bodies, made_bodies[: len(bodies)]),
        _growth("titles", titles, made_titles),
        _growth("bodies", bodies, made_bodies),
    ]


def _made(generator: Generator, size: int) -> tuple[Floats, list[Content]]:
    vectors: list[Floats] = []
    contents: list[Content] = []
    for kind, number in generator.sizes.chunks():
        if kind is not ListingKind.SOLUTION or len(contents) >= size:
            break
        chunk = generator.chunk(kind, number)
        vectors.append(chunk.titles)
        contents += chunk.contents
    return np.concatenate(vectors)[:size], contents[:size]


def _neighbours(real: Floats, made: Floats) -> list[Likeness]:
    first, second = nearest_cosines(real)[:, 0], nearest_cosines(made)[:, 0]
    return [
        Likeness(
            f"cosine of the nearest title, quantiles ({len(real)} each)",
            tuple(np.quantile(first, QUANTILES)),
            tuple(np.quantile(second, QUANTILES)),
        ),
        Likeness(
            "local dimension of the titles",
            (intrinsic_dimension(real),),
            (intrinsic_dimension(made),),
        ),
    ]


def _document_frequencies(texts: Iterable[str]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(words(text)))
    return np.sort(np.fromiter(counts.values(), dtype=np.int64))[::-1]


def _frequencies(what: str, real: Sequence[str], made: Sequence[str]) -> list[Likeness]:
    first, second = _document_frequencies(real), _document_frequencies(made)
    ranks = [rank for rank in RANKS if rank <= min(len(first), len(second))]
    once = (float((first == 1).mean()), float((second == 1).mean()))
    return [
        Likeness(
            f"{what}: texts (%) with the word of rank {', '.join(map(str, ranks))}",
            tuple(100 * first[rank - 1] / len(real) for rank in ranks),
            tuple(100 * second[rank - 1] / len(made) for rank in ranks),
        ),
        Likeness(f"{what}: share of words in one text only", (once[0],), (once[1],)),
        Likeness(
            f"{what}: different words in {len(real)} texts",
            (float(len(first)),),
            (float(len(second)),),
        ),
    ]


def _growth(what: str, real: Sequence[str], made: Sequence[str]) -> Likeness:
    return Likeness(
        f"{what}: Heaps' exponent ({len(real)} and {len(made)} texts)",
        (_exponent(real),),
        (_exponent(made),),
    )


def _exponent(texts: Sequence[str]) -> float:
    numbers: dict[str, int] = {}
    tokens = [numbers.setdefault(word, len(numbers)) for text in texts for word in words(text)]
    return fit_growth(np.array(tokens, dtype=np.int64), np.random.default_rng(0)).exponent
