"""Builds the matrix's world once a module, and tells its size at the end.

Named on the command line this file is read before Django is set up: what needs Django is imported
where it is used.
"""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import pytest_django
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from tests import environment
from tests.matrix.tally import Tally

if TYPE_CHECKING:
    from tests.matrix.asking import Asker
    from tests.matrix.world import World

TALLY = pytest.StashKey[Tally]()


@pytest.fixture(scope="session")
def tally(request: pytest.FixtureRequest) -> Tally:
    return request.config.stash.setdefault(TALLY, Tally())


def pytest_sessionfinish(session: pytest.Session) -> None:
    environment.tell(session.config, session.config.stash.get(TALLY, None))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    tally = config.stash.get(TALLY, None)
    if tally is not None:
        terminalreporter.write_line(str(tally))


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator["World"]:
    """One transaction for the whole module: cells undo themselves inside it."""
    from tests.matrix.world import build_world

    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def asker(world: "World") -> Iterator["Asker"]:
    from rest_framework.throttling import UserRateThrottle

    from tests.matrix.asking import Asker

    logging.disable(logging.WARNING)
    with pytest.MonkeyPatch.context() as patch:
        # Thousands of requests a minute, and not one too many.
        patch.setattr(UserRateThrottle, "get_rate", lambda _throttle: None)
        patch.setattr(settings, "ACCOUNT_RATE_LIMITS", False)
        yield Asker(world)
    logging.disable(logging.NOTSET)
