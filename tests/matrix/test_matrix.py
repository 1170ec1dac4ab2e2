"""Every address × role × whose object × method answers as the table in expected/ declares."""

import pytest

from tests.matrix.addresses import Address, all_addresses
from tests.matrix.asking import Asker
from tests.matrix.cells import group_mismatches, mismatches
from tests.matrix.expected import GROUPS, ROWS, group_of, row_of
from tests.matrix.tally import Tally

pytestmark = [pytest.mark.matrix, pytest.mark.django_db]


@pytest.mark.parametrize("address", all_addresses(), ids=lambda address: address.label)
def test_an_address_answers_every_role_as_declared(
    asker: Asker, tally: Tally, address: Address, *, thorough: bool
) -> None:
    row = row_of(address.name)
    group = None if row else group_of(address.name)
    assert row or group, f"declare {address.label} in tests/matrix/expected/"
    if row:
        found = mismatches(asker, address, row, tally, thorough=thorough)
    else:
        assert group is not None
        found = group_mismatches(asker, address, group, tally, thorough=thorough)
    assert not found, "\n".join(found)


def test_no_row_of_the_table_is_without_an_address() -> None:
    names = {address.name for address in all_addresses()}
    assert {row.name for row in ROWS} <= names
    assert [group for group in GROUPS if not any(n.startswith(group.prefix) for n in names)] == []


def test_an_address_nobody_declared_is_noticed() -> None:
    assert row_of("catalog:no_such_page") is None
    assert group_of("catalog:no_such_page") is None
