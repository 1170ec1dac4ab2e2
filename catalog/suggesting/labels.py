"""Which codes of a vocabulary a text speaks of, by the patterns that speak for each."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.suggesting.lexicon import Cues
from catalog.suggesting.reading import Reading
from catalog.suggesting.suggestion import Span

STRONG, WEAK = 1.0, 0.4


@dataclass(frozen=True, slots=True)
class Found:
    code: str
    weight: float
    spans: tuple[Span, ...]
    first: int


def ranked(reading: Reading, cues: Mapping[str, Cues]) -> list[Found]:
    """Return the codes that anything speaks for, the best first."""
    found = [each for code, cue in cues.items() if (each := _weighed(reading, code, cue))]
    return sorted(found, key=lambda each: (-each.weight, each.first, each.code))


def _weighed(reading: Reading, code: str, cues: Cues) -> Found | None:
    weight, first = 0.0, len(reading.text)
    spans: dict[Span, None] = {}
    taken: list[tuple[int, int]] = []
    for patterns, each in ((cues.strong, STRONG), (cues.weak, WEAK)):
        for pattern in patterns:
            for match in reading.find(pattern):
                start, end = match.span()
                # The same words count once, however many patterns know them.
                if any(start < other_end and other < end for other, other_end in taken):
                    continue
                taken.append((start, end))
                weight += each
                first = min(first, start)
                spans[reading.span(start, end)] = None
                break
    if not weight:
        return None
    return Found(code, weight, tuple(sorted(spans)), first)
