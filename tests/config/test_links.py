"""A page offers its reader nothing that then refuses them."""

import re

import pytest
from django.db import transaction
from django.test import Client

from tests.config.readers import client_for, paths_of_lists, paths_of_objects
from tests.matrix.roles import Role
from tests.matrix.world import build_world

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

READERS = (Role.STRANGER, Role.FACTORY_VIEWER, Role.VENDOR_OWNER, Role.PARK_STAFF, Role.OFFICER)
LINK = re.compile(r'<a\b[^>]*?\bhref="(/[^"#]*)')
# So many different ones are followed at least, by each reader.
FEWEST = 25


def refusals(client: Client, path: str, followed: set[str]) -> list[str]:
    """Follow what a page links to and was not followed yet; return what did not open."""
    response = client.get(path)
    if response.status_code != 200 or "html" not in response.headers["Content-Type"]:
        return []
    found = []
    for href in sorted({*LINK.findall(response.content.decode())} - followed):
        followed.add(href)
        with transaction.atomic():
            status = client.get(href.replace("&amp;", "&"), follow=True).status_code
            transaction.set_rollback(True)
        if status != 200:
            found.append(f"{path} links to {href}: {status}")
    return found


@pytest.mark.parametrize("role", READERS)
def test_no_page_links_to_what_refuses_its_reader(role: Role) -> None:
    world = build_world()
    client, followed, found = client_for(world.user(role)), set[str](), list[str]()
    for paths in (paths_of_lists(role), paths_of_objects(world, role)):
        for path in paths:
            found += refusals(client, path, followed)
    assert found == []
    assert len(followed) >= FEWEST
