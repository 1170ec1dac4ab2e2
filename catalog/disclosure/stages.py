"""The one table of what is told when: every field of a listing, its owner and its attachments.

Pages, API, search, facets, exports, the admin and the record of views all read from here; a
test walks the models and fails at a field that nobody declared.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.content import SolutionContent


class Disclosure(IntEnum):
    """How far two sides have come; a viewer reads every field up to their own stage."""

    SUMMARY = 0
    ACCEPTED = 1
    AGREED = 2
    OWNER = 3
    # The platform's own bookkeeping: shown to neither side.
    INTERNAL = 4


STAGE_WORDS: Mapping[Disclosure, Promise] = {
    Disclosure.SUMMARY: _("摘要"),
    Disclosure.ACCEPTED: _("双方接受对接后"),
    Disclosure.AGREED: _("双方确认保密约定后"),
    Disclosure.OWNER: _("仅本企业"),
    Disclosure.INTERNAL: _("仅系统"),
}

# What a stranger may read of a confidential need; everything absent here waits for a stage.
NEED_STAGES: dict[str, Disclosure] = {
    "kind": Disclosure.SUMMARY,
    "title": Disclosure.SUMMARY,
    "summary": Disclosure.SUMMARY,
    "language": Disclosure.SUMMARY,
    "scenarios": Disclosure.SUMMARY,
    "factory_goals": Disclosure.SUMMARY,
    "integration_forms": Disclosure.SUMMARY,
    "project_type": Disclosure.SUMMARY,
    "stage": Disclosure.SUMMARY,
    "industry": Disclosure.SUMMARY,
    "confidentiality": Disclosure.SUMMARY,
    "expires_on": Disclosure.SUMMARY,
    # Before that its group of districts.
    "district": Disclosure.ACCEPTED,
    "situation": Disclosure.ACCEPTED,
    "goal": Disclosure.ACCEPTED,
    "parameters": Disclosure.ACCEPTED,
    "decision_date": Disclosure.ACCEPTED,
    "procurement": Disclosure.ACCEPTED,
    "wanted_start": Disclosure.ACCEPTED,
    "wanted_end": Disclosure.ACCEPTED,
    "window_is_fixed": Disclosure.ACCEPTED,
    "window_reason": Disclosure.ACCEPTED,
    "maturity": Disclosure.ACCEPTED,
    "requirements": Disclosure.ACCEPTED,
    # A published budget: its exact bounds with the agreement, before that the band.
    "budget_low": Disclosure.OWNER,
    "budget_high": Disclosure.OWNER,
    "budget_includes_tax": Disclosure.OWNER,
    "budget_is_ceiling": Disclosure.OWNER,
    "budget_visibility": Disclosure.OWNER,
    "weights": Disclosure.OWNER,
}
BUDGET_FIELDS = ("budget_low", "budget_high", "budget_includes_tax", "budget_is_ceiling")
PUBLISHED_BUDGET = Disclosure.AGREED

SOLUTION_STAGES: dict[str, Disclosure] = {
    **dict.fromkeys(SolutionContent.model_fields, Disclosure.SUMMARY),
    "wished_project_low": Disclosure.OWNER,
    "wished_project_high": Disclosure.OWNER,
    "wished_industries": Disclosure.OWNER,
    "wished_districts": Disclosure.OWNER,
    "capacity_taken": Disclosure.OWNER,
}
PRICE_FIELDS = ("price_low", "price_high", "price_basis", "price_includes_tax", "price_scope")

# What a listing is beside its content; read together with the stages of its kind.
LISTING_STAGES: dict[str, Disclosure] = {
    "public_id": Disclosure.SUMMARY,
    "code": Disclosure.SUMMARY,
    "catalogue": Disclosure.SUMMARY,
    "organization": Disclosure.ACCEPTED,
    "source": Disclosure.ACCEPTED,
    "state": Disclosure.SUMMARY,
    "published_at": Disclosure.SUMMARY,
    "is_demo": Disclosure.SUMMARY,
    "expires_on": Disclosure.SUMMARY,
    "archived_at": Disclosure.OWNER,
    "created_at": Disclosure.OWNER,
    "updated_at": Disclosure.OWNER,
    "created_by": Disclosure.OWNER,
    **dict.fromkeys(
        (
            *("id", "listing_ptr", "external_id", "content_version", "wanted_version"),
            *("scored_version", "spread_version", "wanted_at", "scored_at"),
        ),
        Disclosure.INTERNAL,
    ),
}

# Of an organization that one may know to stand behind a listing; its profile is public.
ORGANIZATION_STAGES: dict[str, Disclosure] = {
    **dict.fromkeys(
        (
            *("public_id", "legal_name", "short_name", "credit_code", "district", "size"),
            *("park", "website", "description", "verified_at", "verified_by_park"),
            *("verified_until", "is_claimed", "is_demo", "source", "suspended_at"),
        ),
        Disclosure.SUMMARY,
    ),
    **dict.fromkeys(("legal_representative", "shareholders"), Disclosure.OWNER),
    **dict.fromkeys(("id", "facts_version", "verified_by", "created_at"), Disclosure.INTERNAL),
}

# The person who acts for a side of an introduction, whether its listing is confidential or not.
CONTACT_STAGES: dict[str, Disclosure] = {
    "name": Disclosure.ACCEPTED,
    "email": Disclosure.ACCEPTED,
    "phone": Disclosure.ACCEPTED,
}

# Files of a confidential need; those of open listings are read by everybody who reads the page.
ATTACHMENT_STAGES: dict[str, Disclosure] = {
    "name": Disclosure.ACCEPTED,
    "kind": Disclosure.ACCEPTED,
    "size": Disclosure.ACCEPTED,
    "content": Disclosure.AGREED,
}


def _rows(
    stage: Disclosure, fields: Iterable[str], internal: Iterable[str]
) -> dict[str, Disclosure]:
    """Return the stages of a row of a listing: a part of the content has the content's stage."""
    return {**dict.fromkeys(fields, stage), **dict.fromkeys(internal, Disclosure.INTERNAL)}


