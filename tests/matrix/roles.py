"""Who asks: every role of the platform, and the groups that rows of the table name."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """A person of the matrix. Those without an organization look at the factory's as at "own"."""

    ANONYMOUS = "anonymous"
    STRANGER = "stranger"
    FACTORY_VIEWER = "factory viewer"
    FACTORY_EDITOR = "factory editor"
    FACTORY_OWNER = "factory owner"
    VENDOR_VIEWER = "vendor viewer"
    VENDOR_EDITOR = "vendor editor"
    VENDOR_OWNER = "vendor owner"
    PARK_STAFF = "park staff"
    OTHER_PARK_STAFF = "other park's staff"
    OFFICER = "district officer"
    OTHER_OFFICER = "other district's officer"
    CLERK = "admin log-in without rights"
    PLATFORM_ADMIN = "platform admin"


_VIEWERS = frozenset({Role.FACTORY_VIEWER, Role.VENDOR_VIEWER})
_EDITORS = frozenset({Role.FACTORY_EDITOR, Role.VENDOR_EDITOR})
_OWNERS = frozenset({Role.FACTORY_OWNER, Role.VENDOR_OWNER})

GROUPS: dict[str, frozenset[Role]] = {
    "all": frozenset(Role),
    "signed_in": frozenset(Role) - {Role.ANONYMOUS},
    "viewers": _VIEWERS,
    "editors": _EDITORS,
    "owners": _OWNERS,
    "writers": _EDITORS | _OWNERS,
    "members": _VIEWERS | _EDITORS | _OWNERS,
    "park": frozenset({Role.PARK_STAFF}),
    "other_park": frozenset({Role.OTHER_PARK_STAFF}),
    "homeless": frozenset(Role) - _VIEWERS - _EDITORS - _OWNERS - {Role.ANONYMOUS},
    "admin": frozenset({Role.PLATFORM_ADMIN}),
}


def group_of(name: str) -> Iterable[Role]:
    """Return the roles of a group; a single role may be named by its constant in lower case."""
    if name in GROUPS:
        return GROUPS[name]
    return (Role[name.upper()],)
