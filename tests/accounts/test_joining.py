"""Invitations and requests to join."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts import services
from accounts.actors import Actor, actor_for
from accounts.errors import Conflict, Refused
from accounts.models import Event, Invitation, JoinRequest, Membership
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_invitation,
    make_join_request,
    make_member,
    make_organization,
    make_park,
    make_park_staff,
    make_staff_actor,
    make_user,
)

pytestmark = pytest.mark.django_db
SITE = "https://zhipei.example/"


def _invite(actor: Actor, email: str = "guest@example.com", role: str = "editor") -> Invitation:
    assert actor.organization
    return services.invite(
        actor=actor, organization=actor.organization, email=email, role=role, link_base=SITE
    )


def test_an_invitation_is_mailed_with_its_link(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invitation = _invite(make_actor(), "Guest@Example.com")
    [message] = mail.outbox
    assert message.to == ["guest@example.com"]
    assert f"https://zhipei.example/invitations/{invitation.public_id}/" in message.body
    assert invitation.organization.legal_name in message.body


def test_an_english_reader_is_invited_in_their_language(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    guest = make_user(language="en")
    with django_capture_on_commit_callbacks(execute=True):
        _invite(make_actor(), guest.email)
    assert guest.email in mail.outbox[0].body


@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_only_owners_invite(role: str) -> None:
    with pytest.raises(PermissionDenied):
        _invite(make_actor(role))


def test_a_second_open_invitation_is_refused_and_an_expired_one_replaced() -> None:
    actor = make_actor()
    first = _invite(actor)
    with pytest.raises(Refused, match="尚未过期"):
        _invite(actor, "GUEST@example.com")
    Invitation.objects.filter(pk=first.pk).update(expires_at=timezone.now() - timedelta(days=1))
    second = _invite(actor)
    first.refresh_from_db()
    assert first.revoked_at is not None
    assert list(Invitation.objects.open()) == [second]


def test_a_member_is_not_invited_again() -> None:
    actor = make_actor()
    colleague = make_member(actor.organization, role="viewer")
    with pytest.raises(Refused, match="已经是成员"):
        _invite(actor, colleague.user.email)


def test_the_invited_joins_with_the_offered_role_once() -> None:
    guest = make_user()
    invitation = make_invitation(email=guest.email.upper(), role="editor")
    membership = services.accept_invitation(actor=actor_for(guest), invitation=invitation)
    assert (membership.user, membership.role) == (guest, "editor")
    with pytest.raises(Refused, match="已被使用"):
        services.accept_invitation(actor=actor_for(guest), invitation=invitation)
    assert Membership.objects.filter(user=guest).count() == 1


def test_somebody_else_cannot_accept_an_invitation() -> None:
    invitation = make_invitation()
    with pytest.raises(PermissionDenied):
        services.accept_invitation(actor=make_actor(), invitation=invitation)


def test_an_unproved_address_accepts_nothing() -> None:
    guest = make_user(verified=False)
    invitation = make_invitation(email=guest.email)
    with pytest.raises(PermissionDenied):
        services.accept_invitation(actor=actor_for(guest), invitation=invitation)


@pytest.mark.parametrize(
    "ended",
    [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"revoked_at": timezone.now()},
    ],
)
def test_an_ended_invitation_is_refused(ended: dict[str, Any]) -> None:
    guest = make_user()
    invitation = make_invitation(email=guest.email, **ended)
    with pytest.raises(Refused):
        services.accept_invitation(actor=actor_for(guest), invitation=invitation)
    assert not Membership.objects.filter(user=guest).exists()


def test_an_invitation_does_not_promote_a_member_or_end_a_suspension() -> None:
    organization = make_organization()
    membership = make_member(organization, role="viewer", suspended_at=timezone.now())
    invitation = make_invitation(organization, email=membership.user.email, role="owner")
    with pytest.raises(Refused, match="已经是该企业的成员"):
        services.accept_invitation(actor=actor_for(membership.user), invitation=invitation)
    membership.refresh_from_db()
    assert membership.role == "viewer"
    assert membership.suspended_at is not None


def test_an_owner_takes_an_invitation_back_once() -> None:
    actor = make_actor()
    invitation = _invite(actor)
    with pytest.raises(PermissionDenied):
        services.revoke_invitation(actor=make_actor(), invitation=invitation)
    services.revoke_invitation(actor=actor, invitation=invitation)
    with pytest.raises(Conflict):
        services.revoke_invitation(actor=actor, invitation=invitation)


def test_only_owners_see_the_invitations_of_their_organization() -> None:
    actor = make_actor()
    invitation = _invite(actor)
    assert list(Invitation.objects.visible_to(actor)) == [invitation]
    assert not Invitation.objects.visible_to(make_actor("editor", actor.organization)).exists()
    assert not Invitation.objects.visible_to(make_actor()).exists()


def test_an_owner_accepts_a_request_with_a_role() -> None:
    owner = make_actor()
    assert owner.organization
    asker = make_actor(role=None)
    request = services.request_to_join(
        actor=asker, organization=owner.organization, message=" 采购部 "
    )
    membership = services.accept_join_request(actor=owner, join_request=request, role="editor")
    assert (membership.user, membership.role) == (asker.user, "editor")
    with pytest.raises(Conflict):
        services.decline_join_request(actor=owner, join_request=request)
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"join_request.sent", "join_request.accepted"} <= verbs


def test_a_second_request_and_a_request_by_a_member_are_refused() -> None:
    owner = make_actor()
    assert owner.organization
    asker = make_actor(role=None)
    services.request_to_join(actor=asker, organization=owner.organization)
    for actor in (asker, owner):
        with pytest.raises(Refused):
            services.request_to_join(actor=actor, organization=owner.organization)


@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_only_owners_decide_on_requests(role: str) -> None:
    request = make_join_request()
    make_member(request.organization)
    for actor in (
        make_actor(role, request.organization),
        make_actor(),
        make_admin_actor(),
        actor_for(request.user),
    ):
        with pytest.raises(PermissionDenied):
            services.accept_join_request(actor=actor, join_request=request)
        with pytest.raises(PermissionDenied):
            services.decline_join_request(actor=actor, join_request=request)
        assert not JoinRequest.objects.decidable_by(actor).exists()


def test_a_declined_request_gives_no_role_and_may_be_repeated() -> None:
    owner = make_actor()
    request = make_join_request(owner.organization)
    services.decline_join_request(actor=owner, join_request=request)
    assert not Membership.objects.filter(user=request.user).exists()
    services.request_to_join(actor=actor_for(request.user), organization=request.organization)


def test_only_the_asker_withdraws_a_request() -> None:
    request = make_join_request()
    with pytest.raises(PermissionDenied):
        services.withdraw_join_request(actor=make_actor(), join_request=request)
    services.withdraw_join_request(actor=actor_for(request.user), join_request=request)
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_whoever_claims_an_unclaimed_organization_becomes_its_owner() -> None:
    park = make_park()
    request = make_join_request(make_organization(park=park, is_claimed=False))
    staff = make_staff_actor(park)
    assert list(JoinRequest.objects.decidable_by(staff)) == [request]
    membership = services.accept_join_request(actor=staff, join_request=request, role="viewer")
    assert membership.role == "owner"
    request.organization.refresh_from_db()
    assert request.organization.is_claimed
    assert Event.objects.filter(verb="organization.claimed").count() == 1


def test_nobody_decides_on_their_own_claim() -> None:
    park = make_park()
    staff = make_park_staff(park)
    request = make_join_request(make_organization(park=park, is_claimed=False), user=staff.user)
    actor = actor_for(staff.user)
    assert not JoinRequest.objects.decidable_by(actor).exists()
    with pytest.raises(PermissionDenied):
        services.accept_join_request(actor=actor, join_request=request)


def test_after_a_claim_the_other_claims_are_the_new_owners_business() -> None:
    park = make_park()
    organization = make_organization(park=park, is_claimed=False)
    first, second = make_join_request(organization), make_join_request(organization)
    staff = make_staff_actor(park)
    services.accept_join_request(actor=staff, join_request=first)
    with pytest.raises(PermissionDenied):
        services.accept_join_request(actor=staff, join_request=second)
    membership = services.accept_join_request(actor=actor_for(first.user), join_request=second)
    assert membership.role == "viewer"


def test_park_staff_of_another_park_do_not_decide_a_claim() -> None:
    request = make_join_request(make_organization(park=make_park(), is_claimed=False))
    with pytest.raises(PermissionDenied):
        services.accept_join_request(actor=make_staff_actor(), join_request=request)
