"""That somebody is refused, and that nothing came of what they tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Model

from tests.matrix.asking import writes


def row(of: Model) -> dict[str, Any] | None:
    """Return every column of the row as the database has it now, None when it is gone."""
    return type(of)._base_manager.filter(pk=of.pk).values().first()


@contextmanager
def refused(*kept: Model) -> Iterator[None]:
    """What is tried inside is refused, writes to no table and leaves ``kept`` as it was."""
    before = [row(each) for each in kept]
    with writes() as written, pytest.raises(PermissionDenied):
        yield
    assert written == []
    assert [row(each) for each in kept] == before
