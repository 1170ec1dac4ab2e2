"""The eight pages that people open most: how long they take, how often they ask the database."""

import gzip
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import numpy as np
from django.core.cache import cache
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.choices import ListingKind
from catalog.models import Need, Solution
from matchmaking.bench.building import Plan
from matchmaking.bench.stages import Figures, Say
from matchmaking.bench.web.client import Page, at_rate, per_second
from matchmaking.bench.web.server import EMPTY, server
from matchmaking.bench.web.world import Visitors, visitors

RATE = 50.0
_WARMING, _COUNTED, _COLD = 100, 500, 250
_CONNECTIONS, _SECONDS = 8, 5.0
_ROUNDS = 10
# So many different pairs of facets are asked for in turn.
_PAIRS = 12
_LINKED = re.compile(rb'(?:src|href)="(/static/[^"#]+\.(?:css|js|svg))"')


def pages(who: Visitors) -> dict[str, list[Page]]:
    """Return the measured pages by name; a hall is asked for under several pairs of facets."""
    nobody: Mapping[str, str] = {}

    def page(name: str, path: str, cookies: Mapping[str, str] = nobody) -> Page:
        return Page(name, path, cookies)

    need, solution = who.need, who.solution
    return {
        "home": [page("home", "/")],
        "needs_hall": [page("needs_hall", path) for path in _halls(ListingKind.NEED)],
        "solutions_hall": [page("solutions_hall", path) for path in _halls(ListingKind.SOLUTION)],
        "need": [page("need", need.get_absolute_url(), who.owner)],
        "solution": [page("solution", solution.get_absolute_url(), who.owner)],
        "organization": [page("organization", who.organization.get_absolute_url())],
        "matches": [
            page("matches", reverse("matchmaking:need_matches", args=[need.public_id]), who.owner)
        ],
        "moderation": [page("moderation", reverse("catalog:moderation_queue"), who.staff)],
    }


def _halls(kind: ListingKind) -> list[str]:
    """Return addresses of a hall under two facets: the pairs that most listings have."""
    model, industry = (Need, "industry") if kind == ListingKind.NEED else (Solution, "industries")
    path = reverse(f"catalog:{kind.value}_list")
    pairs = model._default_manager.values_list(f"{industry}__code", "scenarios__code")
    most = pairs.annotate(n=Count("*")).order_by("-n", f"{industry}__code", "scenarios__code")
    return [
        f"{path}?{urlencode({'industry': code, 'scenario': scenario})}"
        for code, scenario, _n in most.exclude(scenarios=None)[:_PAIRS]
        if code
    ]


def measure(plan: Plan) -> Figures:
    """Ask for every page at a steady rate, cold and warm, and see what it costs."""
    asked = pages(visitors())
    # People and matches came after the load; autovacuum, off here, would have seen them long since.
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    figures: Figures = {"rate_per_s": RATE}
    figures["pages"] = {name: {"queries": queries(turns)} for name, turns in asked.items()}
    log = plan.folder / "log" / "bench-web.log"
    for name, turns in asked.items():
        found = figures["pages"][name]
        cache.clear()
        with server(log) as port:
            found.update(_quantiles("cold_", at_rate(port, turns, RATE, _COLD)))
        found.update(_warm(log, turns))
        plan.say(f"  {name:15} " + "  ".join(f"{key} {value}" for key, value in found.items()))
    figures["mixed"] = _mixed(log, asked, figures["pages"])
    plan.say(f"  all in turn     {figures['mixed']}")
    figures.update(_throughput(log, asked, plan.say))
    figures["p95_ms"] = max(found["p95_ms"] for found in figures["pages"].values())
    figures["cold_p95_ms"] = max(found["cold_p95_ms"] for found in figures["pages"].values())
    figures["queries"] = max(found["queries"] for found in figures["pages"].values())
    return figures


def _warm(log: Path, turns: Sequence[Page]) -> Figures:
    with server(log) as port:
        at_rate(port, turns, RATE, _WARMING)
        return _quantiles("", at_rate(port, turns, RATE, _COUNTED))


def _mixed(log: Path, asked: Mapping[str, Sequence[Page]], pages: dict[str, Figures]) -> Figures:
    """Ask for all pages in turn at the same rate, as visitors together do, cold and warm.

    The figures of all are returned, those of each page stored with its others.
    """
    turns = [each[number % len(each)] for number in range(_PAIRS) for each in asked.values()]
    cache.clear()
    with server(log) as port:
        cold = at_rate(port, turns, RATE, 2 * len(turns))
        warm = at_rate(port, turns, RATE, _ROUNDS * len(turns))
    for prefix, times in (("mixed_cold_", cold), ("mixed_", warm)):
        for name, found in _by_page(turns, times).items():
            pages[name].update(_quantiles(prefix, found))
    return _quantiles("cold_", cold) | _quantiles("", warm)


def _by_page(turns: Sequence[Page], times: Sequence[float]) -> dict[str, list[float]]:
    """Sort the milliseconds of ``turns``, asked for again and again, by page."""
    found: dict[str, list[float]] = {page.name: [] for page in turns}
    for number, took in enumerate(times):
        found[turns[number % len(turns)].name].append(took)
    return found


def _quantiles(prefix: str, times: Sequence[float]) -> Figures:
    p50, p95, p99 = np.quantile(times, (0.5, 0.95, 0.99)).round(1).tolist()
    return {f"{prefix}p50_ms": p50, f"{prefix}p95_ms": p95, f"{prefix}p99_ms": p99}


def queries(turns: Sequence[Page]) -> int:
    """Return the most queries that any of ``turns`` needs, caches warm."""
    most = 0
    for page in turns:
        client = Client(headers={"host": "127.0.0.1"})
        client.cookies.load(dict(page.cookies))
        client.get(page.path)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(page.path)
        if response.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{page.path}: {response.status_code}")
        most = max(most, len(captured))
    return most


def _throughput(log: Path, asked: Mapping[str, Sequence[Page]], say: Say) -> Figures:
    """Compare the needs hall with an empty page: same server, same run."""
    hall, empty = asked["needs_hall"][0], Page("empty", EMPTY, {})
    with server(log) as port:
        at_rate(port, [hall, empty], RATE, _WARMING)
        each = {
            page.name: per_second(port, page, connections=_CONNECTIONS, seconds=_SECONDS)
            for page in (empty, hall)
        }
        weight = first_page_bytes(port)
    share = each["needs_hall"] / each["empty"]
    say(f"  needs hall {each['needs_hall']:.0f}/s, empty page {each['empty']:.0f}/s: {share:.3f}")
    return {
        "needs_hall_per_s": round(each["needs_hall"], 1),
        "empty_page_per_s": round(each["empty"], 1),
        "needs_hall_share": round(share, 4),
        "first_page_kb": round(weight / 1000, 1),
    }


def first_page_bytes(port: int) -> int:
    """Return what a first visit loads: the front page and all it links to, compressed."""

    def load(path: str) -> bytes:
        address = f"http://127.0.0.1:{port}{path}"
        with urlopen(address) as response:  # nosec B310
            return bytes(response.read())

    page = load("/")
    linked = {address.decode() for address in _LINKED.findall(page)}
    return sum(len(gzip.compress(body)) for body in (page, *map(load, sorted(linked))))
