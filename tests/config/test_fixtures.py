"""The worker and the browser that journeys ask for are real ones."""

import time

import pytest
from playwright.sync_api import Page, expect

from config.celery import app
from config.local.child import Child
from matchmaking.services import canary_age


def test_a_task_goes_round_through_the_real_broker_and_worker(live_worker: Child) -> None:
    sent = time.monotonic()
    app.send_task("matchmaking.canary", queue="interactive")
    while (age := canary_age()) is None or age > time.monotonic() - sent:
        assert time.monotonic() - sent < 20, "the worker did not take the task"
        assert live_worker.running
        time.sleep(0.05)


@pytest.mark.browser
def test_a_visitor_sees_the_log_in_page_in_chinese(page: Page) -> None:
    page.goto("/accounts/login/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("button", name="登录").first).to_be_visible()
