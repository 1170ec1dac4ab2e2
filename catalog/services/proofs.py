"""What an organization has checked by its park, and cases that customers confirm."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.errors import Conflict, Refused
from accounts.events import record
from accounts.models import Organization
from accounts.permissions import is_member_of, require, works_for_park
from accounts.services import verify_organization
from catalog.choices import (
    CaseEvidence,
    ConfirmationState,
    ListingState,
    ProofCheck,
    ProofState,
    ProofSubject,
)
from catalog.files.storage import discard
from catalog.models import (
    Case,
    CaseConfirmation,
    HeldCertification,
    Listing,
    ProofFile,
    ProofRequest,
    Solution,
)
from catalog.permissions import can_answer_confirmation, can_ask_for_proof, can_decide_proof
from catalog.services.attachments import keep_file, remove_file, require_bytes
from catalog.services.wanting import want_scoring

MOST_FILES = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be checked: an organization's facts, or one row of a published solution."""

    subject: ProofSubject
    told: str = ""
    solution: Solution | None = None
    certification_id: int | None = None
    case_key: str = ""
    valid_until: date | None = None

    def columns(self) -> dict[str, Any]:
        return {
            "subject": self.subject,
            "told": self.told[:700],
            "solution": self.solution,
            "certification_id": self.certification_id,
            "case_key": self.case_key,
            "valid_until": self.valid_until,
        }


def key_of(case: Case) -> str:
    """Return what a case is known by while its words stay: a digest of them."""
    words = (case.customer, case.industry_id, case.year, case.result)
    return hashlib.sha256(repr(words).encode()).hexdigest()


def told_of(case: Case) -> str:
    parts = (case.customer, case.industry.name if case.industry else "", case.year, case.result)
    return " · ".join(str(part) for part in parts if part)


def organization_claim() -> Claim:
    return Claim(ProofSubject.ORGANIZATION)


def certification_claim(held: HeldCertification) -> Claim:
    """Return what checking ``held`` is about: a certificate counts up to its own last day."""
    if held.valid_until is None:
        raise Refused(_("请先在方案中填写这项资质的有效期，再申请核验。"), code="no_date")
    if held.valid_until < timezone.localdate():
        raise Refused(_("这项资质已过有效期，请先更新。"), code="expired")
    return Claim(
        ProofSubject.CERTIFICATION,
        told=held.certification.name,
        solution=held.solution,
        certification_id=held.certification_id,
        valid_until=held.valid_until,
    )


def case_claim(case: Case) -> Claim:
    return Claim(
        ProofSubject.CASE, told=told_of(case), solution=case.solution, case_key=key_of(case)
    )


def ask_for_proof(
    *,
    actor: Actor,
    organization: Organization,
    claim: Claim,
    uploads: "Sequence[UploadedFile[bytes]]",
    note: str = "",
) -> ProofRequest:
    """Ask the organization's park to check ``claim``, with what proves it."""
    require(can_ask_for_proof(actor, organization))
    _require_checkable(organization, claim)
    if not uploads:
        raise Refused(_("请上传证明材料，例如营业执照、证书或验收报告。"), code="no_files")
    if len(uploads) > MOST_FILES:
        raise Refused(_("一次最多上传 %(n)s 个文件。") % {"n": MOST_FILES}, code="too_many")
    kept: list[str] = []
    try:
        with transaction.atomic():
            request = ProofRequest.objects.create(
                organization=organization,
                note=note.strip(),
                asked_by=actor.user,
                **claim.columns(),
            )
            for upload in uploads:
                file = _add_file(actor, request, upload).file
                kept += [file.path, file.thumbnail_path]
            record(actor, "proof.asked", request, organization=organization.pk)
    except IntegrityError as error:
        raise Refused(_("这一项已经在等待核验。"), code="waiting") from error
    except BaseException:
        # The rows of the files before the refused one are gone; so must their bytes be.
        discard(*kept)
        raise
    return request


def _require_checkable(organization: Organization, claim: Claim) -> None:
    if organization.is_suspended:
        raise Refused(_("企业已停用，不能申请核验。"), code="suspended")
    if claim.solution is not None:
        if claim.solution.organization_id != organization.pk:
            raise Refused(_("这项方案不属于本企业。"), code="not_own")
        if claim.solution.state != ListingState.PUBLISHED:
            raise Refused(_("方案发布之后才能核验其中的资质和案例。"), code="not_published")
    elif organization.is_verified:
        raise Refused(_("企业信息已通过核验，在有效期内。"), code="verified")


def _add_file(actor: Actor, request: ProofRequest, upload: "UploadedFile[bytes]") -> ProofFile:
    return keep_file(
        actor=actor,
        organization_id=request.organization_id,
        upload=upload,
        require_room=lambda size: require_bytes(request.organization_id, size),
        use=lambda file: ProofFile.objects.create(request=request, file=file),
    )


