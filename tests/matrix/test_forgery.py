"""Requests that another site has somebody's browser send, and links that lead to another site."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Organization, User
from tests.builders import PASSWORD, make_member, make_user
from tests.matrix.addresses import Address, all_addresses
from tests.matrix.asking import Asker, undone, writes
from tests.matrix.expected import group_of, row_of
from tests.matrix.roles import Role
from tests.matrix.tally import Tally
from tests.matrix.world import World

pytestmark = [pytest.mark.matrix, pytest.mark.django_db]

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
# Django's check is off here: REST framework asks for the token itself, of whoever has a session.
EXEMPT = {"api:need_matches", "api:solution_matches", "api:pair", "api:schema"}


def _path(world: World, address: Address, role: Role) -> str:
    row = row_of(address.name)
    if row:
        return address.path(row.of.make(world, role, row.of.letters[0])) + row.query
    group = group_of(address.name)
    assert group
    return address.path({name: group.values(world, name, address) for name in address.parameters})


def _data(world: World, address: Address, role: Role) -> Mapping[str, Any]:
    row = row_of(address.name)
    if row is None:
        return {}
    return row.data(world, role) if callable(row.data) else row.data


# --- Forged requests ---


def _patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _patterns(each, f"{namespace}{each.namespace or ''}:".lstrip(":"))
        else:
            yield f"{namespace}{each.name}", each


def test_no_view_is_exempt_from_the_token_but_those_that_are_declared() -> None:
    exempt = {
        name
        for name, pattern in _patterns(get_resolver())
        if getattr(pattern.callback, "csrf_exempt", False)
    }
    assert exempt == EXEMPT


def _is_refused_as_forged(response: Any) -> bool:
    if response.status_code != 403:
        return False
    is_told_by_page = "403_csrf.html" in {each.name for each in response.templates}
    return is_told_by_page or b"CSRF Failed" in response.content


@pytest.mark.parametrize("role", [Role.FACTORY_OWNER, Role.PLATFORM_ADMIN])
def test_every_unsafe_request_without_a_token_is_refused(
    world: World, asker: Asker, tally: Tally, role: Role
) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.people[role])
    found = []
    for address in all_addresses():
        for method in UNSAFE:
            with undone():
                path = _path(world, address, role)
                with writes() as written:
                    response = client.generic(method, path)
            tally.forged += 1
            if written or not _is_refused_as_forged(response):
                found.append(f"{method} {address.label}: {response.status_code}, wrote {written}")
    assert not found, "\n".join(found)


def test_a_token_sent_from_another_site_is_refused_and_from_ours_accepted(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people[Role.FACTORY_OWNER])
    token = client.get(reverse("accounts:profile")).cookies["csrftoken"].value
    told = {"display_name": "李四", "language": "zh-hans", "csrfmiddlewaretoken": token}
    for origin, status in (
        ("https://evil.example", 403),
        ("null", 403),
        ("http://testserver", 302),
    ):
        sent = client.post(reverse("accounts:profile"), told, headers={"Origin": origin})
        assert sent.status_code == status, origin


# --- Where one is led afterwards ---

EVILS = (
    *("https://evil.example/", "//evil.example", "///evil.example", "https:evil.example"),
    *(r"\\evil.example", r"/\evil.example", "HTTPS://EVIL.example", "//EVIL.EXAMPLE/x"),
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "\tjavascript:alert(1)", "data:text/html,x"),
    *("http://testserver@evil.example/", "https://testserver.evil.example/", "ftp://testserver/"),
)
# Some of those that read where to go next: which do is found by watching what they read.
READERS = {"account_login", "set_language", "accounts:organization_create", "accounts:consent"}


@contextmanager
def _reads_of_next() -> Iterator[list[str]]:
    read: list[str] = []
    getitem = QueryDict.__getitem__

    def noting(data: QueryDict, key: str) -> Any:
        if key == "next":
            read.append(key)
        return getitem(data, key)

    with patch.object(QueryDict, "__getitem__", noting):
        yield read


def _leads_away(response: Any) -> bool:
    """Whether a header leads off the site, or a link of the page does."""
    told = [response.headers.get(name, "") for name in ("Location", "HX-Redirect", "Refresh")]
    where = " ".join(told).partition("?")[0].lower()
    if any(mark in where for mark in ("evil", "javascript:", "data:", "ftp:")):
        return True
    page = response.content.decode(errors="replace").lower() if not response.streaming else ""
    return any(f'{name}="{evil.lower()}' in page for name in ("href", "action") for evil in EVILS)


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.FACTORY_OWNER])
def test_no_address_leads_to_another_site(
    world: World, asker: Asker, tally: Tally, role: Role, *, thorough: bool
) -> None:
    client = Client(raise_request_exception=False)
    user = world.user(role)
    readers, found = set(), []
    for address in all_addresses():
        for evil in EVILS if thorough else EVILS[:2]:
            with _reads_of_next() as read:
                for method in ("GET", "POST"):
                    with undone():
                        if user is not None:
                            client.force_login(user)
                        response = _sent(client, world, address, role, method, evil)
                    tally.lured += 1
                    if _leads_away(response):
                        found.append(f"{method} {address.label}, {evil}: {response.headers}")
            # An address that does not read it need not be asked again.
            if not read:
                break
            readers.add(address.name)
    assert not found, "\n".join(found)
    assert "account_login" in readers
    assert role is Role.ANONYMOUS or readers >= READERS


def _sent(
    client: Client, world: World, address: Address, role: Role, method: str, evil: str
) -> HttpResponse:
    path = _path(world, address, role)
    url = f"{path}{'&' if '?' in path else '?'}{urlencode({'next': evil})}"
    if method == "GET":
        return client.get(url)  # type: ignore[return-value]
    return client.post(url, {**_data(world, address, role), "next": evil})  # type: ignore[return-value]


def _person() -> User:
    return make_member(user=make_user(email="known@example.com", password=PASSWORD)).user


@pytest.mark.parametrize("wanted", [*EVILS, "/needs/?q=robot"])
def test_after_each_form_that_takes_a_next_page_only_ours_are_gone_to(wanted: str) -> None:
    user = _person()
    organization = user.memberships.get().organization
    asked: list[tuple[bool, str, dict[str, str], str]] = [
        (False, "account_login", {"login": user.email, "password": PASSWORD}, "/dashboard/"),
        (True, "account_reauthenticate", {"password": PASSWORD}, "/dashboard/"),
        (True, "account_logout", {}, "/"),
        (True, "set_language", {"language": "en"}, "/"),
        (True, "accounts:organization_create", {"legal_name": "甲厂"}, "/dashboard/"),
        (
            True,
            "accounts:switch_organization",
            {"organization": str(organization.public_id)},
            "/dashboard/",
        ),
        (True, "accounts:consent", {}, "/dashboard/"),
    ]
    is_ours = wanted not in EVILS
    for logged_in, name, data, otherwise in asked:
        client = Client()
        if logged_in:
            client.force_login(user)
        response = client.post(reverse(name), {**data, "next": wanted})
        assert response.status_code == 302, name
        assert response["Location"] == (wanted if is_ours else otherwise), name


def test_whoever_creates_an_organization_on_the_way_to_a_page_arrives_there() -> None:
    client = Client()
    client.force_login(make_user())
    led = client.get(reverse("catalog:need_create"), {"draft": "1"})["Location"]
    page = client.get(led)
    assert page.context["next"] == f"{reverse('catalog:need_create')}?draft=1"
    told = {"legal_name": "甲厂", "next": page.context["next"]}
    done = client.post(reverse("accounts:organization_create"), told)
    assert done["Location"] == page.context["next"]
    assert Organization.objects.filter(legal_name="甲厂").exists()
