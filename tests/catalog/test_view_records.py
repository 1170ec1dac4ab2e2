"""Whoever reads a confidential field from outside leaves a row that nobody can change."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.actors import ANONYMOUS, Actor
from accounts.models import Event
from catalog.choices import ViewerStanding
from catalog.disclosure import Disclosure
from catalog.models import DisclosureView, Need
from catalog.services import grant_disclosure
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_need,
    make_organization,
    make_park,
    make_staff_actor,
    make_vocabulary,
)
from tests.catalog.pages import client_of, text_of, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vocabulary(db: None) -> None:
    make_vocabulary()


def secret_need(**overrides: str) -> Need:
    owner = make_organization(park=make_park())
    fields = {"confidentiality": "confidential", "goal": "无人值守。", **overrides}
    return make_need(owner, **fields)


def let_in(need: Need, stage: Disclosure = Disclosure.ACCEPTED) -> Actor:
    vendor = make_actor()
    assert vendor.organization is not None
    grant_disclosure(
        actor=vendor,
        listing=need,
        organization=vendor.organization,
        stage=stage,
        introduction_id=1,
    )
    return vendor


def test_a_granted_vendor_that_reads_a_need_is_on_record() -> None:
    need = secret_need()
    vendor = let_in(need)
    assert "无人值守。" in text_of(url_of(need), vendor)
    view = DisclosureView.objects.get()
    assert (view.viewer, view.organization, view.listing_id) == (
        vendor.user,
        vendor.organization,
        need.pk,
    )
    assert view.standing == ViewerStanding.MEMBER
    assert view.fields == ["goal", "organization", "situation"]
    event = Event.objects.get(verb="disclosure.viewed")
    assert (event.user_id, event.data["listing"]) == (vendor.user_id, need.pk)


def test_the_same_view_within_the_hour_is_one_row() -> None:
    need = secret_need()
    vendor = let_in(need)
    for _look in range(3):
        text_of(url_of(need), vendor)
    assert DisclosureView.objects.count() == 1
    text_of(reverse("catalog:need_list"), vendor)
    assert DisclosureView.objects.count() == 2


def test_moderators_and_admins_leave_rows_too() -> None:
    need = secret_need()
    park = need.organization.park
    for actor in (make_staff_actor(park), make_admin_actor()):
        text_of(url_of(need), actor)
    assert set(DisclosureView.objects.values_list("standing", flat=True)) == {
        ViewerStanding.PARK,
        ViewerStanding.PLATFORM,
    }


def test_whoever_reads_a_summary_and_the_owners_own_people_leave_none() -> None:
    need = secret_need()
    owner = make_actor("viewer", need.organization)
    for actor in (ANONYMOUS, make_actor(), make_staff_actor(make_park()), owner):
        text_of(url_of(need), actor)
        text_of(reverse("catalog:need_list"), actor)
    make_need()
    text_of(reverse("catalog:need_list"), make_actor())
    assert not DisclosureView.objects.exists()


def test_what_was_refused_is_not_on_record() -> None:
    need = secret_need()
    assert client_of(make_staff_actor(need.organization.park)).post(url_of(need)).status_code == 405
    assert not DisclosureView.objects.exists()


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_rewrite_the_record(change: str) -> None:
    need = secret_need()
    text_of(url_of(need), let_in(need))
    rows = DisclosureView.objects.all()
    rewrite = {"update": lambda: rows.update(stage=0), "delete": rows.delete}[change]
    with pytest.raises(DatabaseError, match="appended only"), transaction.atomic():
        rewrite()
    assert rows.count() == 1
