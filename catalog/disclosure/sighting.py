"""What one request looks up once, and notes of what it told.

Every door asks ``disclose``; so what it tells beyond a summary is noted there, and no page can
forget to record it. Outside a request nothing is kept and everything is asked anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from accounts.actors import Actor
from catalog.choices import ViewerStanding
from catalog.disclosure.coarse import district_groups
from catalog.disclosure.stages import Disclosure
from catalog.models import DisclosureGrant


@dataclass(frozen=True, slots=True)
class Sighting:
    """Confidential fields of one listing that were open to the reader of one answer."""

    listing_id: int
    owner_id: int
    standing: ViewerStanding
    stage: Disclosure
    fields: frozenset[str]


@dataclass(slots=True)
class Scope:
    """One request: its look-ups, and the confidential fields it told."""

    actor: Callable[[], Actor]
    sightings: dict[tuple[int, ViewerStanding, Disclosure], Sighting] = field(default_factory=dict)
    _grants: dict[int, dict[int, Disclosure]] = field(default_factory=dict)
    _groups: dict[str, str] | None = None

    def grants(self, organization_id: int) -> dict[int, Disclosure]:
        if organization_id not in self._grants:
            self._grants[organization_id] = _granted(organization_id)
        return self._grants[organization_id]

    def groups(self) -> dict[str, str]:
        if self._groups is None:
            self._groups = district_groups()
        return self._groups

    def note(self, seen: Sighting) -> None:
        key = (seen.listing_id, seen.standing, seen.stage)
        before = self.sightings.get(key)
        fields = seen.fields | before.fields if before else seen.fields
        self.sightings[key] = Sighting(
            seen.listing_id, seen.owner_id, seen.standing, seen.stage, fields
        )

    def forget(self) -> None:
        self._grants.clear()


_current: ContextVar[Scope | None] = ContextVar("disclosure_scope", default=None)


@contextmanager
def one_request(actor: Callable[[], Actor]) -> Iterator[Scope]:
    scope = Scope(actor)
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


def _granted(organization_id: int) -> dict[int, Disclosure]:
    rows = DisclosureGrant.objects.in_force().filter(organization_id=organization_id)
    found: dict[int, Disclosure] = {}
    for listing_id, stage in rows.values_list("listing_id", "stage"):
        found[listing_id] = max(Disclosure(stage), found.get(listing_id, Disclosure.SUMMARY))
    return found


def granted_stage(actor: Actor, listing_id: int) -> Disclosure:
    """Return how far the actor's organization was let into a listing."""
    if actor.organization_id is None or actor.role is None:
        return Disclosure.SUMMARY
    scope = _current.get()
    found = scope.grants(actor.organization_id) if scope else _granted(actor.organization_id)
    return found.get(listing_id, Disclosure.SUMMARY)


def groups_of_districts() -> dict[str, str]:
    scope = _current.get()
    return scope.groups() if scope else district_groups()


def note(seen: Sighting) -> None:
    scope = _current.get()
    if scope is not None and seen.fields:
        scope.note(seen)


def forget_grants() -> None:
    """A grant was written: what was looked up before it no longer holds."""
    scope = _current.get()
    if scope is not None:
        scope.forget()
