"""Sign-up, verification, log-in, reset, phone and language, through the real pages."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts import services
from accounts.actors import ANONYMOUS, SYSTEM, actor_for
from accounts.adapter import AccountAdapter, axes_username
from accounts.errors import Conflict, Refused
from accounts.models import User
from tests.builders import (
    PASSWORD,
    make_actor,
    make_admin_actor,
    make_member,
    make_park,
    make_user,
)

pytestmark = pytest.mark.django_db

SENT: list[tuple[str, str]] = []


def send_to_list(phone: str, code: str) -> None:
    """What SMS_SENDER names in these tests."""
    SENT.append((phone, code))


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    # allauth counts attempts in the cache, which outlives a test's transaction.
    cache.clear()
    SENT.clear()


def _sign_up(client: Client, **overrides: str) -> Any:
    given = {
        "email": "new@example.com",
        "display_name": "李四",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "consent": "on",
        **overrides,
    }
    return client.post(reverse("account_signup"), given)


def _link(pattern: str) -> str:
    match = re.search(rf"http://testserver({pattern}\S+)", str(mail.outbox[-1].body))
    assert match, mail.outbox[-1].body
    return match[1]


def test_signing_up_needs_the_mailed_link_before_logging_in() -> None:
    client = Client()
    assert _sign_up(client).status_code == 302
    user = User.objects.get(email="new@example.com")
    assert (user.display_name, user.language) == ("李四", "zh-hans")
    assert client.get(reverse("accounts:dashboard")).status_code == 302
    assert mail.outbox[-1].subject == "[智配] 请验证您的电子邮箱"
    link = _link("/accounts/confirm-email/")
    # Mail scanners open links: looking at it must not confirm.
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get(user=user).verified
    client.post(link)
    assert EmailAddress.objects.get(user=user).verified
    assert client.get(reverse("accounts:dashboard")).status_code == 200


def test_signing_up_in_english_keeps_english() -> None:
    client = Client(headers={"accept-language": "en"})
    _sign_up(client)
    assert User.objects.get().language == "en"


def test_signing_up_with_a_known_address_looks_the_same_as_with_a_new_one() -> None:
    make_user(email="known@example.com")
    known = _sign_up(Client(), email="KNOWN@example.com")
    new = _sign_up(Client())
    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    assert User.objects.filter(email__iexact="known@example.com").count() == 1


@pytest.mark.parametrize(
    "bad",
    [
        {"password1": "short", "password2": "short"},
        {"password2": "something else entirely"},
        {"email": "nobody"},
        {"display_name": ""},
        {"display_name": "李\r\nBcc: all"},
        {"display_name": "x" * 61},
        {"consent": ""},
    ],
)
def test_a_bad_sign_up_is_shown_again(bad: dict[str, str]) -> None:
    assert _sign_up(Client(), **bad).status_code == 200
    assert not User.objects.exists()


def _log_in(client: Client, login: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(reverse("account_login"), {"login": login, "password": password}, **extra)


def test_logging_in_by_email_in_any_spelling_leads_to_the_dashboard() -> None:
    make_user(email="known@example.com", password=PASSWORD)
    response = _log_in(Client(), "Known@Example.com")
    assert response["Location"] == reverse("accounts:dashboard")


def test_an_unverified_address_does_not_log_in() -> None:
    make_user(email="known@example.com", password=PASSWORD, verified=False)
    client = Client()
    _log_in(client, "known@example.com")
    assert client.get(reverse("accounts:dashboard")).status_code == 302
    assert len(mail.outbox) == 1


def test_a_suspended_user_is_out_with_the_next_request() -> None:
    actor = make_actor()
    assert actor.user
    client = Client()
    client.force_login(actor.user)
    services.suspend_user(actor=make_admin_actor(), user=actor.user)
    assert client.get(reverse("accounts:dashboard")).status_code == 302
    with pytest.raises(Conflict):
        services.suspend_user(actor=make_admin_actor(), user=actor.user)
    services.reinstate_user(actor=make_admin_actor(), user=actor.user)
    actor.user.refresh_from_db()
    assert actor_for(actor.user).organization == actor.organization


def test_an_admin_does_not_shut_themselves_out() -> None:
    admin = make_admin_actor()
    assert admin.user
    with pytest.raises(Refused, match="自己"):
        services.suspend_user(actor=admin, user=admin.user)


def test_too_many_wrong_passwords_lock_the_name_from_that_address(
    settings: Settings,
) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    settings.ACCOUNT_RATE_LIMITS = False
    make_user(email="known@example.com", password=PASSWORD)
    make_user(email="other@example.com", password=PASSWORD)
    client = Client()
    for _ in range(3):
        response = _log_in(client, "known@example.com", "wrong password")
    assert response.status_code == 429
    assert "登录已暂停" in response.content.decode()
    # Another spelling of the name is the same name; the right password comes too late.
    assert _log_in(client, "KNOWN@example.com").status_code == 429
    assert _log_in(client, "other@example.com").status_code == 302
    elsewhere = _log_in(Client(), "known@example.com", REMOTE_ADDR="10.1.1.1")
    assert elsewhere.status_code == 302


def test_failed_log_ins_are_counted_under_what_was_typed(rf: Any) -> None:
    request = rf.post("/", {"login": " Typed@Example.com "})
    assert axes_username(request, None) == "typed@example.com"
    assert axes_username(request, {"email": "A@b.c"}) == "a@b.c"
    assert axes_username(request, {"phone": "+8613800000000"}) == "+8613800000000"
    assert axes_username(rf.post("/"), {}) is None


def test_a_forgotten_password_is_reset_by_mail() -> None:
    make_user(email="known@example.com", password="an older long phrase")
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "known@example.com"})
    form = client.get(_link("/accounts/password/reset/key/"), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    assert _log_in(Client(), "known@example.com").status_code == 302


def test_resetting_an_unknown_address_looks_the_same() -> None:
    make_user(email="known@example.com")
    url = reverse("account_reset_password")
    answers = [Client().post(url, {"email": f"{name}@example.com"}) for name in ("known", "no")]
    assert len({(each.status_code, each["Location"]) for each in answers}) == 1


def test_a_new_address_counts_only_when_verified() -> None:
    user = make_user(email="old@example.com", password=PASSWORD)
    client = Client()
    _log_in(client, "old@example.com")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_email"), {"action_add": "", "email": "new@example.com"})
    user.refresh_from_db()
    assert user.email == "old@example.com"
    client.post(_link("/accounts/confirm-email/"))
    client.post(reverse("account_email"), {"action_primary": "", "email": "new@example.com"})
    user.refresh_from_db()
    assert user.email == "new@example.com"


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_email_verification_sent",
        "account_reset_password_done",
    ],
)
def test_the_entrance_pages_speak_chinese_and_carry_no_inline_code(name: str) -> None:
    page = Client().get(reverse(name)).content.decode()
    assert re.search("[\u4e00-\u9fff]{4}", page)
    assert not re.search(r"<script>|<style|style=|onclick=", page)


# --- Language ---


def test_a_signed_in_persons_language_goes_before_cookie_and_browser() -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(make_user(language="en"))
    response = client.get(reverse("accounts:dashboard"))
    assert response["Content-Language"] == "en"
    assert '<html lang="en"' in response.content.decode()


def test_switching_the_language_is_remembered_for_the_person() -> None:
    user = make_user()
    client = Client()
    client.force_login(user)
    url = reverse("set_language")
    response = client.post(url, {"language": "en", "next": "/dashboard/"})
    assert response["Location"] == "/dashboard/"
    user.refresh_from_db()
    assert user.language == "en"
    client.post(url, {"language": "klingon"})
    user.refresh_from_db()
    assert user.language == "en"


def test_a_visitor_switches_by_cookie() -> None:
    client = Client()
    client.post(reverse("set_language"), {"language": "en", "next": "/parks/"})
    assert client.get("/parks/")["Content-Language"] == "en"


def test_a_language_does_not_leak_into_the_next_request() -> None:
    reader = Client()
    reader.force_login(make_user(language="en"))
    reader.get("/parks/")
    assert Client().get("/parks/")["Content-Language"] == "zh-hans"


def test_the_profile_changes_name_and_language() -> None:
    user = make_user()
    client = Client()
    client.force_login(user)
    url = reverse("accounts:profile")
    assert client.get(url).status_code == 200
    client.post(url, {"display_name": "王五", "language": "en"})
    user.refresh_from_db()
    assert (user.display_name, user.language) == ("王五", "en")
    assert client.post(url, {"display_name": "", "language": "xx"}).status_code == 422


# --- Phone ---


def test_a_proved_number_belongs_to_one_account() -> None:
    first, second = make_user(), make_user()
    number = "+8613800000000"
    services.set_phone(actor=SYSTEM, user=second, phone=number, verified=False)
    services.set_phone(actor=SYSTEM, user=first, phone=number, verified=True)
    with pytest.raises(Refused, match="已被其他账号验证"):
        services.set_phone(actor=SYSTEM, user=second, phone=number, verified=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=second.pk).update(phone_verified_at=timezone.now())


def test_only_a_proved_number_leads_to_an_account() -> None:
    adapter = AccountAdapter()
    user = make_user()
    assert adapter.get_phone(user) is None
    adapter.set_phone(user, "+8613800000001", False)
    assert adapter.get_phone(user) == ("+8613800000001", False)
    assert adapter.get_user_by_phone("+8613800000001") is None
    adapter.set_phone_verified(user, "+8613800000001")
    assert adapter.get_phone(user) == ("+8613800000001", True)
    assert adapter.get_user_by_phone("+8613800000001") == user


def test_nobody_sets_anothers_number() -> None:
    with pytest.raises(PermissionDenied):
        services.set_phone(actor=make_actor(), user=make_user(), phone="+861", verified=True)


def test_codes_go_through_the_sender_that_the_settings_name(settings: Settings) -> None:
    settings.SMS_SENDER = f"{__name__}.send_to_list"
    AccountAdapter().send_verification_code_sms(user=make_user(), phone="+8613800000002", code="7")
    assert SENT == [("+8613800000002", "7")]
    settings.SMS_SENDER = ""
    with pytest.raises(ImproperlyConfigured):
        AccountAdapter().send_verification_code_sms(user=make_user(), phone="+861", code="7")


def test_without_a_sender_phone_log_in_is_off() -> None:
    page = Client().get(reverse("account_login")).content.decode()
    assert 'type="tel"' not in page


# --- Actors ---


def test_the_actor_is_the_first_active_membership_or_the_one_asked_for() -> None:
    user = make_user()
    first, second = make_member(user=user), make_member(user=user, role="viewer")
    assert actor_for(user).organization == first.organization
    assert actor_for(user, second.organization).role == "viewer"
    assert actor_for(user, make_member().organization).organization is None


def test_an_inactive_user_is_nobody() -> None:
    assert actor_for(make_user(is_active=False)) == ANONYMOUS


def test_park_staff_are_appointed_and_dismissed_by_platform_admins_only() -> None:
    user, park = make_user(), make_park()
    with pytest.raises(PermissionDenied):
        services.appoint_park_staff(actor=make_actor(), user=user, park=park)
    staff = services.appoint_park_staff(actor=make_admin_actor(), user=user, park=park)
    assert actor_for(user).park_ids == {park.pk}
    services.dismiss_park_staff(actor=make_admin_actor(), staff=staff)
    assert not actor_for(user).is_park_staff
