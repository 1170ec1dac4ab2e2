"""The language of the table: one row an address, read from left to right.

    Row("catalog:need_detail", of=NEED, get=see(all="oOP", members="ad", admin="adAD"))

says: the page of a need is seen by everybody when published (own, another organization's, another
park's), by members also when it is their own archived or draft one, by a platform admin always.
Whatever a row does not name is refused as ``denied`` says, and methods it does not name answer 405.

The letters say whose object the address leads to:

    o  one's own (for people without an organization: the factory's, in the first park)
    a  one's own, archived            d  one's own, a draft
    O  another organization's         A  … archived             D  … a draft
    P  another park's organization's
    -  the page has no object

Each address is also asked for an object that does not exist: every refusal as "hidden" must be
equal to that answer byte by byte. What counts as the object is said in subjects.py; a subject may
have letters of its own.

The outcomes: ``see`` a page; ``done``: accepted and written; ``moved``: led elsewhere, nothing
written; ``refused``: the form or its state is not in order (say why: 200, 400, 409, 422), nothing
written; ``forbidden`` 403. Refusals: hidden (404), login, join (people without an organization are
led to create one), forbidden, not allowed (405). Several may be added: ``see(…) + moved(…)``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.matrix.addresses import Address
from tests.matrix.roles import Role, group_of
from tests.matrix.subjects import NOTHING, Subject
from tests.matrix.world import World


class Outcome(StrEnum):
    SEE = "see"
    DONE = "done"
    MOVED = "moved"
    REFUSED = "refused"
    FORBIDDEN = "forbidden"
    HIDDEN = "hidden"
    LOGIN = "login"
    JOIN = "join"
    NOT_ALLOWED = "not allowed"
    ERROR = "error"


Denial = Mapping[Role, Outcome]


def _denial(rest: Outcome, **special: Outcome) -> Denial:
    told = dict.fromkeys(Role, rest)
    for name, outcome in special.items():
        told |= dict.fromkeys(group_of(name), outcome)
    return told


# Who is not entitled gets …
PUBLIC = _denial(Outcome.HIDDEN)
SIGNED_IN = _denial(Outcome.HIDDEN, anonymous=Outcome.LOGIN)
MEMBERS = _denial(Outcome.HIDDEN, anonymous=Outcome.LOGIN, homeless=Outcome.JOIN)
EDITORS = _denial(
    Outcome.HIDDEN, anonymous=Outcome.LOGIN, viewers=Outcome.FORBIDDEN, homeless=Outcome.JOIN
)
API = _denial(Outcome.HIDDEN, anonymous=Outcome.FORBIDDEN)


@dataclass(frozen=True)
class Grants:
    """What is granted, to whom, for which letters."""

    told: tuple[tuple[Outcome, str, str], ...] = ()

    def __add__(self, other: "Grants") -> "Grants":
        return Grants(self.told + other.told)

    def outcome(self, role: Role, letter: str) -> Outcome | None:
        found = [
            outcome
            for outcome, group, letters in self.told
            if letter in letters and role in group_of(group)
        ]
        if len(set(found)) > 1:
            raise ValueError(f"{role} / {letter}: both {found[0]} and {found[1]} are declared.")
        return found[0] if found else None


def _grants(outcome: Outcome, who: Mapping[str, str]) -> Grants:
    return Grants(tuple((outcome, group, letters) for group, letters in who.items()))


def see(**who: str) -> Grants:
    return _grants(Outcome.SEE, who)


def done(**who: str) -> Grants:
    return _grants(Outcome.DONE, who)


def moved(**who: str) -> Grants:
    return _grants(Outcome.MOVED, who)


def refused(**who: str) -> Grants:
    return _grants(Outcome.REFUSED, who)


def forbidden(**who: str) -> Grants:
    return _grants(Outcome.FORBIDDEN, who)


@dataclass(frozen=True)
class Row:
    """One address. ``data`` is what is posted, or a function of the world and the role."""

    name: str
    of: Subject = NOTHING
    get: Grants | None = None
    post: Grants | None = None
    denied: Denial = field(default_factory=lambda: SIGNED_IN)
    data: Mapping[str, Any] | Callable[[World, Role], Mapping[str, Any]] = field(
        default_factory=dict
    )
    query: str = ""

    def expected(self, method: str, role: Role, letter: str) -> Outcome:
        grants = {"GET": self.get, "HEAD": self.get, "POST": self.post}.get(method)
        if grants is None:
            # The API asks who it is before it looks at the method.
            unknown = self.denied is API and role is Role.ANONYMOUS
            return Outcome.FORBIDDEN if unknown else Outcome.NOT_ALLOWED
        return grants.outcome(role, letter) or self.denied[role]


@dataclass(frozen=True)
class Group:
    """Addresses of a package of others: each is asked, the answer is one of a few."""

    prefix: str
    why: str
    allowed: Mapping[str, frozenset[Outcome]]
    # The values of the address, by the name of the parameter.
    values: Callable[[World, str, Address], Any] = lambda _world, name, _address: name

    def allows(self, role: Role, outcome: Outcome) -> bool:
        return any(
            outcome in outcomes and role in group_of(name)
            for name, outcomes in self.allowed.items()
        )
