"""What an owner reads before submitting: what is said, what is not, and who will see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from catalog.choices import ListingKind
from catalog.content import Content
from catalog.disclosure import NEED_STAGES, SOLUTION_STAGES, Disclosure
from catalog.forms.steps import STEPS, Step
from catalog.models import Listing
from catalog.wording.describing import Described, described
from catalog.wording.names import Names


@dataclass(frozen=True, slots=True)
class ReviewedStep:
    label: Any
    href: str
    filled: list[Described]
    missing: list[str]


@dataclass(frozen=True, slots=True)
class Review:
    steps: list[ReviewedStep]
    owner_only: list[str]
    filled: int
    total: int


def review_of(content: Content, names: Names, listing: Listing) -> Review:
    """Sort everything ``content`` can say by the step that asks for it."""
    rows = described(content, names)
    stages = NEED_STAGES if listing.kind == ListingKind.NEED else SOLUTION_STAGES
    steps = [_reviewed(step, rows, listing) for step in STEPS[listing.kind][:-1] if step.decides]
    return Review(
        steps=steps,
        owner_only=[row.label for row in rows if row.words and _is_private(row, stages, content)],
        filled=sum(len(step.filled) for step in steps),
        total=sum(len(step.filled) + len(step.missing) for step in steps),
    )


def _reviewed(step: Step, rows: list[Described], listing: Listing) -> ReviewedStep:
    asked = [row for row in rows if row.field in step.decides]
    return ReviewedStep(
        label=step.label,
        href=reverse(f"catalog:{listing.kind}_edit", args=[listing.public_id, step.slug]),
        filled=[row for row in asked if row.words],
        missing=[row.label for row in asked if not row.words],
    )


def _is_private(row: Described, stages: Mapping[str, Disclosure], content: Content) -> bool:
    if row.key == "budget_visibility":
        return False
    if row.key == "budget":
        return getattr(content, "budget_visibility", "") == "owner"
    if row.key == "price":
        return getattr(content, "price_visibility", "") == "owner"
    return stages[row.field] == Disclosure.OWNER
