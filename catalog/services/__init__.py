from catalog.services.listings import (
    StateConflict,
    archive_listing,
    create_listing,
    next_code,
    open_revision,
    publish_revision,
    request_scoring,
    return_revision,
    save_draft,
    submit_listing,
    want_scoring,
    withdraw_submission,
)
from catalog.services.validation import require_complete, validated

__all__ = [
    "StateConflict",
    "archive_listing",
    "create_listing",
    "next_code",
    "open_revision",
    "publish_revision",
    "request_scoring",
    "require_complete",
    "return_revision",
    "save_draft",
    "submit_listing",
    "validated",
    "want_scoring",
    "withdraw_submission",
]
