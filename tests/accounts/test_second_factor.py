"""The second factor: who must have one, setting it up, logging in with it, and what is kept."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from accounts import services
from accounts.actors import Actor
from accounts.addresses import NOWHERE, client_address
from accounts.mfa import MFAAdapter
from accounts.models import Event, User
from tests.builders import (
    PASSWORD,
    make_district_officer,
    make_member,
    make_park_staff,
    make_platform_admin,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings: Settings) -> None:
    # allauth counts attempts, and used codes, in the cache.
    cache.clear()
    settings.MFA_REQUIRED_FOR_STAFF = True


def _log_in(user: User, client: Client | None = None) -> tuple[Client, Any]:
    browser = client or Client()
    given = {"login": user.email, "password": PASSWORD}
    return browser, browser.post(reverse("account_login"), given)


def _prove(client: Client) -> None:
    """Give the password again, as every sensitive change asks."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def _code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def _set_up(client: Client) -> str:
    """Set the second factor up through the pages and return its secret."""
    _prove(client)
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = str(client.session[SECRET_SESSION_KEY])
    done = client.post(reverse("mfa_activate_totp"), {"code": _code(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    cache.clear()
    return secret


def _people() -> dict[str, User]:
    return {
        "park staff": make_park_staff(user=make_user(password=PASSWORD)).user,
        "district officer": make_district_officer(user=make_user(password=PASSWORD)).user,
        "platform admin": make_platform_admin(),
        "clerk": make_user(is_staff=True),
    }


@pytest.mark.parametrize("who", ["park staff", "district officer", "platform admin", "clerk"])
def test_staff_reach_nothing_before_they_have_set_it_up(who: str) -> None:
    client = Client()
    client.force_login(_people()[who])
    setup = reverse("mfa_activate_totp")
    for path in ("/", "/dashboard/", "/admin/", "/needs/", "/profile/", "/accounts/email/"):
        for answer in (client.get(path), client.post(path)):
            assert (answer.status_code, answer.headers.get("Location")) == (302, setup), path
    swapped = client.get("/needs/", headers={"HX-Request": "true"})
    assert swapped["HX-Redirect"] == setup
    assert client.get(reverse("accounts:privacy")).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302


def test_the_api_answers_alike_for_what_exists_and_what_does_not() -> None:
    client = Client()
    client.force_login(make_platform_admin())
    numbers = ("00000000-0000-4000-8000-000000000000", "11111111-1111-4111-8111-111111111111")
    answers = [client.get(f"/api/v1/needs/{number}/matches/") for number in numbers]
    assert {each.status_code for each in answers} <= {403, 404}
    assert len({(each.status_code, each.content) for each in answers}) == 1


def test_members_and_visitors_are_asked_for_nothing() -> None:
    client = Client()
    client.force_login(make_member().user)
    assert client.get(reverse("accounts:dashboard")).status_code == 200
    assert Client().get("/").status_code == 200


def test_somebody_just_appointed_is_led_to_it_with_the_next_request() -> None:
    user = make_user()
    client = Client()
    client.force_login(user)
    assert client.get(reverse("accounts:dashboard")).status_code == 200
    make_park_staff(user=user)
    assert client.get(reverse("accounts:dashboard"))["Location"] == reverse("mfa_activate_totp")


def test_after_set_up_the_site_opens_and_the_next_log_in_asks_for_a_code() -> None:
    user = _people()["park staff"]
    client, _ = _log_in(user)
    secret = _set_up(client)
    assert client.get(reverse("accounts:dashboard")).status_code == 200
    verbs = set(Event.objects.filter(user_id=user.pk).values_list("verb", flat=True))
    assert "user.second_factor_added" in verbs

    later, response = _log_in(user)
    assert response["Location"].startswith(reverse("mfa_authenticate"))
    assert later.get(reverse("accounts:dashboard")).status_code == 302
    wrong = later.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    assert later.get(reverse("accounts:dashboard")).status_code == 302
    later.post(reverse("mfa_authenticate"), {"code": _code(secret)})
    assert later.get(reverse("accounts:dashboard")).status_code == 200


def test_a_recovery_code_logs_in_once() -> None:
    user = _people()["park staff"]
    client, _ = _log_in(user)
    _set_up(client)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    code = re.findall(r"\b\d{8}\b", page)[0]
    for expected in (200, 302):
        cache.clear()
        later, _ = _log_in(user)
        later.post(reverse("mfa_authenticate"), {"code": code})
        assert later.get(reverse("accounts:dashboard")).status_code == expected


def test_the_admin_has_no_door_of_its_own() -> None:
    admin = make_platform_admin(password=PASSWORD)
    client = Client()
    shown = client.get("/admin/login/")
    assert shown["Location"].startswith(reverse("account_login"))
    client.post("/admin/login/", {"username": admin.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_sensitive_changes_need_the_password_or_a_code_again() -> None:
    user = _people()["park staff"]
    client, _ = _log_in(user)
    _set_up(client)
    session = client.session
    session["account_authentication_methods"] = [
        {**each, "at": each["at"] - 3600} for each in session["account_authentication_methods"]
    ]
    session.save()
    for name in ("mfa_deactivate_totp", "mfa_generate_recovery_codes"):
        answer = client.post(reverse(name), {})
        assert answer.status_code == 302, name
        assert "reauthenticate" in answer["Location"], name
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_the_secret_is_encrypted_at_rest_and_survives_a_new_key(settings: Settings) -> None:
    client, _ = _log_in(_people()["park staff"])
    secret = _set_up(client)
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))
    kept = Authenticator.objects.get(type="totp").data["secret"]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that is long enough for a test of rotation"
    assert MFAAdapter().decrypt(kept) == secret


def test_the_setup_page_draws_its_code_without_inline_style() -> None:
    client, _ = _log_in(_people()["park staff"])
    _prove(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    assert 'src="data:image/svg+xml' in page
    assert not re.search(r"<style|style=|onclick=", page)


def test_erasure_removes_it_with_the_sessions() -> None:
    user = make_user(password=PASSWORD)
    client, _ = _log_in(user)
    _set_up(client)
    assert UserSession.objects.filter(user=user).exists()
    services.erase_user(actor=Actor(user=user), user=user, password=PASSWORD)
    assert not Authenticator.objects.filter(user=user).exists()
    assert not UserSession.objects.filter(user=user).exists()
    assert client.get(reverse("accounts:dashboard")).status_code == 302


# --- Sessions ---


def test_logging_in_changes_the_session_and_ending_others_ends_them() -> None:
    user = make_user(password=PASSWORD)
    first, _ = _log_in(user)
    second = Client()
    second.get(reverse("account_login"))
    session = second.session
    session["seen"] = "before"
    session.save()
    before = session.session_key
    second.cookies["sessionid"] = str(before)
    _log_in(user, second)
    assert second.session.session_key != before
    page = second.get(reverse("usersessions_list"))
    assert page.context["session_count"] == 2
    second.post(reverse("usersessions_list"))
    assert first.get(reverse("accounts:dashboard")).status_code == 302
    assert second.get(reverse("accounts:dashboard")).status_code == 200


def test_a_changed_password_ends_the_other_sessions() -> None:
    user = make_user(password=PASSWORD)
    first, _ = _log_in(user)
    second, _ = _log_in(user)
    _prove(second)
    new = "a completely different phrase 91"
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert second.post(reverse("account_change_password"), given).status_code == 302
    assert first.get(reverse("accounts:dashboard")).status_code == 302
    assert second.get(reverse("accounts:dashboard")).status_code == 200


# --- Whose address ---


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "not an address", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(
    rf: RequestFactory, settings: Settings, trusted: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == expected


def test_without_any_address_it_says_nowhere(rf: RequestFactory) -> None:
    assert client_address(rf.get("/", REMOTE_ADDR="")) == NOWHERE
