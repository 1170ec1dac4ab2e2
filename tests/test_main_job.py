"""The main job in a real browser: from signing up to reading why a vendor fits."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from playwright.sync_api import Page, expect

from catalog.models import Need
from config.local.child import Child
from matchmaking.models import Match
from tests.builders import make_solution, make_vocabulary

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a long enough phrase 42"


def sign_up(page: Page, email: str) -> None:
    page.goto("/accounts/signup/")
    page.fill("input[name=email]", email)
    page.fill("input[name=display_name]", "王工")
    page.fill("input[name=password1]", PASSWORD)
    page.fill("input[name=password2]", PASSWORD)
    page.check("input[name=consent]")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile("confirm-email"))
    link = re.search(r"https?://\S+/accounts/confirm-email/\S+", str(mail.outbox[-1].body))
    assert link is not None
    page.goto(link.group())
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    assert EmailAddress.objects.get(email=email).verified


def create_organization(page: Page) -> None:
    page.goto("/organizations/new/")
    page.fill("input[name=legal_name]", "示例测试铸造有限公司")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def post_need(page: Page) -> Need:
    page.goto("/needs/new/")
    page.fill("input[name=title]", "铝压铸转向节表面缺陷在线检测")
    page.fill("textarea[name=situation]", "现有三条后处理产线依赖人工目检，漏检率约百分之二。")
    page.get_by_role("button", name=re.compile("直接提交")).click()
    page.wait_for_url(re.compile(r"/needs/[0-9a-f-]{36}/$"))
    return Need.objects.get()


def test_a_newcomer_signs_up_posts_a_need_and_reads_why_a_vendor_fits(
    page: Page, live_worker: Child
) -> None:
    make_vocabulary()
    solution = make_solution(title="压铸件表面缺陷视觉检测单元")
    sign_up(page, "newcomer@example.com")
    create_organization(page)
    need = post_need(page)
    page.goto(f"/needs/{need.public_id}/matches/")
    expect(page.get_by_text(solution.title).first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("仅本企业可见").first).to_be_visible()
    expect(page.locator("#explanation")).to_contain_text("场景")
    match = Match.objects.get(need=need)
    assert match.in_need_list
    assert not match.in_solution_list
    shown = f"{match.total // 100}.{match.total % 100:02d}"
    expect(page.locator("#explanation")).to_contain_text(shown)
