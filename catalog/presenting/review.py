"""What an owner reads before submitting: what is said, what is not, and who will see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.choices import BudgetVisibility, ListingKind
from catalog.content import Content, NeedContent
from catalog.disclosure import NEED_STAGES, SOLUTION_STAGES, Disclosure, is_confidential
from catalog.disclosure.stages import (
    ATTACHMENT_STAGES,
    CONTACT_STAGES,
    LISTING_STAGES,
    PUBLISHED_BUDGET,
    STAGE_WORDS,
)
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
class ToldStage:
    """What of a confidential need is told once two sides have come so far."""

    words: Any
    labels: list[str]


@dataclass(frozen=True, slots=True)
class Review:
    steps: list[ReviewedStep]
    owner_only: list[str]
    told: list[ToldStage]
    is_confidential: bool
    filled: int
    total: int


def review_of(content: Content, names: Names, listing: Listing) -> Review:
    """Sort everything ``content`` can say by the step that asks for it."""
    rows = described(content, names)
    stages = NEED_STAGES if listing.kind == ListingKind.NEED else SOLUTION_STAGES
    steps = [_reviewed(step, rows, listing) for step in STEPS[listing.kind][:-1] if step.decides]
    return Review(
        steps=steps,
        is_confidential=is_confidential(content),
        told=_told(rows, content) if isinstance(content, NeedContent) else [],
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


def _told(rows: list[Described], content: NeedContent) -> list[ToldStage]:
    """Sort what the need says by the stage at which a confidential one tells it."""
    by_stage: dict[Disclosure, list[str]] = {stage: [] for stage in STAGE_WORDS}
    for row in rows:
        if row.words and row.key != "budget_visibility":
            by_stage[_stage(row, content)].append(str(row.label))
    by_stage[LISTING_STAGES["organization"]].append(_("企业名称"))
    by_stage[CONTACT_STAGES["email"]].append(_("联系方式"))
    by_stage[ATTACHMENT_STAGES["content"]].append(_("附件内容"))
    return [ToldStage(STAGE_WORDS[stage], labels) for stage, labels in by_stage.items() if labels]


def _stage(row: Described, content: NeedContent) -> Disclosure:
    if row.key == "budget" and content.budget_visibility == BudgetVisibility.PUBLIC:
        return PUBLISHED_BUDGET
    return NEED_STAGES[row.field]


def _is_private(row: Described, stages: Mapping[str, Disclosure], content: Content) -> bool:
    if row.key == "budget_visibility":
        return False
    if row.key == "budget":
        return getattr(content, "budget_visibility", "") == "owner"
    if row.key == "price":
        return getattr(content, "price_visibility", "") == "owner"
    return stages[row.field] == Disclosure.OWNER
