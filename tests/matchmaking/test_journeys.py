"""A vendor's and a platform admin's way through the site, in a real browser.

The factory's is in test_in_browser.py, the park's in tests/catalog/test_desk_keys.py.
"""

from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.actors import Actor
from accounts.models import Organization, User
from catalog.choices import ListingKind, ListingState
from catalog.models import Listing
from catalog.services import publish_revision
from matchmaking.models import Introduction
from matchmaking.services.introductions import accept
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_need,
    make_organization,
    make_park,
    make_staff_actor,
    make_vocabulary,
    restore_migrated_rows,
)
from tests.catalog.test_desk import submission
from tests.matchmaking.pairs import rescore

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "压铸件表面缺陷视觉检测单元"


@dataclass(frozen=True)
class Site:
    page: Page
    server: LiveServer

    def log_in(self, actor: Actor) -> None:
        assert isinstance(actor.user, User)
        client = Client()
        client.force_login(actor.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.server.url}]
        )


@pytest.fixture
def site(page: Page, live_server: LiveServer) -> Site:
    restore_migrated_rows()
    make_vocabulary()
    return Site(page, live_server)


def test_a_vendor_publishes_finds_a_need_offers_itself_and_is_told_of_the_answer(
    site: Site,
) -> None:
    page, park = site.page, make_park()
    vendor = make_actor(organization=make_organization(park=park))
    factory = make_actor()
    assert factory.organization is not None
    need = make_need(factory.organization, title="铸件缺陷在线检测改造", industry="C36")
    site.log_in(vendor)

    page.goto("/solutions/new/")
    page.fill("[name=title]", TITLE)
    page.fill("[name=summary]", "面向铸件的在线检测，识别气孔和裂纹。")
    for _ in range(4):
        page.locator("#posting button.primary").click()
    page.locator("button[value=submit]").click()
    page.wait_for_url("**/solutions/*/")
    solution = Listing.objects.get(kind=ListingKind.SOLUTION)
    assert solution.state == ListingState.SUBMITTED
    publish_revision(actor=make_staff_actor(park), revision=solution.revisions.get())

    page.goto("/solutions/")
    page.locator("[name=q]").first.fill("压铸件 检测")
    page.locator("[name=q]").first.press("Enter")
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()

    rescore(need, solution)
    page.goto(f"/solutions/{solution.public_id}/matches/")
    page.get_by_role("link", name=need.title, exact=True).click()
    page.get_by_role("link", name="表达对接意向").click()
    page.get_by_role("button", name="发出意向").click()
    page.wait_for_url("**/introductions/*/")
    introduction = Introduction.objects.get()
    assert introduction.state == Introduction.State.INTERESTED

    accept(actor=factory, introduction=introduction)
    page.goto("/introductions/")
    page.get_by_role("link", name=need.title).first.click()
    assert isinstance(factory.user, User)
    # What both agreed to tell, and not before.
    expect(page.get_by_text(factory.user.email)).to_be_visible()


def chosen(page: Page, words: str) -> Locator:
    """Return the box that chooses the row with ``words`` in a list of the admin."""
    return page.locator("#result_list tr", has_text=words).locator("input[type=checkbox]")


def test_a_platform_admin_decides_and_reads_the_record_in_the_admin(site: Site) -> None:
    page, admin = site.page, make_admin_actor()
    owner = make_organization(legal_name="待核验的制造有限公司")
    revision = submission(owner, title="平台来审的需求")
    site.log_in(admin)

    page.goto("/admin/catalog/revision/")
    chosen(page, revision.listing.code).check()
    page.locator("select[name=action]").select_option(label="退回所选版本…")
    page.get_by_role("button", name="执行").click()
    page.locator("[name=reason]").fill("请补充现有数量。")
    page.get_by_role("button", name="退回").click()
    page.wait_for_url("**/admin/catalog/revision/")
    revision.refresh_from_db()
    assert (revision.state, revision.reason) == ("returned", "请补充现有数量。")

    page.goto("/admin/accounts/organization/")
    chosen(page, "待核验的制造有限公司").check()
    page.locator("select[name=action]").select_option("verify")
    page.get_by_role("button", name="执行").click()
    page.wait_for_load_state()
    assert Organization.objects.get(pk=owner.pk).is_verified

    page.goto("/admin/accounts/event/")
    expect(page.get_by_role("cell", name="organization.verified").first).to_be_visible()
    expect(page.get_by_role("cell", name="listing.returned").first).to_be_visible()
