"""Claiming, escalating and bulk publishing: what moderators do side by side."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actors import SYSTEM, Actor
from accounts.models import Event, Organization, Park
from catalog.choices import ListingKind, ListingState, RevisionState
from catalog.models import Attachment, ModerationEntry, Revision
from catalog.presenting.deadlines import due_at, working_time
from catalog.services import (
    answer_return,
    claim_revision,
    escalate_revision,
    publish_plain,
    publish_revision,
    release_revision,
    return_revision,
    review_attachments,
    submit_listing,
    update_draft,
    withdraw_submission,
)
from catalog.views.moderation import PAGE_SIZE
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_attachment,
    make_draft,
    make_need,
    make_organization,
    make_park,
    make_staff_actor,
    make_vocabulary,
    need_payload,
)
from tests.catalog.pages import client_of, text_of

pytestmark = pytest.mark.django_db
QUEUE = "/moderation/"


def submission(organization: Organization, **fields: Any) -> Revision:
    revision = make_draft(ListingKind.NEED, organization, need_payload(**fields))
    return submit_listing(actor=SYSTEM, listing=revision.listing)


def known_organization(park: Park) -> Organization:
    """Return one whose submissions raise no note: checked, and known by a published listing."""
    organization = make_organization(park=park, verified=True)
    make_need(organization, title="早已发布的一条", situation="与其他条目都不相同的现状说明文字。")
    return organization


def review_url(revision: Revision) -> str:
    return reverse("catalog:moderation_review", args=[revision.public_id])


def again(revision: Revision) -> Revision:
    return Revision.objects.select_related("listing__organization").get(pk=revision.pk)


# --- Claims ---


def test_a_claim_keeps_others_from_deciding_and_says_who_and_until_when() -> None:
    park = make_park()
    revision = submission(make_organization(park=park))
    first, second = make_staff_actor(park), make_staff_actor(park)
    claim_revision(actor=first, revision=revision)
    assert first.user is not None
    for act in (
        lambda: claim_revision(actor=second, revision=again(revision)),
        lambda: publish_revision(actor=second, revision=again(revision)),
        lambda: return_revision(actor=second, revision=again(revision), reason="不清楚"),
        lambda: escalate_revision(actor=second, revision=again(revision), note="不清楚"),
    ):
        with pytest.raises(ValidationError, match=first.user.get_full_name()):
            act()
    publish_revision(actor=first, revision=again(revision))
    assert again(revision).state == RevisionState.APPROVED
    assert again(revision).claimed_by is None


def test_a_claim_ends_by_itself_or_is_given_up() -> None:
    park = make_park()
    revision = submission(make_organization(park=park))
    first, second = make_staff_actor(park), make_staff_actor(park)
    claim_revision(actor=first, revision=revision)
    Revision.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    claim_revision(actor=second, revision=again(revision))
    release_revision(actor=second, revision=again(revision))
    publish_revision(actor=first, revision=again(revision))


def test_only_a_platform_admin_takes_a_claim_over() -> None:
    park = make_park()
    revision = submission(make_organization(park=park))
    claim_revision(actor=make_staff_actor(park), revision=revision)
    with pytest.raises(PermissionDenied):
        claim_revision(actor=make_staff_actor(park), revision=again(revision), take_over=True)
    admin = make_admin_actor()
    with pytest.raises(ValidationError, match="认领"):
        publish_revision(actor=admin, revision=again(revision))
    claim_revision(actor=admin, revision=again(revision), take_over=True)
    publish_revision(actor=admin, revision=again(revision))


def test_nobody_claims_what_they_may_not_decide() -> None:
    park = make_park()
    organization = make_organization(park=park)
    revision = submission(organization)
    for actor in (make_staff_actor(), make_actor(organization=organization), make_actor()):
        with pytest.raises(PermissionDenied):
            claim_revision(actor=actor, revision=revision)
        status = client_of(actor).post(
            reverse("catalog:moderation_claim", args=[revision.public_id]), {"claim": "claim"}
        )
        assert status.status_code == 404
    assert again(revision).claimed_by is None


def test_what_is_sent_again_is_claimed_anew() -> None:
    park = make_park()
    revision = submission(make_organization(park=park))
    staff = make_staff_actor(park)
    claim_revision(actor=staff, revision=revision)
    withdraw_submission(actor=SYSTEM, listing=revision.listing)
    submit_listing(actor=SYSTEM, listing=revision.listing)
    assert again(revision).claimed_by is None
    with pytest.raises(ValidationError, match="刚刚"):
        claim_revision(actor=staff, revision=revision)


def at_once(*acts: Callable[[], object]) -> list[str]:
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            barrier.wait(timeout=10)
            act()
        except ValidationError as refusal:
            return str(refusal.error_list[0].code)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_of_many_who_claim_at_once_one_has_it() -> None:
    park = make_park()
    revision = submission(make_organization(park=park))
    staff = [make_staff_actor(park) for _each in range(4)]

    def claim(actor: Actor) -> Callable[[], object]:
        mine = again(revision)
        return lambda: claim_revision(actor=actor, revision=mine)

    assert at_once(*(claim(actor) for actor in staff)) == ["claimed"] * 3 + ["done"]
    holder = again(revision).claimed_by_id
    assert holder in {actor.user_id for actor in staff}
    assert Event.objects.filter(verb="listing.claimed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_claiming_and_deciding_at_once_come_to_one_or_the_other() -> None:
    park = make_park()
    revision = submission(make_organization(park=park))
    first, second = make_staff_actor(park), make_staff_actor(park)
    one, other = again(revision), again(revision)
    came_to = at_once(
        lambda: claim_revision(actor=first, revision=one),
        lambda: publish_revision(actor=second, revision=other),
    )
    now = again(revision)
    if now.state == RevisionState.APPROVED:
        assert came_to == ["conflict", "done"]
        assert now.claimed_by is None
    else:
        assert came_to == ["claimed", "done"]
        assert now.claimed_by_id == first.user_id


# --- Escalation ---


def test_what_was_escalated_is_decided_by_the_platform() -> None:
    park = make_park()
    revision = submission(make_organization(park=park), title="拿不准的需求")
    staff, admin = make_staff_actor(park), make_admin_actor()
    with pytest.raises(ValidationError, match="请写明为什么上报"):
        escalate_revision(actor=staff, revision=revision, note=" ")
    escalate_revision(actor=staff, revision=revision, note="可能涉及军工")
    with pytest.raises(ValidationError, match="已上报平台"):
        publish_revision(actor=staff, revision=again(revision))
    assert "由平台管理员决定" in text_of(review_url(revision), staff)
    assert "可能涉及军工" in text_of(review_url(revision), admin)
    assert "拿不准的需求" in text_of(QUEUE, admin, {"escalated": "yes"})
    publish_revision(actor=admin, revision=again(revision))
    assert again(revision).escalated_at is None


def test_an_owner_cannot_shake_an_escalation_off_and_does_not_see_it() -> None:
    park = make_park()
    organization = make_organization(park=park)
    revision = submission(organization)
    escalate_revision(actor=make_staff_actor(park), revision=revision, note="内部说明")
    withdraw_submission(actor=SYSTEM, listing=revision.listing)
    submit_listing(actor=SYSTEM, listing=revision.listing)
    assert again(revision).escalated_at is not None
    owner = make_actor(organization=organization)
    text = text_of(revision.listing.get_absolute_url(), owner)
    assert "内部说明" not in text
    assert "上报" not in text


# --- Returning with reasons, answering ---


def test_canned_reasons_and_free_words_reach_the_owner() -> None:
    make_vocabulary()
    park = make_park()
    revision = submission(make_organization(park=park))
    return_revision(
        actor=make_staff_actor(park),
        revision=revision,
        reason="请写明节拍。",
        reasons=["too_vague"],
    )
    text = again(revision).reason
    assert "过于笼统" in text
    assert text.endswith("请写明节拍。")
    entry = ModerationEntry.objects.get(kind=ModerationEntry.Kind.RETURNED)
    assert (entry.reasons, entry.text, entry.park_id) == (["too_vague"], "请写明节拍。", park.pk)


def test_an_unknown_reason_is_refused() -> None:
    revision = submission(make_organization())
    with pytest.raises(ValidationError, match="不存在或已停用"):
        return_revision(actor=SYSTEM, revision=revision, reason="", reasons=["no_such"])
    assert again(revision).state == RevisionState.SUBMITTED


def test_an_owner_answers_a_return_and_the_moderator_reads_it() -> None:
    park = make_park()
    organization = make_organization(park=park)
    revision = submission(organization)
    owner, staff = make_actor(organization=organization), make_staff_actor(park)
    with pytest.raises(ValidationError):
        answer_return(actor=owner, listing=revision.listing, text="还没有退回")
    return_revision(actor=staff, revision=revision, reason="请补充节拍")
    client = client_of(owner)
    address = reverse("catalog:listing_answer", args=[revision.listing.public_id])
    client.post(address, {"text": "节拍写在参数里了", "again": "yes"})
    assert again(revision).state == RevisionState.SUBMITTED
    assert again(revision).listing.state == ListingState.SUBMITTED
    text = text_of(review_url(revision), staff)
    assert "请补充节拍" in text
    assert "节拍写在参数里了" in text


def test_only_the_owners_editors_answer() -> None:
    park = make_park()
    organization = make_organization(park=park)
    revision = submission(organization)
    return_revision(actor=SYSTEM, revision=revision, reason="请补充节拍")
    for actor in (make_staff_actor(park), make_actor("viewer", organization), make_actor()):
        with pytest.raises(PermissionDenied):
            answer_return(actor=actor, listing=revision.listing, text="不该由我回复")
    assert not ModerationEntry.objects.filter(kind=ModerationEntry.Kind.ANSWERED).exists()


# --- Bulk ---


def test_plain_cases_are_published_together_and_the_rest_is_told_why_not() -> None:
    make_vocabulary()
    park = make_park()
    plain = submission(known_organization(park), situation="希望引入自动化立体仓库管理托盘。")
    odd = submission(known_organization(park), goal="请致电 13800138000")
    staff = make_staff_actor(park)
    outcomes = publish_plain(actor=staff, revisions=[again(plain), again(odd)])
    assert [bool(each.refusal) for each in outcomes] == [False, True]
    assert again(plain).state == RevisionState.APPROVED
    assert again(odd).state == RevisionState.SUBMITTED


def test_the_queue_offers_only_plain_cases_for_bulk_and_reports_what_failed() -> None:
    park = make_park()
    organization = known_organization(park)
    plain = submission(organization, situation="希望引入自动化立体仓库管理托盘。")
    odd = submission(make_organization(park=park), title="未核验企业的需求")
    staff = make_staff_actor(park)
    text = text_of(QUEUE, staff)

    def chosen(revision: Revision) -> str:
        assert revision.submitted_at is not None
        return f"{revision.public_id}@{revision.submitted_at.isoformat()}"

    assert chosen(plain) in text
    assert chosen(odd) not in text
    forged = {"chosen": [chosen(plain), chosen(odd), "nonsense", "x@y"]}
    response = client_of(staff).post("/moderation/publish/", forged, follow=True)
    page = response.content.decode()
    assert "已发布 1 份提交" in page
    assert f"{odd.listing.code}：自动检查有发现" in page
    assert again(odd).state == RevisionState.SUBMITTED


def test_files_that_nobody_looked_at_are_listed_and_keep_a_submission_out_of_the_bulk() -> None:
    make_vocabulary()
    park = make_park()
    revision = submission(known_organization(park), situation="希望引入自动化立体仓库管理托盘。")
    file = make_attachment(revision.listing)
    staff = make_staff_actor(park)
    text = text_of("/moderation/", staff)
    assert review_url(revision) in text
    assert f"{revision.public_id}@" not in text
    assert file.get_absolute_url() in text_of(review_url(revision), staff)
    (outcome,) = publish_plain(actor=staff, revisions=[again(revision)])
    assert "附件" in outcome.refusal
    assert Attachment.objects.get(pk=file.pk).reviewed_at is None
    review_attachments(actor=staff, listing=revision.listing)
    (outcome,) = publish_plain(actor=staff, revisions=[again(revision)])
    assert not outcome.refusal


def test_a_submission_changed_since_it_was_listed_is_not_published_in_bulk() -> None:
    park = make_park()
    revision = submission(known_organization(park), situation="希望引入自动化立体仓库。")
    old = revision.submitted_at
    assert old is not None
    withdraw_submission(actor=SYSTEM, listing=revision.listing)
    update_draft(actor=SYSTEM, listing=revision.listing, changes={"goal": "换了目标"})
    submit_listing(actor=SYSTEM, listing=revision.listing)
    client_of(make_staff_actor(park)).post(
        "/moderation/publish/", {"chosen": f"{revision.public_id}@{old.isoformat()}"}
    )
    assert again(revision).state == RevisionState.SUBMITTED


# --- The queue ---


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"kind": "need"}, {"新来的需求", "改过的需求"}),
        ({"kind": "solution"}, set()),
        ({"change": "edit"}, {"改过的需求"}),
        ({"change": "new"}, {"新来的需求"}),
        ({"claim": "me"}, {"新来的需求"}),
        ({"claim": "nobody"}, {"改过的需求"}),
        ({"claim": "others"}, set()),
        ({"found": "contact"}, {"新来的需求"}),
        ({"found": "any"}, {"新来的需求", "改过的需求"}),
        ({"found": "nonsense", "kind": "x"}, {"新来的需求", "改过的需求"}),
        ({"escalated": "yes"}, set()),
        ({"cursor": "forged"}, {"新来的需求", "改过的需求"}),
    ],
)
def test_the_queue_is_filtered(asked: dict[str, str], kept: set[str]) -> None:
    park = make_park()
    new = submission(make_organization(park=park), title="新来的需求", goal="致电 13800138000")
    edited = make_need(make_organization(park=park), title="改过的需求")
    update_draft(actor=SYSTEM, listing=edited, changes={"goal": "另一个目标"})
    submit_listing(actor=SYSTEM, listing=edited)
    staff = make_staff_actor(park)
    claim_revision(actor=staff, revision=new)
    text = text_of(QUEUE, staff, asked)
    assert {title for title in ("新来的需求", "改过的需求") if title in text} == kept


def test_pages_of_the_queue_follow_each_other_in_at_most_twelve_queries() -> None:
    park = make_park()
    organization = make_organization(park=park)
    for number in range(PAGE_SIZE + 2):
        submission(organization, title=f"第{number:02d}号需求")
    staff = make_staff_actor(park)
    client = client_of(staff)
    with CaptureQueriesContext(connection) as queries:
        first = client.get(QUEUE)
    assert len(queries) <= 12
    last, following = f"第{PAGE_SIZE - 1}号需求", f"第{PAGE_SIZE}号需求"
    assert last in first.content.decode()
    assert following not in first.content.decode()
    second = text_of(QUEUE, staff, {"cursor": first.context["page"].next})
    assert following in second
    assert last not in second


# --- Time ---

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int = 10) -> datetime:
    """Return a moment of November 2026; the 21st is a Saturday."""
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (at(23), at(24), 24),
        (at(20), at(23), 24),
        (at(21), at(23, 0), 0),
        (at(23), at(23, 13), 3),
        (at(23), at(20), 0),
    ],
)
def test_weekends_do_not_count_as_waiting(start: datetime, end: datetime, hours: int) -> None:
    assert working_time(start, end) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("submitted", "due"),
    [(at(23), at(25)), (at(20), at(24)), (at(21), at(25, 0)), (at(22), at(25, 0))],
)
def test_a_decision_is_due_two_working_days_later(submitted: datetime, due: datetime) -> None:
    assert due_at(submitted, 2) == due


def test_an_edit_stays_unseen_until_it_is_approved() -> None:
    park = make_park()
    listing = make_need(make_organization(park=park), goal="已通过的目标", title="看得见的标题")
    update_draft(
        actor=SYSTEM, listing=listing, changes={"goal": "新写的目标", "title": "换过的标题"}
    )
    revision = submit_listing(actor=SYSTEM, listing=listing)
    address = listing.get_absolute_url()
    assert "已通过的目标" in text_of(address)
    assert "新写的目标" not in text_of(address)
    assert "看得见的标题" in text_of("/needs/")
    publish_revision(actor=make_staff_actor(park), revision=revision)
    assert "新写的目标" in text_of(address)
    assert "换过的标题" in text_of("/needs/")
