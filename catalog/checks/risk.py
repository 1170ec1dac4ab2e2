"""What makes a submission none of the plain cases, though nothing is wrong with it."""

from catalog.checks.findings import Finding, FindingCode, Severity
from catalog.content import Content

_DISCLOSURE_FIELDS = ("confidentiality", "budget_visibility", "price_visibility")


def disclosure_changed(before: Content | None, after: Content) -> list[Finding]:
    """Return a note for each setting of who may see what that differs from the approved one."""
    if before is None:
        return []
    return [
        Finding(FindingCode.DISCLOSURE_CHANGED, Severity.NOTE, field)
        for field in _DISCLOSURE_FIELDS
        if getattr(before, field, None) != getattr(after, field, None)
    ]


def standing(*, verified: bool, published_before: bool) -> list[Finding]:
    """Return what is not yet known of the organization."""
    found = []
    if not verified:
        found.append(Finding(FindingCode.UNVERIFIED, Severity.NOTE))
    if not published_before:
        found.append(Finding(FindingCode.FIRST_LISTING, Severity.NOTE))
    return found
