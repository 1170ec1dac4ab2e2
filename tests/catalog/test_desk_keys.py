"""The moderators' keys, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from accounts.actors import SYSTEM
from catalog.choices import ListingKind, RevisionState
from catalog.models import Revision
from catalog.services import submit_listing
from tests.builders import (
    PASSWORD,
    make_draft,
    make_organization,
    make_park,
    make_park_staff,
    make_user,
    make_vocabulary,
    need_payload,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def waiting(count: int) -> list[Revision]:
    make_vocabulary()
    park = make_park()
    organization = make_organization(park=park)
    make_park_staff(park, make_user(email="staff@example.com", password=PASSWORD))
    drafts = [
        make_draft(ListingKind.NEED, organization, need_payload(title=f"等待的第 {number} 份需求"))
        for number in range(1, count + 1)
    ]
    return [submit_listing(actor=SYSTEM, listing=draft.listing) for draft in drafts]


def log_in(page: Page) -> None:
    page.goto("/accounts/login/?next=/moderation/")
    page.locator("input[name=login]").fill("staff@example.com")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/moderation/")


def test_a_moderator_works_through_the_queue_by_keyboard(page: Page) -> None:
    first, second, third = waiting(3)
    log_in(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    page.keyboard.press("Escape")

    # Down twice and up once leads to the second row; it opens.
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    expect(page.locator("[data-desk-row].current")).to_contain_text("第 2 份")
    page.keyboard.press("o")
    page.wait_for_url(f"**/moderation/{second.public_id}/")
    page.keyboard.press("c")
    expect(page.get_by_text("我已认领")).to_be_visible()

    # Typing is typing: none of these letters may act.
    page.keyboard.press("r")
    expect(page.locator("#return")).to_have_attribute("open", "")
    page.locator("#reason").fill("")
    page.locator("#reason").press_sequentially("peckjo?")
    expect(page.locator("#reason")).to_have_value("peckjo?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("#return button[type=submit]").click()
    page.wait_for_url("**/moderation/")
    second.refresh_from_db()
    assert (second.state, second.reason) == (RevisionState.RETURNED, "peckjo?")

    # Publishing asks first.
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/moderation/{first.public_id}/")
    page.keyboard.press("p")
    page.get_by_role("button", name="确定").click()
    page.wait_for_url("**/moderation/")
    first.refresh_from_db()
    assert first.state == RevisionState.APPROVED

    # From the queue, e leads to the note of the row's submission.
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_url(f"**/moderation/{third.public_id}/#escalate")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type("拿不准")
    page.locator("#escalate button[type=submit]").click()
    page.wait_for_url("**/moderation/")
    third.refresh_from_db()
    assert third.escalated_at is not None
