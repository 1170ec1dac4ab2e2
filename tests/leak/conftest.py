"""Builds the world of tokens once, and tells at the end how much was looked at.

Named on the command line this file is read before Django is set up: what needs Django is imported
where it is used.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import pytest_django
from django.conf import settings
from django.core.cache import caches
from django.db import transaction

from tests import environment

if TYPE_CHECKING:
    from tests.leak.tally import Tally
    from tests.leak.world import World

TALLY = pytest.StashKey["Tally"]()


@pytest.fixture(scope="session")
def tally(request: pytest.FixtureRequest) -> "Tally":
    from tests.leak.tally import Tally

    return request.config.stash.setdefault(TALLY, Tally())


def pytest_sessionfinish(session: pytest.Session) -> None:
    environment.tell(session.config, session.config.stash.get(TALLY, None))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    tally = config.stash.get(TALLY, None)
    if tally is not None:
        terminalreporter.write_line(str(tally))


@pytest.fixture(scope="package")
def world(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator["World"]:
    """One transaction for all of it; what waits for a commit is sent to the real queues."""
    from django.core import mail
    from django.test import TestCase
    from rest_framework.throttling import UserRateThrottle

    from tests.leak.world import build_world

    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(UserRateThrottle, "get_rate", lambda _throttle: None)
        patch.setattr(settings, "ACCOUNT_RATE_LIMITS", False)
        for kept in caches.all():
            kept.clear()
        with TestCase.captureOnCommitCallbacks(execute=True):
            built = build_world()
        built.mails = list(mail.outbox)
        yield built
        transaction.set_rollback(True)
