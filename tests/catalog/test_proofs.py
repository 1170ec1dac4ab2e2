"""What parks check, what customers confirm, and what ends it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actors import SYSTEM, Actor, actor_for
from accounts.errors import Conflict, Refused
from accounts.models import Event, Organization, Park
from accounts.services import end_due_verifications, verify_organization
from catalog.choices import CaseEvidence, ConfirmationState, ProofState
from catalog.models import Case, CaseConfirmation, HeldCertification, ProofRequest, StoredFile
from catalog.services import (
    answer_confirmation,
    ask_customer,
    ask_for_proof,
    case_claim,
    certification_claim,
    grant_proof,
    organization_claim,
    publish_revision,
    refuse_proof,
    retract_proof,
    submit_listing,
    update_draft,
    withdraw_confirmation,
    withdraw_proof,
)
from matchmaking.facts.reading import read_solutions
from tests.builders import (
    make_member,
    make_organization,
    make_park,
    make_park_staff,
    make_solution,
    make_vocabulary,
)
from tests.catalog.test_admin import act, admin_client

pytestmark = pytest.mark.django_db

CASE = {"customer": "某汽车零部件厂", "industry": "", "year": 2025, "result": "漏检率降至 0.1%"}
TEXT = "合同编号 2025-01，验收合格。".encode()


class Vendor:
    """A vendor of a park with a published solution, its owner and the park's staff."""

    def __init__(self, **content: Any) -> None:
        make_vocabulary()
        self.park: Park = make_park()
        self.organization: Organization = make_organization(park=self.park)
        self.owner: Actor = actor_for(make_member(self.organization).user, self.organization)
        self.staff: Actor = actor_for(make_park_staff(self.park).user)
        self.until = timezone.localdate() + timedelta(days=300)
        held = {"certification": "iso_9001", "valid_until": str(self.until)}
        self.solution = make_solution(
            self.organization, **{"cases": [CASE], "certifications": [held], **content}
        )

    @property
    def case(self) -> Case:
        return Case.objects.select_related("solution__organization").get(solution=self.solution)

    @property
    def held(self) -> HeldCertification:
        return HeldCertification.objects.get(solution=self.solution)

    def ask(self, claim: Any) -> ProofRequest:
        return ask_for_proof(
            actor=self.owner, organization=self.organization, claim=claim, uploads=[paper()]
        )


def paper(name: str = "验收报告.txt", data: bytes = TEXT) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def customer() -> tuple[Organization, Actor]:
    found = make_organization(verified=True)
    return found, actor_for(make_member(found).user, found)


def test_a_checked_certificate_says_who_checked_it_and_until_when(client: Client) -> None:
    vendor = Vendor()
    request = vendor.ask(certification_claim(vendor.held))
    grant_proof(actor=vendor.staff, request=request, checks=["original", "registry"])
    assert vendor.held.verified_by_park == vendor.park
    page = client.get(vendor.solution.get_absolute_url()).content.decode()
    assert f"{vendor.park}核验，至 {vendor.until}" in page


def test_the_engine_reads_a_certificate_as_verified_only_after_the_check() -> None:
    vendor = Vendor()
    assert not _facts(vendor).certifications["iso_9001"].verified
    request = vendor.ask(certification_claim(vendor.held))
    assert not _facts(vendor).certifications["iso_9001"].verified
    grant_proof(actor=vendor.staff, request=request, checks=["original"])
    assert _facts(vendor).certifications["iso_9001"].verified
    withdraw_proof(actor=vendor.staff, request=request, reason="发证机构已撤销")
    assert not _facts(vendor).certifications["iso_9001"].verified


def _facts(vendor: Vendor) -> Any:
    return read_solutions([vendor.solution.pk], None)[0].facts


def test_a_check_asks_for_new_matches_and_leaves_an_event() -> None:
    vendor = Vendor()
    vendor.solution.refresh_from_db()
    before = vendor.solution.content_version, vendor.solution.wanted_version
    request = vendor.ask(case_claim(vendor.case))
    grant_proof(actor=vendor.staff, request=request, checks=["acceptance"])
    vendor.solution.refresh_from_db()
    assert vendor.solution.content_version > before[0]
    assert vendor.solution.wanted_version > before[1]
    assert Event.objects.filter(verb="proof.granted").count() == 1


