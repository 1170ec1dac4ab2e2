"""What a user typed, turned into a question to the public index."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, F, FloatField, Func, Model, QuerySet, Value

from catalog.search.lexicon import STOP_WORDS
from catalog.search.synonyms import Synonyms, Units, current_synonyms
from catalog.search.tokens import (
    GRAM,
    Analysis,
    Token,
    analyse,
    dictionary,
    is_cjk,
    normalise,
    quote,
)

Row = TypeVar("Row", bound=Model)

# Longer input is cut: nobody types it, and each group costs a look-up.
MAX_QUERY = 200
_MAX_GROUPS = 24
_MAX_ALTERNATIVES = 24


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Groups of alternatives, each a piece of tsquery text; a strict hit satisfies every group."""

    text: str = ""
    groups: tuple[tuple[str, ...], ...] = ()
    # Parts of the words asked for: they only count when nothing holds all words.
    parts: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.groups

    @property
    def strict(self) -> str:
        return " & ".join(f"({' | '.join(group)})" for group in self.groups)

    @property
    def loose(self) -> str:
        every = [alternative for group in self.groups for alternative in group]
        return " | ".join(dict.fromkeys([*every, *self.parts]))


class Found(NamedTuple):
    """The listings found; ``loosened`` when none held all words and some of them had to do."""

    queryset: QuerySet[Any]
    loosened: bool


def parse(text: str, synonyms: Synonyms | None = None) -> SearchQuery:
    """Read what a user typed; any text is allowed. Without ``synonyms`` the table is asked."""
    text = normalise(text[:MAX_QUERY]).strip()
    found = analyse(text)
    if not found.units:
        return SearchQuery(text=text)
    known = current_synonyms() if synonyms is None else synonyms
    groups = _groups(found, known)
    if not groups:
        # Nothing but stop words: then they are what is asked for.
        groups = [_of_units(tuple(found.units))]
    parts = tuple(quote(token.word) for token in found.tokens if token.is_part)
    return SearchQuery(text=text, groups=tuple(dict.fromkeys(groups))[:_MAX_GROUPS], parts=parts)


def _groups(found: Analysis, synonyms: Synonyms) -> list[tuple[str, ...]]:
    whole = {token.start: token for token in found.tokens if not token.is_part}
    ends = _allowed_ends(found)
    groups: list[tuple[str, ...]] = []
    at = 0
    while at < len(found.units):
        end = _synonym_end(found, synonyms, at, ends)
        if end > at:
            alternatives = synonyms.groups[tuple(found.units[at:end])][:_MAX_ALTERNATIVES]
            joined = [piece for units in alternatives for piece in _of_units(units)]
            groups.append(tuple(dict.fromkeys(joined)))
        elif token := whole.get(at):
            end = _cut_short(found, synonyms, token, ends)
            groups.append(
                _of_token(found, token)
                if end == token.end
                else _of_units(tuple(found.units[at:end]))
            )
        else:
            end = at + 1
            unit = found.units[at]
            if unit not in STOP_WORDS and not _in_stop_word(found, at):
                groups.append(_of_units((unit,)))
        at = end
    return groups


def _allowed_ends(found: Analysis) -> set[int]:
    """Return the units where a synonym may begin or end: never inside a word of the dictionary.

    So 建立库存 does not ask for 立库.
    """
    inside = {
        unit
        for token in found.tokens
        if dictionary().has_word(token.word) and is_cjk(token.word[0])
        if not token.is_part
        for unit in range(token.start + 1, token.end)
    }
    return set(range(len(found.units) + 1)) - inside


def _synonym_end(found: Analysis, synonyms: Synonyms, at: int, ends: set[int]) -> int:
    end = synonyms.longest_at(found.units, at)
    return end if end > at and at in ends and end in ends else at


def _cut_short(found: Analysis, synonyms: Synonyms, token: Token, ends: set[int]) -> int:
    """Return where ``token`` ends, or where a synonym begins inside it."""
    for at in range(token.start + 1, token.end):
        if _synonym_end(found, synonyms, at, ends) > at:
            return at
    return token.end


