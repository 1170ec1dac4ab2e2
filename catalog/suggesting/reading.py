"""A text in one spelling, with the way back to the text as it was written."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from catalog.search.tokens import dictionary
from catalog.suggesting.suggestion import Span

# A pasted chat is far shorter; what lies beyond is left to its reader.
MAX_CHARACTERS = 20_000
_CJK = re.compile("[\u4e00-\u9fff]")
_CLAUSE_END = re.compile(r"[,。;!?\n]|[.](?![0-9])")


@lru_cache(maxsize=2048)
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words)


@dataclass(frozen=True, slots=True)
class Reading:
    """``text`` is lower case, half width; ``origin`` says which written character each came from.

    ``cuts`` are the places between words: a match that begins and ends inside other words of the
    general dictionary is two halves, no word.
    """

    written: str
    text: str
    origin: tuple[int, ...]
    cuts: tuple[int, ...]

    @classmethod
    def of(cls, written: str) -> Self:
        written = written[:MAX_CHARACTERS]
        pieces: list[str] = []
        origin: list[int] = []
        for index, character in enumerate(written):
            piece = _plain(character)
            pieces.append(piece)
            origin.extend([index] * len(piece))
        text = "".join(pieces)
        return cls(written, text, tuple(origin), _cuts(text))

    def span(self, start: int, end: int) -> Span:
        if not self.origin or start >= end:
            return Span(0, 0)
        return Span(self.origin[start], self.origin[end - 1] + 1)

    def find(self, words: str) -> Iterator[re.Match[str]]:
        """Yield where the pattern ``words`` matches whole words."""
        for match in _pattern(words).finditer(self.text):
            if match.start() < match.end() and not self._is_cut(match):
                yield match

    def _is_cut(self, match: re.Match[str]) -> bool:
        """Whether a short match lies across a border of two words without filling either."""
        if match.end() - match.start() > 2 or not _CJK.match(match.group()):
            return False
        before = bisect_right(self.cuts, match.start())
        starts_inside = before == 0 or self.cuts[before - 1] != match.start()
        crosses = before < len(self.cuts) and self.cuts[before] < match.end()
        return starts_inside and crosses

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """Return the borders of the part of a sentence around a match."""
        first = max((m.end() for m in _CLAUSE_END.finditer(self.text, 0, start)), default=0)
        after = _CLAUSE_END.search(self.text, end)
        return first, after.start() if after else len(self.text)


def _plain(character: str) -> str:
    if character in "～〜—–":
        return "~"
    if character in "，、":
        return ","
    # A lone surrogate would break what writes or cuts the text.
    if "\ud800" <= character <= "\udfff" or character == "\x00":
        return " "
    return unicodedata.normalize("NFKC", character).lower() or " "


def _cuts(text: str) -> tuple[int, ...]:
    places = [start for _word, start, _end in dictionary().tokenize(text, "default")]
    return (*places, len(text))
