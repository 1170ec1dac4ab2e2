"""People, the organizations they act for, and the parks that check those organizations."""

from accounts.models.consents import Consent
from accounts.models.events import AuditSeal, Event
from accounts.models.joining import Invitation, JoinRequest
from accounts.models.organizations import Membership, Organization, Verification
from accounts.models.people import Language, User
from accounts.models.places import District, DistrictGroup, DistrictOfficer, Park, ParkStaff
from accounts.models.restrictions import Restriction

__all__ = [
    "AuditSeal",
    "Consent",
    "District",
    "DistrictGroup",
    "DistrictOfficer",
    "Event",
    "Invitation",
    "JoinRequest",
    "Language",
    "Membership",
    "Organization",
    "Park",
    "ParkStaff",
    "Restriction",
    "User",
    "Verification",
]
