"""No e-mail address and no phone number reaches a log, an error mail or an error page."""

import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client, override_settings
from django.urls import reverse

from accounts import services
from catalog.models import Need
from config.redaction import redact
from tests.builders import PASSWORD, make_need, make_user, restore_migrated_rows

EMAIL = "zhao.liu+7@factory-mail.example.cn"
PHONE = "13912345678"
NAME = "赵六"


@pytest.mark.parametrize(
    "text",
    [
        EMAIL,
        f"<{EMAIL}>",
        f"Key (email)=({EMAIL}) already exists.",
        "next=/a/?email=zhao.liu%40factory-mail.example.cn&x=1",
        "赵六@例子.公司",
        f"to={EMAIL},{EMAIL.upper()}",
    ],
)
def test_an_address_is_masked_in_any_surroundings(text: str) -> None:
    left = redact(f"before {text} after")
    assert "[e-mail]" in left
    assert "zhao" not in left.lower()
    assert "@" not in left
    assert left.startswith("before")
    assert left.endswith("after")


@pytest.mark.parametrize(
    "text", [PHONE, "+86 139 1234 5678", "86-139-1234-5678", "0086 13912345678", f"电话{PHONE}，"]
)
def test_a_mobile_number_is_masked_in_any_spelling(text: str) -> None:
    left = redact(text)
    assert "[phone]" in left
    assert "5678" not in left


@pytest.mark.parametrize(
    "text", ["XQ-2026-00417", "1763868000123", "listing 13912", "91310115MA0000001X", "a @ b.c"]
)
def test_codes_and_other_numbers_stay_readable(text: str) -> None:
    assert redact(text) == text


@pytest.fixture
def output() -> Iterator[StringIO]:
    """What an operator's own handler writes, at the most talkative level."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in (None, "django", "allauth", "axes")}
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def _clean(text: str) -> bool:
    return not any(token in text for token in (EMAIL, PHONE, NAME, PASSWORD))


@pytest.mark.parametrize("name", ["zhipei", "django.request", "celery.task", "celery.worker"])
def test_words_arguments_tracebacks_and_stacks_are_redacted(output: StringIO, name: str) -> None:
    logger = logging.getLogger(name)
    try:
        try:
            raise KeyError(EMAIL)
        except KeyError as error:
            raise ValueError(f"{EMAIL} {PHONE}") from error
    except ValueError:
        logger.exception("failed for %s and %s", EMAIL, {"phone": PHONE})
    logger.error(f"in the words: {EMAIL}", stack_info=True)  # noqa: G004 - what careless code does
    logger.error("badly formatted %s %s", EMAIL)  # noqa: PLE1206 - too few on purpose
    text = output.getvalue()
    assert text.count("[e-mail]") >= 4
    assert "ValueError" in text
    assert "badly formatted" in text
    assert _clean(text)


@pytest.mark.django_db
def test_signing_up_logging_in_failing_and_resetting_leave_no_address_in_the_log(
    output: StringIO,
) -> None:
    cache.clear()
    given = {"email": EMAIL, "display_name": NAME, "password1": PASSWORD, "password2": PASSWORD}
    Client().post(reverse("account_signup"), {**given, "consent": "on"})
    Client().post(reverse("account_signup"), {**given, "password2": "other"})
    make_user(email="second." + EMAIL, password=PASSWORD)
    for password in (PASSWORD, "wrong"):
        login = {"login": "second." + EMAIL, "password": password}
        Client().post(reverse("account_login"), login)
    Client().post(reverse("account_reset_password"), {"email": EMAIL})
    Client().get(f"/nowhere/{EMAIL}/", {"phone": PHONE})
    text = output.getvalue()
    assert "Not Found: /nowhere/[e-mail]/" in text
    assert _clean(text)


@pytest.mark.django_db
def test_a_page_that_fails_tells_nobody_what_was_typed(
    output: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user(email=EMAIL, phone=PHONE, display_name=NAME)

    def fail(**given: Any) -> None:
        typed = dict(given)
        raise RuntimeError(f"no profile for {user.email}, {user.phone}: {len(typed)}")

    monkeypatch.setattr(services, "edit_profile", fail)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    with override_settings(ADMINS=[("", "ops@zhipei.example")], DEBUG=False):
        data = {"display_name": NAME, "language": "en", "email": EMAIL, "phone": PHONE}
        response = client.post(reverse("accounts:profile"), data)
    assert response.status_code == 500
    (report,) = mail.outbox
    assert report.to == ["ops@zhipei.example"]
    assert "RuntimeError: no profile for [e-mail], [phone]" in str(report.body)
    assert _clean(report.message().as_string())
    assert _clean(f"{report.subject}\n{report.body}")
    assert "csrf" not in str(report.body).lower().replace("middleware/csrf", "")
    assert _clean(response.content.decode())
    assert "RuntimeError: no profile for [e-mail]" in output.getvalue()
    assert _clean(output.getvalue())


@pytest.mark.django_db
def test_a_row_that_the_database_refuses_is_not_written_down(
    caplog: pytest.LogCaptureFixture,
) -> None:
    restore_migrated_rows()
    need = make_need(situation="只给看得到的人看的现状与问题。")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Need.objects.filter(pk=need.pk).update(budget_low=2, budget_high=1)
    assert "只给看得到的人看" in str(refused.value)
    logging.getLogger("catalog").error("refused", exc_info=refused.value)
    told = caplog.text
    assert "need_budget_ordered" in told
    assert "只给看得到的人看" not in told