def test_what_a_park_checked_of_a_case_stays_while_its_words_stay() -> None:
    vendor = Vendor()
    request = vendor.ask(case_claim(vendor.case))
    grant_proof(actor=vendor.staff, request=request, checks=["contract", "visit"])
    assert vendor.case.evidence == CaseEvidence.PARK_VERIFIED
    _republish(vendor, summary="换一句新的概述，案例不变。")
    assert (vendor.case.evidence, vendor.case.proven_by) == (
        CaseEvidence.PARK_VERIFIED,
        str(vendor.park),
    )
    _republish(vendor, cases=[{**CASE, "result": "漏检率降至 0"}])
    assert (vendor.case.evidence, vendor.case.proven_by) == (CaseEvidence.STATED, "")


def _republish(vendor: Vendor, **changes: Any) -> None:
    update_draft(actor=vendor.owner, listing=vendor.solution, changes=changes)
    revision = submit_listing(actor=vendor.owner, listing=vendor.solution, acknowledged=True)
    publish_revision(actor=SYSTEM, revision=revision)


def test_an_edit_begun_before_the_check_does_not_undo_it() -> None:
    vendor = Vendor()
    changes = {"summary": "换一句新的方案概述文字。"}
    update_draft(actor=vendor.owner, listing=vendor.solution, changes=changes)
    request = vendor.ask(case_claim(vendor.case))
    grant_proof(actor=vendor.staff, request=request, checks=["visit"])
    revision = submit_listing(actor=vendor.owner, listing=vendor.solution, acknowledged=True)
    publish_revision(actor=SYSTEM, revision=revision)
    assert vendor.case.evidence == CaseEvidence.PARK_VERIFIED


def test_a_case_that_changed_after_the_request_is_not_confirmed_in_its_new_words() -> None:
    vendor = Vendor()
    request = vendor.ask(case_claim(vendor.case))
    _republish(vendor, cases=[{**CASE, "result": "漏检率降至 0"}])
    with pytest.raises(Refused, match="改动"):
        grant_proof(actor=vendor.staff, request=request, checks=["visit"])
    request.refresh_from_db()
    assert request.state == ProofState.WAITING


@pytest.mark.parametrize("days", [-1, None])
def test_a_certificate_without_a_day_ahead_cannot_be_checked(days: int | None) -> None:
    day = str(timezone.localdate() + timedelta(days=days)) if days is not None else None
    vendor = Vendor(certifications=[{"certification": "iso_9001", "valid_until": day}])
    with pytest.raises(Refused):
        certification_claim(vendor.held)


def test_nothing_is_checked_without_a_file_and_twice_at_once() -> None:
    vendor = Vendor()
    claim = case_claim(vendor.case)
    with pytest.raises(Refused, match="上传"):
        ask_for_proof(actor=vendor.owner, organization=vendor.organization, claim=claim, uploads=[])
    vendor.ask(claim)
    with pytest.raises(Refused, match="已经在等待"):
        vendor.ask(claim)


def test_a_refused_file_leaves_neither_a_request_nor_the_files_before_it() -> None:
    vendor = Vendor()
    with pytest.raises(Refused):
        ask_for_proof(
            actor=vendor.owner,
            organization=vendor.organization,
            claim=case_claim(vendor.case),
            uploads=[paper(), paper("病毒.pdf", b"MZ\x90\x00 not a pdf")],
        )
    assert not ProofRequest.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_refusal_tells_the_owner_why_and_it_may_ask_again(client: Client) -> None:
    vendor = Vendor()
    request = vendor.ask(case_claim(vendor.case))
    with pytest.raises(Refused, match="原因"):
        refuse_proof(actor=vendor.staff, request=request, reason=" ")
    refuse_proof(actor=vendor.staff, request=request, reason="验收报告缺少签章")
    assert vendor.owner.user is not None
    client.force_login(vendor.owner.user)
    page = client.get(reverse("catalog:proofs", args=[vendor.organization.public_id]))
    assert "验收报告缺少签章" in page.content.decode()
    assert vendor.ask(case_claim(vendor.case)).state == ProofState.WAITING


