"""Guessing passwords and forging requests: what is limited, what is told, where links lead."""

import re
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as site
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from config.headers import PERMISSIONS_POLICY
from tests.builders import PASSWORD, make_member, make_user

pytestmark = pytest.mark.django_db
EMAIL = "known@example.com"


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    cache.clear()
    settings.AXES_ENABLED = True


def _log_in(client: Client, password: str = PASSWORD, email: str = EMAIL, **meta: Any) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password}, **meta)


def _attack(times: int, **meta: Any) -> None:
    """Guess from as many addresses as guesses."""
    for number in range(times):
        _log_in(Client(), "a wrong guess", REMOTE_ADDR=f"10.9.{number // 250}.{number % 250}")


def _is_in(client: Client) -> bool:
    return client.get(reverse("accounts:dashboard")).status_code == 200


def test_an_attacker_from_many_addresses_does_not_lock_the_owner_out() -> None:
    make_user(email=EMAIL, password=PASSWORD)
    known = Client()
    _log_in(known)
    known.post(reverse("account_logout"))
    _attack(25)
    # The account is shut to browsers nobody knows, even with the right password …
    stranger = Client()
    _log_in(stranger, REMOTE_ADDR="10.8.0.1")
    assert not _is_in(stranger)
    # … and open to the owner's own.
    _log_in(known)
    assert _is_in(known)


def test_a_known_browser_is_limited_too() -> None:
    make_user(email=EMAIL, password=PASSWORD)
    known = Client()
    _log_in(known)
    known.post(reverse("account_logout"))
    for number in range(20):
        _log_in(known, "a wrong guess", REMOTE_ADDR=f"10.7.0.{number}")
    _log_in(known, REMOTE_ADDR="10.7.1.1")
    assert not _is_in(known)


def test_a_browser_known_for_one_account_is_unknown_for_another() -> None:
    make_user(email="attacker@example.com", password=PASSWORD)
    make_user(email=EMAIL, password=PASSWORD)
    attacker = Client()
    _log_in(attacker, email="attacker@example.com")
    attacker.post(reverse("account_logout"))
    _attack(25)
    _log_in(attacker, REMOTE_ADDR="10.8.0.1")
    assert not _is_in(attacker)


def test_a_made_up_device_cookie_helps_nobody() -> None:
    make_user(email=EMAIL, password=PASSWORD)
    _attack(25)
    forger = Client()
    forger.cookies["device"] = "abc:def:ghi"
    _log_in(forger, REMOTE_ADDR="10.8.0.1")
    assert not _is_in(forger)


def test_a_forged_forwarded_address_gives_no_new_tries(settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    make_user(email=EMAIL, password=PASSWORD)
    for number in range(3):
        last = _log_in(Client(), "wrong", headers={"X-Forwarded-For": f"203.0.113.{number}"})
    assert last.status_code == 429


def test_known_and_unknown_accounts_are_answered_alike_with_as_much_work() -> None:
    make_user(email=EMAIL, password=PASSWORD)
    told, work = [], []
    for name in (EMAIL, "nobody@example.com"):
        with (
            patch.object(Argon2PasswordHasher, "encode", return_value="!") as encode,
            patch.object(Argon2PasswordHasher, "verify", return_value=False) as verify,
        ):
            page = _log_in(Client(), "a wrong guess", email=name).content.decode()
        told.append(re.sub(r"[A-Za-z0-9]{64}", "", page).replace(name, ""))
        work.append(encode.call_count + verify.call_count)
    assert told[0] == told[1]
    assert work[0] == work[1] > 0


# --- Links in mails ---


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_a_forged_host_does_not_get_into_the_reset_link(settings: Settings, header: str) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SITE_URL = "https://zhipei.example"
    make_user(email=EMAIL)
    url = reverse("account_reset_password")
    response = Client(raise_request_exception=False).post(
        url, {"email": EMAIL}, headers={header: "evil.example"}
    )
    assert response.status_code == (400 if header == "Host" else 302)
    for message in mail.outbox:
        assert "evil" not in str(message.body)
        assert "https://zhipei.example/accounts/password/reset/key/" in str(message.body)
    assert len(mail.outbox) == (0 if header == "Host" else 1)


def test_a_reset_link_works_once_and_not_for_long() -> None:
    make_user(email=EMAIL, password=PASSWORD)
    Client().post(reverse("account_reset_password"), {"email": EMAIL})
    found = re.search(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
    assert found
    client, new = Client(), "an entirely other phrase 77"
    form = client.get(found[1], follow=True).request["PATH_INFO"]
    client.post(form, {"password1": new, "password2": new})
    again = Client().get(found[1], follow=True)
    assert "password1" not in again.content.decode()
    assert site.PASSWORD_RESET_TIMEOUT <= 3600


# --- Headers, redirects, tokens ---


def test_every_answer_carries_the_security_headers() -> None:
    for path in ("/", "/admin/login/", "/no-such-page", "/accounts/login/"):
        headers = Client().get(path).headers
        assert headers["Permissions-Policy"] == PERMISSIONS_POLICY
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "evil", ["//evil.example", "https:evil.example", "\\\\evil.example", "https://evil.example/"]
)
def test_nobody_is_led_to_another_site(evil: str) -> None:
    user = make_member(user=make_user(email=EMAIL, password=PASSWORD)).user
    client = Client()
    asked = [
        client.post(reverse("set_language"), {"language": "en", "next": evil}),
        client.post(
            reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": evil}
        ),
        client.get(reverse("account_login"), {"next": evil}),
        client.post(reverse("accounts:switch_organization"), {"organization": "x", "next": evil}),
        client.post(reverse("account_logout"), {"next": evil}),
        client.get("/admin/login/", {"next": evil}),
    ]
    assert all("evil" not in each.headers.get("Location", "") for each in asked)
