"""From a posted need to a printed pair, in a real browser: words all the way, no reload."""

from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.choices import ListingKind
from catalog.models import Listing
from tests.builders import make_actor, make_vocabulary, restore_migrated_rows
from tests.matchmaking.pairs import make_published, rescore

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHAT = "铸件表面缺陷靠人工目检，漏检率偏高，想在线识别气孔和裂纹"
OFFER = "铸件表面缺陷在线检测系统"
# Nothing that a new page would still know.
MARK = "window.stillHere = true"
IS_MARKED = "window.stillHere === true"


@pytest.fixture
def owner_page(page: Page, live_server: LiveServer) -> Page:
    restore_migrated_rows()
    make_vocabulary()
    actor = make_actor()
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    return page


def post(page: Page) -> Listing:
    page.goto("/needs/new/")
    page.locator("[name=situation]").fill(CHAT)
    page.locator("#posting button.primary").click()
    page.wait_for_url("**/edit/suggestions/")
    page.locator("button[value=submit]").click()
    page.wait_for_url("**/needs/*/")
    return Listing.objects.get(kind=ListingKind.NEED)


def offer_for(need: Listing) -> Listing:
    """Return a solution for what was understood of the need."""
    asked = need.revisions.get().payload
    return make_published(
        ListingKind.SOLUTION, project_types=[asked["project_type"]], limits=[], nationwide=True
    )


def test_an_owner_posts_waits_with_words_reads_words_and_takes_paper_home(
    owner_page: Page, tmp_path: Path
) -> None:
    page = owner_page
    need = post(page)
    matches = page.locator("#matches")
    expect(matches.get_by_role("status")).to_contain_text("第 1 步，共 4 步")
    page.evaluate(MARK)
    rescore(offer_for(need), need)
    expect(matches.get_by_role("link", name=OFFER, exact=True)).to_be_visible()
    expect(matches.locator(".progress")).to_have_count(0)
    assert page.evaluate(IS_MARKED)

    page.goto(f"/needs/{need.public_id}/matches/")
    page.get_by_role("button", name="重新评分").click()
    expect(page.locator("#matches").get_by_role("status")).to_contain_text("第 1 步，共 4 步")
    page.evaluate(MARK)
    rescore(need)
    expect(page.locator("#matches .progress")).to_have_count(0)
    assert page.evaluate(IS_MARKED)
    row = page.locator("#matches tbody tr").first
    word = row.locator("th .badge").first.inner_text()
    assert word in {"强", "可谈", "弱"}

    row.get_by_role("link", name="说明").click()
    page.get_by_role("link", name="查看全部依据").click()
    page.wait_for_url("**/matches/*/")
    expect(page.locator(".figure-number").first).to_have_text(word)
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载 PDF").click()
    target = tmp_path / "pair.pdf"
    taken.value.save_as(target)
    with pikepdf.open(target) as document:
        assert need.code in str(document.docinfo["/Title"])
