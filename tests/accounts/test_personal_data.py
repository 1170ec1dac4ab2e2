"""Personal data: all of it declared, exported whole, and gone after erasure."""

import json
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from psycopg import sql

from accounts import services
from accounts.actors import Actor, actor_for
from accounts.errors import Refused
from accounts.models import (
    Consent,
    DistrictOfficer,
    Event,
    Invitation,
    Membership,
    Organization,
    User,
)
from accounts.personal_data import HOLDINGS, IMPERSONAL, Erasure, declared_fields, subject_of
from catalog.choices import ListingKind
from catalog.models import SavedSearch
from tests.builders import (
    PASSWORD,
    make_actor,
    make_district,
    make_invitation,
    make_join_request,
    make_member,
    make_organization,
    make_park_staff,
    make_user,
)

pytestmark = pytest.mark.django_db

EMAIL = "zhao.unique@one.example"
SECOND = "zhao.unique@two.example"
PHONE = "13987654321"
NAME = "赵独特"
MESSAGE = "我是赵独特本人"
TOKENS = (EMAIL, SECOND, PHONE, NAME)


def _points_to_a_person(field: "models.Field[Any, Any]") -> bool:
    if field.is_relation:
        return field.related_model is User
    named = any(word in field.name for word in ("phone", "email", "ip_address"))
    return named or isinstance(field, (models.EmailField, models.GenericIPAddressField))


def _holds_text(field: "models.Field[Any, Any]") -> bool:
    kinds = (models.CharField, models.TextField, models.JSONField, models.FileField)
    return isinstance(field, kinds) or type(field).__name__ == "ArrayField"


def test_every_field_of_every_model_is_declared_personal_or_not() -> None:
    """A new one goes into accounts/personal_data.py: HOLDINGS, or IMPERSONAL with a reason."""
    declared, missing = declared_fields(), []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            name = f"{model._meta.label}.{field.name}"
            asked = _points_to_a_person(field) or (
                _holds_text(field) and model._meta.label not in IMPERSONAL
            )
            if asked and name not in declared:
                missing.append(name)
    assert not missing


def test_every_field_that_is_declared_exists() -> None:
    for name in declared_fields():
        model, _, field = name.rpartition(".")
        assert apps.get_model(model)._meta.get_field(field), name
    for label in IMPERSONAL:
        assert apps.get_model(label), label


@pytest.fixture
def person() -> User:
    """Somebody of whom every declared field says something that nobody else's does."""
    user = make_user(email=EMAIL, phone=PHONE, display_name=NAME, password=PASSWORD, is_staff=True)
    second = EmailAddress.objects.create(user=user, email=SECOND, verified=False)
    EmailConfirmation.objects.create(email_address=second, key="k", sent=timezone.now())
    make_member(user=user, role=Membership.Role.EDITOR)
    make_park_staff(user=user)
    DistrictOfficer.objects.create(user=user, district=make_district())
    SavedSearch.objects.create(user=user, kind=ListingKind.NEED, query=f"q={NAME}", name=NAME)
    make_join_request(user=user, message=MESSAGE)
    make_invitation(email=SECOND.upper())
    make_invitation(invited_by=user)
    make_organization(verified_by=user)
    user.groups.add(Group.objects.create(name="clerks"))
    user.user_permissions.add(Permission.objects.all()[0])
    browser = {"ip_address": "192.0.2.7", "user_agent": "x", "http_accept": "x", "path_info": "/"}
    AccessAttempt.objects.create(
        username=EMAIL, failures_since_start=1, get_data="", post_data=f"login={EMAIL}", **browser
    )
    AccessLog.objects.create(username=EMAIL.upper(), **browser)
    AccessFailureLog.objects.create(username=PHONE, **browser)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    UserSession.objects.create(user=user, ip="192.0.2.7", user_agent="x", session_key="k")
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=NAME,
        action_flag=CHANGE,
    )
    LogEntry.objects.create(
        user=user, object_id="7", object_repr=f"{SECOND} · x", action_flag=CHANGE
    )
    user.agreed_to = ""
    user.save()
    return user


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _agree(user: User) -> None:
    page = _client(user).get(reverse("accounts:consent"))
    _client(user).post(reverse("accounts:consent"), {"versions": page.context["versions"]})
    user.refresh_from_db()


def test_the_export_holds_every_declared_field_that_has_a_row(person: User) -> None:
    _agree(person)
    found = services.export_personal_data(actor=Actor(user=person), user=person)
    subject = subject_of(person)
    for holding in HOLDINGS:
        if holding.rows(subject).exists():
            for row in found[holding.model]:
                if set(holding.shown) <= set(row):
                    break
            else:
                pytest.fail(f"{holding.model}: {holding.shown} are not in the export")
    # What the fixture did not make is made by pages above this app.
    unseen = {h.model for h in HOLDINGS} - set(found)
    assert unseen <= {h.model for h in HOLDINGS if h.erasure == Erasure.NUMBER_KEPT}


def test_the_download_is_json_with_everything_and_without_the_password(person: User) -> None:
    _agree(person)
    response = _client(person).post(reverse("accounts:personal_data_export"))
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    text = response.content.decode()
    told = json.loads(text)["data"]
    assert all(token in text for token in (*TOKENS, MESSAGE))
    assert told["accounts.User"][0]["email"] == EMAIL
    assert person.password not in text
    assert Event.objects.filter(verb="user.data_exported", user_id=person.pk).count() == 1


def test_the_page_shows_the_same_for_reading(person: User) -> None:
    _agree(person)
    text = _client(person).get(reverse("accounts:personal_data")).content.decode()
    assert all(token in text for token in (*TOKENS, MESSAGE))
    assert person.password not in text


