from catalog.models.disclosure import DisclosureGrant, DisclosureView
from catalog.models.files import Attachment, StoredFile
from catalog.models.finding import SavedSearch, SuggestionKey
from catalog.models.index import DIMENSIONS, EmbeddingSpace, ListingVector, ListingWords
from catalog.models.listings import Catalogue, CodeCounter, Listing, Revision
from catalog.models.mandates import Mandate, VisitDraft
from catalog.models.moderation import ForbiddenWord, ModerationEntry, ReturnReason
from catalog.models.needs import MaturityTarget, Need, NeedParameter, Requirement
from catalog.models.proofs import CaseConfirmation, ProofFile, ProofRequest
from catalog.models.reports import Report
from catalog.models.solutions import (
    Case,
    HeldCertification,
    MaturityReach,
    Solution,
    SolutionLimit,
)
from catalog.models.vocabulary import (
    CapabilityDomain,
    CapabilityLevel,
    Certification,
    Industry,
    Parameter,
    ProjectType,
    Scenario,
    Stage,
    Synonym,
)

__all__ = [
    "DIMENSIONS",
    "Attachment",
    "CapabilityDomain",
    "CapabilityLevel",
    "Case",
    "CaseConfirmation",
    "Catalogue",
    "Certification",
    "CodeCounter",
    "DisclosureGrant",
    "DisclosureView",
    "EmbeddingSpace",
    "ForbiddenWord",
    "HeldCertification",
    "Industry",
    "Listing",
    "ListingVector",
    "ListingWords",
    "Mandate",
    "MaturityReach",
    "MaturityTarget",
    "ModerationEntry",
    "Need",
    "NeedParameter",
    "Parameter",
    "ProjectType",
    "ProofFile",
    "ProofRequest",
    "Report",
    "Requirement",
    "ReturnReason",
    "Revision",
    "SavedSearch",
    "Scenario",
    "Solution",
    "SolutionLimit",
    "Stage",
    "StoredFile",
    "SuggestionKey",
    "Synonym",
    "VisitDraft",
]
