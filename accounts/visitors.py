"""Pages as those see them who are not signed in, kept for a minute by each process.

A visitor's page rests on public fields only, and its address, language and look say all the rest.
Whatever may change a public page ends all kept pages at once, through a number in the cache that
every process asks for; should that number be lost, a minute is the longest a page lives.
"""

import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.translation import get_language
from redis.exceptions import RedisError

from accounts.single_flight import SingleFlight

logger = logging.getLogger(__name__)

P = ParamSpec("P")

_flight = SingleFlight()
_EPOCH = "visitors-epoch"
_TOKEN = re.compile(rb'(?:X-CSRFToken": "|csrfmiddlewaretoken" value=")([A-Za-z0-9]{64})"')
# Who carries one of these may be somebody, or is about to be told something.
_PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, "messages")
_TOLD_BY = ("HX-Request", "HX-Target", "HX-Boosted", "HX-History-Restore-Request")

# What happens without changing any page that a visitor sees; every other event ends kept pages.
_UNSEEN = (
    *("user.", "search.", "membership.", "invitation.", "join_request.", "consent.", "disclosure."),
    *("introduction.", "weights.", "run.", "attachment.opened", "listing.created"),
    *("listing.drafted", "listing.submitted", "listing.withdrawn", "listing.claimed"),
    *("listing.released", "listing.escalated", "listing.answered", "listing.scoring_requested"),
)


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer without its reader's token."""

    body: bytes
    headers: dict[str, str]
    token: bytes | None

    def answer(self, request: HttpRequest) -> HttpResponse:
        body = self.body
        if self.token is not None:
            body = body.replace(self.token, get_token(request).encode())
        return HttpResponse(body, headers=self.headers)


def kept_for_visitors(
    view: Callable[Concatenate[Any, P], HttpResponse],
) -> Callable[Concatenate[Any, P], HttpResponse]:
    """Answer visitors from what the view told another visitor within the last minute."""

    @wraps(view)
    def answered(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        key = _key(request)
        if key is None:
            return view(request, *args, **kwargs)
        store = caches["figures"]
        known = store.get(key)
        if isinstance(known, _Kept):
            return known.answer(request)
        # Many often ask at once just when a page has ended.
        with _flight.alone(key):
            known = store.get(key)
            if isinstance(known, _Kept):
                return known.answer(request)
            response = view(request, *args, **kwargs)
            kept = _without_token(response)
            if kept is not None:
                store.set(key, kept)
            return response

    return answered


def _key(request: HttpRequest) -> str | None:
    """Name everything a visitor's page rests on; None for whoever is no plain visitor."""
    if request.method != "GET" or any(name in request.COOKIES for name in _PERSONAL_COOKIES):
        return None
    try:
        epoch = caches["default"].get(_EPOCH, 0)
    except RedisError:
        # Without the number nobody knows what has changed since.
        return None
    rests_on = (
        epoch,
        request.build_absolute_uri(),
        get_language(),
        request.COOKIES.get("theme", ""),
        [request.headers.get(name, "") for name in _TOLD_BY],
    )
    return f"visitors:{sha256(repr(rests_on).encode()).hexdigest()}"


def _without_token(response: HttpResponse) -> _Kept | None:
    if response.status_code != HTTPStatus.OK or response.streaming or response.cookies:
        return None
    tokens = set(_TOKEN.findall(response.content))
    if len(tokens) > 1:
        return None
    return _Kept(response.content, dict(response.items()), tokens.pop() if tokens else None)


def note_event(verb: str) -> None:
    """End all kept pages once the running transaction is committed, if ``verb`` may show."""
    if not verb.startswith(_UNSEEN):
        transaction.on_commit(_forget, robust=True)


def _forget() -> None:
    try:
        caches["default"].set(_EPOCH, secrets.token_hex(8), timeout=None)
    except RedisError:
        logger.warning("visitors' pages could not be ended; they live a minute at most")
