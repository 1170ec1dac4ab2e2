"""What the pages that people open most weigh on a first visit, and that nothing jumps on them."""

import gzip
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, Response
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from catalog.models import Listing
from tests import environment
from tests.config.demo_pages import context_of, demo_pages

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Compressed, all that a first visit loads.
HEAVIEST = 100_000
# A tenth of what counts as good.
MOST_SHIFTED = 0.01
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
    settings.EMBEDDER = "off"
    return demo_pages()


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
    assert [str(row) for row in rows if row.shifted > MOST_SHIFTED] == []
