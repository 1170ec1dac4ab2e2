"""Which pages each role may look at, for tests that open them in a browser."""

from collections.abc import Iterator

from django.db import IntegrityError, transaction

from tests.matrix.addresses import all_addresses
from tests.matrix.expected import group_of, row_of
from tests.matrix.roles import Role
from tests.matrix.subjects import ATTACHMENT, PROOF_FILE, Subject, Values
from tests.matrix.table import Outcome
from tests.matrix.world import World

# No pages: what is sent is looked at in tests/catalog/files/.
_FILES = (ATTACHMENT, PROOF_FILE)

Made = dict[tuple[Subject, str], Values]


def seen_pages(world: World, role: Role, made: Made) -> Iterator[str]:
    """The path of each page that the table lets ``role`` see, for the first fitting object.

    ``made`` holds what was made for the roles before: nothing is undone between them, and of some
    rows there may be but one.
    """
    for address in all_addresses():
        row = row_of(address.name)
        if row is None or row.get is None or row.of in _FILES:
            continue
        for letter in row.of.letters:
            if row.expected("GET", role, letter) is Outcome.SEE:
                yield address.path(_values(world, role, row.of, letter, made)) + row.query
                break


def _values(world: World, role: Role, subject: Subject, letter: str, made: Made) -> Values:
    try:
        with transaction.atomic():
            made[subject, letter] = subject.make(world, role, letter)
    except IntegrityError:
        assert (subject, letter) in made
    return made[subject, letter]


def package_pages(world: World, *, admin: bool) -> Iterator[str]:
    """The path of each address of allauth and, for whom it opens, of Django's admin."""
    for address in all_addresses():
        group = None if row_of(address.name) else group_of(address.name)
        if group is not None and (admin or not address.name.startswith("admin:")):
            yield address.path(
                {name: group.values(world, name, address) for name in address.parameters}
            )
