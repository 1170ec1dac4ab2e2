"""What the pages that people open most weigh on a first visit, and that nothing jumps on them."""

import gzip
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, Response
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from catalog.demo import load_demo
from catalog.demo_files import read_demo
from catalog.models import Listing, Need, Solution
from matchmaking.services import score_listing
from tests import environment
from tests.builders import make_vocabulary, restore_migrated_rows

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Compressed, all that a first visit loads.
HEAVIEST = 100_000
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1366, "height": 768}
# Entries of what happened before the observer was there are told too.
OBSERVE = """
window.largest = []; window.shifted = 0; window.moved = [];
new PerformanceObserver(list => list.getEntries().forEach(entry =>
  window.largest.push(entry.element ? entry.element.tagName : "gone")
)).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(entry => {
  window.shifted += entry.value;
  entry.sources.forEach(source => window.moved.push(source.node ? source.node.nodeName : "gone"));
})).observe({type: "layout-shift", buffered: true});
"""
# Two frames after everything is loaded: what moves late has moved.
SETTLE = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(frozen=True)
class Seen:
    name: str
    screen: str
    weight: int
    requests: int
    largest: str
    shifted: float
    moved: list[str]

    def __str__(self) -> str:
        return (
            f"{self.name:15} {self.screen:6} {self.weight / 1000:6.1f} KB in {self.requests:2}"
            f" requests, largest {self.largest}, shifted {self.shifted:.4f} {self.moved or ''}"
        )


@dataclass(frozen=True)
class Table:
    rows: list[Seen]

    def __str__(self) -> str:
        return "\n".join(map(str, self.rows))


@pytest.fixture
def site(settings: Settings) -> dict[str, tuple[str, str]]:
    """The demo site: the address of each page, and as whom it is opened."""
    settings.EMBEDDER = "off"
    restore_migrated_rows()
    make_vocabulary()
    load_demo(read_demo())
    owner, park = "factory@example.com", "park@example.com"
    need = Need.objects.filter(
        organization__memberships__user__email=owner, state="published"
    ).earliest("pk")
    score_listing(listing_id=need.pk)
    solution = Solution.objects.filter(state="published", cases__isnull=False).earliest("pk")
    facets = "industry=C36&scenario=inline_inspection"
    return {
        "home": ("/", ""),
        "needs hall": (f"/needs/?{facets}", ""),
        "solutions hall": (f"/solutions/?{facets}", ""),
        "need": (need.get_absolute_url(), owner),
        "solution": (solution.get_absolute_url(), owner),
        "organization": (solution.organization.get_absolute_url(), ""),
        "matches": (reverse("matchmaking:need_matches", args=[need.public_id]), owner),
        "moderation": (reverse("catalog:moderation_queue"), park),
    }


def context_of(browser: Browser, server: LiveServer, email: str, **more: object) -> BrowserContext:
    context = browser.new_context(
        base_url=server.url,
        bypass_csp=True,
        locale="zh-CN",
        **more,  # type: ignore[arg-type]
    )
    if email:
        client = Client()
        client.force_login(User.objects.get(email=email))
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}]
        )
    return context


def look(page: Page, name: str, path: str, screen: str) -> Seen:
    bodies: list[Response] = []
    page.on("response", lambda answer: bodies.append(answer))  # noqa: PLW0108 - a builtin has no name
    page.add_init_script(OBSERVE)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.evaluate(SETTLE)
    weight = sum(len(gzip.compress(answer.body())) for answer in bodies if answer.ok)
    largest = page.evaluate("window.largest")
    return Seen(
        name,
        screen,
        weight,
        len(bodies),
        largest[-1] if largest else "",
        page.evaluate("window.shifted"),
        page.evaluate("window.moved"),
    )


def test_a_first_visit_is_light_and_nothing_jumps(
    browser: Browser,
    live_server: LiveServer,
    site: dict[str, tuple[str, str]],
    pytestconfig: pytest.Config,
) -> None:
    assert Listing.objects.filter(is_demo=True).exists()
    rows = []
    for screen, size in (("wide", WIDE), ("phone", PHONE)):
        for name, (path, email) in site.items():
            # A context for each: nothing is kept from the page before.
            context = context_of(browser, live_server, email, viewport=size)
            rows.append(look(context.new_page(), name, path, screen))
            context.close()
    environment.tell(pytestconfig, Table(rows))
    assert [str(row) for row in rows if row.weight > HEAVIEST] == []
    assert [str(row) for row in rows if not row.largest or row.largest == "IMG"] == []
    assert [str(row) for row in rows if row.shifted > 0] == []
