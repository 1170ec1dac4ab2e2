"""Everybody who looks: from those who may know nothing to those let in as far as one can be."""

from enum import StrEnum


class Viewer(StrEnum):
    ANONYMOUS = "anonymous"
    STRANGER = "person without an organization"
    MEMBER = "member of another factory"
    VENDOR = "vendor not introduced"
    INTERESTED = "vendor with interest only"
    DECLINED = "vendor that was declined"
    ACCEPTED = "vendor accepted"
    AGREED = "vendor with an agreement"
    REVOKED = "vendor whose agreement ended"
    PARK = "own park's staff"
    OTHER_PARK = "other park's staff"
    OFFICER = "district officer"
    CLERK = "admin log-in without rights"
    ADMIN = "platform admin"
    OWNER = "the need's own owner"
    # Reads one mail and nothing else.
    INVITED = "person invited"
    # Nobody at all: logs, events, caches, queues and error reports are read by no role.
    NOBODY = "nobody"


V = Viewer
VENDORS = (V.VENDOR, V.INTERESTED, V.DECLINED, V.ACCEPTED, V.AGREED, V.REVOKED)
PEOPLE = tuple(viewer for viewer in Viewer if viewer not in (V.ANONYMOUS, V.INVITED, V.NOBODY))
ASKING = (V.ANONYMOUS, *PEOPLE)

# Who stands nearest to what waits for the next stage, and who is nobody.
NEAREST = (V.ANONYMOUS, V.INTERESTED, V.ACCEPTED, V.ADMIN)

# Who reads a field of a confidential need, by its stage in the table of disclosure.
OWNER_ONLY = frozenset({V.OWNER})
PLATFORM = OWNER_ONLY | {V.ADMIN}
MODERATORS = frozenset({V.PARK, V.ADMIN})
CHECKED = MODERATORS | {V.OWNER}
AT_AGREED = CHECKED | {V.AGREED}
AT_ACCEPTED = AT_AGREED | {V.ACCEPTED}
