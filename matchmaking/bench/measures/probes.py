"""Needs as searches see them: a meaning and words."""

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaking.bench.vectors import Floats
from matchmaking.engine.facts import NeedFacts
from matchmaking.engine.text import meaning
from matchmaking.facts import read_needs
from matchmaking.recall import text_of
from matchmaking.recall.centres import centre_of
from matchmaking.services.vectors import serving_space


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """One need: its facts, its words, and its meaning as recall compares it."""

    need: NeedFacts
    text: str
    meaning: Floats

    @property
    def literal(self) -> str:
        """The meaning as pgvector reads it."""
        return "[" + ",".join(f"{value:.6g}" for value in self.meaning.tolist()) + "]"


def probes_of(need_ids: Sequence[int]) -> list[Probe]:
    """Return those of the needs that have a vector."""
    space = serving_space()
    if space is None:
        raise LookupError("no vectors are served")
    centre = centre_of(space)
    probes = []
    for item in read_needs(need_ids, space.pk):
        found = meaning(item.facts.vectors, centre)
        if found is not None:
            probes.append(Probe(item.facts, text_of(item.facts).full, found))
    return probes
