"""The English of every string the site says: whole, sure, and with the same blanks to fill."""

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.test import Client

from config.local.translations import LOCALE, complaints

ENGLISH = LOCALE / "en" / "LC_MESSAGES" / "django.po"
BLANK = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}")
HAN = re.compile(r"[\u4e00-\u9fff]")


# What packages say in Chinese, where it is not our Chinese.
CHINESE = LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"


def messages(source: Path = ENGLISH) -> list[Message]:
    with source.open("rb") as stream:
        return [message for message in read_po(stream) if message.id]


def said(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _forms(message: Message) -> list[tuple[str, str]]:
    """Each form with its original; Chinese has one form, for the plural."""
    forms = said(message.string)
    return list(zip(said(message.id)[-len(forms) :], forms, strict=True))


def blanks(text: str) -> Counter[str]:
    return Counter(BLANK.findall(text))


def test_every_string_has_an_english_translation_that_is_sure_and_compiled() -> None:
    assert len(messages()) > 500
    assert complaints(ENGLISH) == []


@pytest.mark.parametrize("source", [ENGLISH, CHINESE], ids=["en", "zh_Hans"])
def test_every_translation_has_the_blanks_of_its_original(source: Path) -> None:
    wrong = [
        (original, translation)
        for message in messages(source)
        for original, translation in _forms(message)
        if blanks(original) != blanks(translation)
    ]
    assert wrong == []


def test_no_translation_is_left_in_chinese() -> None:
    left = [text for message in messages() for text in said(message.string) if HAN.search(text)]
    assert left == []


@pytest.mark.django_db
def test_packages_speak_of_one_thing_by_one_word() -> None:
    pages = [Client().get(f"/accounts/{name}/").text for name in ("login", "signup")]
    for page in (*pages, Client().get("/accounts/password/reset/").text):
        assert "电子邮箱" in page
        assert not re.search("电子邮件地址|Email|帐[号户]", page)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/needs/", "/solutions/", "/accounts/login/"])
def test_a_visitor_who_asks_for_english_reads_no_chinese(address: str) -> None:
    response = Client(headers={"accept-language": "en"}).get(address, follow=True)
    assert response.status_code == 200
    page = response.content.decode()
    assert '<html lang="en"' in page
    without_chooser = re.sub(r'<button[^>]* lang="zh-CN".*?</button>', "", page)
    assert [line for line in without_chooser.splitlines() if HAN.search(line)] == []
