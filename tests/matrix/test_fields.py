"""A field that nobody declared fails; a role that is gone counts for nothing any more."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.actors import SYSTEM
from accounts.models import Membership, Organization, ParkStaff, User
from accounts.services import (
    dismiss_park_staff,
    suspend_organization,
    suspend_user,
)
from tests.builders import (
    make_member,
    make_organization,
    make_park,
    make_park_staff,
)
from tests.matrix.fields import FIELDS, declared

pytestmark = pytest.mark.matrix


def test_every_field_of_every_form_and_serializer_is_declared() -> None:
    # Forms are imported with the pages that use them.
    assert get_resolver().url_patterns
    assert declared() == FIELDS


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _demote(member: Membership, _staff: ParkStaff) -> None:
    Membership.objects.filter(pk=member.pk).update(role=Membership.Role.VIEWER)


def _suspend_role(member: Membership, _staff: ParkStaff) -> None:
    Membership.objects.filter(pk=member.pk).update(suspended_at=timezone.now())


def _end(member: Membership, _staff: ParkStaff) -> None:
    member.delete()


def _suspend_user(member: Membership, _staff: ParkStaff) -> None:
    suspend_user(actor=SYSTEM, user=member.user)


def _suspend_organization(member: Membership, _staff: ParkStaff) -> None:
    suspend_organization(actor=SYSTEM, organization=member.organization)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [_demote, _suspend_role, _end, _suspend_user, _suspend_organization]
)
def test_a_role_that_is_gone_is_gone_at_the_next_request(
    change: Callable[[Membership, ParkStaff], None],
) -> None:
    member, staff = make_member(), make_park_staff()
    client = _client(member.user)
    url = reverse("catalog:need_create")
    assert client.get(url, {"draft": "1"}).status_code == 200
    change(member, staff)
    assert client.get(url, {"draft": "1"}).status_code in (302, 403)


@pytest.mark.django_db
def test_a_dismissed_moderator_and_one_of_a_changed_park_find_no_organization() -> None:
    park = make_park()
    staff = make_park_staff(park)
    organization = make_organization(park=park)
    client = _client(staff.user)
    url = reverse("accounts:organization_verify", args=[organization.public_id])
    assert client.get(url).status_code == 200
    Organization.objects.filter(pk=organization.pk).update(park=make_park())
    assert client.get(url).status_code == 404
    Organization.objects.filter(pk=organization.pk).update(park=park)
    assert client.get(url).status_code == 200
    dismiss_park_staff(actor=SYSTEM, staff=staff)
    assert client.get(url).status_code == 404
