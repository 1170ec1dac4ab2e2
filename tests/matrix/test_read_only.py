"""Whatever is posted beside the declared fields of an address, the same rows are left behind."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from django import forms

from accounts.forms import ProfileForm
from accounts.models import User
from catalog.choices import ListingKind
from catalog.forms.steps import STEPS
from tests.matrix.addresses import Address, all_addresses
from tests.matrix.asking import Asker
from tests.matrix.cells import parting
from tests.matrix.expected import row_of
from tests.matrix.foreign import (
    ROUNDS,
    Sequences,
    Taken,
    foreign,
    left_in,
    next_writer,
    reads,
    sequences,
    set_back,
)
from tests.matrix.roles import Role
from tests.matrix.table import Outcome, Row

pytestmark = [pytest.mark.matrix, pytest.mark.django_db]

# Names made by builders inside a cell are beyond those of the world.
FIRST_NUMBER = 100_000
# What a page reads itself, beside its forms: which state of the draft it was opened on.
READ_BESIDE = {"catalog:need_edit": {"basis"}, "catalog:solution_edit": {"basis"}}
# What is expected of somebody who is let in.
LET_IN = (Outcome.DONE, Outcome.MOVED, Outcome.REFUSED)
# What a step takes, so that something is written: the others are content with nothing.
STEP_DATA: Mapping[str, Mapping[str, Any]] = {
    "scope": {"confidentiality": "public"},
    "requirements": {
        "requirements-TOTAL_FORMS": "1",
        "requirements-INITIAL_FORMS": "0",
        "requirements-0-kind": "text",
        "requirements-0-text": "节拍 12 秒",
    },
    "price": {"price_low": "30", "price_high": "50"},
    "cases": {
        "cases-TOTAL_FORMS": "1",
        "cases-INITIAL_FORMS": "0",
        "cases-0-customer": "某汽车零部件厂",
        "cases-0-year": "2025",
        "cases-0-result": "漏检率降至 0.1%",
    },
}


# Who asks about whose object, and which of the values of each column are tried.
Round = tuple[Role, str, Iterable[int]]


@dataclass(frozen=True)
class Cell:
    address: Address
    row: Row
    role: Role
    letter: str
    step: str

    def __str__(self) -> str:
        return f"{self.address.label} {self.step} as {self.role}, letter {self.letter!r}"


@dataclass(frozen=True)
class Left:
    """The rows left in each table, and which fields the request's forms take."""

    rows: Mapping[str, list[str]]
    taken: Taken


class Twice:
    """Asks an address with and without what it does not take, and tells what differs."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self.world = asker.world
        self.stood: Sequences = sequences()
        self.writer = next_writer()

    def differences(self, address: Address, row: Row, rounds: Iterable[Round]) -> list[str]:
        found = []
        for role, letter, numbers in rounds:
            for step, data in self._bodies(address, row, role):
                cell = Cell(address, row, role, letter, step)
                plain = self._ask(cell, data)
                for number in numbers:
                    beside = READ_BESIDE.get(address.name, set())
                    posted = {**data, **foreign(plain.taken, {*data, *beside}, number)}
                    other = self._ask(cell, posted, also=plain.rows.keys())
                    found += [f"{cell}: {line}" for line in _unlike(plain.rows, other.rows)]
        return found

    def _bodies(
        self, address: Address, row: Row, role: Role
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        data = row.data(self.world, role) if callable(row.data) else row.data
        if "step" not in address.parameters:
            yield "", data
            return
        kind = ListingKind.NEED if "need" in address.name else ListingKind.SOLUTION
        for number, step in enumerate(STEPS[kind]):
            yield step.slug, STEP_DATA.get(step.slug, {}) if number else data

    def _ask(self, cell: Cell, data: Mapping[str, Any], also: Iterable[str] = ()) -> Left:
        """Post ``data`` and return what was left in the tables written, and in ``also``."""
        rows: dict[str, list[str]] = {}

        def prepare() -> tuple[str, Mapping[str, Any]]:
            values = dict(cell.row.of.make(self.world, cell.role, cell.letter))
            path = cell.address.path(values | ({"step": cell.step} if cell.step else {}))
            return path + cell.row.query, data

        def look(written: tuple[str, ...]) -> None:
            tables = {*written, *also}
            rows.update(left_in(tables, writer=self.writer, since=self.world.now))

        set_back(self.stood)
        with (
            patch("django.utils.timezone.now", lambda: self.world.now),
            patch("tests.builders._numbers", count(FIRST_NUMBER)),
            reads() as taken,
        ):
            answer = self.asker.ask("POST", cell.role, prepare, look=look)
        assert answer.outcome is not Outcome.ERROR, f"{cell}: {answer}"
        return Left(rows, taken)


def _unlike(plain: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> Iterator[str]:
    for table in sorted(other):
        before, after = plain.get(table, []), other[table]
        if before == after:
            continue
        yield f"{table}: {len(before)} rows without, {len(after)} with"
        for one, two in zip(before, after, strict=False):
            if one != two:
                yield f"{table}: {parting(one, two)}"


@pytest.fixture(scope="module")
def twice(asker: Asker) -> Twice:
    return Twice(asker)


def _rounds(row: Row, *, thorough: bool) -> Iterator[Round]:
    """Each role with the first object of each kind that it may post to; if not, one role.

    The values of the columns go round among them; where they are fewer, the first tries the rest.
    """
    cells = []
    for role in Role:
        seen = set()
        for letter in row.of.letters:
            outcome = row.expected("POST", role, letter)
            if outcome in LET_IN and outcome not in seen:
                seen.add(outcome)
                cells.append((role, letter))
    cells = cells if thorough else cells[:1]
    for number, (role, letter) in enumerate(cells):
        rest = range(len(cells), ROUNDS) if number == 0 else ()
        yield role, letter, [number % ROUNDS, *rest]


def _posted() -> list[Any]:
    told = ((address, row_of(address.name)) for address in all_addresses())
    return [
        pytest.param(address, row, id=address.label)
        for address, row in told
        if row is not None and row.post is not None
    ]


@pytest.mark.parametrize(("address", "row"), _posted())
def test_what_is_not_declared_cannot_be_posted(
    twice: Twice, address: Address, row: Row, *, thorough: bool
) -> None:
    found = twice.differences(address, row, _rounds(row, thorough=thorough))
    assert not found, "\n".join(found)


class _Wider(ProfileForm):
    """Takes one field more than was declared."""

    phone = forms.CharField(required=False)


def _write_all(*, user: User, **told: Any) -> None:
    del told["actor"]
    User.objects.filter(pk=user.pk).update(**told)


@pytest.mark.parametrize(("form", "written"), [(ProfileForm, set()), (_Wider, {"phone"})])
def test_a_field_that_nobody_declared_is_noticed(
    twice: Twice, form: type[ProfileForm], written: set[str]
) -> None:
    [(address, row)] = [each.values for each in _posted() if each.id == "accounts:profile"]
    with (
        patch("accounts.views.people.ProfileForm", form),
        patch("accounts.services.edit_profile", _write_all),
    ):
        found = twice.differences(address, row, [(Role.STRANGER, "-", [0])])
    assert bool(found) == bool(written), found
    assert all(any(name in line for line in found) for name in written)
