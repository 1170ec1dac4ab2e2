"""State changes by compare-and-swap: whoever comes second changes nothing."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import ListingState, RevisionState
from catalog.models import Listing, Revision


class StateConflict(ValidationError):
    """Somebody else moved the listing first; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(_("内容刚刚被他人更新，请刷新后重试。"), code="conflict")


def move(listing: Listing, expected: ListingState, state: ListingState, **changes: object) -> None:
    """Change the state by compare-and-swap; ``listing`` follows."""
    changed = Listing.objects.filter(pk=listing.pk, state=expected).update(
        state=state, updated_at=timezone.now(), **changes
    )
    if not changed:
        raise StateConflict
    listing.state = state


def decide(
    revision: Revision,
    expected: RevisionState,
    state: RevisionState,
    *,
    seen: datetime | None = None,
    where: Q | None = None,
    **changes: object,
) -> None:
    """Change the state by compare-and-swap; ``revision`` follows.

    ``seen`` is the submission that was read: one taken back, changed and sent again meanwhile
    is another one, though its row is the same. ``where`` must hold besides.
    """
    rows = Revision.objects.filter(where or Q(), pk=revision.pk, state=expected)
    if seen is not None:
        rows = rows.filter(submitted_at=seen)
    if not rows.update(state=state, updated_at=timezone.now(), **changes):
        raise StateConflict
    revision.refresh_from_db()
