"""Claims that nobody could check: cases without figures, certifications without a date."""

from datetime import date

from catalog.checks.findings import Finding, FindingCode, Severity
from catalog.content import CaseContent, SolutionContent


def case_evidence(content: SolutionContent) -> list[Finding]:
    """Return what each case lacks: figures, a year, whose case it is."""
    found = []
    for number, case in enumerate(content.cases, start=1):
        lacks = _lacks(case)
        if lacks:
            found.append(
                Finding(
                    FindingCode.CASE_EVIDENCE,
                    Severity.WARNING,
                    "cases",
                    {"case": number, "lacks": ",".join(lacks)},
                )
            )
    return found


def _lacks(case: CaseContent) -> list[str]:
    lacks = []
    if not any(letter.isdigit() for letter in case.result):
        lacks.append("figures")
    if case.year is None:
        lacks.append("year")
    if not (case.customer or case.industry):
        lacks.append("customer")
    return lacks


def certification_evidence(content: SolutionContent, today: date) -> list[Finding]:
    """Return the certifications whose date is missing or over."""
    found = []
    for held in content.certifications:
        if held.valid_until is not None and held.valid_until >= today:
            continue
        lacks = "date" if held.valid_until is None else "validity"
        found.append(
            Finding(
                FindingCode.CERTIFICATION_EVIDENCE,
                Severity.WARNING if held.valid_until else Severity.NOTE,
                "certifications",
                {"certification": held.certification, "lacks": lacks},
            )
        )
    return found
