"""Vendors of one need that are not strangers to each other: found, shown to the park alone."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor, actor_for
from accounts.errors import Conflict, Refused
from accounts.models import Event, Organization
from catalog.models import Need, Solution
from matchmaking import tasks
from matchmaking.models import Introduction, RelationFlag
from matchmaking.services import flag_relations, handle_relation, introductions
from tests.builders import (
    make_member,
    make_need,
    make_organization,
    make_park,
    make_park_staff,
    make_solution,
)
from tests.catalog.test_admin import act, admin_client

pytestmark = pytest.mark.django_db


class Market:
    def __init__(self) -> None:
        self.park = make_park()
        self.factory = make_organization(park=self.park)
        self.need = Need.objects.get(pk=make_need(self.factory).pk)
        self.staff: Actor = actor_for(make_park_staff(self.park).user)

    def interest(self, **facts: str) -> Organization:
        vendor = make_organization(**facts)
        solution = Solution.objects.get(pk=make_solution(vendor).pk)
        actor = actor_for(make_member(vendor).user, vendor)
        introductions.express_interest(
            actor=actor, need=self.need, solution=solution, side=Introduction.Side.SOLUTION
        )
        return vendor


def test_two_vendors_of_one_representative_are_flagged_when_the_second_shows_interest() -> None:
    market = Market()
    first = market.interest(legal_representative="张三")
    assert not RelationFlag.objects.exists()
    second = market.interest(legal_representative="张 三")
    flag = RelationFlag.objects.get()
    assert (flag.need_id, flag.one, flag.other) == (market.need.pk, first, second)
    assert flag.links == ["representative"]
    assert Event.objects.filter(verb="relation.flagged").count() == 1


def test_strangers_are_not_flagged_and_running_again_changes_nothing() -> None:
    market = Market()
    market.interest(legal_representative="张三")
    market.interest(legal_representative="李四")
    market.interest(legal_representative="张三")
    assert RelationFlag.objects.count() == 1
    assert flag_relations(need_id=market.need.pk) == 0
    assert tasks.flag_relations() == 0


def test_what_an_organization_states_later_is_found_by_the_daily_task() -> None:
    market = Market()
    first, second = market.interest(), market.interest()
    Organization.objects.filter(pk__in=[first.pk, second.pk]).update(shareholders="某基金\n甲")
    assert tasks.flag_relations() == 1
    assert RelationFlag.objects.get().links == ["shareholder"]


def test_who_left_is_looked_at_no_longer() -> None:
    market = Market()
    vendor = market.interest(legal_representative="张三")
    row = Introduction.objects.get()
    owner = actor_for(make_member(vendor).user, vendor)
    introductions.withdraw(actor=owner, introduction=row)
    market.interest(legal_representative="张三")
    assert not RelationFlag.objects.exists()


def test_the_park_decides_once_and_says_why(client: Client) -> None:
    market = Market()
    market.interest(legal_representative="张三")
    market.interest(legal_representative="张三")
    flag = RelationFlag.objects.get()
    stale = RelationFlag.objects.get()
    assert market.staff.user is not None
    client.force_login(market.staff.user)
    assert flag.get_absolute_url() in client.get(reverse("matchmaking:relation_queue")).text
    with pytest.raises(Refused, match="结论"):
        handle_relation(actor=market.staff, flag=flag, confirmed=True, words=" ")
    client.post(flag.get_absolute_url(), {"confirmed": "no", "words": "同名不同人，已核对"})
    flag.refresh_from_db()
    assert flag.state == RelationFlag.State.EXPLAINED
    with pytest.raises(Conflict):
        handle_relation(actor=market.staff, flag=stale, confirmed=True, words="x")


def test_neither_vendor_nor_owner_nor_another_park_is_told(client: Client) -> None:
    market = Market()
    vendor = market.interest(legal_representative="张三")
    market.interest(legal_representative="张三")
    flag = RelationFlag.objects.get()
    people = (
        make_member(vendor).user,
        make_member(market.factory).user,
        make_park_staff(make_park()).user,
    )
    for user in people:
        client.force_login(user)
        assert client.get(flag.get_absolute_url()).status_code == 404
        with pytest.raises(PermissionDenied):
            handle_relation(actor=actor_for(user), flag=flag, confirmed=False, words="x")


def test_staff_that_works_for_one_of_the_two_does_not_decide() -> None:
    market = Market()
    vendor = market.interest(legal_representative="张三")
    market.interest(legal_representative="张三")
    judge = make_member(vendor).user
    make_park_staff(market.park, judge)
    flag = RelationFlag.objects.get()
    actor = actor_for(judge, vendor)
    assert not RelationFlag.objects.overseen_by(actor).exists()
    with pytest.raises(PermissionDenied):
        handle_relation(actor=actor, flag=flag, confirmed=False, words="x")


def test_platform_admins_decide_in_the_admin() -> None:
    market = Market()
    for _ in range(2):
        market.interest(legal_representative="同一代表")
    flag = RelationFlag.objects.get()
    client, url = admin_client(), reverse("admin:matchmaking_relationflag_changelist")
    assert "核查说明" in act(client, url, "handle", flag).content.decode()
    act(client, url, "handle", flag, asked="yes", confirmed="no", words="同一集团，分别报价")
    flag.refresh_from_db()
    assert (flag.state, flag.words) == (RelationFlag.State.EXPLAINED, "同一集团，分别报价")
