"""The ways people begin to type a term: its characters, its pinyin, its pinyin initials."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin

from catalog.search.tokens import Analysis, analyse, is_cjk

# What is typed beyond this no longer tells terms apart.
MAX_KEY = 24
# Marks what pypinyin left as it was.
_AS_IS = "\0"


@dataclass(frozen=True, slots=True)
class Spelling:
    """A beginning under which a term is found; the lower its rank, the closer to the term."""

    key: str
    rank: int


def typed(text: str) -> str:
    """Return what was typed in the spelling that keys have: one case, no spaces or marks."""
    return "".join(analyse(text).units)[:MAX_KEY]


def spellings(text: str, *, most_starts: int = 6) -> list[Spelling]:
    """Return the keys of ``text``: from its beginning and from the words inside it."""
    found = analyse(text)
    best: dict[str, int] = {}
    for order, start in enumerate(_starts(found)[:most_starts]):
        rest = "".join(found.units[start:])
        later = 10 if order else 0
        for offset, key in enumerate(_keys(rest)):
            best.setdefault(key[:MAX_KEY], later + offset)
    return [Spelling(key, rank) for key, rank in best.items() if key]


def _starts(found: Analysis) -> list[int]:
    """Return where words begin, the first one first; a lone character begins none."""
    starts = [token.start for token in found.tokens if token.end - token.start > 1]
    latin = [token.start for token in found.tokens if not is_cjk(token.word[0])]
    return list(dict.fromkeys([0, *sorted({*starts, *latin})])) if found.units else []


def _keys(text: str) -> Iterator[str]:
    yield text
    syllables = _syllables(text[:MAX_KEY])
    yield "".join(each if literal else each[:1] for each, literal in syllables)
    yield "".join(each for each, _literal in syllables)


@lru_cache(maxsize=4096)
def _syllables(text: str) -> tuple[tuple[str, bool], ...]:
    """Return the pinyin of each character, and runs of anything else as they are."""
    read = lazy_pinyin(text, errors=lambda run: _AS_IS + run)
    return tuple((each.removeprefix(_AS_IS), each.startswith(_AS_IS)) for each in read)
