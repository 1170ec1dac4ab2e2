"""What the browser prints of a page: its content whole, and nothing that only a screen can use."""

from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.config.demo_pages import context_of, demo_pages

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# A4 between the margins of print.css, in CSS pixels.
PAPER = {"width": 688, "height": 1000}
PRINTED = (
    *("needs hall", "solutions hall", "need", "matches", "solution", "organization", "picture"),
)
FOLD = "document.querySelectorAll('details').forEach(each => each.removeAttribute('open'))"
LOOK = """() => {
  const seen = selector => [...document.querySelectorAll(selector)]
    .filter(node => node.checkVisibility() && node.getBoundingClientRect().width > 1);
  const told = nodes => nodes.map(node => node.outerHTML.slice(0, 160));
  const lightness = node => getComputedStyle(node).color.match(/[0-9.]+/g).slice(0, 3)
    .reduce((sum, part) => sum + Number(part), 0) / 765;
  const main = document.querySelector("main");
  const cells = [...main.querySelectorAll(":is(th, td):not(.on-screen)")];
  const folded = [...main.querySelectorAll("details:not(.facet)")];
  return {
    idle: told(seen(
      "nav, .site-header, .site-footer, .filters, button, .button, dialog, [type=search]")),
    folded: told(folded.flatMap(each => [...each.children])
      .filter(node => node.checkVisibility() === false && node.textContent.trim())),
    details: folded.length,
    cut: told(cells.filter(cell => !cell.querySelector(".button")
      && (!cell.checkVisibility() || cell.getBoundingClientRect().right > innerWidth))),
    cells: cells.length,
    beyond: document.documentElement.scrollWidth - innerWidth,
    bare: told(seen("main p a, main th a, main h3 a")
      .filter(link => !getComputedStyle(link).textDecorationLine.includes("underline"))),
    pale: told(seen("main a, main .badge, main .tag").filter(node => lightness(node) > 0.5)),
    ground: getComputedStyle(document.body).backgroundColor,
  };
}"""


@dataclass(frozen=True)
class Paper:
    name: str
    idle: list[str]
    folded: list[str]
    details: int
    cut: list[str]
    cells: int
    beyond: int
    bare: list[str]
    pale: list[str]
    ground: str


@pytest.fixture
def pages(settings: Settings) -> dict[str, tuple[str, str]]:
    settings.EMBEDDER = "off"
    pages = demo_pages()
    matches, owner = pages["matches"]
    table, _ = pages["solutions hall"]
    return pages | {
        "picture": (reverse("matchmaking:picture", args=["heat"]), ""),
        "matches": (f"{matches}?all=1", owner),
        "solutions hall": (f"{table}&view=table", ""),
    }


def printed(browser: Browser, server: LiveServer, name: str, path: str, email: str) -> Paper:
    # In the dark: ink is black on white all the same.
    context = context_of(browser, server, email, viewport=PAPER, color_scheme="dark")
    page = context.new_page()
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.evaluate(FOLD)
    page.emulate_media(media="print")
    paper = Paper(name, **page.evaluate(LOOK))
    context.close()
    return paper


def test_paper_has_the_whole_content_and_nothing_to_press(
    browser: Browser, live_server: LiveServer, pages: dict[str, tuple[str, str]]
) -> None:
    papers = [printed(browser, live_server, name, *pages[name]) for name in PRINTED]
    for paper in papers:
        assert (paper.name, paper.idle) == (paper.name, [])
        assert (paper.name, paper.folded) == (paper.name, [])
        assert (paper.name, paper.cut) == (paper.name, [])
        assert (paper.name, paper.beyond) == (paper.name, 0)
        assert (paper.name, paper.bare) == (paper.name, [])
        assert paper.ground == "rgb(255, 255, 255)"
        assert (paper.name, paper.pale) == (paper.name, [])
    # There was something to unfold, and there were tables to cut.
    assert sum(paper.details for paper in papers) > 0
    assert sum(paper.cells for paper in papers) > 0
