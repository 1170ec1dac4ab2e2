"""Text cut into words, and words written as PostgreSQL's tsvector.

Chinese is cut by jieba's dictionary and model (rjieba), search mode: a long word also gives the
words inside it. Latin terms and numbers keep together what belongs together (GB/T 39116, TCP/IP,
PLC-S7, 5G) and also give their parts.

Positions count *units*: one for a Chinese character, one for the smallest part of a Latin term,
none for spaces and punctuation. So a phrase is found however its writer spaced it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import rjieba

from catalog.search.lexicon import OWN_WORDS, STOP_WORDS

# Raise it with every change of what `words` or `vector_literal` give, then reindex.
TOKENIZER_VERSION = 1

# Title, summary, all other text.
WeightedText = tuple[str, str, str]

# Bounds the work for one text; a listing's longest honest text is far below.
MAX_CHARACTERS = 200_000
MAX_TERM = 64
# PostgreSQL's own limits: positions to 16383, 255 of them a lexeme, 1 MB a tsvector.
_MAX_POSITION = 16_383
_MAX_POSITIONS = 255
_MAX_BYTES = 800_000
_WEIGHTS = ("A", "B", "C")
# Keeps a phrase from running out of one field into the next.
_FIELD_GAP = 16
# Marks a pair of neighbouring characters: no word begins with it (`_LATIN`).
GRAM = "~"

_CJK = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_LATIN = rf"[^\W_{_CJK}]"
_STANDARD = (
    rf"(?<!{_LATIN})(?P<body>(?:gb|db|jb|qb|hg|sj|yd|nb|iso|iec|ieee|iatf|ansi|din|semi)"
    r"(?:/[a-z]{1,3})?)[\s-]?(?P<number>[0-9]{2,}(?:[.-][0-9]+)*)"
)
_RUNS = re.compile(
    rf"(?P<cjk>[{_CJK}]+)"
    rf"|(?P<standard>{_STANDARD})(?!{_LATIN})"
    rf"|(?P<term>{_LATIN}+(?:[-/.&_]{_LATIN}+)*[+#]{{0,2}})"
)
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)+")
# Between letters and digits, where there are two letters at least: ISO9001, MES2, but 5G, 3D, S7.
_SEAM = re.compile(r"(?<=[^\W\d_][^\W\d_])(?=[0-9])|(?<=[0-9])(?=[^\W\d_]{2})")


@dataclass(frozen=True, slots=True)
class Token:
    """A word and the units it covers; a part lies inside a longer word of the same text."""

    word: str
    start: int
    end: int
    is_part: bool = False


@dataclass(slots=True)
class Analysis:
    units: list[str] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    # Runs of Chinese characters, as first and last-but-one unit.
    runs: list[tuple[int, int]] = field(default_factory=list)


@lru_cache(maxsize=1)
def dictionary() -> "rjieba.Jieba":
    """Return the general dictionary together with the words of the trade."""
    jieba = rjieba.Jieba()
    for word in OWN_WORDS:
        jieba.add_word(word, None, None)
    return jieba


def normalise(text: str) -> str:
    """Return ``text`` in one spelling: full-width, compatibility forms and case made equal."""
    clean = text[:MAX_CHARACTERS].replace("\x00", " ").encode("utf-8", "ignore").decode()
    return unicodedata.normalize("NFKC", clean).lower()[:MAX_CHARACTERS]


def is_cjk(unit: str) -> bool:
    return re.fullmatch(rf"[{_CJK}]", unit) is not None


def words(text: str) -> list[str]:
    """Return the words of ``text`` in order, parts included, stop words left out."""
    return [token.word for token in analyse(text).tokens]


def analyse(text: str) -> Analysis:
    found = Analysis()
    for match in _RUNS.finditer(normalise(text)):
        if match["cjk"]:
            _add_chinese(found, match["cjk"])
        elif match["standard"]:
            _add_standard(found, match["body"], match["number"])
        else:
            _add_term(found, match["term"])
    return found


def _add_chinese(found: Analysis, run: str) -> None:
    base = len(found.units)
    cut = [
        (word, base + start, base + end)
        for word, start, end in dictionary().tokenize(run, "search")
    ]
    found.units.extend(run)
    found.runs.append((base, len(found.units)))
    # Search mode gives a word after its parts: backwards, what begins later than the last
    # whole word lies inside it.
    inside = len(found.units)
    tokens: list[Token] = []
    for word, start, end in reversed(cut):
        is_part = end > inside
        if not is_part:
            inside = start
        # A lone character inside a run is a remainder of segmentation, not a word.
        if word in STOP_WORDS or (len(word) == 1 and len(run) > 1):
            continue
        tokens.append(Token(word[:MAX_TERM], start, end, is_part))
    found.tokens.extend(reversed(tokens))


def _add_term(found: Analysis, term: str) -> None:
    parts = list(_parts(term))
    whole = term[:MAX_TERM]
    start = _add_units(found, parts)
    if whole not in STOP_WORDS:
        found.tokens.append(Token(whole, start, start + len(parts)))
    if parts != [whole]:
        _add_parts(found, parts, start)


def _add_standard(found: Analysis, body: str, number: str) -> None:
    """GB/T 39116-2020 is also asked for as GB/T, as 39116 and without its year."""
    names, numbers = body.split("/"), re.split(r"[.-]", number)
    start = _add_units(found, [*names, *numbers])
    middle = start + len(names)
    found.tokens.append(Token(f"{body}{number}"[:MAX_TERM], start, middle + len(numbers)))
    if len(numbers) > 1:
        found.tokens.append(Token(f"{body}{numbers[0]}"[:MAX_TERM], start, middle + 1, True))
    if len(names) > 1:
        found.tokens.append(Token(body, start, middle, True))
    _add_parts(found, [*names, *numbers], start)


def _add_units(found: Analysis, units: list[str]) -> int:
    start = len(found.units)
    found.units.extend(unit[:MAX_TERM] for unit in units)
    return start


def _add_parts(found: Analysis, parts: list[str], start: int) -> None:
    found.tokens.extend(
        Token(part[:MAX_TERM], start + offset, start + offset + 1, is_part=True)
        for offset, part in enumerate(parts)
    )


def _parts(term: str) -> Iterator[str]:
    """Yield the smallest parts of a Latin term, at least one."""
    if _DECIMAL.fullmatch(term):
        yield term
        return
    for piece in re.split(r"[-/&_\s]|(?<![0-9])\.|\.(?![0-9])", term):
        for part in _SEAM.split(piece):
            if part:
                yield part


def grams(found: Analysis) -> Iterator[tuple[str, int]]:
    """Yield each Chinese character with its neighbour: what was cut differently is still found."""
    for start, end in found.runs:
        for at in range(start, end):
            yield GRAM + "".join(found.units[at : min(at + 2, end)]), at


def quote(word: str) -> str:
    """Write ``word`` as a lexeme of tsvector's and tsquery's text form."""
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def vector_literal(text: WeightedText, *, with_grams: bool) -> str:
    """Return tsvector's text form of ``text``: title weighs A, summary B, the rest C, pairs D.

    What would exceed PostgreSQL's limits is left out from the end.
    """
    positions: dict[str, dict[int, str]] = {}
    size = 0
    for lexeme, at, weight in _weighted(text, with_grams=with_grams):
        places = positions.get(lexeme)
        if places is None:
            size += len(lexeme.encode()) + 6
            if size > _MAX_BYTES:
                break
            places = positions[lexeme] = {}
        position = min(at + 1, _MAX_POSITION)
        if len(places) < _MAX_POSITIONS and position not in places:
            size += 2
            places[position] = weight
    return " ".join(f"{quote(lexeme)}:{_places(places)}" for lexeme, places in positions.items())


def _places(places: dict[int, str]) -> str:
    return ",".join(f"{position}{weight}" for position, weight in places.items())


def _weighted(text: WeightedText, *, with_grams: bool) -> Iterable[tuple[str, int, str]]:
    base = 0
    for part, weight in zip(text, _WEIGHTS, strict=True):
        found = analyse(part)
        for token in found.tokens:
            yield token.word, base + token.start, weight
        if with_grams:
            for gram, at in grams(found):
                yield gram, base + at, "D"
        base += len(found.units) + _FIELD_GAP
