"""A listing's own page."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.actors import Actor
from accounts.models import Organization
from accounts.permissions import can_moderate_somewhere, is_member_of
from catalog.choices import (
    BudgetVisibility,
    CaseEvidence,
    Criterion,
    ListingKind,
    ListingState,
    PriceVisibility,
    RequirementLevel,
    RevisionState,
)
from catalog.content import Content, HeldCertificationContent, NeedContent, SolutionContent
from catalog.disclosure import Disclosed, disclose
from catalog.forms.steps import STEPS
from catalog.models import (
    Case,
    HeldCertification,
    Listing,
    ModerationEntry,
    ReturnReason,
    Revision,
    VisitDraft,
)
from catalog.permissions import (
    can_edit_listing,
    can_moderate_listing,
    can_see_drafts,
    can_see_matches,
)
from catalog.presenting.cards import hidden_word, marks
from catalog.presenting.facts import Fact, Facts
from catalog.presenting.proofs import case_words, certificate_words
from catalog.presenting.timeline import Happened, entries_of, history
from catalog.reading import live_content, revision_content
from catalog.reidentification import Risk
from catalog.reidentification import check as check_risk
from catalog.wording.describing import day, limit_value, parameter_value
from catalog.wording.names import Names
from catalog.wording.requirements import requirement_words

_NEED_FACTS = (
    "budget",
    "period",
    "stage",
    "decision_date",
    "procurement",
    "industry",
    "district",
    "project_type",
    "factory_goals",
    "integration_forms",
    "expires_on",
)
_SOLUTION_FACTS = (
    "price",
    "lead_time",
    "capacity",
    "earliest_start",
    "domestic_share",
    "factory_goals",
    "integration_forms",
    "districts",
    "industries",
    "price_scope",
)
_AFTER_SALES = ("response_hours", "on_site", "warranty_months", "yearly_fee", "spares")
_WISHES = ("capacity_taken", "wished_project", "wished_industries", "wished_districts")
_SEEN_BY_MODERATORS = (RevisionState.SUBMITTED, RevisionState.RETURNED, RevisionState.APPROVED)


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement, case or certification as a row."""

    words: str
    badge: str = ""
    tone: str = ""
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    label: str
    current: int | None
    target: int | None


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    facts: list[Fact] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    # Said in place of an empty section.
    empty: str = ""
    # Only the owner's own people see it.
    private: bool = False


@dataclass(frozen=True, slots=True)
class ListingPage:
    listing: Listing
    content: Content
    organization: Organization | None
    tags: list[tuple[str, str]]
    marks: list[str]
    facts: list[Fact]
    texts: list[Fact]
    sections: list[Section]
    axes: list[Axis]
    # A stranger reads only the summary of a confidential need.
    is_summary: bool
    unknown_word: str
    hidden_word: str


@dataclass(frozen=True, slots=True)
class OwnSide:
    """What the owner's people see beside the content."""

    is_own: bool
    can_edit: bool
    sees_matches: bool
    open: Revision | None
    has_edit: bool
    is_expired: bool
    edit_href: str
    history: list[Happened]
    # Returned and not handed in again: the owner's people may answer.
    can_answer: bool
    # Written down by the park and not confirmed by the company yet.
    visit_draft: VisitDraft | None
    # What an answer that hands in the same words again must acknowledge.
    risk: Risk | None


def shown_content(actor: Actor, listing: Listing) -> Content | None:
    """Return what the page is about: the live content, else the newest version one may read."""
    if listing.published_at is not None:
        return live_content(listing)
    revisions = listing.revisions.order_by("-number").select_related("listing")
    if not can_see_drafts(actor, listing):
        revisions = revisions.filter(state__in=_SEEN_BY_MODERATORS)
    newest = revisions.first()
    return revision_content(newest) if newest else None


def listing_page(actor: Actor, listing: Listing, content: Content, names: Names) -> ListingPage:
    told = disclose(actor, listing, content)
    if isinstance(told.content, NeedContent):
        return _need_page(listing, told, told.content, names)
    return _solution_page(listing, told, told.content, names)


