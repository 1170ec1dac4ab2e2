"""The privacy notice and the terms: the texts that ship with the site, or the operator's own."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language

from accounts.models import Consent, Language

# Raised whenever what the shipped texts say changes: everybody is then asked again.
SHIPPED_VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class LegalText:
    """One document in one language; ``paragraphs`` is empty for the shipped text."""

    document: Consent.Document
    version: str
    language: Language
    paragraphs: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        return f"legal/{self.document}.{self.language}.html"


def language() -> Language:
    return Language.ENGLISH if (get_language() or "").startswith("en") else Language.CHINESE


def address_of(document: Consent.Document) -> str:
    """Return where the operator keeps the text elsewhere, if so."""
    return str({"privacy": settings.PRIVACY_URL, "terms": settings.TERMS_URL}[document])


def own_file(document: Consent.Document, wanted: Language) -> Path | None:
    if not settings.LEGAL_DIR:
        return None
    return Path(settings.LEGAL_DIR) / f"{document}.{wanted}.txt"


def is_shipped(document: Consent.Document) -> bool:
    return not (address_of(document) or settings.LEGAL_DIR)


def version_of(document: Consent.Document) -> str:
    return SHIPPED_VERSION if is_shipped(document) else str(settings.LEGAL_VERSION)


def current() -> str:
    """Return the versions that a person must have agreed to, in one word."""
    return "/".join(version_of(document) for document in Consent.Document)


def text_of(document: Consent.Document) -> LegalText:
    wanted = language()
    paragraphs: tuple[str, ...] = ()
    if path := own_file(document, wanted):
        text = path.read_text(encoding="utf-8")
        paragraphs = tuple(part.strip() for part in text.split("\n\n") if part.strip())
    return LegalText(document, version_of(document), wanted, paragraphs)