def _in_stop_word(found: Analysis, at: int) -> bool:
    """Return whether the unit belongs to a stop word of several characters, e.g. 以及."""
    neighbours = ("".join(found.units[start : start + 2]) for start in (at - 1, at) if start >= 0)
    return any(pair in STOP_WORDS for pair in neighbours)


def _of_token(found: Analysis, token: Token) -> tuple[str, ...]:
    phrase = _phrase(tuple(found.units[token.start : token.end]))
    return tuple(dict.fromkeys([quote(token.word), phrase]))


def _of_units(units: Units) -> tuple[str, ...]:
    """Return the term as one word, where it can be one, and as a phrase."""
    pieces = [_phrase(units)]
    if len(units) > 1 and all(map(is_cjk, units)):
        pieces.insert(0, quote("".join(units)))
    return tuple(dict.fromkeys(pieces))


def _phrase(units: Units) -> str:
    """Return tsquery text that holds where exactly these units follow each other."""
    steps: list[tuple[int, str]] = []
    at = 0
    while at < len(units):
        if not is_cjk(units[at]):
            steps.append((at, quote(units[at])))
            at += 1
            continue
        end = at
        while end < len(units) and is_cjk(units[end]):
            end += 1
        steps.extend(_pairs(units, at, end))
        at = end
    text = steps[0][1]
    for (before, _lexeme), (here, lexeme) in pairwise(steps):
        text += f" <{here - before}> {lexeme}"
    return f"({text})" if len(steps) > 1 else text


def _pairs(units: Units, start: int, end: int) -> list[tuple[int, str]]:
    """Cover a run of characters by as few pairs as it takes."""
    if end - start == 1:
        return [(start, f"{quote(GRAM + units[start])}:*")]
    firsts = [*range(start, end - 1, 2)]
    if (end - start) % 2:
        firsts.append(end - 2)
    return [(at, quote(GRAM + units[at] + units[at + 1])) for at in dict.fromkeys(firsts)]


class _TsQuery(Func):
    """A tsquery taken as written: no parser comes between our lexemes and the index."""

    template = "%(expressions)s::tsquery"
    output_field = SearchQueryField()

    def __init__(self, text: str) -> None:
        super().__init__(Value(text))


class _Holds(Func):
    arity = 2
    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


class _Rank(Func):
    function = "ts_rank"
    template = "%(function)s('{0.05, 0.2, 0.4, 1.0}', %(expressions)s)"
    output_field = FloatField()


def narrow(queryset: QuerySet[Row], query: SearchQuery) -> QuerySet[Row]:
    """Keep what holds all words of ``query``, without asking whether anything does."""
    if query.is_empty:
        return queryset
    return queryset.filter(_Holds(F("words__public"), _TsQuery(query.strict)))


def apply(queryset: QuerySet[Row], query: SearchQuery, *, index: str = "words__public") -> Found:
    """Keep what the query finds, annotated with ``rank``; ordering is left to the caller.

    Works on listings, needs and solutions. An empty query keeps everything at rank 0.
    """
    if query.is_empty:
        return Found(queryset.annotate(rank=Value(0.0, output_field=FloatField())), False)
    ranked = queryset.annotate(rank=_Rank(F(index), _TsQuery(query.loose)))
    strict = ranked.filter(_Holds(F(index), _TsQuery(query.strict)))
    if strict.exists() or query.strict == f"({query.loose})":
        return Found(strict, False)
    return Found(ranked.filter(_Holds(F(index), _TsQuery(query.loose))), True)


def holding_all(
    queryset: QuerySet[Row], lexemes: Iterable[str], *, index: str = "words__public"
) -> QuerySet[Row]:
    """Keep what has every one of ``lexemes`` as they are, without synonyms."""
    wanted = " & ".join(quote(lexeme) for lexeme in lexemes)
    return queryset.filter(_Holds(F(index), _TsQuery(wanted)))
