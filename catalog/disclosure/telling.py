"""A listing as one viewer may read it."""

from collections.abc import Collection
from dataclasses import dataclass

from accounts.actors import Actor
from accounts.permissions import works_for_park
from catalog.choices import BudgetVisibility, Confidentiality, PriceVisibility, ViewerStanding
from catalog.content import Content, NeedContent, SolutionContent
from catalog.disclosure import sighting
from catalog.disclosure.coarse import coarse_budget, coarse_district
from catalog.disclosure.stages import (
    BUDGET_FIELDS,
    LISTING_STAGES,
    NEED_STAGES,
    PRICE_FIELDS,
    PUBLISHED_BUDGET,
    SOLUTION_STAGES,
    Disclosure,
)
from catalog.models import Listing, Solution
from catalog.permissions import can_moderate_listing, is_private_side

ORGANIZATION = "organization"
# What stands in the table, waits for a stage, and is more than a switch of the form.
_WAITING = frozenset(
    field for field, stage in NEED_STAGES.items() if stage > Disclosure.SUMMARY
) - {"budget_visibility"}


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A listing as one viewer may read it: hidden fields carry their empty value.

    ``coarse`` are those hidden fields whose value in ``content`` is less exact instead: the
    group of a district, the band of a budget.
    """

    content: Content
    hidden: frozenset[str]
    shows_organization: bool
    stage: Disclosure = Disclosure.SUMMARY
    coarse: frozenset[str] = frozenset()

    def hides(self, field: str) -> bool:
        """Whether nothing at all of ``field`` is told."""
        return field in self.hidden and field not in self.coarse


@dataclass(frozen=True, slots=True)
class _Reach:
    stage: Disclosure
    standing: ViewerStanding | None = None


def is_confidential(content: Content) -> bool:
    return (
        isinstance(content, NeedContent) and content.confidentiality == Confidentiality.CONFIDENTIAL
    )


def stage_of(actor: Actor, listing: Listing, *, confidential: bool) -> Disclosure:
    """Return the stage that ``actor`` has reached with ``listing``."""
    return _reach(actor, listing, confidential=confidential).stage


def _reach(actor: Actor, listing: Listing, *, confidential: bool) -> _Reach:
    if is_private_side(actor, listing):
        return _Reach(Disclosure.OWNER)
    # Everybody reads an open listing as far as a moderator would; asking who that is costs a query.
    if not confidential:
        return _Reach(Disclosure.AGREED)
    granted = sighting.granted_stage(actor, listing.pk)
    if granted >= Disclosure.AGREED:
        return _Reach(granted, ViewerStanding.MEMBER)
    # A moderator must read what is asked to be published, but never the owner-only fields.
    if can_moderate_listing(actor, listing):
        in_park = works_for_park(actor, listing.organization.park_id)
        standing = ViewerStanding.PARK if in_park else ViewerStanding.PLATFORM
        return _Reach(Disclosure.AGREED, standing)
    return _Reach(granted, ViewerStanding.MEMBER)


def _hidden_need_fields(content: NeedContent, stage: Disclosure) -> frozenset[str]:
    hidden = {field for field, needed in NEED_STAGES.items() if needed > stage}
    if content.budget_visibility == BudgetVisibility.PUBLIC and stage >= PUBLISHED_BUDGET:
        hidden -= set(BUDGET_FIELDS)
    return frozenset(hidden)


def _hidden_solution_fields(
    actor: Actor, price_visibility: str, stage: Disclosure
) -> frozenset[str]:
    hidden = {field for field, needed in SOLUTION_STAGES.items() if needed > stage}
    if stage < Disclosure.OWNER and (
        price_visibility == PriceVisibility.OWNER
        or (price_visibility == PriceVisibility.MEMBERS and actor.organization_id is None)
    ):
        hidden |= set(PRICE_FIELDS)
    return frozenset(hidden)


def hidden_solution_fields(actor: Actor, solution: Solution) -> frozenset[str]:
    """Return what of a published solution ``actor`` may not read, without reading its content."""
    stage = Disclosure.OWNER if is_private_side(actor, solution) else Disclosure.AGREED
    return _hidden_solution_fields(actor, solution.price_visibility, stage)


def _without(content: Content, hidden: frozenset[str]) -> Content:
    """Return ``content`` with the hidden fields at their defaults, budget requirements included."""
    fields = type(content).model_fields
    blank = {name: fields[name].get_default(call_default_factory=True) for name in hidden}
    if isinstance(content, NeedContent) and "budget_high" in hidden:
        kept = tuple(r for r in content.requirements if r.kind != "budget_max")
        blank.setdefault("requirements", kept)
    return content.model_copy(update=blank)


def disclose(
    actor: Actor, listing: Listing, content: Content, *, shown: Collection[str] | None = None
) -> Disclosed:
    """Return what ``actor`` may read of ``content`` of ``listing``, and note it as seen.

    ``shown`` are the fields that the place has room for, when it has not for all of them.
    """
    confidential = is_confidential(content)
    reach = _reach(actor, listing, confidential=confidential)
    if isinstance(content, SolutionContent):
        hidden = _hidden_solution_fields(actor, content.price_visibility, reach.stage)
        return Disclosed(_without(content, hidden), hidden, True, reach.stage)
    hidden = _hidden_need_fields(content, reach.stage)
    if not confidential or not hidden:
        return Disclosed(_without(content, hidden), hidden, True, reach.stage)
    told = _confidential(content, hidden, reach.stage)
    if reach.standing is not None:
        sighting.note(_sighting(listing, told, reach.standing, shown))
    return told


def _confidential(content: NeedContent, hidden: frozenset[str], stage: Disclosure) -> Disclosed:
    """Tell the less exact where the exact waits for a stage."""
    values: dict[str, object] = {}
    if "budget_high" in hidden:
        values |= coarse_budget(content)
    if "district" in hidden and content.district:
        place = coarse_district(content.district, sighting.groups_of_districts())
        if place:
            values["district"] = place
    return Disclosed(
        content=_without(content, hidden).model_copy(update=values),
        hidden=hidden,
        shows_organization=stage >= LISTING_STAGES["organization"],
        stage=stage,
        coarse=frozenset(values),
    )


def _sighting(
    listing: Listing, told: Disclosed, standing: ViewerStanding, shown: Collection[str] | None
) -> sighting.Sighting:
    fields = {
        field
        for field in _WAITING - told.hidden
        if getattr(told.content, field) not in (None, "", (), False)
    }
    if told.shows_organization:
        fields.add(ORGANIZATION)
    if shown is not None:
        fields &= set(shown)
    return sighting.Sighting(
        listing.pk, listing.organization_id, standing, told.stage, frozenset(fields)
    )


def note_attachments(actor: Actor, listing: Listing, fields: Collection[str]) -> None:
    """Note that ``fields`` of a confidential listing's attachments are open to ``actor``."""
    reach = _reach(actor, listing, confidential=True)
    if reach.standing is not None:
        told = frozenset(f"attachment_{field}" for field in fields)
        sighting.note(
            sighting.Sighting(
                listing.pk, listing.organization_id, reach.standing, reach.stage, told
            )
        )


def public_text(content: Content) -> tuple[str, str, str]:
    """Return title, summary and body as anyone may read them: what public search may find."""
    if isinstance(content, SolutionContent):
        return content.title, content.summary, content.description
    if content.confidentiality == Confidentiality.CONFIDENTIAL:
        return content.title, content.summary, ""
    return content.title, content.summary, f"{content.situation}\n{content.goal}"


def full_text(content: Content) -> tuple[str, str, str]:
    """Return title, summary and all other words: for finding candidates, never for showing."""
    if isinstance(content, SolutionContent):
        results = "\n".join(case.result for case in content.cases)
        return content.title, content.summary, f"{content.description}\n{results}"
    asked = "\n".join(r.text for r in content.requirements)
    return content.title, content.summary, f"{content.situation}\n{content.goal}\n{asked}"
