"""Django admin for the catalogue: vocabulary to edit, listings to read, revisions to decide on."""

from catalog.admin import (
    disclosures,
    index,
    listings,
    moderation,
    proofs,
    reports,
    revisions,
    vocabulary,
)

__all__ = [
    "disclosures",
    "index",
    "listings",
    "moderation",
    "proofs",
    "reports",
    "revisions",
    "vocabulary",
]
