"""What a keyboard alone reaches, and what needs no script."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.actors import Actor
from accounts.models import Membership
from catalog.choices import ListingState
from catalog.models import Listing
from tests.builders import make_actor, make_need, make_solution, make_vocabulary

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_STOPS = 150
FOCUSED = "document.activeElement"
HERE = """() => {
  const node = document.activeElement;
  const style = getComputedStyle(node);
  return [node.tagName, (node.innerText || node.name || node.value || '').trim(),
          style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0];
}"""


def context_of(
    browser: Browser, server: LiveServer, actor: Actor | None, *, scripts: bool = True
) -> BrowserContext:
    context = browser.new_context(
        base_url=server.url, locale="zh-CN", java_script_enabled=scripts, service_workers="block"
    )
    if actor is not None and actor.user is not None:
        client = Client()
        client.force_login(actor.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}]
        )
    return context


@pytest.fixture
def editor() -> Actor:
    make_vocabulary()
    return make_actor(Membership.Role.OWNER)


@pytest.fixture
def own_page(browser: Browser, live_server: LiveServer, editor: Actor) -> Iterator[Page]:
    context = context_of(browser, live_server, editor)
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


def tab_to(page: Page, words: str) -> None:
    """Press Tab until ``words`` are focused; each stop must be seen."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        tag, text, is_outlined = page.evaluate(HERE)
        assert tag == "BODY" or is_outlined, f"{tag} {text!r} does not show that it is focused"
        if words in text:
            return
    pytest.fail(f"{words} cannot be reached by Tab")


def test_the_first_stop_leads_past_the_menus_to_the_words(page: Page) -> None:
    make_vocabulary()
    page.goto("/needs/")
    page.keyboard.press("Tab")
    assert "跳到正文" in page.evaluate(HERE)[1]
    page.keyboard.press("Enter")
    assert page.evaluate(f"{FOCUSED}.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate(f"Boolean({FOCUSED}.closest('main'))")


@pytest.mark.parametrize("path", ["/", "/needs/", "/solutions/", "/accounts/login/"])
def test_tab_walks_through_a_page_to_its_foot_and_is_never_caught(page: Page, path: str) -> None:
    make_vocabulary()
    make_need()
    make_solution()
    page.goto(path)
    tab_to(page, "用户协议")


def test_a_menu_opens_by_enter_and_closes_by_escape_where_it_was_opened(own_page: Page) -> None:
    own_page.goto("/needs/")
    summary = own_page.locator("details[data-menu] > summary").first
    summary.focus()
    own_page.keyboard.press("Enter")
    menu = own_page.locator("details[data-menu]").first
    expect(menu).to_have_attribute("open", "")
    own_page.keyboard.press("Tab")
    own_page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()


def test_a_question_is_asked_in_a_dialog_that_gives_the_focus_back(
    own_page: Page, editor: Actor
) -> None:
    need = make_need(editor.organization)
    own_page.goto(need.get_absolute_url())
    archive = own_page.get_by_role("button", name="归档")
    archive.focus()
    own_page.keyboard.press("Enter")
    dialog = own_page.locator("#confirm-dialog")
    expect(dialog).to_be_visible()
    assert own_page.evaluate(f"Boolean({FOCUSED}.closest('dialog'))")
    own_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(archive).to_be_focused()
    assert Listing.objects.get(pk=need.pk).state == ListingState.PUBLISHED


def test_a_need_is_posted_by_keys_alone(own_page: Page) -> None:
    own_page.goto("/needs/new/")
    own_page.keyboard.press("Tab")
    own_page.keyboard.press("Enter")
    for name, words in (
        ("situation", "三条后处理产线依赖人工目检，漏检率偏高。"),
        ("title", "铸件表面缺陷在线检测"),
    ):
        for _ in range(MOST_STOPS):
            own_page.keyboard.press("Tab")
            if own_page.evaluate(f"{FOCUSED}.name") == name:
                break
        own_page.keyboard.insert_text(words)
    tab_to(own_page, "直接提交")
    own_page.keyboard.press("Enter")
    own_page.wait_for_url("**/needs/*-*-*-*-*/")
    assert Listing.objects.get().state == ListingState.SUBMITTED


# Where a mistake is made, what is typed, and the field that the summary leads to.
MISTAKES = [
    ("/needs/new/", {}, "situation"),
    ("/solutions/new/", {}, "title"),
    ("/organizations/new/", {"legal_name": "某公司", "credit_code": "123"}, "credit_code"),
]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize(("path", "typed", "field"), MISTAKES, ids=[path for path, *_ in MISTAKES])
def test_what_is_wrong_is_said_first_and_leads_to_its_field(
    browser: Browser,
    live_server: LiveServer,
    editor: Actor,
    path: str,
    typed: dict[str, str],
    field: str,
    *,
    scripts: bool,
) -> None:
    context = context_of(browser, live_server, editor, scripts=scripts)
    page = context.new_page()
    page.goto(path)
    for name, words in typed.items():
        page.fill(f"[name={name}]", words)
    form = page.locator("main form:has(button.primary)").last
    # What the browser itself would say is another matter.
    form.evaluate("form => { form.noValidate = true; }")
    form.locator("button.primary").first.click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_visible()
    expect(summary).to_be_focused()
    link = summary.get_by_role("link").first
    link.focus()
    page.keyboard.press("Enter")
    assert (
        page.evaluate("location.hash") == f"#{page.locator(f'[name={field}]').get_attribute('id')}"
    )
    # A fragment moves where Tab goes on from: the field is the next stop, or has the focus.
    if not page.evaluate(f"{FOCUSED}.name"):
        page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.name") == field
    context.close()


def test_reading_and_finding_need_no_script(browser: Browser, live_server: LiveServer) -> None:
    make_vocabulary()
    need, solution = make_need(), make_solution()
    context = context_of(browser, live_server, None, scripts=False)
    page = context.new_page()
    for path, words in (
        ("/", "智配"),
        ("/needs/", need.title),
        (f"/solutions/?q={solution.title[:4]}", solution.title),
        (need.get_absolute_url(), need.title),
        (solution.organization.get_absolute_url(), solution.title),
    ):
        page.goto(path)
        assert words in page.inner_text("body")
    context.close()


def test_a_vendor_publishes_without_scripts_and_is_found_when_approved(
    browser: Browser, live_server: LiveServer, editor: Actor
) -> None:
    context = context_of(browser, live_server, editor, scripts=False)
    page = context.new_page()
    page.goto("/solutions/new/")
    page.fill("[name=title]", "压铸件表面缺陷视觉检测单元")
    page.fill("[name=summary]", "面向铸件的在线检测，识别气孔和裂纹。")
    for _ in range(4):
        page.locator("#posting button.primary").click()
    page.locator("button[value=submit]").click()
    listing = Listing.objects.get()
    assert listing.state == ListingState.SUBMITTED
    context.close()
