"""A confidential need on its way through the stages, in a browser, as everybody who may look.

What each of eight people reads is held against the same list after every step; pictures of every
look lie under var/shots/disclosure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings as site
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership, User
from catalog.models import Need
from tests.builders import (
    make_district_officer,
    make_member,
    make_need,
    make_organization,
    make_park,
    make_park_staff,
    make_platform_admin,
    make_solution,
    make_vocabulary,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SUMMARY = {"酸洗线机器人改造"}
ACCEPTED = SUMMARY | {"每班人工换液", "浦江酸洗有限公司"}
AGREED = ACCEPTED | {"666"}
EVERYTHING = AGREED
NOTHING: set[str] = set()


@dataclass
class People:
    """A page for each, all at once, as if at eight desks."""

    pages: dict[str, Page]
    need: Need

    def read(self, step: str, **told: set[str]) -> None:
        """Each opens the need and reads exactly what ``told`` says of them."""
        for who, wanted in told.items():
            page = self.pages[who]
            page.goto(self.need.get_absolute_url())
            words = page.locator("main").inner_text()
            assert {each for each in EVERYTHING if each in words} == wanted, f"{who}, {step}"
            _shot(page, f"{step}-{who}")

    def press(self, who: str, path: str, verb: str) -> None:
        page = self.pages[who]
        page.goto(path)
        page.click(f"[data-dialog-open={verb}]")
        page.click(f"dialog#{verb} button[type=submit]")
        expect(page.locator("main .notice, main [role=status]").first).to_be_visible()
        _shot(page, f"after-{verb}-{who}")


def _shot(page: Page, name: str) -> None:
    folder = Path(site.VAR_DIR) / "shots" / "disclosure"
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def _open(browser: Browser, server: LiveServer, user: User | None) -> Page:
    context = browser.new_context(base_url=server.url, locale="zh-CN")
    if user is not None:
        client = Client()
        client.force_login(user)
        session = client.cookies[site.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": site.SESSION_COOKIE_NAME, "value": session, "url": server.url}]
        )
    return context.new_page()


@pytest.fixture
def people(browser: Browser, live_server: LiveServer) -> Iterator[People]:
    make_vocabulary()
    park = make_park()
    factory = make_organization(legal_name="浦江酸洗有限公司", park=park, verified=True)
    vendor, other = make_organization(verified=True), make_organization(verified=True)
    need = make_need(
        factory,
        title="酸洗线机器人改造",
        situation="酸洗线现在每班人工换液，既慢又不安全。",
        budget_low="6660000",
        budget_high="7770000",
        budget_visibility="public",
        confidentiality="confidential",
    )
    make_solution(vendor, title="防爆搬运机器人")
    make_solution(other, title="自动换液系统")
    owner = Membership.Role.OWNER
    users = {
        "owner": make_member(factory, role=owner).user,
        "vendor": make_member(vendor, role=owner).user,
        "other_vendor": make_member(other, role=owner).user,
        "park_staff": make_park_staff(park).user,
        "viewer": make_member(factory, role=Membership.Role.VIEWER).user,
        "officer": make_district_officer(park.district).user,
        "admin": make_platform_admin(),
        "anonymous": None,
    }
    pages = {who: _open(browser, live_server, user) for who, user in users.items()}
    yield People(pages, need)
    for page in pages.values():
        page.context.close()


def test_a_confidential_need_opens_step_by_step_to_one_vendor_alone(people: People) -> None:
    outside = dict.fromkeys(("other_vendor", "officer", "anonymous"), SUMMARY)
    inside = dict.fromkeys(("owner", "viewer", "park_staff", "admin"), EVERYTHING)
    people.read("1-summary", vendor=SUMMARY, **outside, **inside)

    vendor = people.pages["vendor"]
    vendor.click("text=表达对接意向")
    vendor.click("main form button.primary")
    expect(vendor.locator("main")).to_contain_text("待对方回应")
    introduction = vendor.url
    people.read("2-interest", vendor=SUMMARY, **outside, **inside)

    for who in ("other_vendor", "park_staff", "officer", "anonymous"):
        page = people.pages[who]
        page.goto(introduction)
        assert "酸洗线" not in page.content(), who

    people.press("owner", introduction, "accept")
    people.read("3-accepted", vendor=ACCEPTED, **outside, **inside)

    people.press("vendor", introduction, "confirm")
    people.read("4-one-confirmed", vendor=ACCEPTED, **outside, **inside)
    people.press("owner", introduction, "confirm")
    people.read("5-agreed", vendor=AGREED, **outside, **inside)

    # The owner reads who looked at what.
    owner = people.pages["owner"]
    owner.goto(f"{people.need.get_absolute_url()}viewers/")
    expect(owner.locator("main")).to_contain_text("查看")
    _shot(owner, "6-viewers")
