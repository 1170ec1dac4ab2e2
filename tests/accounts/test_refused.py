"""Whom the services about people and organizations refuse, and that nothing changes then."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts import services
from accounts.actors import ANONYMOUS, Actor, actor_for
from accounts.models import Membership
from tests.builders import (
    make_actor,
    make_member,
    make_organization,
    make_park_staff,
    make_staff_actor,
    make_user,
)
from tests.refused import refused

pytestmark = pytest.mark.django_db

# Everybody but the platform: what these services manage is nobody else's.
OTHERS = pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: ANONYMOUS, id="anonymous"),
        pytest.param(lambda: make_actor(role=None), id="stranger"),
        pytest.param(make_actor, id="owner"),
        pytest.param(make_staff_actor, id="park staff"),
    ],
)


@OTHERS
def test_only_the_platform_stops_an_organization_and_lets_it_go_on(
    make: Callable[[], Actor],
) -> None:
    actor = make()
    working, stopped = make_organization(), make_organization(suspended_at=timezone.now())
    with refused(working):
        services.suspend_organization(actor=actor, organization=working)
    with refused(stopped):
        services.reinstate_organization(actor=actor, organization=stopped)


@OTHERS
def test_only_the_platform_gives_an_organization_a_new_owner(make: Callable[[], Actor]) -> None:
    actor, orphan = make(), make_organization()
    heir = actor.user or make_user()
    with refused(orphan):
        services.appoint_owner(actor=actor, organization=orphan, user=heir)
    assert not orphan.memberships.exists()


@OTHERS
def test_only_the_platform_shuts_a_person_out_and_lets_them_in_again(
    make: Callable[[], Actor],
) -> None:
    actor, active, suspended = make(), make_user(), make_user(is_active=False)
    with refused(active):
        services.suspend_user(actor=actor, user=active)
    with refused(suspended):
        services.reinstate_user(actor=actor, user=suspended)


@OTHERS
def test_only_the_platform_dismisses_a_parks_staff(make: Callable[[], Actor]) -> None:
    actor, staff = make(), make_park_staff()
    with refused(staff):
        services.dismiss_park_staff(actor=actor, staff=staff)


@OTHERS
def test_nobody_writes_anothers_profile(make: Callable[[], Actor]) -> None:
    actor, person = make(), make_user()
    with refused(person):
        services.edit_profile(actor=actor, user=person, display_name="李四", language="en")


@OTHERS
def test_only_a_member_leaves_an_organization(make: Callable[[], Actor]) -> None:
    actor, member = make(), make_member(role="viewer")
    with refused(member):
        services.leave_organization(actor=actor, organization=member.organization)


def test_nobody_who_is_not_signed_in_creates_an_organization() -> None:
    with refused():
        services.create_organization(actor=ANONYMOUS, facts={"legal_name": "上海甲厂"})


def test_an_owner_of_two_manages_the_members_of_the_one_acted_for_alone() -> None:
    owner, here, there = make_user(), make_organization(), make_organization()
    make_member(here, owner)
    make_member(there, owner)
    editor = make_member(there, role=Membership.Role.EDITOR)
    with refused(editor):
        services.remove_member(actor=actor_for(owner, here), membership=editor)
    services.remove_member(actor=actor_for(owner, there), membership=editor)
    assert not Membership.objects.filter(pk=editor.pk).exists()
