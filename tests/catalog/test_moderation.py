"""The moderators' queue and the page a submission is decided on."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import SYSTEM, Actor
from accounts.models import Organization
from catalog.choices import ListingKind, ListingState, RevisionState
from catalog.models import Revision
from catalog.services import submit_listing, update_draft, withdraw_submission
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_draft,
    make_member,
    make_need,
    make_organization,
    make_park,
    make_staff_actor,
    make_user,
    need_payload,
)

pytestmark = pytest.mark.django_db


def browser(actor: Actor) -> Client:
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user)
    return client


def submission(organization: Organization, **fields: Any) -> Revision:
    revision = make_draft(ListingKind.NEED, organization, need_payload(**fields))
    return submit_listing(actor=SYSTEM, listing=revision.listing)


def page(response: Any) -> str:
    return str(response.content.decode())


def review(revision: Revision) -> str:
    return reverse("catalog:moderation_review", args=[revision.public_id])


def decide(client: Client, revision: Revision, decision: str, **data: str) -> Any:
    seen = revision.submitted_at
    assert seen is not None
    address = reverse("catalog:moderation_decide", args=[revision.public_id])
    return client.post(address, {"decision": decision, "seen": seen.isoformat(), **data})


def test_the_queue_is_for_those_who_moderate(client: Client) -> None:
    address = reverse("catalog:moderation_queue")
    assert reverse("account_login") in client.get(address)["Location"]
    assert browser(make_actor()).get(address).status_code == 404
    assert browser(make_staff_actor()).get(address).status_code == 200


def test_park_staff_see_their_own_parks_submissions_oldest_first() -> None:
    park = make_park()
    for title in ("先提交的需求", "后提交的需求"):
        submission(make_organization(park=park), title=title)
    submission(make_organization(park=make_park()), title="别的园区的需求")
    submission(make_organization(), title="没有园区的需求")
    make_draft(ListingKind.NEED, make_organization(park=park), need_payload(title="还是草稿"))
    text = page(browser(make_staff_actor(park)).get(reverse("catalog:moderation_queue")))
    assert text.index("先提交的需求") < text.index("后提交的需求")
    for absent in ("别的园区的需求", "没有园区的需求", "还是草稿"):
        assert absent not in text


def test_platform_admins_see_every_submission_but_their_own_organizations() -> None:
    admin = make_admin_actor()
    own = make_organization()
    make_member(own, admin.user)
    mine = submission(own, title="自家的需求")
    submission(make_organization(park=make_park()), title="园区企业的需求")
    client = browser(admin)
    text = page(client.get(reverse("catalog:moderation_queue")))
    assert "园区企业的需求" in text
    assert "自家的需求" not in text
    assert client.get(review(mine)).status_code == 404
    assert decide(client, mine, "publish").status_code == 404
    mine.refresh_from_db()
    assert mine.state == RevisionState.SUBMITTED


def test_another_parks_submission_does_not_exist() -> None:
    revision = submission(make_organization(park=make_park()))
    client = browser(make_staff_actor())
    assert client.get(review(revision)).status_code == 404
    assert decide(client, revision, "publish").status_code == 404


def test_a_moderator_never_sees_a_budget_that_only_its_owner_may_see() -> None:
    park = make_park()
    requirement = {"kind": "budget_max", "number": "7654321"}
    revision = submission(
        make_organization(park=park),
        confidentiality="confidential",
        budget_high="7654321",
        requirements=[requirement],
        goal="漏检率降到千分之一",
    )
    text = page(browser(make_staff_actor(park)).get(review(revision)))
    assert "漏检率降到千分之一" in text
    assert "765.43" not in text
    assert "7654321" not in text
    assert "不供审核：预算" in text


def test_an_edit_is_shown_field_by_field_against_what_is_published() -> None:
    park = make_park()
    need = make_need(make_organization(park=park), goal="旧的目标", title="没有改动的标题")
    update_draft(actor=SYSTEM, listing=need, changes={"goal": "新的目标"})
    revision = submit_listing(actor=SYSTEM, listing=need)
    text = page(browser(make_staff_actor(park)).get(review(revision)))
    assert "<del>旧</del><ins>新</ins>的目标" in text
    assert "<ins>没有改动的标题</ins>" not in text


def test_publishing_puts_it_live_and_leads_back_to_the_queue() -> None:
    park = make_park()
    revision = submission(make_organization(park=park))
    response = decide(browser(make_staff_actor(park)), revision, "publish")
    assert response["Location"] == reverse("catalog:moderation_queue")
    revision.refresh_from_db()
    assert revision.listing.state == ListingState.PUBLISHED


def test_returning_needs_a_reason_and_tells_it() -> None:
    park = make_park()
    revision = submission(make_organization(park=park))
    client = browser(make_staff_actor(park))
    response = decide(client, revision, "return", reason="  ")
    assert response.status_code == 422
    assert "请写明退回原因" in page(response)
    decide(client, revision, "return", reason="请补充现状数据")
    revision.refresh_from_db()
    assert (revision.state, revision.reason) == (RevisionState.RETURNED, "请补充现状数据")


@pytest.mark.parametrize("decision", ["", "burn"])
def test_no_decision_changes_nothing(decision: str) -> None:
    park = make_park()
    revision = submission(make_organization(park=park))
    decide(browser(make_staff_actor(park)), revision, decision)
    revision.refresh_from_db()
    assert revision.state == RevisionState.SUBMITTED


def test_what_was_changed_and_sent_again_must_be_read_again() -> None:
    park = make_park()
    read = submission(make_organization(park=park))
    withdraw_submission(actor=SYSTEM, listing=read.listing)
    update_draft(actor=SYSTEM, listing=read.listing, changes={"goal": "完全不同"})
    submit_listing(actor=SYSTEM, listing=read.listing)
    decide(browser(make_staff_actor(park)), read, "publish")
    read.refresh_from_db()
    assert read.state == RevisionState.SUBMITTED


def test_a_decided_submission_cannot_be_decided_again() -> None:
    park = make_park()
    revision = submission(make_organization(park=park))
    client = browser(make_staff_actor(park))
    decide(client, revision, "publish")
    assert decide(client, revision, "return", reason="晚了").status_code == 404


def test_reading_the_decision_address_decides_nothing() -> None:
    revision = submission(make_organization())
    client = browser(make_admin_actor())
    address = reverse("catalog:moderation_decide", args=[revision.public_id])
    assert client.get(address).status_code == 405


def test_the_queue_asks_the_database_the_same_however_long_it_is(
    django_assert_num_queries: Any,
) -> None:
    admin = make_admin_actor()
    client = browser(admin)
    address = reverse("catalog:moderation_queue")
    submission(make_organization(park=make_park()))
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _each in range(5):
        submission(make_organization(park=make_park()), title=f"需求 {make_user().pk}")
    with django_assert_num_queries(len(one)):
        client.get(address)
