"""What matchmaking does when the apps below say that something changed."""

from collections.abc import Mapping
from typing import Any

from django.dispatch import receiver

from accounts.signals import organization_reinstated, organization_suspended
from catalog.signals import listing_withdrawn, scoring_wanted
from matchmaking.models import MatchRun
from matchmaking.services import open_runs, want_runs_of_organization, want_withdrawal


@receiver(scoring_wanted)
def note_wanted_runs(sender: object, *, wanted: Mapping[int, int], reason: str, **_: Any) -> None:
    open_runs(wanted=wanted, reason=reason)


@receiver(listing_withdrawn)
def take_out_of_lists(sender: object, *, listing_id: int, **_: Any) -> None:
    want_withdrawal(listing_id=listing_id)


@receiver(organization_suspended)
def take_suspended_out_of_lists(sender: object, *, organization_id: int, **_: Any) -> None:
    want_runs_of_organization(organization_id=organization_id, reason=MatchRun.Reason.WITHDRAWN)


@receiver(organization_reinstated)
def bring_back_into_lists(sender: object, *, organization_id: int, **_: Any) -> None:
    want_runs_of_organization(organization_id=organization_id, reason=MatchRun.Reason.REINSTATED)
