"""Whether the site lives, may take traffic, and what of it works."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from accounts.permissions import can_see_health
from accounts.requests import ActorRequest
from matchmaking.services import CANARY_SECONDS, canary_age, embedder_report

logger = logging.getLogger(__name__)


class HealthMiddleware:
    """Answers /livez and /readyz before anything that could need a session or a known host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/livez":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            return _ready()
        return self.get_response(request)


def _ready() -> HttpResponse:
    """Ready means that pages can be served; workers may be away, the rows wait for them."""
    ok = database_state()["ok"]
    return HttpResponse(
        "ok\n" if ok else "not ready\n", status=200 if ok else 503, content_type="text/plain"
    )


def database_state() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.error("database unreachable: %s", type(error).__name__)
        return {"ok": False, "reason": type(error).__name__}
    return {"ok": True}


def broker_state() -> dict[str, Any]:
    try:
        cache.get("health")
    except (RedisError, OSError) as error:
        return {"ok": False, "reason": type(error).__name__}
    return {"ok": True}


def worker_state() -> dict[str, Any]:
    """The canary is a task that beat sends and a worker answers: only the whole way counts."""
    age = canary_age()
    return {
        "ok": age is not None and age <= CANARY_SECONDS,
        "seconds_since_canary": None if age is None else round(age, 1),
    }


@require_safe
@never_cache
def healthz(request: ActorRequest) -> HttpResponse:
    if not can_see_health(request.actor):
        raise Http404
    broker = broker_state()
    unknown: dict[str, Any] = {"ok": False, "reason": "broker unreachable"}
    report = {
        "database": database_state(),
        "broker": broker,
        "worker": worker_state() if broker["ok"] else unknown,
        "embedder": embedder_report() if broker["ok"] else unknown,
    }
    ok = all(part["ok"] for part in report.values())
    return JsonResponse({"ok": ok, **report}, status=200 if ok else 503)
