"""Nobody learns by asking whether an address has an account: not by words, headers or work done."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.builders import PASSWORD, make_member, make_user

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "known@example.com", "other@example.com"
_HIDDEN = re.compile(r"[A-Za-z0-9]{64}|[A-Za-z0-9]{32}|\w+@example\.com")

_OF_THE_MOMENT = ("Date", "Expires")


@dataclass
class Told:
    """All that whoever asks gets to see, and how often the site worked a password through."""

    status: int
    headers: dict[str, str]
    cookies: set[str]
    page: str
    next_page: str
    work: int


def _told(client: Client, ask: Callable[[Client], Any]) -> Told:
    cache.clear()
    hasher = Argon2PasswordHasher
    with (
        patch.object(hasher, "encode", autospec=True, side_effect=hasher.encode) as encode,
        patch.object(hasher, "verify", autospec=True, side_effect=hasher.verify) as verify,
    ):
        response = ask(client)
        work = encode.call_count + verify.call_count
    location = response.headers.get("Location")
    after = client.get(location).content.decode() if location else ""
    return Told(
        response.status_code,
        {
            name: _HIDDEN.sub("", value)
            for name, value in response.headers.items()
            if name not in _OF_THE_MOMENT
        },
        set(response.cookies),
        _HIDDEN.sub("", response.content.decode()),
        _HIDDEN.sub("", after),
        work,
    )


def _log_in(email: str, password: str) -> Callable[[Client], Any]:
    given = {"login": email, "password": password}
    return lambda client: client.post(reverse("account_login"), given)


def _sign_up(email: str) -> Callable[[Client], Any]:
    password = "an entirely new phrase 42"
    given = {
        "email": email,
        "display_name": "李四",
        "password1": password,
        "password2": password,
        "consent": "on",
    }
    return lambda client: client.post(reverse("account_signup"), given)


def _reset(email: str) -> Callable[[Client], Any]:
    return lambda client: client.post(reverse("account_reset_password"), {"email": email})


@pytest.fixture(autouse=True)
def _known() -> None:
    make_user(email=KNOWN, password=PASSWORD)


def test_a_wrong_password_is_answered_as_an_address_without_an_account() -> None:
    known, unknown = (_told(Client(), _log_in(each, "wrong")) for each in (KNOWN, UNKNOWN))
    assert known == unknown
    assert known.work > 0


def test_a_suspended_person_is_answered_so_too() -> None:
    make_user(email=UNKNOWN, password=PASSWORD, is_active=False)
    wrong = _told(Client(), _log_in(UNKNOWN, "wrong"))
    assert wrong == _told(Client(), _log_in("third@example.com", "wrong"))


def test_signing_up_with_a_taken_address_looks_as_with_a_free_one() -> None:
    known, unknown = (_told(Client(), _sign_up(each)) for each in (KNOWN, UNKNOWN))
    assert known == unknown
    # Only who reads the mailbox learns more, and each box gets one mail.
    assert [message.to for message in mail.outbox] == [[KNOWN], [UNKNOWN]]


def test_a_reset_looks_alike_and_mails_one_letter_each() -> None:
    known, unknown = (_told(Client(), _reset(each)) for each in (KNOWN, UNKNOWN))
    assert known == unknown
    assert [message.to for message in mail.outbox] == [[KNOWN], [UNKNOWN]]


def test_inviting_somebody_looks_alike_whether_they_have_an_account(
    django_capture_on_commit_callbacks: Any,
) -> None:
    def invite(email: str) -> Told:
        client = Client()
        client.force_login(make_member().user)
        url = reverse("accounts:member_invite")
        return _told(client, lambda client: client.post(url, {"email": email, "role": "viewer"}))

    with django_capture_on_commit_callbacks(execute=True):
        known, unknown = invite(KNOWN), invite(UNKNOWN)
    assert (known.status, known.headers, known.work) == (
        unknown.status,
        unknown.headers,
        unknown.work,
    )
    assert [message.to for message in mail.outbox] == [[KNOWN], [UNKNOWN]]
