"""A listing's life: who may move it, from which state, and what each move changes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from accounts.actors import SYSTEM, Actor, actor_for
from accounts.models import Membership, Organization
from catalog.choices import CaseEvidence, ListingKind, ListingState, RevisionState
from catalog.models import Case, HeldCertification, Listing, Need, Revision, Scenario, Solution
from catalog.permissions import moderated_revisions
from catalog.services import (
    StateConflict,
    archive_listing,
    create_listing,
    publish_revision,
    return_revision,
    save_draft,
    submit_listing,
    update_draft,
    validated,
    withdraw_submission,
)
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_draft,
    make_member,
    make_need,
    make_organization,
    make_park,
    make_park_staff,
    make_solution,
    make_staff_actor,
    make_vocabulary,
    need_payload,
    publish,
    solution_payload,
)

pytestmark = pytest.mark.django_db

CASE = {"customer": "某汽车零部件工厂", "year": 2024, "result": "漏检率由 2.1% 降至 0.3%"}


def owner_and_draft(**fields: Any) -> tuple[Actor, Revision]:
    owner = make_actor()
    revision = create_listing(actor=owner, kind=ListingKind.NEED, payload=need_payload(**fields))
    return owner, revision


def submitted(**fields: Any) -> tuple[Actor, Revision]:
    owner, revision = owner_and_draft(**fields)
    return owner, submit_listing(actor=owner, listing=revision.listing)


def organization_of(actor: Actor) -> Organization:
    assert actor.organization is not None
    return actor.organization


def state_of(listing: Listing) -> str:
    return Listing.objects.values_list("state", flat=True).get(pk=listing.pk)


# --- Who may ---


def test_a_viewer_cannot_create_or_save_or_submit_or_withdraw_or_archive() -> None:
    owner, revision = owner_and_draft()
    viewer = make_actor(Membership.Role.VIEWER, owner.organization)
    listing = revision.listing
    refused: list[Callable[[], Any]] = [
        lambda: create_listing(actor=viewer, kind=ListingKind.NEED, payload=need_payload()),
        lambda: save_draft(actor=viewer, listing=listing, payload=need_payload()),
        lambda: update_draft(actor=viewer, listing=listing, changes={"goal": "x"}),
        lambda: submit_listing(actor=viewer, listing=listing),
        lambda: withdraw_submission(actor=viewer, listing=listing),
        lambda: archive_listing(actor=viewer, listing=listing),
    ]
    for act in refused:
        with pytest.raises(PermissionDenied):
            act()
    revision.refresh_from_db()
    assert (state_of(listing), revision.state) == (ListingState.DRAFT, RevisionState.DRAFT)


def test_another_organization_cannot_touch_a_listing() -> None:
    _owner, revision = owner_and_draft()
    stranger = make_actor()
    for act in (submit_listing, withdraw_submission, archive_listing):
        with pytest.raises(PermissionDenied):
            act(actor=stranger, listing=revision.listing)
    with pytest.raises(PermissionDenied):
        save_draft(actor=stranger, listing=revision.listing, payload=need_payload())


def test_a_listing_cannot_be_created_for_another_organization() -> None:
    with pytest.raises(PermissionDenied):
        create_listing(
            actor=make_actor(),
            kind=ListingKind.NEED,
            payload=need_payload(),
            organization=make_organization(),
        )
    assert not Listing.objects.exists()


def test_a_person_without_an_organization_creates_nothing() -> None:
    with pytest.raises(PermissionDenied):
        create_listing(actor=make_actor(None), kind=ListingKind.NEED, payload=need_payload())


def test_an_owner_cannot_publish_or_return_their_own() -> None:
    owner, revision = submitted()
    with pytest.raises(PermissionDenied):
        publish_revision(actor=owner, revision=revision)
    with pytest.raises(PermissionDenied):
        return_revision(actor=owner, revision=revision, reason="不合适")
    assert state_of(revision.listing) == ListingState.SUBMITTED


def test_park_staff_who_belong_to_the_organization_cannot_moderate_it() -> None:
    park = make_park()
    organization = make_organization(park=park)
    member = make_member(organization)
    make_park_staff(park, member.user)
    revision = make_draft(ListingKind.NEED, organization, need_payload())
    submit_listing(actor=SYSTEM, listing=revision.listing)
    revision.refresh_from_db()
    actor = actor_for(member.user)
    with pytest.raises(PermissionDenied):
        publish_revision(actor=actor, revision=revision)
    assert not Revision.objects.filter(moderated_revisions(actor)).exists()


def test_the_staff_of_another_park_cannot_moderate_and_the_own_park_can() -> None:
    park = make_park()
    revision = make_draft(ListingKind.NEED, make_organization(park=park), need_payload())
    revision = submit_listing(actor=SYSTEM, listing=revision.listing)
    other, own = make_staff_actor(), make_staff_actor(park)
    with pytest.raises(PermissionDenied):
        publish_revision(actor=other, revision=revision)
    assert not Revision.objects.filter(moderated_revisions(other)).exists()
    assert Revision.objects.filter(moderated_revisions(own)).get() == revision
    assert publish_revision(actor=own, revision=revision).state == ListingState.PUBLISHED


def test_an_organization_without_a_park_is_moderated_by_platform_admins_only() -> None:
    _owner, revision = submitted()
    with pytest.raises(PermissionDenied):
        publish_revision(actor=make_staff_actor(), revision=revision)
    publish_revision(actor=make_admin_actor(), revision=revision)
    assert state_of(revision.listing) == ListingState.PUBLISHED


# --- From which state ---


def test_a_draft_cannot_be_published() -> None:
    _owner, revision = owner_and_draft()
    with pytest.raises(StateConflict):
        publish_revision(actor=SYSTEM, revision=revision)
    assert state_of(revision.listing) == ListingState.DRAFT


def test_nothing_is_submitted_twice() -> None:
    owner, revision = submitted()
    with pytest.raises(StateConflict):
        submit_listing(actor=owner, listing=revision.listing)


def test_a_submission_is_not_edited_until_it_is_withdrawn() -> None:
    owner, revision = submitted()
    listing = revision.listing
    with pytest.raises(ValidationError):
        update_draft(actor=owner, listing=listing, changes={"goal": "改了"})
    withdraw_submission(actor=owner, listing=listing)
    assert state_of(listing) == ListingState.DRAFT
    update_draft(actor=owner, listing=listing, changes={"goal": "改了"})
    revision.refresh_from_db()
    assert revision.payload["goal"] == "改了"


def test_a_returned_need_goes_back_to_draft_with_its_edit_and_keeps_the_reason() -> None:
    owner, revision = submitted()
    return_revision(actor=SYSTEM, revision=revision, reason="  请补充现状  ")
    assert state_of(revision.listing) == ListingState.RETURNED
    with pytest.raises(StateConflict):
        submit_listing(actor=owner, listing=revision.listing)
    update_draft(actor=owner, listing=revision.listing, changes={"goal": "补充"})
    revision.refresh_from_db()
    assert (revision.state, revision.reason) == (RevisionState.DRAFT, "请补充现状")
    submit_listing(actor=owner, listing=revision.listing)
    assert state_of(revision.listing) == ListingState.SUBMITTED


@pytest.mark.parametrize("reason", ["", "   ", "长" * 2001])
def test_a_return_needs_a_reason_of_sensible_length(reason: str) -> None:
    _owner, revision = submitted()
    with pytest.raises(ValidationError) as refused:
        return_revision(actor=SYSTEM, revision=revision, reason=reason)
    assert "reason" in refused.value.message_dict
    revision.refresh_from_db()
    assert revision.state == RevisionState.SUBMITTED


def test_an_archived_listing_is_neither_edited_nor_published_nor_archived_again() -> None:
    owner, revision = submitted()
    archive_listing(actor=owner, listing=revision.listing)
    with pytest.raises(ValidationError):
        save_draft(actor=owner, listing=revision.listing, payload=need_payload())
    with pytest.raises(StateConflict):
        publish_revision(actor=SYSTEM, revision=revision)
    with pytest.raises(StateConflict):
        archive_listing(actor=owner, listing=revision.listing)
    revision.refresh_from_db()
    assert revision.state == RevisionState.WITHDRAWN


def test_a_moderator_never_publishes_what_changed_after_they_read_it() -> None:
    owner, read = submitted()
    withdraw_submission(actor=owner, listing=read.listing)
    update_draft(actor=owner, listing=read.listing, changes={"title": "完全不同的内容"})
    submit_listing(actor=owner, listing=read.listing)
    with pytest.raises(StateConflict):
        publish_revision(actor=SYSTEM, revision=read)
    with pytest.raises(StateConflict):
        return_revision(actor=SYSTEM, revision=read, reason="太短")
    assert state_of(read.listing) == ListingState.SUBMITTED


# --- What is submitted ---


def test_a_need_of_a_title_and_a_few_sentences_is_enough() -> None:
    _owner, revision = submitted()
    assert state_of(revision.listing) == ListingState.SUBMITTED
    assert revision.listing.code.startswith("XQ-")


@pytest.mark.parametrize(
    ("fields", "path"),
    [({"title": "检测"}, "title"), ({"situation": "漏检"}, "situation")],
)
def test_too_few_words_are_refused_on_submission_and_change_nothing(
    fields: dict[str, str], path: str
) -> None:
    owner, revision = owner_and_draft(**fields)
    with pytest.raises(ValidationError) as refused:
        submit_listing(actor=owner, listing=revision.listing)
    assert list(refused.value.message_dict) == [path]
    assert state_of(revision.listing) == ListingState.DRAFT


def test_submitting_asks_for_private_matches_and_publishing_for_fresh_ones() -> None:
    owner, revision = owner_and_draft()
    listing = revision.listing
    assert Listing.objects.get(pk=listing.pk).wanted_version == 0
    revision = submit_listing(actor=owner, listing=listing)
    assert Listing.objects.get(pk=listing.pk).wanted_version == 1
    publish_revision(actor=SYSTEM, revision=revision)
    listing.refresh_from_db()
    assert (listing.wanted_version, listing.content_version) == (2, 2)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"title": "长" * 201}, "title"),
        ({"title": "铸件\x00检测"}, "title"),
        ({"goal": "长" * 10_001}, "goal"),
        ({"budget_low": "-1"}, "budget_low"),
        ({"budget_high": "1e999"}, "budget_high"),
        ({"budget_high": "NaN"}, "budget_high"),
        ({"budget_high": "Infinity"}, "budget_high"),
        ({"budget_low": "2", "budget_high": "1"}, "__all__"),
        ({"stage": "whenever"}, "stage"),
        ({"procurement": "beauty_contest"}, "procurement"),
        ({"scenarios": ["no_such_scenario"]}, "scenarios"),
        ({"district": "atlantis"}, "district"),
        ({"wanted_end": "3000-01-01"}, "wanted_end"),
        ({"surprise": 1}, "surprise"),
        ({"requirements": [{"kind": "budget_max"}]}, "requirements.0"),
        (
            {"requirements": [{"kind": "certification", "code": "no_such"}]},
            "requirements.0.code",
        ),
        (
            {"requirements": [{"kind": "integration", "code": "sideways"}]},
            "requirements.0.code",
        ),
        ({"requirements": [{"text": "x"}] * 41}, "requirements"),
        ({"maturity": [{"domain": "data", "current": 6}]}, "maturity.0.current"),
        (
            {"parameters": [{"parameter": "agv_warehouse.max_load", "choice": "托盘"}]},
            "parameters.agv_warehouse.max_load",
        ),
        (
            {
                "parameters": [
                    {"parameter": "agv_warehouse.max_load", "number": 5, "text": "也说不准"}
                ]
            },
            "parameters.agv_warehouse.max_load",
        ),
    ],
)
def test_content_that_cannot_be_right_is_refused_at_its_field(
    fields: dict[str, Any], path: str
) -> None:
    make_vocabulary()
    with pytest.raises(ValidationError) as refused:
        validated(ListingKind.NEED, need_payload(**fields))
    assert list(refused.value.message_dict) == [path]


def test_a_limit_answers_in_the_type_of_its_parameter() -> None:
    make_vocabulary()
    wrong = [
        {"parameter": "agv_warehouse.max_load", "flag": True},
        {"parameter": "agv_warehouse.carrier", "choices": ["飞毯"]},
        {"parameter": "agv_warehouse.existing_systems", "low": 1},
    ]
    with pytest.raises(ValidationError) as refused:
        validated(ListingKind.SOLUTION, solution_payload(limits=wrong))
    assert list(refused.value.message_dict) == ["limits.0", "limits.1", "limits.2"]


# --- After publication ---


def test_an_edit_keeps_the_approved_version_live_until_it_is_approved() -> None:
    need = make_need(make_organization(), title="原来的标题")
    owner = actor_for(make_member(need.organization).user)
    update_draft(actor=owner, listing=need, changes={"title": "修改后的标题"})
    submit_listing(actor=owner, listing=need)
    live = Need.objects.get(pk=need.pk)
    assert (live.title, live.state) == ("原来的标题", ListingState.PUBLISHED)
    assert live.content_version == need.content_version
    publish_revision(actor=SYSTEM, revision=need.revisions.get(state=RevisionState.SUBMITTED))
    live.refresh_from_db()
    assert (live.title, live.published_at) == ("修改后的标题", need.published_at)


def test_a_returned_edit_leaves_the_listing_published() -> None:
    need = make_need()
    update_draft(actor=SYSTEM, listing=need, changes={"goal": "改"})
    revision = submit_listing(actor=SYSTEM, listing=need)
    return_revision(actor=SYSTEM, revision=revision, reason="不清楚")
    assert state_of(need) == ListingState.PUBLISHED


def test_an_edit_starts_from_everything_that_was_published() -> None:
    make_vocabulary()
    fields: dict[str, Any] = {
        "budget_high": "1200000.00",
        "scenarios": list(Scenario.objects.values_list("code", flat=True)[:1]),
        "project_type": "agv_warehouse",
        "parameters": [{"parameter": "agv_warehouse.max_load", "number": "1500"}],
        "requirements": [{"kind": "lead_time_max", "number": "12", "level": "must"}],
        "maturity": [{"domain": "data", "current": 1, "target": 3}],
    }
    need = make_need(**fields)
    before = need.revisions.get().payload
    revision = update_draft(actor=SYSTEM, listing=need, changes={"goal": "新目标"})
    stored = validated("need", revision.payload)
    assert stored == validated("need", {**before, "goal": "新目标"})


def test_a_vendor_cannot_raise_the_evidence_of_a_case() -> None:
    owner = make_actor()
    revision = create_listing(
        actor=owner,
        kind=ListingKind.SOLUTION,
        payload=solution_payload(cases=[{**CASE, "evidence": "customer_confirmed"}]),
    )
    assert revision.payload["cases"][0]["evidence"] == CaseEvidence.STATED
    publish(revision)
    edited = save_draft(
        actor=owner,
        listing=revision.listing,
        payload=solution_payload(cases=[{**CASE, "evidence": "park_verified"}]),
    )
    assert edited.payload["cases"][0]["evidence"] == CaseEvidence.STATED


def test_a_checked_case_stays_checked_once_while_its_words_stay() -> None:
    solution = make_solution(cases=[CASE])
    Case.objects.filter(solution=solution).update(evidence=CaseEvidence.PARK_VERIFIED)
    owner = actor_for(make_member(solution.organization).user)
    changed = {**CASE, "result": "漏检率降至 0"}
    revision = update_draft(actor=owner, listing=solution, changes={"cases": [CASE, CASE, changed]})
    assert [case["evidence"] for case in revision.payload["cases"]] == [
        CaseEvidence.PARK_VERIFIED,
        CaseEvidence.STATED,
        CaseEvidence.STATED,
    ]


def test_a_checked_certification_is_unchecked_when_the_vendor_moves_its_date() -> None:
    make_vocabulary()
    held = {"certification": "iso_9001", "valid_until": "2027-01-01"}
    solution = make_solution(certifications=[held])
    HeldCertification.objects.filter(solution=solution).update(verified_at=timezone.now())

    def republish(**changes: Any) -> HeldCertification:
        row = {**held, **changes}
        update_draft(actor=SYSTEM, listing=solution, changes={"certifications": [row]})
        publish_revision(actor=SYSTEM, revision=submit_listing(actor=SYSTEM, listing=solution))
        return HeldCertification.objects.get(solution=solution)

    assert republish().verified_at is not None
    assert republish(valid_until="2030-01-01").verified_at is None


# --- Two at once, on the real database ---


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run ``acts`` in threads that start together; name what each came to."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            barrier.wait(timeout=10)
            act()
        except StateConflict:
            return "conflict"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_at_once_one_decides() -> None:
    _owner, revision = submitted()
    first = Revision.objects.get(pk=revision.pk)
    second = Revision.objects.get(pk=revision.pk)
    came_to = at_once(
        lambda: publish_revision(actor=SYSTEM, revision=first),
        lambda: return_revision(actor=SYSTEM, revision=second, reason="不清楚"),
    )
    assert came_to == ["conflict", "done"]
    revision.refresh_from_db()
    expected = {
        RevisionState.APPROVED: ListingState.PUBLISHED,
        RevisionState.RETURNED: ListingState.RETURNED,
    }
    assert state_of(revision.listing) == expected[RevisionState(revision.state)]


@pytest.mark.django_db(transaction=True)
def test_withdrawing_and_publishing_at_once_leaves_one_consistent_state() -> None:
    owner, revision = submitted()
    seen = Revision.objects.get(pk=revision.pk)
    came_to = at_once(
        lambda: publish_revision(actor=SYSTEM, revision=seen),
        lambda: withdraw_submission(actor=owner, listing=revision.listing),
    )
    assert came_to == ["conflict", "done"]
    revision.refresh_from_db()
    states = (state_of(revision.listing), revision.state)
    assert states in {
        (ListingState.PUBLISHED, RevisionState.APPROVED),
        (ListingState.DRAFT, RevisionState.DRAFT),
    }


@pytest.mark.django_db(transaction=True)
def test_two_steps_saved_at_once_keep_each_others_words() -> None:
    owner, revision = owner_and_draft()
    listing = revision.listing
    came_to = at_once(
        lambda: update_draft(actor=owner, listing=listing, changes={"goal": "目标"}),
        lambda: update_draft(actor=owner, listing=listing, changes={"budget_high": "5"}),
    )
    assert came_to == ["done", "done"]
    revision.refresh_from_db()
    assert (revision.payload["goal"], revision.payload["budget_high"]) == ("目标", "5")


@pytest.mark.django_db(transaction=True)
def test_codes_given_out_at_once_differ() -> None:
    owner = make_actor()
    acts = [
        lambda: create_listing(actor=owner, kind=ListingKind.NEED, payload=need_payload())
        for _each in range(4)
    ]
    assert at_once(*acts) == ["done"] * 4
    assert Listing.objects.values("code").distinct().count() == 4


def test_two_solutions_share_no_rows() -> None:
    first, second = make_solution(cases=[CASE]), make_solution(cases=[CASE])
    assert Solution.objects.get(pk=first.pk).cases.count() == 1
    assert Solution.objects.get(pk=second.pk).cases.count() == 1
