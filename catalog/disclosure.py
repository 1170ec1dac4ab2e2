"""Which field belongs to which stage of disclosure, said once.

Pages, search, exports and the API read a listing through ``disclose``; none of them looks at
a field's visibility itself. A content field without a stage here fails a test.
"""

from dataclasses import dataclass
from enum import IntEnum

from accounts.actors import Actor
from catalog.choices import BudgetVisibility, Confidentiality, PriceVisibility
from catalog.content import Content, NeedContent, SolutionContent
from catalog.models import Listing, Solution
from catalog.permissions import can_moderate_listing, is_private_side


class Disclosure(IntEnum):
    """How far two sides have come; a viewer sees every field up to their own stage."""

    SUMMARY = 0
    ACCEPTED = 1
    AGREED = 2
    OWNER = 3


# What a stranger may read of a confidential need; everything absent here waits for a stage.
NEED_STAGES: dict[str, Disclosure] = {
    "kind": Disclosure.SUMMARY,
    "title": Disclosure.SUMMARY,
    "summary": Disclosure.SUMMARY,
    "language": Disclosure.SUMMARY,
    "scenarios": Disclosure.SUMMARY,
    "factory_goals": Disclosure.SUMMARY,
    "integration_forms": Disclosure.SUMMARY,
    "project_type": Disclosure.SUMMARY,
    "stage": Disclosure.SUMMARY,
    "industry": Disclosure.SUMMARY,
    "district": Disclosure.SUMMARY,
    "confidentiality": Disclosure.SUMMARY,
    "expires_on": Disclosure.SUMMARY,
    "situation": Disclosure.ACCEPTED,
    "goal": Disclosure.ACCEPTED,
    "parameters": Disclosure.ACCEPTED,
    "decision_date": Disclosure.ACCEPTED,
    "procurement": Disclosure.ACCEPTED,
    "wanted_start": Disclosure.ACCEPTED,
    "wanted_end": Disclosure.ACCEPTED,
    "window_is_fixed": Disclosure.ACCEPTED,
    "window_reason": Disclosure.ACCEPTED,
    "maturity": Disclosure.ACCEPTED,
    "requirements": Disclosure.ACCEPTED,
    "budget_low": Disclosure.OWNER,
    "budget_high": Disclosure.OWNER,
    "budget_includes_tax": Disclosure.OWNER,
    "budget_is_ceiling": Disclosure.OWNER,
    "budget_visibility": Disclosure.OWNER,
    "weights": Disclosure.OWNER,
}
BUDGET_FIELDS = ("budget_low", "budget_high", "budget_includes_tax", "budget_is_ceiling")

SOLUTION_STAGES: dict[str, Disclosure] = {
    **dict.fromkeys(SolutionContent.model_fields, Disclosure.SUMMARY),
    "wished_project_low": Disclosure.OWNER,
    "wished_project_high": Disclosure.OWNER,
    "wished_industries": Disclosure.OWNER,
    "wished_districts": Disclosure.OWNER,
    "capacity_taken": Disclosure.OWNER,
}
PRICE_FIELDS = ("price_low", "price_high", "price_basis", "price_includes_tax", "price_scope")


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A listing as one viewer may read it: hidden fields carry their empty value."""

    content: Content
    hidden: frozenset[str]
    shows_organization: bool

    def hides(self, field: str) -> bool:
        return field in self.hidden


def _stage_of(actor: Actor, listing: Listing, content: Content) -> Disclosure:
    if is_private_side(actor, listing):
        return Disclosure.OWNER
    # Everybody reads an open listing as far as a moderator would; asking who that is costs a query.
    if not isinstance(content, NeedContent) or content.confidentiality == Confidentiality.OPEN:
        return Disclosure.AGREED
    # A moderator must read what is asked to be published, but never the owner-only fields.
    if can_moderate_listing(actor, listing):
        return Disclosure.AGREED
    return Disclosure.SUMMARY


def _hidden_need_fields(content: NeedContent, stage: Disclosure) -> set[str]:
    hidden = {field for field, needed in NEED_STAGES.items() if needed > stage}
    if content.budget_visibility == BudgetVisibility.PUBLIC and stage >= Disclosure.AGREED:
        hidden -= set(BUDGET_FIELDS)
    return hidden


def _hidden_solution_fields(actor: Actor, price_visibility: str, stage: Disclosure) -> set[str]:
    hidden = {field for field, needed in SOLUTION_STAGES.items() if needed > stage}
    if stage < Disclosure.OWNER and (
        price_visibility == PriceVisibility.OWNER
        or (price_visibility == PriceVisibility.MEMBERS and actor.organization_id is None)
    ):
        hidden |= set(PRICE_FIELDS)
    return hidden


def hidden_solution_fields(actor: Actor, solution: Solution) -> frozenset[str]:
    """Return what of a published solution ``actor`` may not read, without reading its content."""
    stage = Disclosure.OWNER if is_private_side(actor, solution) else Disclosure.AGREED
    return frozenset(_hidden_solution_fields(actor, solution.price_visibility, stage))


def _without(content: Content, hidden: frozenset[str]) -> Content:
    """Return ``content`` with the hidden fields at their defaults, budget requirements included."""
    fields = type(content).model_fields
    blank = {name: fields[name].get_default(call_default_factory=True) for name in hidden}
    if isinstance(content, NeedContent) and "budget_high" in hidden:
        kept = tuple(r for r in content.requirements if r.kind != "budget_max")
        blank.setdefault("requirements", kept)
    return content.model_copy(update=blank)


def disclose(actor: Actor, listing: Listing, content: Content) -> Disclosed:
    """Return what ``actor`` may read of ``content`` of ``listing``."""
    stage = _stage_of(actor, listing, content)
    if isinstance(content, NeedContent):
        hidden = frozenset(_hidden_need_fields(content, stage))
        confidential = content.confidentiality == Confidentiality.CONFIDENTIAL
    else:
        hidden = frozenset(_hidden_solution_fields(actor, content.price_visibility, stage))
        confidential = False
    return Disclosed(
        content=_without(content, hidden),
        hidden=hidden,
        shows_organization=not confidential or stage > Disclosure.SUMMARY,
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