@transaction.atomic
def retract_proof(*, actor: Actor, request: ProofRequest) -> None:
    """Take a request back while nobody has decided it; its files go."""
    require(can_ask_for_proof(actor, request.organization))
    _move(request, ProofState.WAITING, state=ProofState.RETRACTED)
    for proof in request.files.select_related("file").filter(file__removed_at__isnull=True):
        remove_file(proof.file)
    record(actor, "proof.retracted", request, organization=request.organization_id)


@transaction.atomic
def grant_proof(
    *,
    actor: Actor,
    request: ProofRequest,
    checks: Iterable[str],
    facts_version: int | None = None,
    valid_until: date | None = None,
    organization_checks: Iterable[str] = (),
    note: str = "",
) -> ProofRequest:
    """Confirm what was asked, saying what was looked at.

    For an organization's facts ``organization_checks``, ``facts_version`` and ``valid_until`` go
    to the check of the organization itself; a certificate counts up to its own last day.
    """
    require(can_decide_proof(actor, request.organization))
    looked_at = sorted({ProofCheck(each).value for each in checks})
    if request.subject == ProofSubject.ORGANIZATION and not request.organization.is_verified:
        verify_organization(
            actor=actor,
            organization=request.organization,
            facts_version=facts_version or 0,
            checks=organization_checks,
            note=note,
            valid_until=valid_until,
        )
    elif request.subject != ProofSubject.ORGANIZATION and not looked_at:
        raise Refused(_("请至少选择一项核验内容。"), code="no_checks")
    _decide(actor, request, ProofState.VERIFIED, checks=looked_at)
    park = _park_of(actor, request)
    if request.subject == ProofSubject.CERTIFICATION:
        _mark_certification(request, verified_at=request.decided_at, verified_by_park_id=park)
    elif request.subject == ProofSubject.CASE:
        _refresh_case(_solution_of(request), request.case_key)
    record(actor, "proof.granted", request, organization=request.organization_id)
    return request


@transaction.atomic
def refuse_proof(*, actor: Actor, request: ProofRequest, reason: str) -> None:
    """Say why it could not be confirmed; the organization may ask again."""
    require(can_decide_proof(actor, request.organization))
    _decide(actor, request, ProofState.REFUSED, reason=_stated(reason))
    record(actor, "proof.refused", request, organization=request.organization_id)


@transaction.atomic
def withdraw_proof(*, actor: Actor, request: ProofRequest, reason: str) -> None:
    """Take back a check of a certificate or a case that turned out wrong."""
    require(can_decide_proof(actor, request.organization))
    if request.subject == ProofSubject.ORGANIZATION:
        raise Refused(_("企业信息的核验请在企业页面撤销。"), code="organization")
    _move(request, ProofState.VERIFIED, state=ProofState.WITHDRAWN, reason=_stated(reason))
    if request.subject == ProofSubject.CERTIFICATION:
        _mark_certification(request, verified_at=None, verified_by_park_id=None)
    else:
        _refresh_case(_solution_of(request), request.case_key)
    record(actor, "proof.withdrawn", request, organization=request.organization_id)


def note_proof_opening(*, actor: Actor, proof: ProofFile) -> None:
    """Record that somebody who checks it opened an organization's file."""
    if not is_member_of(actor, proof.request.organization_id):
        record(actor, "proof.opened", proof.request, file=proof.file_id)


def _stated(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("请写明原因，企业会看到。"), code="no_reason")
    return reason.strip()[:500]


def _decide(actor: Actor, request: ProofRequest, state: ProofState, **columns: Any) -> None:
    _move(
        request,
        ProofState.WAITING,
        state=state,
        decided_by=actor.user,
        decided_by_park_id=_park_of(actor, request),
        decided_at=timezone.now(),
        **columns,
    )


def _park_of(actor: Actor, request: ProofRequest) -> int | None:
    """Return the park that answers for the decision; None: the platform."""
    park_id = request.organization.park_id
    return park_id if works_for_park(actor, park_id) else None


def _move(request: ProofRequest, before: ProofState, **columns: Any) -> None:
    if not ProofRequest.objects.filter(pk=request.pk, state=before).update(**columns):
        raise Conflict
    request.refresh_from_db()


def _mark_certification(request: ProofRequest, **columns: Any) -> None:
    """Write onto the certificate itself, as long as it is the one that was checked."""
    rows = HeldCertification.objects.filter(
        solution_id=_solution_of(request),
        certification=request.certification,
        valid_until=request.valid_until,
    )
    if not rows.update(**columns):
        raise Refused(_("这项资质在申请之后被改动过，请企业重新申请。"), code="changed")
    _tell_scoring(_solution_of(request))


def _solution_of(request: ProofRequest) -> int:
    """Return whose certificate or case it is: a constraint of the table sees that it is named."""
    if request.solution_id is None:
        raise ValueError(request.subject)
    return int(request.solution_id)


