"""What matchmaking does when catalog says that a listing changed."""

from typing import Any

from django.dispatch import receiver

from catalog.signals import listing_withdrawn, scoring_wanted
from matchmaking.services import drop_matches, open_run


@receiver(scoring_wanted)
def note_wanted_run(
    sender: object, *, listing_id: int, wanted_version: int, reason: str, **_: Any
) -> None:
    open_run(listing_id=listing_id, wanted_version=wanted_version, reason=reason)


@receiver(listing_withdrawn)
def drop_withdrawn_matches(sender: object, *, listing_id: int, **_: Any) -> None:
    drop_matches(listing_id=listing_id)
