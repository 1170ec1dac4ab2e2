"""Who may act for an organization, and how that changes hands."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from accounts import services
from accounts.actors import Actor, actor_for
from accounts.errors import Conflict, Refused
from accounts.models import Event, Membership, Organization
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_member,
    make_organization,
)

pytestmark = pytest.mark.django_db

CHANGES: list[Callable[..., object]] = [
    services.suspend_member,
    services.remove_member,
    services.hand_over_ownership,
    lambda **given: services.change_role(role="editor", **given),
]


def _owner(organization: Organization | None = None) -> tuple[Actor, Organization]:
    actor = make_actor(organization=organization)
    assert actor.organization
    return actor, actor.organization


def _role(actor: Actor, organization: Organization) -> str | None:
    row = Membership.objects.filter(user=actor.user, organization=organization).first()
    return row.role if row else None


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_only_owners_manage_members(change: Callable[..., object], role: str) -> None:
    _, organization = _owner()
    target = make_member(organization, role="viewer")
    with pytest.raises(PermissionDenied):
        change(actor=make_actor(role, organization), membership=target)


@pytest.mark.parametrize("change", CHANGES)
def test_owners_of_another_organization_change_nothing_here(change: Callable[..., object]) -> None:
    _, organization = _owner()
    target = make_member(organization, role="viewer")
    for stranger in (make_actor(), make_admin_actor()):
        with pytest.raises(PermissionDenied):
            change(actor=stranger, membership=target)


@pytest.mark.parametrize("change", CHANGES)
def test_an_owner_who_was_just_demoted_changes_nothing(change: Callable[..., object]) -> None:
    actor, organization = _owner()
    target = make_member(organization, role="viewer")
    Membership.objects.filter(user=actor.user).update(role="viewer")
    with pytest.raises(PermissionDenied):
        change(actor=actor, membership=target)


def test_an_owner_changes_a_role_and_it_is_recorded() -> None:
    actor, organization = _owner()
    target = make_member(organization, role="viewer")
    services.change_role(actor=actor, membership=target, role="editor")
    target.refresh_from_db()
    assert target.role == "editor"
    event = Event.objects.get(verb="membership.role_changed")
    assert event.data == {"member": target.user_id, "before": "viewer", "after": "editor"}


def test_the_last_owner_cannot_be_demoted_suspended_removed_or_leave() -> None:
    actor, organization = _owner()
    own = Membership.objects.get(user=actor.user)
    make_member(organization, role="editor")
    for attempt in (
        lambda: services.change_role(actor=actor, membership=own, role="editor"),
        lambda: services.suspend_member(actor=actor, membership=own),
        lambda: services.remove_member(actor=actor, membership=own),
        lambda: services.leave_organization(actor=actor, organization=organization),
    ):
        with pytest.raises(Refused, match="至少要有一名所有者"):
            attempt()
    assert _role(actor, organization) == "owner"


def test_a_suspended_owner_does_not_count_as_another_owner() -> None:
    actor, organization = _owner()
    other = make_member(organization)
    services.suspend_member(actor=actor, membership=other)
    with pytest.raises(Refused):
        services.leave_organization(actor=actor, organization=organization)


def test_an_owner_whose_account_is_shut_does_not_count_as_another_owner() -> None:
    actor, organization = _owner()
    other = make_member(organization)
    services.suspend_user(actor=make_admin_actor(), user=other.user)
    with pytest.raises(Refused):
        services.leave_organization(actor=actor, organization=organization)


def test_an_owner_leaves_when_there_is_another() -> None:
    actor, organization = _owner()
    make_member(organization)
    services.leave_organization(actor=actor, organization=organization)
    assert _role(actor, organization) is None
    assert Event.objects.filter(verb="membership.left").count() == 1


def test_a_suspended_member_loses_the_role_with_the_next_request_and_gets_it_back() -> None:
    actor, organization = _owner()
    target = make_member(organization, role="editor")
    services.suspend_member(actor=actor, membership=target)
    assert actor_for(target.user).role is None
    with pytest.raises(Conflict):
        services.suspend_member(actor=actor, membership=target)
    services.reinstate_member(actor=actor, membership=target)
    assert actor_for(target.user).role == "editor"


def test_handing_over_makes_the_colleague_owner_and_the_actor_editor() -> None:
    actor, organization = _owner()
    heir = make_member(organization, role="viewer")
    services.hand_over_ownership(actor=actor, membership=heir)
    heir.refresh_from_db()
    assert heir.role == "owner"
    assert _role(actor, organization) == "editor"
    with pytest.raises(PermissionDenied):
        services.hand_over_ownership(actor=actor, membership=heir)


def test_ownership_is_not_handed_to_oneself_or_to_somebody_suspended() -> None:
    actor, organization = _owner()
    own = Membership.objects.get(user=actor.user)
    with pytest.raises(Refused, match="自己"):
        services.hand_over_ownership(actor=actor, membership=own)
    heir = make_member(organization, role="viewer")
    services.suspend_member(actor=actor, membership=heir)
    with pytest.raises(Refused, match="已停用"):
        services.hand_over_ownership(actor=actor, membership=heir)


def test_a_member_who_was_removed_meanwhile_gives_a_conflict() -> None:
    actor, organization = _owner()
    target = make_member(organization, role="viewer")
    services.remove_member(actor=actor, membership=Membership.objects.get(pk=target.pk))
    with pytest.raises(Conflict):
        services.change_role(actor=actor, membership=target, role="editor")


def test_somebody_who_is_not_a_member_cannot_leave() -> None:
    with pytest.raises(PermissionDenied):
        services.leave_organization(actor=make_actor(), organization=make_organization())


def test_members_are_visible_to_colleagues_only() -> None:
    actor, organization = _owner()
    make_member()
    seen = Membership.objects.visible_to(actor)
    assert {row.organization_id for row in seen} == {organization.pk}
    assert not Membership.objects.visible_to(make_actor(role=None)).exists()
