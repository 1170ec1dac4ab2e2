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
from catalog.choices import ListingKind
from tests.builders import (
    make_draft,
    make_member,
    make_organization,
    make_park,
    make_park_staff,
    make_vocabulary,
    need_payload,
)
from tests.matrix.fields import FIELDS, declared

pytestmark = pytest.mark.matrix


def test_every_field_of_every_form_and_serializer_is_declared() -> None:
    # Forms are imported with the pages that use them.
    assert get_resolver().url_patterns
    assert declared() == FIELDS


READ_ONLY = {
    "state": "published",
    "organization": "1",
    "code": "XQ-2020-00001",
    "published_at": "2020-01-01T00:00",
    "content_version": "99",
    "wanted_version": "99",
    "is_demo": "on",
    "is_verified": "on",
    "verified_at": "2020-01-01T00:00",
    "verified_by": "1",
    "is_claimed": "",
    "suspended_at": "2020-01-01T00:00",
    "facts_version": "99",
    "source": "elsewhere",
    "public_id": "00000000-0000-4000-8000-000000000000",
    "is_staff": "on",
    "is_superuser": "on",
    "is_active": "",
    "email": "taken@example.com",
}


@pytest.mark.django_db
def test_what_only_services_set_cannot_be_posted_with_an_organization() -> None:
    owner = make_member(make_organization(verified=True))
    before = Organization.objects.values(*_kept(Organization)).get(pk=owner.organization_id)
    client = _client(owner.user)
    url = reverse("accounts:organization_edit", args=[owner.organization.public_id])
    data = {
        "legal_name": owner.organization.legal_name,
        "short_name": owner.organization.short_name,
        "credit_code": owner.organization.credit_code,
    }
    assert client.post(url, {**READ_ONLY, **data}).status_code == 302
    after = Organization.objects.values(*_kept(Organization)).get(pk=owner.organization_id)
    assert after == before


@pytest.mark.django_db
def test_what_only_services_set_cannot_be_posted_with_a_profile() -> None:
    owner = make_member()
    before = User.objects.values(*_kept(User)).get(pk=owner.user_id)
    data = {"display_name": owner.user.display_name, "language": owner.user.language}
    sent = _client(owner.user).post(reverse("accounts:profile"), {**READ_ONLY, **data})
    assert sent.status_code == 302
    assert User.objects.values(*_kept(User)).get(pk=owner.user_id) == before


@pytest.mark.django_db
def test_what_only_services_set_cannot_be_posted_with_a_need() -> None:
    make_vocabulary()
    owner = make_member()
    listing = make_draft(ListingKind.NEED, owner.organization, need_payload()).listing
    kept = [name for name in _kept(type(listing)) if name != "updated_at"]
    before = type(listing).objects.values(*kept).get(pk=listing.pk)
    url = reverse("catalog:need_edit", args=[listing.public_id, "problem"])
    data = {**READ_ONLY, "title": "新标题", "situation": "现状", "action": "leave"}
    assert _client(owner.user).post(url, data).status_code == 302
    assert type(listing).objects.values(*kept).get(pk=listing.pk) == before


def _kept(model: type[Organization] | type[User] | type) -> list[str]:
    meta = model._meta  # type: ignore[union-attr]
    return [field.attname for field in meta.concrete_fields if field.name != "last_login"]


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