def _refresh_case(solution_id: int, case_key: str) -> None:
    """Write onto a case the strongest evidence there is for its words."""
    level, by, at = _evidence(solution_id, case_key)
    cases = Case.objects.filter(solution_id=solution_id).order_by("position")
    case = next((each for each in cases if key_of(each) == case_key), None)
    if case is None:
        raise Refused(_("这个案例在申请之后被改动过，请企业重新申请。"), code="changed")
    case.evidence, case.proven_by, case.proven_at = level, by[:120], at
    case.save(update_fields=["evidence", "proven_by", "proven_at"])
    _tell_scoring(solution_id)


def _evidence(solution_id: int, case_key: str) -> tuple[CaseEvidence, str, Any]:
    confirmed = (
        CaseConfirmation.objects.filter(
            solution_id=solution_id, case_key=case_key, state=ConfirmationState.CONFIRMED
        )
        .select_related("customer")
        .first()
    )
    if confirmed is not None:
        name = confirmed.customer.legal_name if confirmed.shows_name else ""
        return CaseEvidence.CUSTOMER_CONFIRMED, name, confirmed.answered_at
    checked = (
        ProofRequest.objects.filter(
            solution_id=solution_id,
            subject=ProofSubject.CASE,
            case_key=case_key,
            state=ProofState.VERIFIED,
        )
        .select_related("decided_by_park")
        .order_by("-decided_at")
        .first()
    )
    if checked is not None:
        park = checked.decided_by_park
        return CaseEvidence.PARK_VERIFIED, str(park) if park else _("平台"), checked.decided_at
    return CaseEvidence.STATED, "", None


def _tell_scoring(solution_id: int) -> None:
    """Have the facts that the engine reads made anew, and the lists that rest on them."""
    Listing.objects.filter(pk=solution_id).update(content_version=F("content_version") + 1)
    want_scoring(solution_id, reason="proof")


@transaction.atomic
def ask_customer(*, actor: Actor, case: Case, customer: Organization) -> CaseConfirmation:
    """Ask the customer of a case, an organization on the platform, to confirm it."""
    vendor = case.solution.organization
    require(can_ask_for_proof(actor, vendor))
    _require_checkable(vendor, case_claim(case))
    if customer.pk == vendor.pk:
        raise Refused(_("不能请本企业确认自己的案例。"), code="own")
    if customer.is_suspended or not customer.is_verified:
        raise Refused(_("只有通过核验的企业可以确认案例。"), code="unverified")
    try:
        with transaction.atomic():
            confirmation = CaseConfirmation.objects.create(
                solution=case.solution,
                case_key=key_of(case),
                told=told_of(case)[:700],
                customer=customer,
                asked_by=actor.user,
            )
    except IntegrityError as error:
        raise Refused(_("这个案例已经请客户确认过。"), code="asked") from error
    record(actor, "case_confirmation.asked", confirmation, customer=customer.pk)
    return confirmation


@transaction.atomic
def answer_confirmation(
    *,
    actor: Actor,
    confirmation: CaseConfirmation,
    confirms: bool,
    shows_name: bool = False,
    reason: str = "",
) -> None:
    """The customer's word: the case happened as told, or it cannot say so."""
    require(can_answer_confirmation(actor, confirmation.customer))
    answered: dict[str, Any] = {"answered_by": actor.user, "answered_at": timezone.now()}
    if confirms:
        _settle(confirmation, ConfirmationState.CONFIRMED, shows_name=shows_name, **answered)
        _refresh_case(confirmation.solution_id, confirmation.case_key)
        record(actor, "case_confirmation.confirmed", confirmation)
        return
    _settle(confirmation, ConfirmationState.DECLINED, reason=reason.strip()[:500], **answered)
    record(actor, "case_confirmation.declined", confirmation)


@transaction.atomic
def retract_confirmation(*, actor: Actor, confirmation: CaseConfirmation) -> None:
    """The vendor no longer asks."""
    require(can_ask_for_proof(actor, confirmation.solution.organization))
    _settle(confirmation, ConfirmationState.RETRACTED)
    record(actor, "case_confirmation.retracted", confirmation)


@transaction.atomic
def withdraw_confirmation(*, actor: Actor, confirmation: CaseConfirmation) -> None:
    """The customer takes its word back: the case falls to what else stands behind it."""
    require(can_answer_confirmation(actor, confirmation.customer))
    _settle(
        confirmation,
        ConfirmationState.WITHDRAWN,
        before=ConfirmationState.CONFIRMED,
        shows_name=False,
    )
    if _still_told(confirmation):
        _refresh_case(confirmation.solution_id, confirmation.case_key)
    record(actor, "case_confirmation.withdrawn", confirmation)


def _still_told(confirmation: CaseConfirmation) -> bool:
    cases = Case.objects.filter(solution_id=confirmation.solution_id)
    return any(key_of(each) == confirmation.case_key for each in cases)


def _settle(
    confirmation: CaseConfirmation,
    state: ConfirmationState,
    *,
    before: ConfirmationState = ConfirmationState.ASKED,
    **columns: Any,
) -> None:
    rows = CaseConfirmation.objects.filter(pk=confirmation.pk, state=before)
    if not rows.update(state=state, **columns):
        raise Conflict
    confirmation.refresh_from_db()