def test_nobody_takes_or_erases_anothers_data(person: User) -> None:
    for other in (make_actor(), Actor()):
        with pytest.raises(PermissionDenied):
            services.export_personal_data(actor=other, user=person)
        with pytest.raises(PermissionDenied):
            services.erase_user(actor=other, user=person, password=PASSWORD)


def _erase(user: User, password: str = PASSWORD) -> None:
    services.erase_user(actor=actor_for(user), user=user, password=password)


def _everything() -> dict[str, str]:
    """Return every row of every table as text, binary columns in hexadecimal."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        content = {}
        for name in names:
            cursor.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(name)))
            content[name] = "\n".join(row[0] for row in cursor.fetchall()).lower()
    return content


def _hits(tokens: tuple[str, ...]) -> set[tuple[str, str]]:
    found = set()
    for table, text in _everything().items():
        for token in tokens:
            if token.lower() in text or token.encode().hex() in text:
                found.add((table, token))
    for session in Session.objects.all():
        text = json.dumps(session.get_decoded(), ensure_ascii=False).lower()
        found |= {("session", token) for token in tokens if token.lower() in text}
    return found


def _redis_hits(tokens: tuple[str, ...]) -> list[bytes]:
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    found = []
    for key in client.scan_iter():
        kept = key + (client.get(key) if client.type(key) == b"string" else b"")
        found += [key for token in tokens if token.encode().lower() in kept.lower()]
    return found


def test_after_erasure_no_column_of_any_table_and_no_key_of_redis_holds_a_token(
    person: User,
) -> None:
    _agree(person)
    client = Client()
    client.post(reverse("account_login"), {"login": EMAIL, "password": "wrong"})
    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    stash = Client()
    stash.post(reverse("account_reset_password"), {"email": SECOND})
    remembering = stash.session
    remembering["typed"] = SECOND
    remembering.save()
    assert {token for _table, token in _hits(TOKENS)} == set(TOKENS)
    _erase(person)
    assert _hits((*TOKENS, MESSAGE)) == set()
    assert _redis_hits(TOKENS) == []


def test_erasure_leaves_a_number_that_nobody_can_log_in_with(person: User) -> None:
    _agree(person)
    client = _client(person)
    assert client.get(reverse("accounts:profile")).status_code == 200
    _erase(person)
    assert client.get(reverse("accounts:profile")).status_code == 302
    row = User.objects.get(pk=person.pk)
    assert (row.is_active, row.is_staff, row.has_usable_password()) == (False, False, False)
    assert str(row) == "已注销的用户"
    assert row.erased_at is not None
    again = make_user(email=EMAIL)
    assert again.pk != row.pk


def test_what_the_law_requires_stays_by_number_only(person: User) -> None:
    _agree(person)
    before = Event.objects.filter(user_id=person.pk).count()
    _erase(person)
    assert Consent.objects.filter(user_id=person.pk).count() == 2
    assert Event.objects.filter(user_id=person.pk).count() > before
    assert Event.objects.filter(verb="user.erased", subject_id=person.pk).count() == 1
    assert Invitation.objects.filter(invited_by_id=person.pk).exists()


def test_erasing_twice_changes_nothing(person: User) -> None:
    _erase(person)
    first = (User.objects.values().get(pk=person.pk), Event.objects.count())
    services.erase_user(actor=Actor(user=person), user=person, password=PASSWORD)
    assert (User.objects.values().get(pk=person.pk), Event.objects.count()) == first


def test_a_wrong_password_erases_nothing(person: User) -> None:
    with pytest.raises(Refused, match="密码不正确"):
        _erase(person, "wrong")
    assert {token for _table, token in _hits(TOKENS)} == set(TOKENS)


def test_the_last_owner_among_others_hands_over_first() -> None:
    owner = make_actor(password=PASSWORD)
    heir = make_member(owner.organization, role=Membership.Role.EDITOR)
    assert owner.user is not None
    with pytest.raises(Refused, match="唯一的所有者"):
        _erase(owner.user)
    assert Membership.objects.filter(user=owner.user).exists()
    page = _client(owner.user).get(reverse("accounts:erase")).content.decode()
    assert "请先在成员页移交所有权" in page
    services.hand_over_ownership(actor=owner, membership=heir)
    _erase(owner.user)
    assert not Membership.objects.filter(user=owner.user).exists()


def test_an_organization_without_anybody_else_stops() -> None:
    owner = make_actor(password=PASSWORD)
    assert owner.user is not None
    assert owner.organization is not None
    _erase(owner.user)
    left = Organization.objects.get(pk=owner.organization.pk)
    assert (left.is_suspended, left.is_claimed) == (True, False)


def test_the_page_erases_with_the_password_and_logs_out(person: User) -> None:
    _agree(person)
    cache.clear()
    client = _client(person)
    url = reverse("accounts:erase")
    text = client.get(url).content.decode()
    assert "操作日志" in text
    assert "同意记录" in text
    assert client.post(url, {"password": "wrong"}).status_code == 422
    assert client.post(url, {"password": PASSWORD}).status_code == 302
    assert "_auth_user_id" not in client.session
    assert User.objects.get(pk=person.pk).erased_at is not None


def test_guessing_the_password_on_the_page_is_limited(person: User) -> None:
    _agree(person)
    cache.clear()
    client = _client(person)
    url = reverse("accounts:erase")
    for _ in range(15):
        client.post(url, {"password": "wrong"})
    assert "尝试次数太多" in client.post(url, {"password": PASSWORD}).content.decode()
    assert User.objects.get(pk=person.pk).erased_at is None
