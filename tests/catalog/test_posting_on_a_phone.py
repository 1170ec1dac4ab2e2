"""From a pasted chat to a submitted need, on a phone and without scripts."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Dialog, Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from catalog.choices import ListingState
from catalog.models import Listing
from tests.builders import make_actor, make_vocabulary, restore_migrated_rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHAT = (
    "张工 10:32\n我们厂在松江做注塑件，表面划痕全靠人眼看，一天漏掉不少\n"
    "张工 10:33\n想上个相机自动检，节拍0.5秒一片，预算60到80万，三个月内上线，必须有ISO9001"
)
PHONE: ViewportSize = {"width": 390, "height": 844}
MOST_INTERACTIONS = 12


def _signed_in(browser: Browser, server: LiveServer, *, scripts: bool) -> Iterator[Page]:
    restore_migrated_rows()
    make_vocabulary()
    actor = make_actor()
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user)
    context = browser.new_context(
        base_url=server.url, viewport=PHONE, locale="zh-CN", java_script_enabled=scripts
    )
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}]
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    yield from _signed_in(browser, live_server, scripts=True)


@pytest.fixture
def plain_phone(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    yield from _signed_in(browser, live_server, scripts=False)


def _post(page: Page, *, measure: bool = False) -> int:
    """Paste, take what is suggested, submit; return how many times the person did something."""
    page.goto("/needs/new/")
    page.locator("[name=situation]").fill(CHAT)
    page.locator("#posting button.primary").click()
    page.wait_for_url("**/edit/suggestions/")
    assert page.locator("mark", has_text="松江").count() == 1
    wide = page.evaluate("document.documentElement.scrollWidth") if measure else PHONE["width"]
    assert wide <= PHONE["width"]
    page.locator("button[value=submit]").click()
    page.wait_for_url("**/needs/*/")
    return 4


def _is_posted() -> None:
    listing = Listing.objects.get()
    assert listing.state == ListingState.SUBMITTED
    payload = listing.revisions.get().payload
    assert payload["title"].startswith("我们厂在松江做注塑件")
    assert payload["district"] == "songjiang"
    assert float(payload["budget_high"]) == 800_000


def test_a_pasted_chat_is_a_submitted_need_after_a_few_taps(phone: Page) -> None:
    assert _post(phone, measure=True) <= MOST_INTERACTIONS
    _is_posted()


def test_the_same_without_scripts(plain_phone: Page) -> None:
    assert _post(plain_phone) <= MOST_INTERACTIONS
    _is_posted()


def test_words_save_themselves_and_survive_a_lost_page(phone: Page) -> None:
    phone.goto("/needs/new/")
    phone.locator("[name=situation]").press_sequentially("仓库找货太慢，盘点要停产两天")
    phone.locator("[data-autosave]", has_text="已保存").wait_for()
    assert Listing.objects.get().state == ListingState.DRAFT
    # Nothing is lost by leaving now: no question is asked.
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    phone.on("dialog", answer)
    phone.reload()
    assert phone.locator("[name=situation]").input_value() == "仓库找货太慢，盘点要停产两天"
    assert asked == []


def test_levels_draw_a_radar_while_they_are_chosen(phone: Page) -> None:
    _post_draft(phone)
    phone.goto(f"/needs/{Listing.objects.get().public_id}/edit/maturity/")
    phone.locator("[name=current-data]").select_option("1")
    phone.locator("[name=target-data]").select_option("3")
    phone.locator("#radar svg[role=img]").wait_for()


def _post_draft(page: Page) -> None:
    page.goto("/needs/new/")
    page.locator("[name=situation]").fill(CHAT)
    page.locator("#posting button.primary").click()
    page.wait_for_url("**/edit/suggestions/")