def test_only_one_of_two_decisions_counts() -> None:
    vendor = Vendor()
    request = vendor.ask(case_claim(vendor.case))
    seen_by_another = ProofRequest.objects.get(pk=request.pk)
    grant_proof(actor=vendor.staff, request=request, checks=["visit"])
    with pytest.raises(Conflict):
        refuse_proof(actor=vendor.staff, request=seen_by_another, reason="不清晰")
    assert vendor.case.evidence == CaseEvidence.PARK_VERIFIED


def test_a_retracted_request_takes_its_files_along() -> None:
    vendor = Vendor()
    request = vendor.ask(case_claim(vendor.case))
    retract_proof(actor=vendor.owner, request=request)
    assert StoredFile.objects.get().path == ""
    with pytest.raises(Conflict):
        grant_proof(actor=vendor.staff, request=request, checks=["visit"])


def test_nobody_checks_their_own_and_no_other_park_does() -> None:
    vendor = Vendor()
    request = vendor.ask(case_claim(vendor.case))
    stranger = actor_for(make_park_staff(make_park()).user)
    for actor in (vendor.owner, stranger):
        with pytest.raises(PermissionDenied):
            grant_proof(actor=actor, request=request, checks=["visit"])


def test_an_organization_sends_its_licence_and_is_checked_until_a_day(client: Client) -> None:
    vendor = Vendor()
    request = vendor.ask(organization_claim())
    assert vendor.staff.user is not None
    client.force_login(vendor.staff.user)
    page = client.get(request.get_absolute_url())
    assert "验收报告.txt" in page.content.decode()
    sent = {
        "decision": "grant",
        "checks": ["licence"],
        "valid_until": str(vendor.until),
        "facts_version": vendor.organization.facts_version,
    }
    client.post(reverse("catalog:proof_decide", args=[request.public_id]), sent)
    vendor.organization.refresh_from_db()
    assert vendor.organization.is_verified
    public = Client().get(vendor.organization.get_absolute_url()).content.decode()
    assert f"由{vendor.park}核验，至 {vendor.until}" in public
    assert "不是对交易的担保" in public


def test_a_check_stops_counting_with_its_last_day_and_is_ended_once() -> None:
    vendor = Vendor()
    verify_organization(
        actor=vendor.staff,
        organization=vendor.organization,
        facts_version=vendor.organization.facts_version,
        checks=["licence"],
    )
    yesterday = timezone.localdate() - timedelta(days=1)
    Organization.objects.filter(pk=vendor.organization.pk).update(verified_until=yesterday)
    vendor.organization.refresh_from_db()
    assert not vendor.organization.is_verified
    assert vendor.organization not in Organization.objects.verified()
    assert vendor.organization in Organization.objects.awaiting_verification()
    assert end_due_verifications() == 1
    assert end_due_verifications() == 0
    ended = vendor.organization.verifications.get()
    assert ended.end_reason == "有效期届满"
    again = verify_organization(
        actor=vendor.staff,
        organization=vendor.organization,
        facts_version=vendor.organization.facts_version,
        checks=["visit"],
    )
    assert again.valid_until > timezone.localdate()


@pytest.mark.parametrize("days", [-1, 4 * 366])
def test_a_check_ends_within_three_years(days: int) -> None:
    vendor = Vendor()
    with pytest.raises(Refused, match="三年"):
        verify_organization(
            actor=vendor.staff,
            organization=vendor.organization,
            facts_version=vendor.organization.facts_version,
            checks=["licence"],
            valid_until=timezone.localdate() + timedelta(days=days),
        )


