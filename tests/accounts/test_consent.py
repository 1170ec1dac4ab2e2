"""The privacy notice and the terms: read by all, agreed to at sign-up, asked again when new."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import PermissionDenied
from django.test import Client, override_settings
from django.urls import reverse

from accounts import services
from accounts.actors import Actor
from accounts.legal import current
from accounts.models import Consent, Event, User
from tests.builders import PASSWORD, make_actor, make_user

pytestmark = pytest.mark.django_db

DOCUMENTS = ("privacy", "terms")


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize(("language", "word"), [("zh-hans", "匹配"), ("en", "match")])
def test_the_shipped_texts_are_read_by_everybody_in_both_languages(
    document: str, language: str, word: str
) -> None:
    client = Client(headers={"accept-language": language})
    with override_settings(OPERATOR_NAME="示例运营方", OPERATOR_CONTACT="ops@zhipei.example"):
        text = client.get(reverse(f"accounts:{document}")).content.decode()
    assert word in text
    assert "示例运营方" in text
    assert "2026-11" in text


def test_the_shipped_notice_says_when_nobody_has_named_the_operator() -> None:
    with override_settings(OPERATOR_NAME=""):
        assert "尚未填写" in Client().get(reverse("accounts:privacy")).content.decode()


def test_an_operators_own_text_is_shown_as_text(tmp_path: Path) -> None:
    (tmp_path / "privacy.zh-hans.txt").write_text("第一段\n第二行\n\n<b>第二段</b>", "utf-8")
    with override_settings(LEGAL_DIR=str(tmp_path), LEGAL_VERSION="7"):
        text = Client().get(reverse("accounts:privacy")).content.decode()
    assert "<p>第一段<br>第二行</p><p>&lt;b&gt;第二段&lt;/b&gt;</p>" in text
    assert "版本 7" in text


def test_a_text_kept_elsewhere_is_led_to() -> None:
    with override_settings(TERMS_URL="https://zhipei.example/terms", LEGAL_VERSION="7"):
        assert Client().get(reverse("accounts:terms"))["Location"] == "https://zhipei.example/terms"


def test_own_texts_without_a_version_or_a_file_are_refused(tmp_path: Path) -> None:
    with override_settings(LEGAL_DIR=str(tmp_path), LEGAL_VERSION=""):
        ids = [each.id for each in run_checks()]
    assert ids.count("accounts.E002") == 1
    assert ids.count("accounts.E003") == 4


def test_signing_up_keeps_the_consent_with_its_version_and_language() -> None:
    client = Client(headers={"accept-language": "en"})
    given = {"email": "new@example.com", "display_name": "李四", "consent": "on"}
    client.post(reverse("account_signup"), {**given, "password1": PASSWORD, "password2": PASSWORD})
    user = User.objects.get(email="new@example.com")
    rows = set(user.consents.values_list("document", "version", "language"))
    assert rows == {("privacy", "2026-11", "en"), ("terms", "2026-11", "en")}
    assert user.agreed_to == current()
    assert Event.objects.filter(verb="consent.given", user_id=user.pk).count() == 2


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_new_version_is_asked_for_before_anything_else() -> None:
    client = _client(make_user())
    url = reverse("accounts:profile")
    assert client.get(url).status_code == 200
    with override_settings(PRIVACY_URL="https://zhipei.example/p", LEGAL_VERSION="8"):
        asked = client.get(url)
        assert asked["Location"] == f"{reverse('accounts:consent')}?next=%2Fprofile%2F"
        page = client.get(asked["Location"])
        data = {"versions": page.context["versions"], "next": page.context["next"]}
        assert client.post(reverse("accounts:consent"), data)["Location"] == url
        assert client.get(url).status_code == 200
        assert Consent.objects.filter(document="privacy", version="8").count() == 1


def test_an_htmx_request_is_led_there_too() -> None:
    client = _client(make_user(agreed_to=""))
    response = client.get(reverse("accounts:dashboard"), headers={"hx-request": "true"})
    assert response["HX-Redirect"].startswith(reverse("accounts:consent"))


def test_agreeing_to_an_older_page_does_not_count_for_the_new_text() -> None:
    user = make_user(agreed_to="")
    services.give_consent(actor=Actor(user=user), user=user, versions="2020-01/2020-01")
    assert not Consent.objects.exists()


def test_agreeing_twice_is_kept_once() -> None:
    user = make_user(agreed_to="")
    for _ in range(2):
        user.agreed_to = ""
        services.give_consent(actor=Actor(user=user), user=user, versions=current())
    assert Consent.objects.filter(user=user).count() == 2


def test_nobody_agrees_for_another() -> None:
    with pytest.raises(PermissionDenied):
        services.give_consent(actor=make_actor(), user=make_user(), versions=current())


def test_who_does_not_agree_may_read_the_texts_take_the_data_and_leave() -> None:
    client = _client(make_user(agreed_to="", password=PASSWORD))
    for name in ("privacy", "terms", "consent", "personal_data", "erase"):
        assert client.get(reverse(f"accounts:{name}")).status_code == 200
    assert client.post(reverse("accounts:personal_data_export")).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302
