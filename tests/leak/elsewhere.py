"""What no role reads through a page: mails, Redis, queues, logs, error reports, events."""

import base64
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import redis
from celery import current_app
from django.core import mail
from django.core.cache import caches
from django.core.mail import EmailMessage
from django.db import connection
from django.urls import reverse

from catalog.choices import RevisionState
from catalog.models import Revision
from config.env import redis_urls
from matchmaking.models import Introduction
from tests.conftest import QUEUES
from tests.leak.crawling import Document, client_of, send
from tests.leak.secrets import unpacked
from tests.leak.viewers import ASKING, Viewer
from tests.leak.world import World

_WATCHED = ("", "django", "django.request", "django.security", "django.server", "celery", "kombu")


@contextmanager
def logged() -> Iterator[list[str]]:
    """Collect what any logger says, formatted as a handler would, from DEBUG up."""
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Keeping()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root, before = logging.getLogger(), {}
    for name in _WATCHED:
        logger = logging.getLogger(name)
        before[name] = logger.level
        logger.setLevel(logging.DEBUG)
    root.addHandler(handler)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


def log_documents(lines: list[str]) -> Iterator[Document]:
    for line in lines:
        yield Document(Viewer.NOBODY, "log", line[:200], 200, line.encode())


def mails(world: World) -> Iterator[Document]:
    """Each mail as its reader gets it; what goes to the site's own admins is nobody's."""
    readers = {user.email: viewer for viewer, user in world.people.items()}
    for message in world.mails:
        for address in message.recipients():
            viewer = readers.get(address, Viewer.INVITED)
            # Whoever is invited knows the address it came to.
            text = _text(message).replace(address, "<own address>")
            yield Document(viewer, "e-mail", str(message.subject), 200, text.encode())


def _text(message: EmailMessage) -> str:
    alternatives = getattr(message, "alternatives", [])
    parts = [message.subject, message.body, *(str(each[0]) for each in alternatives)]
    parts += [f"{name}: {value}" for name, value in message.extra_headers.items()]
    parts += [str(each) for each in message.attachments]
    return "\n".join(map(str, parts))


def in_redis() -> Iterator[Document]:
    """Keys and values of both databases: the cache, and what waits in the queues."""
    with (
        redis.Redis.from_url(redis_urls().cache) as cache,
        current_app.connection_for_read() as connected,
    ):
        # The broker's address is kombu's own kind.
        channel: Any = connected.default_channel
        for server in (cache, channel.client):
            for key in server.scan_iter(count=500):
                data = key + b"\n" + unpacked(_value(server, key))
                name = "queue" if key.decode() in QUEUES else "cache"
                yield Document(Viewer.NOBODY, name, key.decode(errors="replace"), 200, data)


def _value(server: Any, key: bytes) -> bytes:
    kind = server.type(key).decode()
    if kind == "string":
        return bytes(server.get(key))
    if kind == "list":
        rows = server.lrange(key, 0, -1)
    elif kind == "hash":
        rows = [item for pair in server.hgetall(key).items() for item in pair]
    elif kind == "set":
        rows = list(server.smembers(key))
    else:
        rows = server.zrange(key, 0, -1)
    return b"[" + b",".join(rows) + b"]"


def in_process() -> Iterator[Document]:
    """What this process keeps in its own cache."""
    kept: Any = caches["figures"]
    for key, value in list(kept._cache.items()):
        yield Document(Viewer.NOBODY, "cache", key, 200, key.encode() + b"\n" + value)


def records() -> Iterator[Document]:
    """Every event as it is hashed, and what the seals and sessions hold."""
    for table in ("accounts_event", "accounts_auditseal", "django_session", "matchmaking_matchrun"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")  # noqa: S608
            text = "\n".join(row[0] for row in cursor.fetchall())
        yield Document(Viewer.NOBODY, "record", table, 200, unpacked(text.encode()))


def queued_arguments() -> list[Any]:
    """Return what the messages that wait in the queues hand to their tasks."""
    with current_app.connection_for_read() as connected:
        broker: Any = connected.default_channel
        waiting = [
            json.loads(each) for queue in QUEUES for each in broker.client.lrange(queue, 0, -1)
        ]
    return [json.loads(base64.b64decode(message["body"]))[0] for message in waiting]


def are_ids(arguments: Any) -> bool:
    """Whether a task is handed nothing but numbers."""
    if isinstance(arguments, list):
        return all(are_ids(each) for each in arguments)
    return isinstance(arguments, int)


def broken(
    world: World,
    patch: pytest.MonkeyPatch,
    lines: list[str],
    viewers: Sequence[Viewer] = ASKING,
) -> Iterator[Document]:
    """Let pages that hold confidential things fail when they are about to be shown."""
    patch.setattr("django.shortcuts.loader.render_to_string", _fail)
    patch.setattr("django.conf.settings.ADMINS", [("", "operator@example.com")])
    before = len(mail.outbox)
    paths = _confidential_paths(world)
    for viewer in viewers:
        client = client_of(world, viewer)
        for path in paths:
            yield send(client, viewer, "error page", path)
    patch.undo()
    for message in mail.outbox[before:]:
        text = _text(message).encode()
        yield Document(Viewer.NOBODY, "error report", str(message.subject), 200, text)
    yield from log_documents(lines)


def _confidential_paths(world: World) -> list[str]:
    paths = [listing.get_absolute_url() for listing in world.needs.values()]
    paths += [row.get_absolute_url() for row in Introduction.objects.all()]
    revisions = Revision.objects.filter(state=RevisionState.SUBMITTED)
    paths += [reverse("catalog:moderation_review", args=[row.public_id]) for row in revisions]
    main, solution = world.needs["main"].public_id, world.solutions[Viewer.AGREED].public_id
    paths.append(reverse("matchmaking:pair", args=[main, solution]))
    paths.append(reverse("matchmaking:solution_matches", args=[solution]))
    return paths


def _fail(template: Any, context: Any = None, *_args: Any, **_more: Any) -> str:
    """Fail as a template might: with everything it was given at hand."""
    held = list((context or {}).values())
    raise TypeError(f"{len(held)} values for {template}")
