"""Whom to call on the other side, told to those who came that far."""

from dataclasses import dataclass

from accounts.models import User
from catalog.choices import ViewerStanding
from catalog.disclosure import sighting
from catalog.disclosure.stages import CONTACT_STAGES, Disclosure
from catalog.models import Listing


@dataclass(frozen=True, slots=True)
class Contact:
    """Empty where a stage is not reached yet, or where the person left it empty."""

    name: str = ""
    email: str = ""
    phone: str = ""


def disclose_contact(
    listing: Listing, person: User | None, reached: Disclosure, *, confidential: bool
) -> Contact | None:
    """Return how to reach ``person``, who speaks for the owner of ``listing``."""
    values = (
        {"name": person.display_name, "email": person.email, "phone": person.phone}
        if (person is not None and person.is_active)
        else {}
    )
    told = {name: value for name, value in values.items() if CONTACT_STAGES[name] <= reached}
    if not told:
        return None
    if confidential:
        seen = sighting.Sighting(
            listing.pk,
            listing.organization_id,
            ViewerStanding.MEMBER,
            reached,
            frozenset({"contact"}),
        )
        sighting.note(seen)
    return Contact(**told)
