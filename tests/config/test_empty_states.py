"""Where there is nothing yet, a page says what to do next and leads there.

The table of the permission matrix says which pages there are and who sees them, so a new list is
looked at without a line here: on a platform where nothing was ever written, and in the small world
of the matrix for the pages that need an object.
"""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import Membership, User
from tests.builders import (
    make_district,
    make_member,
    make_organization,
    make_park,
    make_park_staff,
    make_platform_admin,
    make_user,
    make_vocabulary,
    restore_migrated_rows,
)
from tests.config.readers import client_for, paths_of_lists, paths_of_objects
from tests.matrix.roles import Role
from tests.matrix.world import build_world

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

PEOPLE = (
    *(Role.ANONYMOUS, Role.STRANGER, Role.FACTORY_VIEWER, Role.FACTORY_OWNER, Role.VENDOR_OWNER),
    *(Role.PARK_STAFF, Role.OFFICER, Role.PLATFORM_ADMIN),
)
# As components/empty.html writes it; there is no other <div> in it.
EMPTY = re.compile(r'<div class="empty">(.*?)</div>', re.DOTALL)
NEXT = re.compile(r'<a [^>]*href="([^"]+)"')
TITLE = re.compile(r"<h2>(.*?)</h2>")
# So many are found at least: a changed component would otherwise pass unseen.
FEWEST = 12


def empty_parts(html: str) -> list[tuple[str, str]]:
    """The title of each empty part of a page, and where it leads ("" for nowhere)."""
    parts = []
    for part in EMPTY.findall(html):
        title, link = TITLE.search(part), NEXT.search(part)
        parts.append((title[1] if title else "", link[1] if link else ""))
    return parts


def leads_astray(client: Client, href: str, path: str) -> str:
    if not href:
        return "leads nowhere"
    if href.startswith("#"):
        return ""
    if href == path:
        return "leads to itself"
    status = client.get(href, follow=True).status_code
    return "" if status == 200 else f"leads to {href}: {status}"


def faults(client: Client, role: Role, paths: Iterator[str]) -> tuple[list[str], int]:
    found, seen = [], 0
    for path in paths:
        response = client.get(path)
        if response.status_code != 200 or "html" not in response.headers["Content-Type"]:
            continue
        for title, href in empty_parts(response.content.decode()):
            seen += 1
            if fault := leads_astray(client, href, path):
                found.append(f"{path} as {role}: {title} {fault}")
    return found, seen


@pytest.fixture
def newcomers() -> dict[Role, User | None]:
    """One of each kind on a platform where nothing was written yet."""
    restore_migrated_rows()
    make_vocabulary()
    park = make_park(district=make_district())
    factory = make_organization(park=park)
    assert park.district is not None
    officer = make_user()
    park.district.officers.create(user=officer)
    return {
        Role.ANONYMOUS: None,
        Role.STRANGER: make_user(),
        Role.FACTORY_VIEWER: make_member(factory, role=Membership.Role.VIEWER).user,
        Role.FACTORY_OWNER: make_member(factory).user,
        Role.VENDOR_OWNER: make_member(make_organization(park=park)).user,
        Role.PARK_STAFF: make_park_staff(park).user,
        Role.OFFICER: officer,
        Role.PLATFORM_ADMIN: make_platform_admin(),
    }


def test_every_list_without_rows_leads_on(newcomers: dict[Role, User | None]) -> None:
    found, seen = [], 0
    for role in PEOPLE:
        some, number = faults(client_for(newcomers[role]), role, paths_of_lists(role))
        found += some
        seen += number
    assert found == []
    assert seen >= FEWEST


def test_every_empty_part_of_an_objects_page_leads_on() -> None:
    world = build_world()
    found, seen = [], 0
    for role in PEOPLE:
        some, number = faults(client_for(world.user(role)), role, paths_of_objects(world, role))
        found += some
        seen += number
    assert found == []
    assert seen >= FEWEST
