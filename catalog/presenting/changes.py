"""A submission held against the approved version, field by field and word by word."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum

from catalog.content import Content
from catalog.disclosure import Disclosed
from catalog.search.tokens import dictionary
from catalog.wording.describing import Described, described
from catalog.wording.names import Names

# Rows that share less than this are two rows, not one that was changed.
_SAME_ROW = 0.5
# Beyond, sentences are compared rather than words: the work grows with the square.
_WORDS = 3_000
_SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]|[^。；！？\n]+$")


# Values that are read whole: of an amount or a date half a change says nothing.
_WHOLE = frozenset(
    {
        *("budget", "price", "period", "lead_time", "capacity", "capacity_taken", "yearly_fee"),
        *("decision_date", "expires_on", "earliest_start", "response_hours", "warranty_months"),
        *("domestic_share", "wished_project", "stage", "procurement", "industry", "district"),
        *("project_type", "confidentiality", "budget_visibility", "price_visibility", "on_site"),
    }
)


class Edit(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Piece:
    edit: Edit
    text: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One requirement, case or other row."""

    edit: Edit
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a submission, and what became of it."""

    key: str
    label: str
    edit: Edit
    words: str = ""
    pieces: list[Piece] = field(default_factory=list)
    rows: list[RowChange] | None = None

    @property
    def same_rows(self) -> list[RowChange]:
        return [row for row in self.rows or () if row.edit == Edit.SAME]


@dataclass(frozen=True, slots=True)
class Changes:
    changed: list[Change]
    unchanged: list[Change]
    # Labels of fields that this reader may not see: what differs there, and what does not.
    hidden_changed: list[str]
    hidden: list[str]


def changes_between(
    old: Disclosed | None,
    new: Disclosed,
    raw: tuple[Content | None, Content],
    names: Names,
) -> Changes:
    """Return what differs between two versions as one reader may know it.

    ``raw`` are the two versions whole: of what is hidden only the fact of a change is told.
    """
    before = {row.key: row for row in described(old.content, names)} if old else {}
    whole = [{row.key: row.words for row in described(each, names)} if each else {} for each in raw]
    told = Changes([], [], [], [])
    for row in described(new.content, names):
        if row.field in new.hidden or (old is not None and row.field in old.hidden):
            differs = old is not None and whole[0].get(row.key) != whole[1].get(row.key)
            (told.hidden_changed if differs else told.hidden).append(row.label)
        if new.hides(row.field):
            continue
        change = _change(before.get(row.key), row)
        if change.edit != Edit.SAME:
            told.changed.append(change)
        elif change.words:
            told.unchanged.append(change)
    return told


def _change(before: Described | None, after: Described) -> Change:
    was = before.words if before else ""
    if was == after.words:
        return Change(after.key, after.label, Edit.SAME, after.words)
    edit = Edit.ADDED if not was else Edit.REMOVED if not after.words else Edit.CHANGED
    if after.rows is not None:
        rows = row_changes((before.rows if before else None) or (), after.rows)
        return Change(after.key, after.label, edit, after.words, rows=rows)
    if after.key in _WHOLE:
        whole = [Piece(Edit.REMOVED, was), Piece(Edit.ADDED, after.words)]
        pieces = [piece for piece in whole if piece.text]
    else:
        pieces = word_changes(was, after.words)
    return Change(after.key, after.label, edit, after.words, pieces)


def word_changes(before: str, after: str) -> list[Piece]:
    """Return ``after`` with what was added and what of ``before`` is gone, in reading order."""
    old, new = _tokens(before), _tokens(after)
    if max(len(old), len(new)) > _WORDS:
        old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    pieces = [Piece(Edit.SAME, "".join(new[:start]))]
    inner = SequenceMatcher(None, old[start : len(old) - end], new[start : len(new) - end])
    for tag, a_from, a_to, b_from, b_to in inner.get_opcodes():
        gone = "".join(old[start + a_from : start + a_to])
        come = "".join(new[start + b_from : start + b_to])
        if tag == "equal":
            pieces.append(Piece(Edit.SAME, come))
        else:
            pieces += [Piece(Edit.REMOVED, gone), Piece(Edit.ADDED, come)]
    pieces.append(Piece(Edit.SAME, "".join(new[len(new) - end :]) if end else ""))
    return _joined(piece for piece in pieces if piece.text)


def _tokens(text: str) -> list[str]:
    return [word for word, _start, _end in dictionary().tokenize(text, "default")]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many tokens both begin with."""
    for place, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return place
    return min(len(old), len(new))


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Join neighbours of one kind."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].edit == piece.edit:
            joined[-1] = Piece(piece.edit, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


def row_changes(before: Sequence[str], after: Sequence[str]) -> list[RowChange]:
    """Match rows by what they say: moving one changes nothing, alike ones are held together."""
    left = list(before)
    matched: dict[int, str] = {}
    for place, row in enumerate(after):
        if row in left:
            left.remove(row)
            matched[place] = row
    for place, row in enumerate(after):
        if place not in matched:
            alike = max(left, key=lambda other: _likeness(other, row), default=None)
            if alike is not None and _likeness(alike, row) >= _SAME_ROW:
                left.remove(alike)
                matched[place] = alike
    changes = [_row_change(matched.get(place), row) for place, row in enumerate(after)]
    return changes + [RowChange(Edit.REMOVED, [Piece(Edit.REMOVED, row)]) for row in left]


def _row_change(before: str | None, after: str) -> RowChange:
    if before is None:
        return RowChange(Edit.ADDED, [Piece(Edit.ADDED, after)])
    if before == after:
        return RowChange(Edit.SAME, [Piece(Edit.SAME, after)])
    return RowChange(Edit.CHANGED, word_changes(before, after))


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _SAME_ROW else 0.0
