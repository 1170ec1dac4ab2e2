"""Which field is told at which stage, and a listing as one viewer may read it."""

from catalog.disclosure.coarse import BANDS, Band, told_place
from catalog.disclosure.stages import (
    ATTACHMENT_STAGES,
    BUDGET_FIELDS,
    CONTACT_STAGES,
    LISTING_STAGES,
    MODEL_STAGES,
    NEED_STAGES,
    ORGANIZATION_STAGES,
    PRICE_FIELDS,
    SOLUTION_STAGES,
    STAGE_WORDS,
    Disclosure,
)
from catalog.disclosure.telling import (
    Disclosed,
    disclose,
    full_text,
    hidden_solution_fields,
    is_confidential,
    note_attachments,
    public_text,
    stage_of,
)

__all__ = [
    "ATTACHMENT_STAGES",
    "BANDS",
    "BUDGET_FIELDS",
    "CONTACT_STAGES",
    "LISTING_STAGES",
    "MODEL_STAGES",
    "NEED_STAGES",
    "ORGANIZATION_STAGES",
    "PRICE_FIELDS",
    "SOLUTION_STAGES",
    "STAGE_WORDS",
    "Band",
    "Disclosed",
    "Disclosure",
    "disclose",
    "full_text",
    "hidden_solution_fields",
    "is_confidential",
    "note_attachments",
    "public_text",
    "stage_of",
    "told_place",
]
