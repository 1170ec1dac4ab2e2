"""Labels and values; what is hidden, unknown or for the owner alone is said, not left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.disclosure import Disclosed
from catalog.wording.describing import Described, described
from catalog.wording.names import Names


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    # Only the owner's own people see it here.
    private: bool = False
    # There may be a value, but not for this viewer.
    hidden: bool = False
    wide: bool = False


class Facts:
    """The words of one disclosed content, asked for by key."""

    def __init__(self, told: Disclosed, names: Names, private: Iterable[str] = ()) -> None:
        self._told = told
        self._rows = {row.key: row for row in described(told.content, names)}
        self._private = frozenset(private)

    def row(self, key: str) -> Described:
        return self._rows[key]

    def words(self, key: str) -> str:
        return self._rows[key].words

    def lines(self, key: str) -> list[str]:
        return self._rows[key].words.splitlines()

    def of(self, keys: Sequence[str], *, wide: Sequence[str] = ()) -> list[Fact]:
        return [self._fact(self._rows[key], wide=key in wide) for key in keys]

    def known(self, keys: Sequence[str]) -> list[Fact]:
        """Return what is said of ``keys``: for cards, which have no room for what is missing."""
        return [fact for fact in self.of(keys) if fact.value]

    def _fact(self, row: Described, *, wide: bool) -> Fact:
        return Fact(
            label=row.label,
            value=row.words,
            private=row.key in self._private,
            hidden=self._told.hides(row.field),
            wide=wide,
        )