def test_a_customers_word_counts_and_its_name_only_shows_when_it_agrees(client: Client) -> None:
    vendor = Vendor()
    buyer, buyers_owner = customer()
    confirmation = ask_customer(actor=vendor.owner, case=vendor.case, customer=buyer)
    answer_confirmation(actor=buyers_owner, confirmation=confirmation, confirms=True)
    assert vendor.case.evidence == CaseEvidence.CUSTOMER_CONFIRMED
    assert vendor.case.proven_by == ""
    page = client.get(vendor.solution.get_absolute_url()).content.decode()
    assert "客户确认" in page
    assert buyer.legal_name not in page
    withdraw_confirmation(actor=buyers_owner, confirmation=confirmation)
    assert vendor.case.evidence == CaseEvidence.STATED
    again = ask_customer(actor=vendor.owner, case=vendor.case, customer=buyer)
    answer_confirmation(actor=buyers_owner, confirmation=again, confirms=True, shows_name=True)
    page = client.get(vendor.solution.get_absolute_url()).content.decode()
    assert f"客户确认：{buyer.legal_name}" in page


def test_a_withdrawn_confirmation_leaves_what_the_park_checked() -> None:
    vendor = Vendor()
    buyer, buyers_owner = customer()
    grant_proof(
        actor=vendor.staff, request=vendor.ask(case_claim(vendor.case)), checks=["contract"]
    )
    confirmation = ask_customer(actor=vendor.owner, case=vendor.case, customer=buyer)
    answer_confirmation(actor=buyers_owner, confirmation=confirmation, confirms=True)
    withdraw_confirmation(actor=buyers_owner, confirmation=confirmation)
    assert vendor.case.evidence == CaseEvidence.PARK_VERIFIED


def test_a_vendor_cannot_confirm_for_its_customer() -> None:
    vendor = Vendor()
    buyer, buyers_owner = customer()
    viewer = actor_for(make_member(buyer, role="viewer").user, buyer)
    confirmation = ask_customer(actor=vendor.owner, case=vendor.case, customer=buyer)
    for actor in (vendor.owner, viewer, vendor.staff):
        with pytest.raises(PermissionDenied):
            answer_confirmation(actor=actor, confirmation=confirmation, confirms=True)
    answer_confirmation(actor=buyers_owner, confirmation=confirmation, confirms=False)
    assert vendor.case.evidence == CaseEvidence.STATED


def test_an_unchecked_organization_and_the_vendor_itself_are_no_customers() -> None:
    vendor = Vendor()
    with pytest.raises(Refused, match="核验"):
        ask_customer(actor=vendor.owner, case=vendor.case, customer=make_organization())
    with pytest.raises(Refused, match="自己"):
        ask_customer(actor=vendor.owner, case=vendor.case, customer=vendor.organization)


def test_two_answers_at_once_leave_one() -> None:
    vendor = Vendor()
    buyer, buyers_owner = customer()
    confirmation = ask_customer(actor=vendor.owner, case=vendor.case, customer=buyer)
    elsewhere = CaseConfirmation.objects.get(pk=confirmation.pk)
    answer_confirmation(actor=buyers_owner, confirmation=confirmation, confirms=False)
    with pytest.raises(Conflict):
        answer_confirmation(actor=buyers_owner, confirmation=elsewhere, confirms=True)
    confirmation.refresh_from_db()
    assert confirmation.state == ConfirmationState.DECLINED


def test_the_whole_way_through_the_pages(client: Client) -> None:
    vendor = Vendor()
    buyer, buyers_owner = customer()
    assert vendor.owner.user is not None
    assert buyers_owner.user is not None
    client.force_login(vendor.owner.user)
    overview = reverse("catalog:proofs", args=[vendor.organization.public_id])
    page = client.get(overview).content.decode()
    assert "申请园区核验" in page
    assert "请客户确认" in page
    item = f"case:{vendor.solution.pk}:{case_claim(vendor.case).case_key}"
    ask = reverse("catalog:proof_ask", args=[vendor.organization.public_id])
    assert str(CASE["result"]) in client.get(ask, {"item": item}).content.decode()
    assert client.post(ask, {"item": item}).status_code == 422
    client.post(ask, {"item": item, "files": paper(), "note": "见验收报告"})
    assert ProofRequest.objects.get().note == "见验收报告"
    asks = reverse("catalog:confirmation_ask", args=[vendor.organization.public_id])
    unknown = client.post(asks, {"item": item, "customer": "没有这家公司"})
    assert "没有找到" in unknown.content.decode()
    client.post(asks, {"item": item, "customer": buyer.legal_name})
    confirmation = CaseConfirmation.objects.get()
    client.force_login(buyers_owner.user)
    assert "内容属实" in client.get(confirmation.get_absolute_url()).content.decode()
    client.post(
        reverse("catalog:confirmation_answer", args=[confirmation.public_id]),
        {"decision": "confirm", "shows_name": "on"},
    )
    assert vendor.case.proven_by == buyer.legal_name