def _need_page(
    listing: Listing, told: Disclosed, content: NeedContent, names: Names
) -> ListingPage:
    # Hidden fields read as their defaults, so who may see the budget is only known to its owner.
    owners = (
        not told.hides("budget_visibility") and content.budget_visibility == BudgetVisibility.OWNER
    )
    facts = Facts(told, names, private=("budget",) if owners else ())
    is_summary = told.hides("situation")
    sections = []
    if not is_summary:
        parameters = [
            Fact(names.parameter(row.parameter), parameter_value(row, names))
            for row in content.parameters
        ]
        asked = [
            Line(
                requirement_words(row, names),
                badge=str(RequirementLevel(row.level).label),
                tone="info" if row.level == RequirementLevel.MUST else "",
            )
            for row in sorted(content.requirements, key=lambda row: row.level)
        ]
        if parameters:
            sections.append(Section(pgettext("plural", "项目参数"), facts=parameters))
        sections.append(Section(_("具体要求"), lines=asked, empty=_("没有另外提出要求。")))
    if content.weights is not None:
        # None for whoever may not see them, too.
        weighed = [
            Fact(str(criterion.label), str(content.weights.get(criterion, 0)))
            for criterion in Criterion
        ]
        sections.append(Section(_("什么对我们最重要"), facts=weighed, private=True))
    keys = [
        key
        for key in _NEED_FACTS
        if not (is_summary and key in {"period", "decision_date", "procurement"})
    ]
    return ListingPage(
        listing=listing,
        content=content,
        organization=listing.organization if told.shows_organization else None,
        tags=_tags(content, names),
        marks=marks(listing, content, shows_organization=told.shows_organization),
        facts=facts.of(keys),
        texts=facts.known(("summary", "situation", "goal")),
        sections=sections,
        axes=[
            Axis(names.of("domain", row.domain), row.current, row.target)
            for row in content.maturity
        ],
        is_summary=is_summary,
        unknown_word=_("未填写"),
        hidden_word=hidden_word(content),
    )


def _solution_page(
    listing: Listing, told: Disclosed, content: SolutionContent, names: Names
) -> ListingPage:
    own = not told.hides("wished_project_low")
    owners = content.price_visibility == PriceVisibility.OWNER and own
    facts = Facts(told, names, private=("price",) if owners else ())
    limits = [
        Fact(names.parameter(row.parameter), limit_value(row, names)) for row in content.limits
    ]
    proven = _proven(listing, content)
    cases = [
        Line(
            row.result or _("成效未说明"),
            badge=case_words(
                CaseEvidence(row.evidence), proven.get((row.customer, row.year, row.result), "")
            ),
            tone="" if row.evidence == CaseEvidence.STATED else "ok",
            sub=_about_case(row.customer, row.industry, row.year, names),
        )
        for row in content.cases
    ]
    unknown = _("待询")
    sections = [
        Section(pgettext("plural", "案例"), lines=cases, empty=unknown),
        Section(_("售后服务"), facts=facts.of(_AFTER_SALES, wide=("spares",))),
        Section(_("资质与认定"), lines=_certifications(listing, content, names), empty=unknown),
    ]
    if limits:
        sections.insert(1, Section(_("参数范围"), facts=limits))
    if own:
        sections.append(
            Section(
                _("我们的期望"),
                facts=facts.of(_WISHES, wide=("wished_industries", "wished_districts")),
                private=True,
            )
        )
    return ListingPage(
        listing=listing,
        content=content,
        organization=listing.organization,
        tags=_tags(content, names),
        marks=marks(listing, content, shows_organization=True),
        facts=facts.of(_SOLUTION_FACTS, wide=("districts", "industries", "price_scope")),
        texts=facts.known(("summary", "description")),
        sections=sections,
        axes=[Axis(names.of("domain", row.domain), None, row.level) for row in content.maturity],
        is_summary=False,
        unknown_word=unknown,
        hidden_word=hidden_word(content),
    )


def _tags(content: Content, names: Names) -> list[tuple[str, str]]:
    return [(code, names.of("scenario", code)) for code in content.scenarios]


def _about_case(customer: str, industry: str, year: int | None, names: Names) -> str:
    sector = names.of("industry", industry) if industry else ""
    parts = [customer or _("客户未说明"), sector, str(year or "")]
    return " · ".join(part for part in parts if part)


