"""A visitor's page may come from another visitor's; nobody else's ever does."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from redis.exceptions import ConnectionError as RedisGone

from accounts.actors import SYSTEM
from accounts.services import suspend_organization
from catalog.services import archive_listing
from tests.builders import make_member, make_need, make_user, make_vocabulary

pytestmark = pytest.mark.django_db(transaction=True)
HALL = "/needs/"


@pytest.fixture(autouse=True)
def _keeping() -> Iterator[None]:
    """Keep pages as a running site does."""
    figures = caches["figures"]
    figures.clear()
    with patch.object(figures, "default_timeout", 60):
        yield
    figures.clear()
    caches["default"].clear()


def queries(client: Client, address: str = HALL, **headers: str) -> tuple[int, bytes]:
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address, headers=headers)
    assert response.status_code == 200
    return len(asked), response.content


def test_a_second_visitor_is_answered_without_a_query_and_with_a_token_of_their_own() -> None:
    make_need(title="立体库改造需求")
    first, page = queries(Client())
    client = Client(enforce_csrf_checks=True)
    again, kept = queries(client)
    assert first > 0
    assert again == 0
    assert "立体库改造需求" in kept.decode()
    assert len(page) == len(kept)
    assert page != kept
    token = kept.split(b'name="csrfmiddlewaretoken" value="')[1][:64].decode()
    answer = client.post(
        reverse("set_language"), {"language": "en", "csrfmiddlewaretoken": token, "next": HALL}
    )
    assert answer.status_code == 302
    assert settings.CSRF_COOKIE_NAME in client.cookies


def test_language_look_and_htmx_have_pages_of_their_own() -> None:
    make_need()
    queries(Client())
    assert queries(Client(), **{"accept-language": "en"})[0] > 0
    dark = Client()
    dark.cookies["theme"] = "dark"
    _asked, page = queries(dark)
    assert b'data-theme="dark"' in page
    part = {"HX-Request": "true", "HX-Target": "hall"}
    assert b"<html" not in queries(Client(), **part)[1]
    assert b"<html" in queries(Client())[1]


def test_who_is_signed_in_neither_reads_nor_leaves_a_kept_page() -> None:
    member = make_member(user=make_user(display_name="王五"))
    make_need()
    client = Client()
    client.force_login(member.user)
    assert "王五" in queries(client)[1].decode()
    _asked, page = queries(Client())
    assert "王五" not in page.decode()
    assert queries(client)[0] > 0


def test_what_leaves_the_halls_leaves_kept_pages_at_once() -> None:
    make_vocabulary()
    gone, hidden = make_need(title="即将归档的需求"), make_need(title="企业将被停用的需求")
    assert "即将归档的需求" in queries(Client())[1].decode()
    archive_listing(actor=SYSTEM, listing=gone)
    assert "即将归档的需求" not in queries(Client())[1].decode()
    suspend_organization(actor=SYSTEM, organization=hidden.organization)
    assert "企业将被停用的需求" not in queries(Client())[1].decode()
    fresh = make_need(title="刚发布的需求")
    assert fresh.title in queries(Client())[1].decode()


def test_without_redis_pages_are_made_anew() -> None:
    make_need()
    queries(Client())
    with patch.object(caches["default"], "get", side_effect=RedisGone):
        assert queries(Client())[0] > 0


def test_refusals_are_not_kept() -> None:
    address = f"{HALL}?catalogue=none"
    for _ in range(2):
        assert Client().get(address).status_code == 404
