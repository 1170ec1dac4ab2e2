"""Setting the second factor up and logging in with it, in a browser."""

import re
import time
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as site
from django.core.cache import cache
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.builders import PASSWORD, make_park_staff, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _required(settings: Settings) -> None:
    cache.clear()
    settings.MFA_REQUIRED_FOR_STAFF = True


def _code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def _shot(page: Page, name: str) -> None:
    folder = Path(site.VAR_DIR) / "shots" / "second-factor"
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def _log_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")


def _prove(page: Page) -> None:
    """Give the password again, as every change of the second factor asks."""
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")


def test_park_staff_set_up_an_app_keep_their_codes_and_log_in_with_both(page: Page) -> None:
    user = make_park_staff(user=make_user(password=PASSWORD)).user
    _log_in(page, user.email)
    _prove(page)
    expect(page.locator("h1")).to_have_text("启用验证器应用")
    image = page.locator("main img")
    # An image that does not draw is 0 wide.
    assert image.evaluate("image => image.naturalWidth") > 0
    secret = page.locator("main code").inner_text()
    _shot(page, "1-set-up")
    page.fill("input[name=code]", "000000")
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("验证码不对，或已过期")
    assert page.locator("main code").inner_text() == secret
    _shot(page, "2-wrong")
    page.fill("input[name=code]", _code(secret))
    page.click("main form button[type=submit]")
    expect(page.locator("h1")).to_have_text("恢复码")
    codes = page.locator("main li code").all_inner_texts()
    assert len(set(codes)) == 10
    _shot(page, "3-codes")
    page.click("text=我已保存，继续")
    expect(page).to_have_url(re.compile("/dashboard/$"))
    page.goto("/accounts/2fa/recovery-codes/")
    expect(page.locator("main")).to_contain_text("还有 10 个未使用的恢复码")
    assert not set(codes) & set(page.locator("main").inner_text().split())
    page.goto("/accounts/2fa/")
    _shot(page, "4-both")
    _log_in_again(page, user.email, codes, secret)


def _log_in_again(page: Page, email: str, codes: list[str], secret: str) -> None:
    page.context.clear_cookies()
    _log_in(page, email)
    expect(page.locator("h1")).to_have_text("两步验证")
    page.fill("input[name=code]", "000000")
    page.click("main form button.primary")
    expect(page.locator("main")).to_contain_text("验证码不对，或已过期")
    _shot(page, "5-log-in")
    page.fill("input[name=code]", codes[0])
    page.click("main form button.primary")
    expect(page).to_have_url(re.compile("/dashboard/$"))
    page.context.clear_cookies()
    _log_in(page, email)
    page.fill("input[name=code]", codes[0])
    page.click("main form button.primary")
    expect(page.locator("main")).to_contain_text("验证码不对，或已过期")
    # A code of the app counts once: the one that set it up is used up until the next half minute.
    cache.clear()
    page.fill("input[name=code]", _code(secret))
    page.click("main form button.primary")
    expect(page).to_have_url(re.compile("/dashboard/$"))
    _turn_off(page, codes[1])


def _turn_off(page: Page, recovery_code: str) -> None:
    page.goto("/accounts/2fa/reauthenticate/?next=/accounts/2fa/totp/deactivate/")
    expect(page.locator("h1")).to_have_text("再次确认身份")
    _shot(page, "6-prove")
    page.fill("input[name=code]", recovery_code)
    page.click("main form button.primary")
    expect(page.locator("h1")).to_have_text("停用验证器应用")
    _shot(page, "7-turn-off")
    page.click("main form button.danger")
    # Whoever must have one is led to set it up anew at once.
    expect(page.locator("h1")).to_have_text("启用验证器应用")


def test_the_pages_of_the_second_factor_speak_english_too(page: Page) -> None:
    user = make_park_staff(user=make_user(password=PASSWORD, language="en")).user
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.set_extra_http_headers({"Accept-Language": "en"})
    _log_in(page, user.email)
    _prove(page)
    expect(page.locator("main code")).to_be_visible()
    _shot(page, "8-english-phone")
