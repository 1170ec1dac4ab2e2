"""Every page, as each kind of user who may see it, holds WCAG 2.2 AA as far as axe can tell.

The table of the permission matrix says which pages there are and who sees them, so a new address
is looked at without a line here. Light and dark in Chinese on a wide screen; dark in English on a
phone for the first who sees a page.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from catalog.choices import ListingState
from catalog.demo import load_demo
from catalog.demo_files import read_demo
from catalog.models import Need, Scenario, Solution
from matchmaking.services import score_listing
from tests.matrix.addresses import all_addresses
from tests.matrix.expected import row_of
from tests.matrix.roles import Role
from tests.matrix.subjects import ATTACHMENT
from tests.matrix.table import Outcome
from tests.matrix.world import World, build_world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PEOPLE = (
    *(Role.ANONYMOUS, Role.FACTORY_OWNER, Role.VENDOR_OWNER, Role.PARK_STAFF),
    *(Role.OFFICER, Role.PLATFORM_ADMIN),
)
WIDE: ViewportSize = {"width": 1366, "height": 900}
# Higher than any page: what a bar at the lower edge covers can be scrolled to.
PHONE: ViewportSize = {"width": 390, "height": 6000}
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The innermost elements that reach beyond the screen.
BEYOND = """width => [...document.querySelectorAll("body *")]
    .filter(each => !each.children.length && each.getBoundingClientRect().right > width)
    .slice(0, 3).map(each => each.outerHTML.slice(0, 200))"""
_TAG = re.compile(r'<[a-z]\w*|(?<= class=")[^"]*')
# Pages of packages and errors, which the table does not name one by one.
OUTSIDE_THE_TABLE = {
    Role.ANONYMOUS: (
        *(reverse("account_login"), reverse("account_signup"), reverse("account_reset_password")),
        *("/nowhere/", "/solutions/?q=没有人提供的东西"),
    ),
    Role.FACTORY_OWNER: (
        *(reverse("account_email"), reverse("account_change_password"), reverse("mfa_index")),
        *(reverse("usersessions_list"), reverse("account_logout")),
    ),
}


def _see(world: World, role: Role) -> Iterator[str]:
    """The path of each page that the table lets ``role`` see, for the first fitting object."""
    for address in all_addresses():
        row = row_of(address.name)
        if row is None or row.get is None or row.of is ATTACHMENT:
            continue
        for letter in row.of.letters:
            if row.expected("GET", role, letter) is Outcome.SEE:
                yield address.path(row.of.make(world, role, letter)) + row.query
                break


def _richest() -> tuple[str, ...]:
    """What the demo data fills best: pages with every part they can have."""
    need = Need.objects.filter(state=ListingState.PUBLISHED, is_demo=True).earliest("pk")
    solutions = Solution.objects.filter(state=ListingState.PUBLISHED, is_demo=True)
    solution = solutions.exclude(cases=None).earliest("pk")
    scenarios = Scenario.objects.filter(pk__in=solution.scenarios.values("pk"))
    owners = (need.organization, solution.organization)
    return (
        *(listing.get_absolute_url() for listing in (need, solution)),
        *(owner.get_absolute_url() for owner in owners),
        *(scenario.get_absolute_url() for scenario in scenarios),
    )


class Looker:
    """Opens pages and notes what axe objects to, once for each kind of objection and element."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self.looked: set[str] = set()
        self._shapes: set[tuple[str, ...]] = set()
        self._axe = Axe()

    def look(self, page: Page, path: str, *, mode: str) -> bool:
        answer = page.request.get(path)
        # A part for htmx is looked at within its page; a file is no page.
        if "text/html" not in answer.headers["content-type"] or "<html" not in answer.text():
            return False
        assert answer.status < 500, f"{path}: {answer.status}"
        if not self._is_new(answer.text(), mode):
            return False
        page.goto(path)
        self.looked.add(path)
        self.ask_axe(page, path, mode, {"runOnly": STANDARDS})
        width = page.evaluate("document.documentElement.scrollWidth")
        allowed = page.viewport_size
        if allowed and width > allowed["width"]:
            self.found[f"wider than the screen {path}"] = (
                f"{width} px, {mode}: {page.evaluate(BEYOND, allowed['width'])}"
            )
        return True

    def _is_new(self, html: str, mode: str) -> bool:
        """Whether no page of the same elements was looked at: words alone change nothing."""
        body = html.partition("<main")[2].partition("</main>")[0]
        shape = (mode.partition(", ")[2], *_TAG.findall(body))
        is_new = shape not in self._shapes
        self._shapes.add(shape)
        return is_new

    def look_in_the_dark(self, page: Page) -> None:
        page.emulate_media(color_scheme="dark")
        self.ask_axe(
            page, page.url, "dark", {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
        )
        page.emulate_media(color_scheme="light")

    def ask_axe(self, page: Page, path: str, mode: str, options: dict[str, Any]) -> None:
        told = self._axe.run(page, options=options).response
        for violation in told["violations"]:
            for node in violation["nodes"]:
                key = f"{violation['id']}: {node['html'][:160]}"
                self.found.setdefault(key, f"{path} ({mode}) {node['failureSummary'][:300]}")


def _context(
    browser: Browser, server: LiveServer, user: User | None, **more: Any
) -> BrowserContext:
    context = browser.new_context(base_url=server.url, bypass_csp=True, **more)
    if user is not None:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}]
        )
    return context


@pytest.fixture
def world(settings: Settings) -> World:
    settings.EMBEDDER = "off"
    world = build_world()
    load_demo(read_demo())
    for listing in world.listings.values():
        score_listing(listing_id=listing.pk)
    return world


def _paths(world: World, role: Role) -> list[str]:
    more = OUTSIDE_THE_TABLE.get(role, ()) + (_richest() if role is Role.ANONYMOUS else ())
    return [*_see(world, role), *more]


def test_axe_finds_nothing_on_any_page(
    browser: Browser, live_server: LiveServer, world: World
) -> None:
    looker = Looker()
    shared: dict[str, Role] = {}
    for role in PEOPLE:
        paths = _paths(world, role)
        context = _context(browser, live_server, world.user(role), viewport=WIDE, locale="zh-CN")
        page = context.new_page()
        for path in paths:
            if looker.look(page, path, mode=f"{role}, light"):
                looker.look_in_the_dark(page)
                shared.setdefault(path, role)
        context.close()
    User.objects.update(language="en")
    for role in PEOPLE:
        mobile = {"viewport": PHONE, "color_scheme": "dark", "locale": "en-GB"}
        context = _context(browser, live_server, world.user(role), **mobile)
        page = context.new_page()
        for path in [path for path, first in shared.items() if first is role]:
            looker.look(page, path, mode=f"{role}, dark, English, phone")
        context.close()
    assert len(looker.looked) > 60
    assert not looker.found, "\n".join(f"{key}\n    {where}" for key, where in looker.found.items())


def test_axe_would_say_so(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content('<html lang="zh-CN"><main><h1>页</h1><img src="data:,"></main></html>')
    looker = Looker()
    looker.ask_axe(page, "/", "light", {"runOnly": STANDARDS})
    page.close()
    assert any(key.startswith("image-alt") for key in looker.found)
