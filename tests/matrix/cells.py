"""The cells of one address: each role × letter × method, asked and held against its row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.matrix.addresses import Address
from tests.matrix.asking import METHODS, Answer, Asker
from tests.matrix.roles import Role
from tests.matrix.table import Group, Outcome, Row
from tests.matrix.tally import Tally

# The letter of an object that does not exist.
MISSING = "?"
# Who asks a package's address by the methods that it takes for GET or refuses.
_FEW = (Role.ANONYMOUS, Role.FACTORY_OWNER, Role.PLATFORM_ADMIN)


@dataclass(frozen=True)
class Cell:
    address: Address
    row: Row
    method: str
    role: Role
    letter: str

    def __str__(self) -> str:
        return f"{self.method} {self.address.label} as {self.role}, letter {self.letter!r}"


def cells_of(address: Address, row: Row, *, thorough: bool = True) -> Iterator[Cell]:
    """Every role × letter for the methods of the row.

    HEAD is GET without its body, and a method that is refused never looks at the object: one
    object, and for HEAD one that does not exist, stand for all. Unless ``thorough``, these are
    asked by a few roles.
    """
    letters = row.of.letters + (MISSING if row.of.can_be_missing else "")
    for method in METHODS:
        used = letters if method in _methods(row) else _few(letters, method)
        for role in Role if thorough or method in _methods(row) else _FEW:
            for letter in used:
                yield Cell(address, row, method, role, letter)


def _few(letters: str, method: str) -> str:
    return letters[0] + letters[1:][-1:] if method == "HEAD" else letters[0]


def _methods(row: Row) -> set[str]:
    told = {"GET"} if row.get is not None else set()
    return told | ({"POST"} if row.post is not None else set())


def expected(cell: Cell) -> Outcome:
    letter = "" if cell.letter == MISSING else cell.letter
    if not letter:
        # Nobody is granted what does not exist.
        return cell.row.expected(cell.method, cell.role, "\0")
    return cell.row.expected(cell.method, cell.role, letter)


def ask(asker: Asker, cell: Cell) -> Answer:
    def prepare() -> tuple[str, Mapping[str, Any]]:
        subject = cell.row.of
        letter = subject.letters[0] if cell.letter == MISSING else cell.letter
        values = subject.make(asker.world, cell.role, letter)
        if cell.letter == MISSING:
            values = subject.without(values)
        data = cell.row.data(asker.world, cell.role) if callable(cell.row.data) else cell.row.data
        return cell.address.path(values) + cell.row.query, data

    return asker.ask(cell.method, cell.role, prepare)


def mismatches(
    asker: Asker, address: Address, row: Row, tally: Tally, *, thorough: bool
) -> list[str]:
    """Ask every cell of ``address``; also hold what is hidden against what does not exist."""
    found: list[str] = []
    asked: list[tuple[Cell, Answer]] = []
    for cell in cells_of(address, row, thorough=thorough):
        answer = ask(asker, cell)
        asked.append((cell, answer))
        wanted = expected(cell)
        if answer.outcome != wanted:
            found.append(f"{cell}: {answer}, declared {wanted}")
    nowhere = {(cell.method, cell.role): answer for cell, answer in asked if cell.letter == MISSING}
    for cell, answer in asked:
        twin = nowhere.get((cell.method, cell.role))
        if twin is None or answer.outcome is not Outcome.HIDDEN or cell.letter == MISSING:
            continue
        tally.twins += 1
        if answer.plain != twin.plain:
            found.append(f"{cell}: hidden, but not as what does not exist: {_unlike(answer, twin)}")
    tally.cells += len(asked)
    tally.mismatches += len(found)
    tally.addresses.add(address.label)
    return found


def group_mismatches(
    asker: Asker, address: Address, group: Group, tally: Tally, *, thorough: bool
) -> list[str]:
    found: list[str] = []
    by_all = ("GET", "POST") if thorough else ("GET",)
    for method in METHODS if thorough else ("GET", "POST"):
        for role in Role if method in by_all else _FEW:
            answer = asker.ask(method, role, lambda: (_group_path(asker, address, group), {}))
            tally.cells += 1
            if not group.allows(role, answer.outcome):
                found.append(f"{method} {address.label} as {role}: {answer}")
    tally.mismatches += len(found)
    tally.addresses.add(address.label)
    return found


def _group_path(asker: Asker, address: Address, group: Group) -> str:
    values = {name: group.values(asker.world, name, address) for name in address.parameters}
    return address.path(values)


def _unlike(answer: Answer, twin: Answer) -> str:
    """Show where two answers part, whatever part of the answer that is."""
    pairs = zip(map(repr, answer.plain), map(repr, twin.plain), strict=True)
    return parting(*next(pair for pair in pairs if pair[0] != pair[1]))


def parting(one: str, other: str) -> str:
    """Return both texts from shortly before to shortly after where they part."""
    at = next(
        (i for i, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), 0
    )
    return f"{one[max(0, at - 60) : at + 60]} / {other[max(0, at - 60) : at + 60]}"
