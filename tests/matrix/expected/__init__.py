"""What every address answers to whom. tests/matrix/table.py tells how a row is read."""

from collections import Counter

from tests.matrix.expected import accounts, catalog, matchmaking, packages, site
from tests.matrix.table import Group, Row

ROWS: tuple[Row, ...] = (*accounts.ROWS, *catalog.ROWS, *matchmaking.ROWS, *site.ROWS)
GROUPS: tuple[Group, ...] = packages.GROUPS

_BY_NAME = {row.name: row for row in ROWS}
_TWICE = [name for name, times in Counter(row.name for row in ROWS).items() if times > 1]
if _TWICE:
    raise ValueError(f"Declared twice: {_TWICE}")


def row_of(name: str) -> Row | None:
    return _BY_NAME.get(name)


def group_of(name: str) -> Group | None:
    return next((group for group in GROUPS if name.startswith(group.prefix)), None)
