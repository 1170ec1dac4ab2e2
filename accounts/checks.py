"""What must hold of the settings before the site may run."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from accounts.legal import address_of, is_shipped, own_file
from accounts.models import Consent, Language

# 网络安全法 (Cybersecurity Law), Article 21: network logs are kept for six months at least.
LEAST_RETENTION_DAYS = 183


@register
def audit_retention(**_: Any) -> list[Error]:
    if settings.AUDIT_RETENTION_DAYS >= LEAST_RETENTION_DAYS:
        return []
    return [
        Error(
            f"AUDIT_RETENTION_DAYS is {settings.AUDIT_RETENTION_DAYS}, the least is"
            f" {LEAST_RETENTION_DAYS}.",
            hint="The record of events is kept for six months or longer.",
            id="accounts.E001",
        )
    ]


@register
def legal_texts(**_: Any) -> list[Error]:
    """An operator's own texts are there in both languages, and carry a version."""
    found = []
    own = [document for document in Consent.Document if not is_shipped(document)]
    if own and not settings.LEGAL_VERSION:
        hint = "Change it with the texts: everybody is asked to agree again."
        found.append(Error("LEGAL_VERSION is empty.", hint=hint, id="accounts.E002"))
    for document in own:
        for language in Language:
            path = own_file(document, language)
            if path and not address_of(document) and not path.is_file():
                found.append(Error(f"{path} is missing.", id="accounts.E003"))
    return found
