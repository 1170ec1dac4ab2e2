"""Creating, editing, verifying and suspending organizations."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import services
from accounts.actors import SYSTEM, Actor, actor_for
from accounts.errors import Conflict, Refused
from accounts.models import Event, Membership, Organization, Verification
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_credit_code,
    make_member,
    make_organization,
    make_park,
    make_park_staff,
    make_staff_actor,
)

pytestmark = pytest.mark.django_db


def _verify(actor: Actor, organization: Organization, **overrides: Any) -> Verification:
    return services.verify_organization(
        **{
            "actor": actor,
            "organization": organization,
            "facts_version": organization.facts_version,
            "checks": ["licence", "registry"],
            **overrides,
        }
    )


def test_the_creator_becomes_owner_and_it_is_recorded() -> None:
    actor = make_actor(role=None)
    made = services.create_organization(actor=actor, facts={"legal_name": "上海甲厂"})
    membership = Membership.objects.get(organization=made)
    assert (membership.user, membership.role) == (actor.user, "owner")
    event = Event.objects.get(verb="organization.created")
    assert (event.user_id, event.subject_id) == (actor.user_id, made.pk)


def test_nobody_who_is_not_signed_in_creates_an_organization() -> None:
    with pytest.raises(PermissionDenied):
        services.create_organization(actor=SYSTEM, facts={"legal_name": "上海甲厂"})
    assert not Organization.objects.exists()


def test_a_wrong_check_digit_is_refused() -> None:
    code = make_credit_code()
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with pytest.raises(ValidationError, match="统一社会信用代码"):
        services.create_organization(
            actor=make_actor(role=None), facts={"legal_name": "上海甲厂", "credit_code": wrong}
        )


def test_a_code_with_spaces_and_small_letters_is_stored_in_one_spelling() -> None:
    code = make_credit_code()
    made = services.create_organization(
        actor=make_actor(role=None),
        facts={"legal_name": "上海甲厂", "credit_code": f"{code[:8]} {code[8:].lower()}"},
    )
    assert made.credit_code == code


def test_a_verified_code_cannot_be_taken_by_a_new_organization() -> None:
    holder = make_organization(verified=True)
    with pytest.raises(Refused, match="已属于一家核验过的企业"):
        services.create_organization(
            actor=make_actor(role=None),
            facts={"legal_name": "冒名厂", "credit_code": holder.credit_code},
        )


def test_only_facts_can_be_edited() -> None:
    actor = make_actor()
    assert actor.organization
    with pytest.raises(TypeError, match="verified_at"):
        services.edit_organization(
            actor=actor, organization=actor.organization, changes={"verified_at": None}
        )


@pytest.mark.parametrize("role", ["editor", "viewer", None])
def test_those_who_do_not_own_an_organization_cannot_edit_it(role: str | None) -> None:
    organization = make_organization()
    actor = make_actor(role, organization)
    with pytest.raises(PermissionDenied):
        services.edit_organization(
            actor=actor, organization=organization, changes={"description": "x"}
        )


def test_the_owner_of_another_organization_cannot_edit_this_one() -> None:
    with pytest.raises(PermissionDenied):
        services.edit_organization(
            actor=make_actor(), organization=make_organization(), changes={"description": "x"}
        )


@pytest.mark.parametrize("fact", ["legal_name", "credit_code", "park"])
def test_changing_what_was_checked_drops_the_verification(fact: str) -> None:
    park = make_park()
    actor = make_actor(organization=make_organization(park=park))
    assert actor.organization
    _verify(make_staff_actor(park), actor.organization)
    value = {"legal_name": "改名厂", "credit_code": make_credit_code(), "park": make_park()}[fact]
    edited = services.edit_organization(
        actor=actor, organization=actor.organization, changes={fact: value}
    )
    assert not edited.is_verified
    assert edited.verified_by is None
    assert edited.verified_by_park is None
    verification = edited.verifications.get()
    assert verification.ended_at is not None
    dropped = Event.objects.get(verb="organization.verification_dropped")
    assert dropped.data == {"fields": fact}


def test_changing_anything_else_keeps_the_verification() -> None:
    actor = make_actor(organization=make_organization(verified=True))
    assert actor.organization
    edited = services.edit_organization(
        actor=actor, organization=actor.organization, changes={"description": "新的介绍"}
    )
    assert edited.is_verified


def test_saving_without_a_change_records_nothing() -> None:
    actor = make_actor()
    assert actor.organization
    services.edit_organization(
        actor=actor,
        organization=actor.organization,
        changes={"legal_name": actor.organization.legal_name},
    )
    assert not Event.objects.exists()


def test_park_staff_verify_an_organization_of_their_park() -> None:
    park = make_park()
    organization = make_organization(park=park)
    actor = make_staff_actor(park)
    _verify(actor, organization, note="看过执照")
    organization.refresh_from_db()
    assert organization.is_verified
    assert organization.verified_by == actor.user
    assert organization.verified_by_park == park
    verification = organization.verifications.get()
    assert verification.checks == ["licence", "registry"]
    event = Event.objects.get(verb="organization.verified")
    assert event.data == {"verification": verification.pk}


def test_park_staff_cannot_verify_an_organization_of_another_park() -> None:
    with pytest.raises(PermissionDenied):
        _verify(make_staff_actor(), make_organization(park=make_park()))


def test_park_staff_cannot_verify_an_organization_without_a_park() -> None:
    with pytest.raises(PermissionDenied):
        _verify(make_staff_actor(), make_organization())


def test_a_platform_admin_verifies_an_organization_without_a_park() -> None:
    organization = make_organization()
    _verify(make_admin_actor(), organization)
    organization.refresh_from_db()
    assert organization.is_verified
    assert organization.verified_by_park is None


@pytest.mark.parametrize("role", ["owner", "viewer"])
def test_park_staff_cannot_verify_their_own_organization(role: str) -> None:
    park = make_park()
    organization = make_organization(park=park)
    staff = make_park_staff(park)
    make_member(organization, staff.user, role=role)
    with pytest.raises(PermissionDenied):
        _verify(actor_for(staff.user), organization)


def test_a_platform_admin_cannot_verify_their_own_organization() -> None:
    admin = make_admin_actor()
    assert admin.user
    membership = make_member(user=admin.user)
    with pytest.raises(PermissionDenied):
        _verify(admin, membership.organization)


def test_a_suspended_member_still_cannot_verify_their_organization() -> None:
    park = make_park()
    organization = make_organization(park=park)
    staff = make_park_staff(park)
    membership = make_member(organization, staff.user)
    membership.suspended_at = membership.created_at
    membership.save()
    with pytest.raises(PermissionDenied):
        _verify(actor_for(staff.user), organization)


def test_an_owner_cannot_verify_their_organization() -> None:
    actor = make_actor()
    assert actor.organization
    with pytest.raises(PermissionDenied):
        _verify(actor, actor.organization)


def test_a_code_that_is_verified_elsewhere_gives_a_clear_error() -> None:
    holder = make_organization(verified=True)
    twin = make_organization(credit_code=holder.credit_code)
    with pytest.raises(Refused, match="另一家企业已用同一统一社会信用代码通过核验"):
        _verify(make_admin_actor(), twin)
    twin.refresh_from_db()
    assert not twin.is_verified
    assert not twin.verifications.exists()


def test_an_organization_without_a_code_is_not_verified() -> None:
    with pytest.raises(Refused, match="补全统一社会信用代码"):
        _verify(make_admin_actor(), make_organization(credit_code=""))


def test_a_verification_states_what_was_checked() -> None:
    with pytest.raises(Refused, match="至少选择一项"):
        _verify(make_admin_actor(), make_organization(), checks=[])
    with pytest.raises(ValueError, match="astrology"):
        _verify(make_admin_actor(), make_organization(), checks=["astrology"])


def test_facts_that_changed_while_they_were_checked_are_not_verified() -> None:
    owner = make_actor()
    assert owner.organization
    seen = owner.organization.facts_version
    services.edit_organization(
        actor=owner, organization=owner.organization, changes={"legal_name": "别的厂"}
    )
    with pytest.raises(Conflict):
        _verify(make_admin_actor(), owner.organization, facts_version=seen)


def test_a_second_verification_conflicts() -> None:
    organization = make_organization()
    _verify(make_admin_actor(), organization)
    with pytest.raises(Conflict):
        _verify(make_admin_actor(), organization)


def test_a_withdrawn_verification_keeps_its_reason() -> None:
    park = make_park()
    organization = make_organization(park=park)
    _verify(make_staff_actor(park), organization)
    services.withdraw_verification(
        actor=make_staff_actor(park), organization=organization, reason="执照已吊销"
    )
    organization.refresh_from_db()
    assert not organization.is_verified
    assert organization.verifications.get().end_reason == "执照已吊销"
    assert Event.objects.filter(verb="organization.verification_withdrawn").count() == 1
    _verify(make_staff_actor(park), organization)
    assert organization.verifications.count() == 2


def test_a_withdrawal_needs_a_reason_and_a_right() -> None:
    organization = make_organization(verified=True)
    with pytest.raises(Refused, match="原因"):
        services.withdraw_verification(
            actor=make_admin_actor(), organization=organization, reason="  "
        )
    with pytest.raises(PermissionDenied):
        services.withdraw_verification(
            actor=make_staff_actor(), organization=organization, reason="不是本园区"
        )


def test_only_platform_admins_suspend_an_organization() -> None:
    park = make_park()
    owner = make_actor(organization=make_organization(park=park))
    assert owner.organization
    for actor in (owner, make_staff_actor(park), make_actor(role=None)):
        with pytest.raises(PermissionDenied):
            services.suspend_organization(actor=actor, organization=owner.organization)
    services.suspend_organization(actor=make_admin_actor(), organization=owner.organization)
    assert owner.user
    assert actor_for(owner.user).organization is None
    with pytest.raises(Conflict):
        services.suspend_organization(actor=make_admin_actor(), organization=owner.organization)
    services.reinstate_organization(actor=make_admin_actor(), organization=owner.organization)
    assert actor_for(owner.user).organization == owner.organization


def test_a_suspended_organization_is_not_verified() -> None:
    organization = make_organization()
    services.suspend_organization(actor=make_admin_actor(), organization=organization)
    with pytest.raises(Conflict):
        _verify(make_admin_actor(), organization)


def test_only_the_platform_registers_organizations_for_others() -> None:
    with pytest.raises(PermissionDenied):
        services.register_organization(actor=make_actor(), facts={"legal_name": "快仓"})
    made = services.register_organization(
        actor=SYSTEM, facts={"legal_name": "快仓"}, source="公开报告"
    )
    assert not made.is_claimed
    assert not made.memberships.exists()


def test_everybody_sees_working_organizations_and_overseers_the_suspended() -> None:
    park = make_park()
    organization = make_organization(park=park)
    services.suspend_organization(actor=SYSTEM, organization=organization)
    rows = Organization.objects
    assert organization not in rows.visible_to(make_actor())
    assert organization not in rows.visible_to(make_staff_actor())
    assert organization in rows.visible_to(make_staff_actor(park))
    assert organization in rows.visible_to(make_admin_actor())
