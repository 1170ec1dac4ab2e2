"""What an organization has checked, what waits, and what it may still ask for."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organization
from catalog.choices import (
    CaseEvidence,
    ConfirmationState,
    ListingState,
    ProofState,
)
from catalog.models import Case, CaseConfirmation, HeldCertification, ProofRequest, Solution
from catalog.services import Claim, case_claim, certification_claim, key_of, organization_claim

ORGANIZATION = "organization"
_CERTIFICATION, _CASE = "certification", "case"

_TONES: dict[str, str] = {
    ProofState.WAITING: "warn",
    ProofState.VERIFIED: "ok",
    ProofState.REFUSED: "bad",
    ProofState.WITHDRAWN: "bad",
    ConfirmationState.ASKED: "warn",
    ConfirmationState.CONFIRMED: "ok",
}


@dataclass(frozen=True, slots=True)
class ProofRow:
    """A certificate or a case: what it is, what stands behind it, what may be asked."""

    item: str
    name: str
    sub: str
    level: str
    is_proven: bool
    waiting: ProofRequest | None = None
    asked: CaseConfirmation | None = None
    asks_park: bool = False
    asks_customer: bool = False


@dataclass(frozen=True, slots=True)
class SolutionProofs:
    solution: Solution
    rows: list[ProofRow]


def own_proofs(organization: Organization) -> list[SolutionProofs]:
    """Return every certificate and case of the published solutions, in a fixed order."""
    solutions = (
        Solution.objects.filter(organization=organization, state=ListingState.PUBLISHED)
        .prefetch_related(
            "certifications__certification", "certifications__verified_by_park", "cases__industry"
        )
        .order_by("-published_at", "pk")
    )
    waiting = {
        (each.solution_id, each.certification_id, each.case_key): each
        for each in ProofRequest.objects.filter(organization=organization, state=ProofState.WAITING)
    }
    asked = {
        (each.solution_id, each.case_key): each
        for each in CaseConfirmation.objects.filter(
            solution__organization=organization,
            state__in=[ConfirmationState.ASKED, ConfirmationState.CONFIRMED],
        ).select_related("customer")
    }
    return [
        SolutionProofs(
            solution,
            [
                *(_certificate(row, waiting) for row in solution.certifications.all()),
                *(_case(row, waiting, asked) for row in solution.cases.all()),
            ],
        )
        for solution in solutions
    ]


def _certificate(
    row: HeldCertification, waiting: dict[tuple[int | None, int | None, str], ProofRequest]
) -> ProofRow:
    request = waiting.get((row.solution_id, row.certification_id, ""))
    until = _("有效期至 %(day)s") % {"day": row.valid_until} if row.valid_until else ""
    return ProofRow(
        item=f"{_CERTIFICATION}:{row.solution_id}:{row.certification_id}",
        name=row.certification.name,
        sub=until or _("未填写有效期"),
        level=certificate_words(row),
        is_proven=row.verified_at is not None,
        waiting=request,
        asks_park=request is None and row.verified_at is None and _is_in_date(row.valid_until),
    )


def _is_in_date(valid_until: date | None) -> bool:
    return valid_until is not None and valid_until >= timezone.localdate()


def certificate_words(row: HeldCertification) -> str:
    """Return who checked a certificate and until when it counts, or that nobody did."""
    if row.verified_at is None:
        return str(CaseEvidence.STATED.label)
    told = {"who": row.verified_by_park or _("平台"), "day": row.valid_until or "–"}
    return _("%(who)s核验，至 %(day)s") % told


def _case(
    row: Case,
    waiting: dict[tuple[int | None, int | None, str], ProofRequest],
    asked: dict[tuple[int, str], CaseConfirmation],
) -> ProofRow:
    key = key_of(row)
    request = waiting.get((row.solution_id, None, key))
    confirmation = asked.get((row.solution_id, key))
    evidence = CaseEvidence(row.evidence)
    return ProofRow(
        item=f"{_CASE}:{row.solution_id}:{key}",
        name=row.result or _("成效未说明"),
        sub=" · ".join(
            str(part)
            for part in (row.customer, row.industry and row.industry.name, row.year)
            if part
        ),
        level=case_words(evidence, row.proven_by),
        is_proven=evidence != CaseEvidence.STATED,
        waiting=request,
        asked=confirmation,
        asks_park=request is None and evidence == CaseEvidence.STATED,
        asks_customer=confirmation is None and evidence != CaseEvidence.CUSTOMER_CONFIRMED,
    )


def case_words(evidence: CaseEvidence, proven_by: str) -> str:
    """Return a case's evidence with who stands behind it, where that may be told."""
    if not proven_by:
        return str(evidence.label)
    if evidence == CaseEvidence.PARK_VERIFIED:
        return _("%(who)s核验") % {"who": proven_by}
    return _("客户确认：%(who)s") % {"who": proven_by}


def claim_of(organization: Organization, item: str) -> Claim | None:
    """Return what ``item`` names among the organization's own; None where there is no such.

    Raises Refused where it is there but cannot be asked about yet.
    """
    if item == ORGANIZATION:
        return organization_claim()
    certificate = _own_certificate(organization, item)
    if certificate is not None:
        return certification_claim(certificate)
    case = own_case(organization, item)
    return None if case is None else case_claim(case)


def _own_certificate(organization: Organization, item: str) -> HeldCertification | None:
    kind, _colon, rest = item.partition(":")
    solution, _colon, code = rest.partition(":")
    if kind != _CERTIFICATION or not (_is_number(solution) and _is_number(code)):
        return None
    return (
        HeldCertification.objects.filter(
            solution_id=int(solution),
            certification_id=int(code),
            solution__organization=organization,
        )
        .select_related("certification", "solution")
        .first()
    )


def own_case(organization: Organization, item: str) -> Case | None:
    kind, _colon, rest = item.partition(":")
    solution, _colon, key = rest.partition(":")
    if kind != _CASE or not _is_number(solution):
        return None
    rows = Case.objects.filter(
        solution_id=int(solution), solution__organization=organization
    ).select_related("industry", "solution__organization")
    return next((each for each in rows if key_of(each) == key), None)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def state_tone(state: str) -> str:
    return _TONES.get(state, "")


def decided(organization: Organization) -> list[ProofRequest]:
    """Return the newest decisions and requests, each with its reason."""
    rows = ProofRequest.objects.filter(organization=organization).exclude(
        state=ProofState.RETRACTED
    )
    return list(
        rows.select_related("decided_by_park", "solution__organization").order_by("-asked_at")[:20]
    )
