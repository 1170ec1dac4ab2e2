"""The pages of introductions: who reads what, and what nobody learns from them."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Restriction
from catalog.models import DisclosureView
from matchmaking.models import Introduction
from matchmaking.services import accept, confirm_agreement
from tests.builders import make_actor, make_admin_actor, make_staff_actor
from tests.catalog.pages import client_of, url_of
from tests.matchmaking.test_introductions import Two, accepted, agreed, house, two
from tests.noise import DATES, IDENTITIES, MADE_NAMES, quiet

pytestmark = pytest.mark.django_db

Side, State = Introduction.Side, Introduction.State
LIST = reverse("matchmaking:introduction_list")
_TITLE = re.compile(r"铸件[^<（]*\d+")


def text(actor: Actor, url: str) -> str:
    response = client_of(actor).get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def begin(actor: Actor, pair: Two) -> Client:
    client = client_of(actor)
    data = {"need": pair.need.public_id, "solution": pair.solution.public_id}
    response = client.post(reverse("matchmaking:introduction_begin"), data)
    assert response.status_code == 302
    return client


def test_a_vendor_begins_from_the_needs_page_and_the_owner_accepts_on_the_introductions() -> None:
    pair = two()
    page = text(pair.vendor, url_of(pair.need))
    url = reverse("matchmaking:introduce_to_need", args=[pair.need.public_id])
    assert url in page
    asking = text(pair.vendor, url)
    assert pair.solution.title in asking
    assert "对方会看到：贵企业名称和所选方案" in asking
    assert house(pair.owner).legal_name not in asking
    begin(pair.vendor, pair)
    row = Introduction.objects.get()
    assert "待我方处理" in text(pair.owner, LIST)
    seen = text(pair.owner, row.get_absolute_url())
    assert "接受后，对方会看到：企业名称、联系人姓名、邮箱和电话、具体所在区" in seen
    owner = client_of(pair.owner)
    owner.post(reverse("matchmaking:introduction_accept", args=[row.public_id]))
    row.refresh_from_db()
    assert row.state == State.ACCEPTED


def test_an_owner_begins_from_a_solutions_page_without_telling_its_name() -> None:
    pair = two()
    url = reverse("matchmaking:introduce_to_solution", args=[pair.solution.public_id])
    assert url in text(pair.owner, url_of(pair.solution))
    assert "看不到贵企业名称" in text(pair.owner, url)
    begin(pair.owner, pair)
    row = Introduction.objects.get()
    for page in (LIST, row.get_absolute_url()):
        told = text(pair.vendor, page)
        assert pair.need.title in told
        for secret in (house(pair.owner).legal_name, str(pair.owner.user), "金山", "酸洗线"):
            assert secret not in told, (page, secret)


def test_contacts_are_told_after_acceptance_and_no_longer_after_the_end() -> None:
    pair = two()
    assert pair.owner.user is not None
    assert pair.vendor.user is not None
    row = pair.begin()
    mails = {pair.vendor: pair.owner.user.email, pair.owner: pair.vendor.user.email}
    url = row.get_absolute_url()
    for actor, mail in mails.items():
        assert mail not in text(actor, url)
    accept(actor=pair.owner, introduction=row)
    for actor, mail in mails.items():
        assert mail in text(actor, url)
        assert mail in text(make_actor("viewer", actor.organization), url)
    client_of(pair.vendor).post(reverse("matchmaking:introduction_withdraw", args=[row.public_id]))
    for actor, mail in mails.items():
        assert mail not in text(actor, url)


def test_reading_a_contact_of_a_confidential_need_is_on_record() -> None:
    pair = two()
    text(pair.vendor, accepted(pair).get_absolute_url())
    fields = {each for row in DisclosureView.objects.all() for each in row.fields}
    assert {"contact", "organization"} <= fields


def test_nobody_but_the_two_sides_finds_an_introduction() -> None:
    pair = two()
    row = agreed(pair)
    url = row.get_absolute_url()
    missing = reverse("matchmaking:introduction_detail", args=[pair.need.public_id])
    for actor in (make_actor(), make_actor("viewer")):
        client = client_of(actor)
        assert client.get(url).status_code == 404
        for verb in ("accept", "decline", "confirm", "withdraw"):
            move = reverse(f"matchmaking:introduction_{verb}", args=[row.public_id])
            assert client.post(move).status_code in (403, 404)
        assert client.get(missing).status_code == 404
    for actor in (make_staff_actor(), make_admin_actor()):
        assert client_of(actor).get(url).status_code == 302
    assert Introduction.objects.get().state == State.AGREED


def test_a_suspended_owner_is_reached_by_nobody() -> None:
    pair = two()
    row = accepted(pair)
    owner = house(pair.owner)
    owner.suspended_at = timezone.now()
    owner.save(update_fields=["suspended_at"])
    page = text(pair.vendor, row.get_absolute_url())
    assert pair.owner.user is not None
    assert pair.owner.user.email not in page


@pytest.mark.parametrize("kind", list(Restriction.Kind))
def test_a_blocked_vendor_reads_every_page_as_any_other(kind: Restriction.Kind) -> None:
    answers = []
    for blocked in (False, True):
        pair = two()
        if blocked:
            Restriction.objects.create(
                organization=house(pair.owner), other=house(pair.vendor), kind=kind
            )
        begin(pair.vendor, pair)
        row = Introduction.objects.get(need=pair.need)
        pages = [LIST, row.get_absolute_url(), url_of(pair.need)]
        answers.append(
            [
                quiet(text(pair.vendor, url), *IDENTITIES, *MADE_NAMES, *DATES, _TITLE)
                for url in pages
            ]
        )
        assert (pair.need.title in text(pair.owner, LIST)) is not blocked
        owners = client_of(pair.owner).get(row.get_absolute_url())
        assert owners.status_code == (404 if blocked else 200)
    assert answers[0] == answers[1]


def test_the_owner_reads_who_looked() -> None:
    pair = two()
    row = accepted(pair)
    assert "还没有被企业以外的人看过" in text(pair.owner, url_of(pair.need))
    text(pair.vendor, url_of(pair.need))
    confirm_agreement(actor=pair.owner, introduction=row)
    vendor = house(pair.vendor).legal_name
    for url in (
        url_of(pair.need),
        reverse("catalog:need_viewers", args=[pair.need.public_id]),
    ):
        page = text(make_actor("viewer", pair.owner.organization), url)
        assert vendor in page
        assert str(pair.vendor.user) in page
        assert "现状与问题" in page
    assert "谁看过" not in text(pair.vendor, url_of(pair.need))


def test_a_needs_page_tells_a_vendor_how_far_it_has_come_and_nobody_else() -> None:
    pair = two()
    page = url_of(pair.need)
    words = "我方与这条需求的对接"
    assert words not in text(pair.vendor, page)
    begin(pair.vendor, pair)
    assert words in text(pair.vendor, page)
    assert pair.solution.title in text(pair.vendor, page)
    for other in (pair.owner, make_actor(), make_admin_actor()):
        assert words not in text(other, page)
    assert words not in Client().get(page).content.decode()
