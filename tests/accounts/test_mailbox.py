"""The development mailbox."""

from collections.abc import Iterator
from importlib import reload
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, clear_url_caches, reverse
from pytest_django import Settings

from config import dev, urls

pytestmark = pytest.mark.django_db


@pytest.fixture
def _debugging(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.DEBUG = True
    settings.MAILBOX_DIR = tmp_path
    reload(urls)
    clear_url_caches()
    yield
    settings.DEBUG = False
    reload(urls)
    clear_url_caches()


def _send(folder: Path, subject: str, text: str) -> None:
    backend = get_connection(
        "django.core.mail.backends.filebased.EmailBackend", file_path=str(folder)
    )
    message = EmailMultiAlternatives(
        subject, text, "智配 <noreply@localhost>", ["张三 <a@example.com>"], connection=backend
    )
    message.attach_alternative("<p>html</p>", "text/html")
    message.send()


@pytest.mark.usefixtures("_debugging")
def test_mails_are_listed_newest_first_with_links_to_follow(tmp_path: Path) -> None:
    _send(tmp_path, "第一封", "你好")
    _send(tmp_path, "第二封", "打开 http://127.0.0.1:8000/accounts/confirm-email/abc:def/ 确认")
    page = Client().get("/dev/mailbox").content.decode()
    assert page.index("第二封") < page.index("第一封")
    assert 'href="http://127.0.0.1:8000/accounts/confirm-email/abc:def/"' in page
    assert "张三" in page


@pytest.mark.usefixtures("_debugging")
def test_a_mail_is_shown_as_text(tmp_path: Path) -> None:
    _send(tmp_path, "<script>alert(1)</script>", "<img src=x onerror=alert(1)>")
    page = Client().get("/dev/mailbox").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.usefixtures("_debugging")
def test_an_empty_or_missing_folder_is_an_empty_mailbox(settings: Settings, tmp_path: Path) -> None:
    settings.MAILBOX_DIR = tmp_path / "never made"
    assert "还没有邮件" in Client().get("/dev/mailbox").content.decode()


@pytest.mark.usefixtures("_debugging")
def test_a_broken_file_does_not_break_the_mailbox(tmp_path: Path) -> None:
    (tmp_path / "20260101-000000-1.log").write_bytes(b"\xff\xfe no header\x00\n\nx")
    assert Client().get("/dev/mailbox").status_code == 200


def test_without_debug_there_is_no_mailbox(rf: RequestFactory) -> None:
    assert Client().get("/dev/mailbox").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("dev_mailbox")
    with pytest.raises(Http404):
        dev.mailbox(rf.get("/dev/mailbox"))
