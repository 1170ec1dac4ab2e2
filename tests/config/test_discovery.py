"""What search engines and chats are told of the site: public pages, public fields."""

import re

import pytest
from django.test import Client, override_settings

from accounts.models import Organization
from catalog.choices import ListingKind
from catalog.models import Need
from config.discovery import PRIVATE
from tests.builders import (
    make_draft,
    make_need,
    make_organization,
    make_park,
    make_solution,
    make_vocabulary,
    need_payload,
)

pytestmark = pytest.mark.django_db

LOCATION = re.compile(r"<loc>https?://[^/<]+([^<]*)</loc>")


@pytest.fixture(autouse=True)
def _vocabulary() -> None:
    make_vocabulary()


def locations(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    return LOCATION.findall(response.content.decode())


def all_locations(client: Client) -> set[str]:
    sections = locations(client, "/sitemap.xml")
    return {found for section in sections for found in locations(client, section)}


def test_the_sitemap_names_what_everybody_may_read(client: Client) -> None:
    park = make_park()
    owner = make_organization(park=park)
    need, solution = make_need(owner), make_solution(owner)
    found = all_locations(client)
    shown = {each.get_absolute_url() for each in (need, solution, owner, park)}
    assert shown | {"/", "/needs/", "/solutions/", "/scenarios/", "/parks/"} <= found
    assert not [path for path in found if client.get(path).status_code != 200]


def test_the_sitemap_names_nothing_confidential_hidden_or_unfinished(client: Client) -> None:
    confidential = make_need(confidentiality="confidential")
    assert Need.objects.get(pk=confidential.pk).confidentiality == "confidential"
    draft = make_draft(ListingKind.NEED, make_organization(), need_payload()).listing
    suspended = make_need()
    owner = suspended.organization
    Organization.objects.filter(pk=owner.pk).update(suspended_at="2026-01-01T00:00Z")
    hidden = {each.get_absolute_url() for each in (confidential, draft, suspended, owner)}
    assert not hidden & all_locations(client)


def test_robots_are_kept_from_what_needs_a_person_and_told_of_the_sitemap(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /moderation/" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text
    make_need()
    assert not [path for path in all_locations(client) if path.startswith(PRIVATE)]


@override_settings(SITE_URL="https://zhipei.example")
def test_links_for_others_start_with_the_address_of_the_site(client: Client) -> None:
    page = client.get("/needs/?q=检测").content.decode()
    assert '<link rel="canonical" href="https://zhipei.example/needs/">' in page
    assert 'content="https://zhipei.example/static/img/share.png"' in page
    robots = client.get("/robots.txt").content.decode()
    assert "https://zhipei.example/sitemap.xml" in robots


def test_a_shared_need_speaks_with_its_title_and_summary(client: Client) -> None:
    need = make_need(title="铸件表面缺陷检测", summary="在线发现划痕。")
    page = client.get(need.get_absolute_url()).content.decode()
    assert '<meta property="og:title" content="铸件表面缺陷检测">' in page
    assert '<meta property="og:description" content="在线发现划痕。">' in page
    assert "noindex" not in page


def test_a_confidential_need_asks_not_to_be_indexed(client: Client) -> None:
    need = make_need(confidentiality="confidential")
    page = client.get(need.get_absolute_url()).content.decode()
    assert '<meta name="robots" content="noindex">' in page


def test_the_registration_numbers_stand_at_the_foot_where_they_are_set(client: Client) -> None:
    assert "beian" not in client.get("/parks/").content.decode()
    with override_settings(
        ICP_NUMBER="沪ICP备00000000号", POLICE_NUMBER="沪公网安备 00000000000000号"
    ):
        page = client.get("/privacy/").content.decode()
    assert "沪ICP备00000000号" in page
    assert "beian.mps.gov.cn/#/query/webSearch?code=00000000000000" in page
