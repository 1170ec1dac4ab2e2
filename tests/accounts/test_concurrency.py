"""Two people at once, on the real database."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts import services
from accounts.actors import actor_for
from accounts.errors import Refused
from accounts.models import Event, Membership, Organization
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_invitation,
    make_join_request,
    make_member,
    make_organization,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)

# A race shows itself by chance: each is run a few times.
several_times = pytest.mark.parametrize("attempt", range(4))


def together(*acts: Callable[[], object]) -> list[object]:
    """Run ``acts`` in threads that start at one moment; return results or what was raised."""
    barrier = Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[place] = act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _refusals(results: list[object]) -> list[Exception]:
    errors = [each for each in results if isinstance(each, Exception)]
    assert all(isinstance(each, Refused) for each in errors), errors
    return errors


@several_times
def test_two_owners_leaving_at_once_leave_one(attempt: int) -> None:
    organization = make_organization()
    owners = [make_actor(organization=organization) for _ in range(2)]
    results = together(
        *[
            lambda each=each: services.leave_organization(actor=each, organization=organization)
            for each in owners
        ]
    )
    assert len(_refusals(results)) == 1
    assert Membership.objects.acting_owners().filter(organization=organization).count() == 1


@several_times
def test_two_owners_removing_each_other_leave_one(attempt: int) -> None:
    organization = make_organization()
    rows = [make_member(organization) for _ in range(2)]
    actors = [actor_for(row.user, organization) for row in rows]
    together(
        lambda: services.remove_member(actor=actors[0], membership=rows[1]),
        lambda: services.remove_member(actor=actors[1], membership=rows[0]),
    )
    assert Membership.objects.acting_owners().filter(organization=organization).count() == 1


@several_times
def test_accepting_an_invitation_twice_at_once_creates_one_membership(attempt: int) -> None:
    guest = make_user()
    invitation = make_invitation(email=guest.email)
    actor = actor_for(guest)
    results = together(
        *[lambda: services.accept_invitation(actor=actor, invitation=invitation)] * 3
    )
    assert len(_refusals(results)) == 2
    assert Membership.objects.filter(user=guest).count() == 1


@several_times
def test_a_request_accepted_and_declined_at_once_has_one_outcome(attempt: int) -> None:
    owner = make_actor()
    request = make_join_request(owner.organization)
    results = together(
        lambda: services.accept_join_request(actor=owner, join_request=request),
        lambda: services.decline_join_request(actor=owner, join_request=request),
    )
    assert len(_refusals(results)) == 1
    request.refresh_from_db()
    joined = Membership.objects.filter(user=request.user).exists()
    assert joined == (request.state == "accepted")


def test_two_organizations_with_one_code_are_not_both_verified() -> None:
    first = make_organization()
    second = make_organization(credit_code=first.credit_code)
    admins = [make_admin_actor(), make_admin_actor()]

    def verify(actor_number: int, organization: Organization) -> object:
        return services.verify_organization(
            actor=admins[actor_number],
            organization=organization,
            facts_version=organization.facts_version,
            checks=["licence"],
        )

    results = together(lambda: verify(0, first), lambda: verify(1, second))
    [refusal] = _refusals(results)
    assert "同一统一社会信用代码" in str(refusal)
    assert Organization.objects.verified().count() == 1
    assert Event.objects.filter(verb="organization.verified").count() == 1


def test_ownership_handed_over_twice_at_once_leaves_one_heir() -> None:
    owner = make_actor()
    heirs = [make_member(owner.organization, role="viewer") for _ in range(2)]
    together(
        *[
            lambda heir=heir: services.hand_over_ownership(actor=owner, membership=heir)
            for heir in heirs
        ]
    )
    owners = Membership.objects.acting_owners().filter(organization=owner.organization)
    assert owners.count() == 1
    assert owners.get().user != owner.user
