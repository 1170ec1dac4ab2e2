"""Real servers for every test, a real browser and a real worker for those that ask."""

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import django
import hypothesis
import pytest
import pytest_django
import redis
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.utils import translation
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.plugin import blocking_manager_key

from config.celery import app as celery_app
from config.env import redis_urls
from config.local.child import Child, Program, wait_until
from config.local.refusal import Refusal
from config.local.servers import FolderInUse, Wanted, servers
from tests import environment, refusals

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

environment.name_servers()

# A run that proves a commit tries the same examples every time; elsewhere new ones are welcome.
# A busy machine is no mistake: no test is timed.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")

_running = ExitStack()
# What large proofs in other processes say of themselves.
_told = pytest.StashKey[list[str]]()
_refused = pytest.StashKey[list[dict[str, list[str]]]]()

MOST_PROCESSES = 4

QUEUES = ("interactive", "bulk", "embed")

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def thorough(pytestconfig: pytest.Config) -> bool:
    return environment.is_thorough(pytestconfig.getoption("markexpr"))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the servers, unless nothing will run, and set Django up for collecting the tests.

    Naming the settings in pyproject.toml would set it up before this file could name the servers.
    """
    shares = config.getoption("numprocesses", default=None) and not environment.WORKER
    if not (shares or config.getoption("help") or config.getoption("collectonly")):
        _start_servers()
    django.setup()
    refusals.watch()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process for each processor, each with servers of its own; one alone on named servers."""
    embeds = environment.EMBEDS_DATABASE and environment.EMBEDS_REDIS
    return min(os.cpu_count() or 1, MOST_PROCESSES) if embeds else 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Inherited, this name would have the settings read before the process named its servers."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    output = getattr(node, "workeroutput", {})
    node.config.stash.setdefault(_told, []).extend(output.get(environment.TOLD, []))
    node.config.stash.setdefault(_refused, []).append(output.get("refusals", {}))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash.get(_told, []):
        terminalreporter.write_line(line)
    found = refusals.merged([*config.stash.get(_refused, []), refusals.own()])
    if found and not environment.WORKER:
        file = environment.FOLDER.root / "refusals.json"
        file.write_text(json.dumps(found, indent=1), encoding="utf-8")
        terminalreporter.write_line(f"{refusals.told(found)} ({file})")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        told = refusals.own()
        session.config.workeroutput["refusals"] = told


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests in one process, and a large proof's: each builds its world once."""
    for item in items:
        folder = item.path.parent.name
        group = folder if folder in ("leak", "matrix") else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


def _start_servers() -> None:
    wanted = Wanted(database=environment.EMBEDS_DATABASE, redis=environment.EMBEDS_REDIS, fast=True)
    try:
        _running.enter_context(servers(environment.FOLDER, wanted))
    except FolderInUse as busy:
        pytest.exit(
            f"Other tests run in {environment.FOLDER.root} ({busy.holder}); set ZHIPEI_VAR.",
            returncode=1,
        )
    except Refusal as refusal:
        pytest.exit(str(refusal), returncode=1)
    _redis().flushdb()


@receiver(connection_created)
def _may_empty_tables(connection: BaseDatabaseWrapper, **_: object) -> None:
    """A test with real transactions ends by emptying every table, the record of events too."""
    with connection.cursor() as cursor:
        cursor.execute("SET zhipei.audit_truncate = 'on'")


def pytest_unconfigure() -> None:
    _running.close()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """A test database can be dropped only after everybody left it, the live server's threads too.

    They keep their connections for the browser's next request, which never comes.
    """
    yield
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")
            if not cursor.fetchall():
                break
            time.sleep(0.05)


def _redis() -> redis.Redis:
    return redis.Redis.from_url(redis_urls().cache)


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Without it the journeys are skipped, except where CI promises it."""
    path = _chromium()
    if path is None:
        reason = "no chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    # Playwright's loop lives in this thread, and Django would refuse the tests' own queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser, live_server: "LiveServer") -> Iterator[Page]:
    """A fresh visitor of the live site; scripts that fail or break the policy fail the test."""
    context = browser.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 1360, "height": 900},
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda message: (
            faults.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield page
    context.close()
    assert not faults, faults


@pytest.fixture(scope="session")
def _worker(django_db_setup: None) -> Iterator[Child]:
    """One Celery process on the test database, started when first asked for.

    It takes from no queue of the site's except while a test asks for it: other tests write
    messages too, and some of them score by rules of their own.
    """
    program = Program(
        "live-worker",
        [
            *[sys.executable, "-m", "celery", "--app", "config", "worker"],
            *["--queues=nobodys", "--pool=solo", "--loglevel=INFO"],
            *["--hostname=tests@%h", "--without-gossip", "--without-mingle"],
        ],
        environment={
            **os.environ,
            "DEBUG": "true",
            "DATABASE_URL": environment.test_database_url(connection.settings_dict["NAME"]),
        },
    )
    worker = Child(program, environment.FOLDER.log)
    worker.start()
    try:
        wait_until(lambda: bool(_active()), worker, seconds=60)
        yield worker
    finally:
        worker.stop()


def _active() -> dict[str, Any]:
    """What each worker is doing now; empty while none answers."""
    return celery_app.control.inspect(timeout=0.5).active() or {}


@pytest.fixture
def live_worker(transactional_db: None, _worker: Child) -> Iterator[Child]:
    """A real worker takes what this test enqueues; the next test finds an empty queue."""
    celery_app.control.purge()
    for queue in QUEUES:
        celery_app.control.add_consumer(queue, reply=True)
    yield _worker
    for queue in QUEUES:
        celery_app.control.cancel_consumer(queue, reply=True)
    celery_app.control.purge()
    deadline = time.monotonic() + 20
    while any(_active().values()):
        assert time.monotonic() < deadline, "the worker is still busy with this test's work"
        time.sleep(0.1)


@pytest.fixture(autouse=True)
def _source_language() -> Iterator[None]:
    """A page asked for in English leaves its thread speaking English to the tests that follow."""
    yield
    translation.deactivate()


def _has_real_transactions(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    names = set(getattr(item, "fixturenames", ()))
    real = marker is not None and bool(marker.kwargs.get("transaction"))
    return real or bool({"transactional_db", "live_server", "live_worker"} & names)


@pytest.fixture(autouse=True)
def _rows_of_migrations(request: pytest.FixtureRequest) -> None:
    """Put back what migrations created, for a test that may follow one of an older run."""
    if _has_real_transactions(request.node):
        request.getfixturevalue("transactional_db")
        from tests import builders

        builders.restore_migrated_rows()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Put back what migrations created once a test with real transactions emptied every table.

    Where processes share the tests any other may follow, one whose module builds a world first.
    """
    yield
    # After the last test its database is gone.
    if nextitem is not None and _has_real_transactions(item):
        from tests import builders

        with item.config.stash[blocking_manager_key].unblock():
            builders.restore_migrated_rows()
