"""Whom the services about listings, checks and their files refuse; nothing changes then."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.actors import SYSTEM, Actor
from accounts.models import Organization
from catalog.choices import ConfirmationState, ListingKind, ProofState
from catalog.disclosure import Disclosure
from catalog.models import (
    Case,
    CaseConfirmation,
    Catalogue,
    DisclosureGrant,
    Listing,
    Mandate,
    ProofRequest,
    Revision,
)
from catalog.services import (
    ask_customer,
    ask_for_proof,
    claim_revision,
    grant_disclosure,
    organization_claim,
    refuse_proof,
    release_revision,
    retract_confirmation,
    retract_proof,
    review_attachments,
    revoke_disclosure,
    revoke_mandate,
    submit_listing,
    validated,
    withdraw_confirmation,
    withdraw_proof,
)
from catalog.services.importing import Imported, import_listings
from tests.builders import (
    make_actor,
    make_attachment,
    make_draft,
    make_mandate,
    make_need,
    make_organization,
    make_park,
    make_proof,
    make_solution,
    make_staff_actor,
    need_payload,
)
from tests.refused import refused

pytestmark = pytest.mark.django_db

CASE = {"customer": "某汽车零部件厂", "industry": "", "year": 2025, "result": "漏检率降至 0.1%"}


@pytest.fixture
def organization() -> Organization:
    return make_organization(park=make_park())


def _outsiders() -> list[Actor]:
    return [make_actor(role=None), make_actor(), make_staff_actor()]


def _not_moderating(organization: Organization) -> list[Actor]:
    return [make_actor("owner", organization), *_outsiders()]


def _not_editing(organization: Organization) -> list[Actor]:
    return [
        make_actor("viewer", organization),
        make_staff_actor(organization.park),
        *_outsiders(),
    ]


# --- Listings ---


def test_only_who_moderates_a_listing_opens_its_files_to_readers(
    organization: Organization,
) -> None:
    need = Listing.objects.get(pk=make_need(organization).pk)
    waiting = make_attachment(need)
    for actor in _not_moderating(organization):
        with refused(waiting):
            review_attachments(actor=actor, listing=need)


def test_only_who_moderates_gives_a_claim_up(organization: Organization) -> None:
    draft = make_draft(ListingKind.NEED, organization, need_payload())
    revision = submit_listing(actor=SYSTEM, listing=draft.listing)
    holder = make_staff_actor(organization.park)
    revision = claim_revision(actor=holder, revision=revision)
    for actor in _not_moderating(organization):
        # Whoever lost the park since they claimed it holds the row, and may not act on it.
        Revision.objects.filter(pk=revision.pk).update(claimed_by=actor.user)
        with refused(revision):
            release_revision(actor=actor, revision=revision)


def test_only_the_two_sides_close_what_an_introduction_opened(organization: Organization) -> None:
    need, vendor = make_need(organization), make_organization()
    grant = grant_disclosure(
        actor=SYSTEM,
        listing=need,
        organization=vendor,
        stage=Disclosure.ACCEPTED,
        introduction_id=1,
    )
    for actor in [make_actor("viewer", vendor), *_not_editing(organization)]:
        with refused(grant):
            revoke_disclosure(actor=actor, listing=need, organization=vendor, introduction_id=1)
    assert DisclosureGrant.objects.in_force().get() == grant


def test_only_the_platform_loads_files_of_listings(organization: Organization) -> None:
    catalogue = Catalogue.objects.get(code=Catalogue.MAIN)
    item = Imported("1", validated(ListingKind.NEED, {"kind": "need", **need_payload()}))
    for actor in [*_not_moderating(organization), *_not_editing(organization)]:
        with refused():
            import_listings(
                actor=actor,
                catalogue=catalogue,
                organization=organization,
                kind=ListingKind.NEED,
                items=[item],
                source="elsewhere",
            )
    assert not Listing.objects.exists()


def test_only_the_company_and_who_checks_it_end_an_authorization(
    organization: Organization,
) -> None:
    mandate: Mandate = make_mandate(organization)
    for actor in [make_actor("viewer", organization), *_outsiders()]:
        with refused(mandate):
            revoke_mandate(actor=actor, mandate=mandate)


# --- What is checked ---


def test_only_its_editors_ask_for_an_organizations_check(organization: Organization) -> None:
    claim = organization_claim()
    for actor in _not_editing(organization):
        paper = SimpleUploadedFile("营业执照.txt", "执照编号 1".encode())
        with refused():
            ask_for_proof(actor=actor, organization=organization, claim=claim, uploads=[paper])
    assert not ProofRequest.objects.exists()


def test_only_its_editors_take_a_request_back(organization: Organization) -> None:
    request = make_proof(organization)
    for actor in _not_editing(organization):
        with refused(request):
            retract_proof(actor=actor, request=request)


def test_only_who_checks_an_organization_refuses_its_request(organization: Organization) -> None:
    request = make_proof(organization)
    for actor in _not_moderating(organization):
        with refused(request):
            refuse_proof(actor=actor, request=request, reason="材料不清晰")


def test_only_who_checks_an_organization_takes_a_check_back(organization: Organization) -> None:
    case = _case(organization)
    request = make_proof(
        organization,
        subject="case",
        solution=case.solution,
        case_key="k",
        told="某厂",
        state=ProofState.VERIFIED,
    )
    for actor in _not_moderating(organization):
        with refused(request, case):
            withdraw_proof(actor=actor, request=request, reason="合同是假的")


# --- What customers say ---


def _case(vendor: Organization) -> Case:
    solution = make_solution(vendor, cases=[CASE])
    return Case.objects.select_related("solution__organization").get(solution=solution)


def _asked(vendor: Organization, **columns: Any) -> CaseConfirmation:
    return CaseConfirmation.objects.create(
        **{
            "solution": _case(vendor).solution,
            "case_key": "k",
            "told": "某厂 · 2025",
            "customer": make_organization(verified=True),
            **columns,
        }
    )


def test_only_a_vendors_editors_ask_its_customer(organization: Organization) -> None:
    case, customer = _case(organization), make_organization(verified=True)
    for actor in [make_actor("owner", customer), *_not_editing(organization)]:
        with refused(case):
            ask_customer(actor=actor, case=case, customer=customer)
    assert not CaseConfirmation.objects.exists()


def test_only_a_vendors_editors_stop_asking_its_customer(organization: Organization) -> None:
    asked = _asked(organization)
    for actor in [make_actor("owner", asked.customer), *_not_editing(organization)]:
        with refused(asked):
            retract_confirmation(actor=actor, confirmation=asked)


def test_only_a_customers_editors_take_its_word_back(organization: Organization) -> None:
    given = _asked(organization, state=ConfirmationState.CONFIRMED, answered_at=timezone.now())
    wrong = [
        make_actor("owner", organization),
        make_actor("viewer", given.customer),
        make_staff_actor(organization.park),
        *_outsiders(),
    ]
    for actor in wrong:
        with refused(given):
            withdraw_confirmation(actor=actor, confirmation=given)


def test_a_customer_whose_own_check_ended_no_longer_speaks(organization: Organization) -> None:
    given = _asked(organization, state=ConfirmationState.CONFIRMED, answered_at=timezone.now())
    speaker = make_actor("owner", given.customer)
    Organization.objects.filter(pk=given.customer_id).update(verified_at=None, verified_until=None)
    given.refresh_from_db()
    with refused(given):
        withdraw_confirmation(actor=speaker, confirmation=given)