def test_anothers_case_cannot_be_named(client: Client) -> None:
    vendor, other = Vendor(), make_solution(cases=[CASE])
    case = Case.objects.get(solution=other)
    assert vendor.owner.user is not None
    client.force_login(vendor.owner.user)
    ask = reverse("catalog:proof_ask", args=[vendor.organization.public_id])
    key = case_claim(case).case_key
    for item in (f"case:{other.pk}:{key}", "case:x:y", "certification:1:", "certification:x", "?"):
        assert client.get(ask, {"item": item}).status_code == 404


def test_a_file_is_opened_by_its_people_and_its_checkers_alone(client: Client) -> None:
    vendor = Vendor()
    request = vendor.ask(case_claim(vendor.case))
    address = reverse("catalog:proof_file", args=[request.files.get().public_id])
    assert vendor.owner.user is not None
    assert vendor.staff.user is not None
    for user, status in ((vendor.owner.user, 200), (vendor.staff.user, 200)):
        client.force_login(user)
        answer = client.get(address)
        assert answer.status_code == status
        assert b"".join(answer) == TEXT
    opened = Event.objects.filter(verb="proof.opened")
    assert [event.user_id for event in opened] == [vendor.staff.user.pk]
    client.force_login(make_member(make_organization()).user)
    assert client.get(address).status_code == 404


def test_platform_admins_decide_in_the_admin() -> None:
    vendor = Vendor()
    proof = vendor.ask(certification_claim(vendor.held))
    other = vendor.ask(case_claim(vendor.case))
    client, url = admin_client(), reverse("admin:catalog_proofrequest_changelist")
    asked = act(client, url, "grant", proof).content.decode()
    assert "核验内容" in asked
    assert ProofRequest.objects.get(pk=proof.pk).state == ProofState.WAITING
    # Nothing is confirmed without saying what was looked at.
    act(client, url, "grant", proof, asked="yes")
    assert ProofRequest.objects.get(pk=proof.pk).state == ProofState.WAITING
    act(client, url, "grant", proof, asked="yes", checks="original")
    assert HeldCertification.objects.get(pk=vendor.held.pk).verified_at
    act(client, url, "withdraw", proof, asked="yes", reason="发证机构已撤销")
    assert not HeldCertification.objects.get(pk=vendor.held.pk).verified_at
    act(client, url, "refuse", other, asked="yes", reason="合同缺页")
    other.refresh_from_db()
    assert (other.state, other.reason) == (ProofState.REFUSED, "合同缺页")


def test_an_organization_is_checked_in_the_admin_as_it_was_shown() -> None:
    vendor = Vendor()
    proof = vendor.ask(organization_claim())
    client, url = admin_client(), reverse("admin:catalog_proofrequest_changelist")
    page = act(client, url, "grant_facts", proof)
    shown = page.context["form"]["facts_version"].value()
    sent = {"asked": "yes", "checks": "registry", "valid_until": str(vendor.until)}
    Organization.objects.filter(pk=vendor.organization.pk).update(facts_version=shown + 1)
    act(client, url, "grant_facts", proof, **sent, facts_version=str(shown))
    assert not Organization.objects.get(pk=vendor.organization.pk).is_verified
    act(client, url, "grant_facts", proof, **sent, facts_version=str(shown + 1))
    assert Organization.objects.get(pk=vendor.organization.pk).is_verified
