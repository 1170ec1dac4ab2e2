"""What can be noticed in a submission without a person: one small function a check.

Checks find and never decide. A finding carries codes and figures; catalog/checks/wording.py says
them in the reader's language.
"""

from catalog.checks.duplicates import neighbour_source
from catalog.checks.findings import Finding, FindingCode, Severity
from catalog.checks.running import check_content
from catalog.checks.wording import SaidFinding, said

__all__ = [
    "Finding",
    "FindingCode",
    "SaidFinding",
    "Severity",
    "check_content",
    "neighbour_source",
    "said",
]
