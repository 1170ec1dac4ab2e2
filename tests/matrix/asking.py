"""One cell: a request in the world, what came of it, and everything undone again."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.matrix.roles import Role
from tests.matrix.table import Outcome
from tests.matrix.world import World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SAFE = ("GET", "HEAD", "OPTIONS")
# Sessions and failed log-ins are kept for whoever asks.
_BOOKKEEPING = ("django_session", "axes_", "usersessions_")
# What a look may leave behind: the record that it happened.
LOOKS = ("accounts_event", "catalog_disclosureview", "matchmaking_impression")
_WRITE = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)

_UUID = re.compile(rb"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
# The secret of the form's cookie, and its masked copies in the page.
_TOKEN = re.compile(rb"\b(?:[A-Za-z0-9]{64}|[A-Za-z0-9]{32})\b")


@dataclass(frozen=True)
class Answer:
    """What came back; ``plain`` is the answer without ids that the asker knows, and tokens."""

    outcome: Outcome
    status: int
    location: str
    written: tuple[str, ...]
    plain: tuple[Any, ...]

    def __str__(self) -> str:
        more = f" → {self.location}" if self.location else ""
        wrote = f", wrote {', '.join(sorted(set(self.written)))}" if self.written else ""
        return f"{self.outcome} ({self.status}{more}{wrote})"


class Asker:
    """Sends requests as one role after the other, each in a savepoint that is rolled back."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._clients: dict[Role, tuple[Client, str]] = {}
        self._login = reverse(settings.LOGIN_URL)
        self._admin_login = reverse("admin:login")
        self._join = reverse("accounts:organization_create")
        for role in Role:
            client = Client(raise_request_exception=False)
            user = world.user(role)
            if user is not None:
                client.force_login(user)
            session = client.cookies.get(settings.SESSION_COOKIE_NAME)
            self._clients[role] = client, session.value if session else ""

    def ask(
        self,
        method: str,
        role: Role,
        prepare: Callable[[], tuple[str, Mapping[str, Any]]],
        look: Callable[[tuple[str, ...]], None] = lambda _written: None,
    ) -> Answer:
        """``prepare`` makes what is asked for and returns the path and what is posted.

        ``look`` may read the tables that were written before everything is undone.
        """
        with undone():
            path, data = prepare()
            client = self._client(role)
            with writes() as written:
                response = _send(client, method, path, data)
            look(tuple(written))
            # The next page must not speak the language of this one.
            translation.deactivate()
            return self._answer(method, path, response, tuple(written))

    def _client(self, role: Role) -> Client:
        client, session = self._clients[role]
        client.cookies.clear()
        if session:
            client.cookies[settings.SESSION_COOKIE_NAME] = session
        return client

    def _answer(
        self, method: str, path: str, response: HttpResponse, written: tuple[str, ...]
    ) -> Answer:
        location = response.headers.get("Location", "")
        if method in SAFE:
            written = tuple(table for table in written if table not in LOOKS)
        outcome = self._outcome(method, response.status_code, location, bool(written))
        return Answer(outcome, response.status_code, location, written, _plain(response, path))

    def _outcome(self, method: str, status: int, location: str, wrote: bool) -> Outcome:
        fixed = {
            403: Outcome.FORBIDDEN,
            404: Outcome.HIDDEN,
            405: Outcome.NOT_ALLOWED,
        }
        path = location.partition("?")[0]
        if status == 503:
            # The health page of a site without workers, as here.
            return Outcome.SEE
        if status >= 500 or (wrote and method in SAFE):
            return Outcome.ERROR
        if status in fixed:
            return fixed[status] if not wrote else Outcome.ERROR
        if path in (self._login, self._admin_login):
            return Outcome.LOGIN if not wrote else Outcome.ERROR
        if wrote:
            return Outcome.DONE
        if path == self._join:
            return Outcome.JOIN
        if 300 <= status < 400:
            return Outcome.MOVED
        return Outcome.SEE if method in SAFE and status < 400 else Outcome.REFUSED


def _send(client: Client, method: str, path: str, data: Mapping[str, Any]) -> HttpResponse:
    if method == "POST":
        response: Any = client.post(path, dict(data))
    elif method in ("GET", "HEAD", "OPTIONS"):
        response = client.generic(method, path)
    else:
        response = client.generic(method, path, b"{}", content_type="application/json")
    return response  # type: ignore[no-any-return]


def _plain(response: HttpResponse, path: str) -> tuple[Any, ...]:
    body = response.content if not response.streaming else b""
    body = body.replace(path.encode(), b"<path>")
    headers = {
        name: _known(value.encode()) for name, value in response.headers.items() if name != "Date"
    }
    cookies = {name: _known(morsel.value.encode()) for name, morsel in response.cookies.items()}
    return response.status_code, headers, cookies, _known(body)


def _known(text: bytes) -> bytes:
    return _TOKEN.sub(b"<token>", _UUID.sub(b"<id>", text))


@contextmanager
def undone() -> Iterator[None]:
    """Roll back whatever happens inside; callbacks for after the commit are never called."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def writes() -> Iterator[list[str]]:
    """Collect the tables that statements inside write to."""
    tables: list[str] = []

    def watch(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        found = _WRITE.match(str(sql))
        if found and not found.group(1).startswith(_BOOKKEEPING):
            tables.append(found.group(1))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield tables
