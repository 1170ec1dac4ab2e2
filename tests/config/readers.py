"""Who opens which page: read off the table of the permission matrix."""

from collections.abc import Iterator

from django.db import transaction
from django.test import Client

from accounts.models import User
from tests.matrix.addresses import all_addresses
from tests.matrix.expected import row_of
from tests.matrix.roles import Role
from tests.matrix.subjects import ATTACHMENT, NOTHING
from tests.matrix.table import Outcome
from tests.matrix.world import World


def client_for(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def paths_of_lists(role: Role) -> Iterator[str]:
    for address in all_addresses():
        row = row_of(address.name)
        is_list = row is not None and row.get is not None and row.of is NOTHING
        if row and is_list and row.expected("GET", role, "-") is Outcome.SEE:
            yield address.path({}) + row.query


def paths_of_objects(world: World, role: Role) -> Iterator[str]:
    for address in all_addresses():
        row = row_of(address.name)
        if row is None or row.get is None or row.of in (NOTHING, ATTACHMENT):
            continue
        for letter in row.of.letters:
            if row.expected("GET", role, letter) is Outcome.SEE:
                # What stands in the way of the next object is undone.
                with transaction.atomic():
                    yield address.path(row.of.make(world, role, letter)) + row.query
                    transaction.set_rollback(True)
                break