_OF_NEED = ("id", "need")
_OF_SOLUTION = ("id", "solution")

MODEL_STAGES: Mapping[str, Mapping[str, Disclosure]] = {
    "accounts.organization": ORGANIZATION_STAGES,
    "catalog.listing": {**SOLUTION_STAGES, **NEED_STAGES, **LISTING_STAGES},
    "catalog.need": {**NEED_STAGES, **LISTING_STAGES},
    "catalog.solution": {**SOLUTION_STAGES, **LISTING_STAGES},
    "catalog.needparameter": _rows(
        NEED_STAGES["parameters"], ("parameter", "number", "choice", "flag", "text"), _OF_NEED
    ),
    "catalog.requirement": _rows(
        NEED_STAGES["requirements"],
        ("position", "level", "kind", "text", "code", "number"),
        _OF_NEED,
    ),
    "catalog.maturitytarget": _rows(
        NEED_STAGES["maturity"], ("domain", "current", "target"), _OF_NEED
    ),
    "catalog.solutionlimit": _rows(
        SOLUTION_STAGES["limits"], ("parameter", "low", "high", "choices", "flag"), _OF_SOLUTION
    ),
    "catalog.case": _rows(
        SOLUTION_STAGES["cases"],
        (
            *("position", "customer", "customer_anonymous", "industry", "year", "result"),
            *("evidence", "proven_by", "proven_at"),
        ),
        _OF_SOLUTION,
    ),
    "catalog.heldcertification": _rows(
        SOLUTION_STAGES["certifications"],
        ("certification", "valid_until", "verified_at", "verified_by_park"),
        _OF_SOLUTION,
    ),
    "catalog.maturityreach": _rows(SOLUTION_STAGES["maturity"], ("domain", "level"), _OF_SOLUTION),
    "catalog.attachment": {
        "public_id": ATTACHMENT_STAGES["content"],
        "kind": ATTACHMENT_STAGES["kind"],
        "description": ATTACHMENT_STAGES["content"],
        "created_at": Disclosure.OWNER,
        "reviewed_at": Disclosure.OWNER,
        **dict.fromkeys(("id", "listing", "file"), Disclosure.INTERNAL),
    },
    # What an organization has checked, and by whom: its own and its checkers' business. What comes
    # of it stands on the case or the certificate.
    "catalog.proofrequest": {
        **dict.fromkeys(
            (
                *("public_id", "organization", "subject", "solution", "certification", "told"),
                *("valid_until", "note", "state", "asked_by", "asked_at", "checks", "reason"),
                *("decided_by", "decided_by_park", "decided_at"),
            ),
            Disclosure.OWNER,
        ),
        **dict.fromkeys(("id", "case_key"), Disclosure.INTERNAL),
    },
    "catalog.prooffile": {
        "public_id": Disclosure.OWNER,
        **dict.fromkeys(("id", "request", "file"), Disclosure.INTERNAL),
    },
    # Between the vendor and the customer that it named.
    "catalog.caseconfirmation": {
        **dict.fromkeys(
            (
                *("public_id", "solution", "told", "customer", "state", "shows_name", "reason"),
                *("asked_by", "asked_at", "answered_by", "answered_at"),
            ),
            Disclosure.OWNER,
        ),
        **dict.fromkeys(("id", "case_key"), Disclosure.INTERNAL),
    },
    "catalog.mandate": {
        **dict.fromkeys(
            (
                *("public_id", "organization", "park", "given_by", "way", "given_on"),
                *("valid_until", "note", "recorded_by", "recorded_at", "revoked_by", "revoked_at"),
            ),
            Disclosure.OWNER,
        ),
        "id": Disclosure.INTERNAL,
    },
    "catalog.visitdraft": {
        **dict.fromkeys(
            (
                *("public_id", "listing", "mandate", "drafted_by", "drafted_at"),
                *("confirmed_by", "confirmed_at"),
            ),
            Disclosure.OWNER,
        ),
        "id": Disclosure.INTERNAL,
    },
    # Its moderators' business; the reporter reads what came of it.
    "catalog.report": {
        **dict.fromkeys(
            (
                *("public_id", "organization", "listing", "reason", "words", "reporter", "contact"),
                *("created_at", "state", "answer", "handled_by", "handled_at"),
            ),
            Disclosure.INTERNAL,
        ),
        "id": Disclosure.INTERNAL,
    },
    "catalog.storedfile": {
        "original_name": ATTACHMENT_STAGES["name"],
        "format": ATTACHMENT_STAGES["kind"],
        "size": ATTACHMENT_STAGES["size"],
        "uploaded_by": Disclosure.OWNER,
        "created_at": Disclosure.OWNER,
        **dict.fromkeys(
            (
                *("id", "organization", "path", "thumbnail_path", "thumbnail_size"),
                *("charset", "sha256", "removed_at"),
            ),
            Disclosure.INTERNAL,
        ),
    },
    # A draft or an edit: its owner's, and its moderators' once it is submitted.
    "catalog.revision": {
        **dict.fromkeys(
            (
                *("public_id", "number", "base", "payload", "state", "created_by"),
                *("created_at", "submitted_at", "decided_by", "decided_at", "reason"),
            ),
            Disclosure.OWNER,
        ),
        # Who works on it, and what the checks noticed, is the moderators' business.
        **dict.fromkeys(
            (
                *("id", "listing", "updated_at"),
                *("claimed_by", "claimed_until", "escalated_at", "findings"),
            ),
            Disclosure.INTERNAL,
        ),
    },
}
