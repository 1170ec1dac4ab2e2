"""`make screenshots`: every page of the permission table, as somebody who may see it, four ways.

The pictures lie in var/screenshots/ as <page>-<role>-<mode>.png. PAGES="need_list pair" takes some
pages only, MODES="mobile-dark-en" some modes. No page can be forgotten: what the table says that
somebody may see and none of those who look here does fails.
"""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from catalog.choices import ListingKind
from catalog.demo import DEMO_PASSWORD
from catalog.forms.steps import STEPS
from catalog.models import Solution
from matchmaking.pictures import PICTURES
from tests import environment
from tests.look.demo_world import build_demo_world
from tests.matrix.addresses import all_addresses
from tests.matrix.expected import row_of
from tests.matrix.pages import Made
from tests.matrix.roles import Role
from tests.matrix.subjects import ATTACHMENT, PROOF_FILE
from tests.matrix.table import Outcome, Row
from tests.matrix.world import Standing, World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

FOLDER = environment.ROOT.parent / "screenshots"
# Who looks: of each page the first who may see it.
PEOPLE = (
    *(Role.ANONYMOUS, Role.FACTORY_OWNER, Role.VENDOR_OWNER, Role.PARK_STAFF),
    *(Role.OFFICER, Role.PLATFORM_ADMIN),
)
# Pages that say something else to everybody.
BY_ROLE = {
    *("home", "accounts:dashboard", "accounts:organization_detail"),
    *("catalog:need_detail", "catalog:solution_detail", "matchmaking:pair"),
}
WIDE = {"viewport": {"width": 1366, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
CHINESE, ENGLISH = {"locale": "zh-CN"}, {"locale": "en-GB"}
MODES: dict[str, dict[str, Any]] = {
    "desktop-light-zh": WIDE | CHINESE,
    "mobile-light-zh": PHONE | CHINESE,
    "desktop-dark-zh": WIDE | CHINESE | {"color_scheme": "dark"},
    "mobile-dark-en": PHONE | ENGLISH | {"color_scheme": "dark"},
}
_FILES = (ATTACHMENT, PROOF_FILE)
_SIZE = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"


@dataclass(frozen=True)
class Shot:
    name: str
    role: Role
    path: str

    def file(self, mode: str) -> Path:
        words = re.sub(r"\W+", "_", f"{self.name}-{self.role}").replace("accounts_", "")
        return FOLDER / f"{words.removeprefix('catalog_')}-{mode}.png"


def _wanted(name: str, variable: str) -> bool:
    asked = os.environ.get(variable, "").split()
    return not asked or any(word in name for word in asked)


def _letter(row: Row, role: Role) -> str | None:
    seen = (each for each in row.of.letters if row.expected("GET", role, each) is Outcome.SEE)
    return next(seen, None)


def _rows() -> Iterator[tuple[Any, Row]]:
    for address in all_addresses():
        row = row_of(address.name)
        if row is not None and row.get is not None and row.of not in _FILES:
            yield address, row


def _of_the_table(world: World, made: Made) -> Iterator[Shot]:
    for address, row in _rows():
        lookers = [role for role in PEOPLE if _letter(row, role)]
        seen = any(_letter(row, role) for role in Role)
        assert lookers or not seen, f"Nobody here may look at {address.name}."
        for role in lookers if address.name in BY_ROLE else lookers[:1]:
            letter = _letter(row, role)
            assert letter is not None
            try:
                with transaction.atomic():
                    made[row.of, letter] = row.of.make(world, role, letter)
            except IntegrityError:
                # There may be but one of them, which stands there already.
                assert (row.of, letter) in made
            yield Shot(address.name, role, address.path(made[row.of, letter]) + row.query)


def _steps(world: World) -> Iterator[Shot]:
    people = {ListingKind.NEED: Role.FACTORY_OWNER, ListingKind.SOLUTION: Role.VENDOR_OWNER}
    for kind, role in people.items():
        draft = world.listing(world.home(role), kind, Standing.DRAFT)
        for step in STEPS[kind]:
            path = reverse(f"catalog:{kind}_edit", args=[draft.public_id, step.slug])
            yield Shot(f"{kind}_edit_{step.slug}", role, path)


def _besides(world: World) -> Iterator[Shot]:
    """Pages of packages, of errors, and of the table once more as they are when filled."""
    yield from _steps(world)
    compared = Solution.objects.filter(is_demo=True, state="published").order_by("pk")[:4]
    query = "&".join(f"id={each.public_id}" for each in compared)
    visitors = {
        **{f"picture_{name}": reverse("matchmaking:picture", args=[name]) for name in PICTURES},
        "compare_four": f"{reverse('catalog:compare')}?{query}",
        "need_list_filtered": f"{reverse('catalog:need_list')}?q=焊接&industry=C33",
        "solution_list_empty": f"{reverse('catalog:solution_list')}?q=zzxxqq",
        "error_404": "/nowhere/",
        **{name: reverse(f"account_{name}") for name in ("login", "signup", "reset_password")},
    }
    members = {
        **{name: reverse(f"account_{name}") for name in ("email", "change_password", "logout")},
        **{name: reverse(name) for name in ("mfa_index", "mfa_activate_totp")},
        "usersessions": reverse("usersessions_list"),
    }
    admin = {
        "admin": "/admin/",
        "admin_needs": "/admin/catalog/need/",
        "admin_organizations": "/admin/accounts/organization/",
        "admin_audit": "/admin/accounts/event/",
    }
    for role, pages in (
        (Role.ANONYMOUS, visitors),
        (Role.FACTORY_OWNER, members),
        (Role.PLATFORM_ADMIN, admin),
    ):
        yield from (Shot(name, role, path) for name, path in pages.items())


def _context(browser: Browser, url: str, user: User | None, mode: str) -> BrowserContext:
    context = browser.new_context(base_url=url, timezone_id="Asia/Shanghai", **MODES[mode])
    if user is not None:
        client = Client()
        if user.check_password(DEMO_PASSWORD):
            client.post(reverse("account_login"), {"login": user.email, "password": DEMO_PASSWORD})
        else:
            client.force_login(user, backend=site.AUTHENTICATION_BACKENDS[1])
        value = client.cookies[site.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": site.SESSION_COOKIE_NAME, "value": value, "url": url}])
    return context


def _photograph(page: Page, shot: Shot, mode: str) -> bool:
    """Whether the address is a page: a part of one, or a file, is none."""
    answer = page.request.get(shot.path)
    if "text/html" not in answer.headers["content-type"] or "<html" not in answer.text():
        return False
    assert answer.status < 500, f"{shot.path}: {answer.status}"
    page.set_viewport_size(MODES[mode]["viewport"])
    page.goto(shot.path, wait_until="load")
    if "/reauthenticate/" in page.url:
        page.locator("input[name=password]").fill(DEMO_PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(f"**{shot.path}")
    # As high as the page: what sticks to the lower edge would stand in its middle.
    width, height = page.evaluate(_SIZE)
    page.set_viewport_size({"width": MODES[mode]["viewport"]["width"], "height": height})
    page.screenshot(path=shot.file(mode), animations="disabled")
    assert width <= MODES[mode]["viewport"]["width"], f"{shot.path} is {width} px wide ({mode})"
    return True


@pytest.fixture
def stage(settings: Settings) -> tuple[World, Made]:
    settings.EMBEDDER = "off"
    # So that the pages of the second factor open, not the one that asks for the password again.
    settings.ACCOUNT_REAUTHENTICATION_REQUIRED = False
    return build_demo_world()


def test_every_page_is_photographed(
    browser: Browser, live_server: LiveServer, stage: tuple[World, Made]
) -> None:
    world, made = stage
    shots = [*_of_the_table(world, made), *_besides(world)]
    shots = [shot for shot in shots if _wanted(shot.name, "PAGES")]
    modes = [mode for mode in MODES if _wanted(mode, "MODES")]
    assert shots, "PAGES names no page."
    assert modes, "MODES names no mode."
    if len(modes) == len(MODES) and "PAGES" not in os.environ:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    taken = 0
    for mode in modes:
        User.objects.update(language="en" if mode.endswith("-en") else "zh-hans")
        for role in PEOPLE:
            context = _context(browser, live_server.url, world.user(role), mode)
            page = context.new_page()
            for shot in shots:
                if shot.role is role:
                    taken += _photograph(page, shot, mode)
            context.close()
    assert taken
