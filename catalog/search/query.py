"""What a user typed, turned into a question to the public index; and recall over the full one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Any, NamedTuple, TypeVar

from django.contrib.postgres.search import SearchQueryField
from django.db import connection
from django.db.models import BooleanField, F, FloatField, Func, Model, Q, QuerySet, Value

from catalog.choices import ListingState
from catalog.models import Listing
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
_RECALL_WORDS = 24
# Together the words of one recall may touch this many index entries.
_RECALL_POSTINGS = 60_000
_FEWEST_RECALL_WORDS = 4


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


def informative(
    tokens: Sequence[str], frequencies: Mapping[str, int] | None = None, documents: int = 0
) -> list[tuple[str, float]]:
    """Return the words worth looking for, with their weights, heaviest first.

    With document frequencies a word weighs its inverse frequency; words that no document holds
    are left out, and so are the commonest once the words together touch too many documents.
    Without them, long words and Latin terms are taken to say more.
    """
    counts = Counter(token for token in tokens if token not in STOP_WORDS)
    weighed = sorted(
        ((word, _weight(word, n, frequencies, documents)) for word, n in counts.items()),
        key=lambda pair: (-pair[1], pair[0]),
    )
    kept: list[tuple[str, float]] = []
    postings = 0
    for word, weight in weighed:
        if weight <= 0:
            continue
        postings += frequencies.get(word, 0) if frequencies is not None else 0
        if len(kept) == _RECALL_WORDS:
            break
        if postings > _RECALL_POSTINGS and len(kept) >= _FEWEST_RECALL_WORDS:
            break
        kept.append((word, weight))
    return kept


def _weight(word: str, count: int, frequencies: Mapping[str, int] | None, documents: int) -> float:
    often = 1 + log(count)
    if frequencies is None:
        if word.isdecimal():
            return 0.3 * often
        return often * (min(len(word), 4) / 2 if is_cjk(word[0]) else 1.5)
    frequency = frequencies.get(word, 0)
    if frequency == 0:
        return 0.0
    return often * log(1 + (max(documents, frequency) - frequency + 0.5) / (frequency + 0.5))


_RECALL_SQL = """
    SELECT hit.listing_id, sum(wanted.weight) AS rank
    FROM unnest(%s::tsquery[], %s::float8[]) AS wanted (word, weight)
    JOIN catalog_listingwords AS hit ON hit."full" @@ wanted.word
    WHERE hit.listing_id IN ({pool})
    GROUP BY hit.listing_id
    ORDER BY rank DESC, hit.listing_id
    LIMIT %s
"""


def lexical_recall(
    tokens: Sequence[str],
    *,
    kind: str,
    catalogue_id: int,
    limit: int,
    conditions: Q | None = None,
    frequencies: Mapping[str, int] | None = None,
    documents: int = 0,
) -> list[tuple[int, float]]:
    """Return published listings that hold any of the telling words, best first.

    The rank is the sum of the weights of the words held: ts_rank knows no document frequency
    and would read every hit's whole text. It searches private text too, so its answer is for
    matching only and must never be shown as a search result.
    """
    chosen = informative(tokens, frequencies, documents)
    if not chosen:
        return []
    pool = Listing.objects.filter(
        kind=kind, catalogue_id=catalogue_id, state=ListingState.PUBLISHED
    ).filter(conditions or Q())
    pool_sql, pool_params = pool.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            _RECALL_SQL.format(pool=pool_sql),
            [
                [quote(word) for word, _weight_ in chosen],
                [weight for _word, weight in chosen],
                *pool_params,
                limit,
            ],
        )
        return [(int(pk), float(rank)) for pk, rank in cursor.fetchall()]