def _proven(listing: Listing, content: SolutionContent) -> dict[tuple[str, int | None, str], str]:
    """Return by their words who stands behind the cases that are more than the vendor's word."""
    if all(row.evidence == CaseEvidence.STATED for row in content.cases):
        return {}
    rows = Case.objects.filter(solution_id=listing.pk).exclude(proven_by="")
    return {(row.customer, row.year, row.result): row.proven_by for row in rows}


def _certifications(listing: Listing, content: SolutionContent, names: Names) -> list[Line]:
    rows = HeldCertification.objects.filter(
        solution_id=listing.pk, verified_at__isnull=False
    ).select_related("certification", "verified_by_park")
    checked = {(row.certification.code, row.valid_until): row for row in rows}

    def line(held: HeldCertificationContent) -> Line:
        row = checked.get((held.certification, held.valid_until))
        until = _("有效期至 %(day)s") % {"day": day(held.valid_until)} if held.valid_until else ""
        return Line(
            names.of("certification", held.certification),
            badge=certificate_words(row) if row else str(CaseEvidence.STATED.label),
            tone="ok" if row and row.counts_on(timezone.localdate()) else "",
            sub="" if row else until,
        )

    return [line(held) for held in content.certifications]


def _visit_draft(listing: Listing) -> VisitDraft | None:
    """Return what the park wrote down, while it waits for the company's word."""
    if listing.state != ListingState.DRAFT or listing.kind != ListingKind.NEED:
        return None
    rows = VisitDraft.objects.filter(listing=listing, confirmed_at__isnull=True)
    return rows.select_related("mandate__park").first()


def own_side(actor: Actor, listing: Listing) -> OwnSide | None:
    """Return what the owner's people, platform admins and moderators see beside the content."""
    is_own = is_member_of(actor, listing.organization_id)
    is_private = can_see_drafts(actor, listing)
    # Asked first of everybody who looks at a page: it costs no query.
    moderates = can_moderate_somewhere(actor) and can_moderate_listing(actor, listing)
    if not (is_private or moderates):
        return None
    revisions = list(listing.revisions.order_by("-number").prefetch_related("entries__by"))
    if not is_private:
        # A draft is nobody's business before it is submitted.
        revisions = [each for each in revisions if each.state in _SEEN_BY_MODERATORS]
    opened = next((each for each in revisions if each.state in Revision.OPEN_STATES), None)
    was_submitted = listing.published_at is not None or any(
        each.state == RevisionState.SUBMITTED for each in revisions
    )
    can_answer = (
        opened is not None
        and opened.state != RevisionState.SUBMITTED
        and can_edit_listing(actor, listing)
        and any(each.kind == ModerationEntry.Kind.RETURNED for each in entries_of(opened))
    )
    was_returned = any(
        entry.kind == ModerationEntry.Kind.RETURNED
        for each in revisions
        for entry in entries_of(each)
    )
    reasons = ReturnReason.objects.all() if was_returned else ()
    told = history(listing, revisions, reasons)
    return OwnSide(
        is_own=is_own,
        can_edit=can_edit_listing(actor, listing) and listing.state != ListingState.ARCHIVED,
        sees_matches=can_see_matches(actor, listing)
        and was_submitted
        and listing.state != ListingState.ARCHIVED,
        open=opened,
        has_edit=opened is not None and listing.published_at is not None,
        is_expired=listing.expires_on is not None and listing.expires_on < timezone.localdate(),
        edit_href=reverse(
            f"catalog:{listing.kind}_edit", args=[listing.public_id, STEPS[listing.kind][0].slug]
        ),
        history=told,
        can_answer=can_answer,
        visit_draft=_visit_draft(listing),
        risk=check_risk(revision_content(opened), listing.organization)
        if can_answer and opened is not None
        else None,
    )


def moderated_revision(actor: Actor, listing: Listing) -> Revision | None:
    """Return the submission that waits for ``actor`` to decide, if there is one."""
    if not can_moderate_somewhere(actor):
        return None
    waiting = listing.revisions.filter(state=RevisionState.SUBMITTED).first()
    return waiting if waiting and can_moderate_listing(actor, listing) else None
