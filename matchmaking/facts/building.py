"""Content turned into the engine's frozen facts, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from catalog.choices import BudgetVisibility, Confidentiality, RequirementKind
from catalog.content import (
    Content,
    LimitContent,
    NeedContent,
    ParameterContent,
    RequirementContent,
    SolutionContent,
)
from catalog.disclosure import full_text
from catalog.models import Listing, Solution
from catalog.reading import checked_certifications
from matchmaking.engine import facts as engine

Specs = Mapping[str, engine.ParameterSpec]


@dataclass(frozen=True, slots=True)
class Proofs:
    """What stands beside a solution's own words: where its vendor is, what was checked."""

    district: str | None = None
    verified_certifications: frozenset[str] = frozenset()
    is_small: bool | None = None


@dataclass(frozen=True, slots=True)
class Barred:
    """Whom a need's owner excludes, and with whom it has a conflict of interest, as ids."""

    blocked: frozenset[str] = frozenset()
    conflicting: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """What the vocabulary says of the codes a need uses."""

    parameters: Specs = field(default_factory=dict)
    # Certifications that the law demands: hard by nature wherever they are asked for.
    licences: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose listing it is; texts from a file have an identity without having a row."""

    id: str
    organization_id: str

    @classmethod
    def of(cls, listing: Listing) -> "Identity":
        return cls(str(listing.pk), str(listing.organization_id))


NOBODY = Barred()


def need_facts(
    identity: Identity,
    content: NeedContent,
    vectors: engine.Vectors,
    terms: Terms,
    barred: Barred = NOBODY,
) -> engine.NeedFacts:
    return engine.NeedFacts(
        id=identity.id,
        organization_id=identity.organization_id,
        text=stated_text(content),
        vectors=vectors,
        scenarios=frozenset(content.scenarios),
        industry=content.industry or None,
        factory_goals=frozenset(content.factory_goals),
        integration_forms=frozenset(content.integration_forms),
        project_type=content.project_type or None,
        parameters=tuple(
            engine.StatedParameter(spec=terms.parameters[value.parameter], value=stated)
            for value in content.parameters
            if (stated := _stated(value)) is not None
        ),
        budget=_range(content.budget_low, content.budget_high),
        budget_tax_included=content.budget_includes_tax,
        budget_is_ceiling=content.budget_is_ceiling,
        # A confidential need shows strangers no budget, whatever it says of publishing it.
        budget_is_private=(
            content.budget_visibility != BudgetVisibility.PUBLIC
            or content.confidentiality != Confidentiality.OPEN
        ),
        wanted_start=content.wanted_start,
        wanted_end=content.wanted_end,
        window_is_fixed=content.window_is_fixed,
        district=content.district or None,
        maturity={
            row.domain: engine.LevelGap(current=row.current or None, target=row.target)
            for row in content.maturity
            if row.target
        },
        requirements=tuple(
            _requirement(position, row, terms)
            for position, row in enumerate(content.requirements, 1)
        ),
        blocked_organizations=barred.blocked,
        conflicting_organizations=barred.conflicting,
        # Named by plain words: a member of a Django enumeration would not survive packing.
        weights=(
            None
            if content.weights is None
            else {str(name): percent for name, percent in content.weights.items()}
        ),
    )


def solution_facts(
    identity: Identity, content: SolutionContent, vectors: engine.Vectors, proofs: Proofs
) -> engine.SolutionFacts:
    return engine.SolutionFacts(
        id=identity.id,
        organization_id=identity.organization_id,
        text=stated_text(content),
        vectors=vectors,
        scenarios=frozenset(content.scenarios),
        industries=frozenset(content.industries),
        factory_goals=frozenset(content.factory_goals),
        integration_forms=frozenset(content.integration_forms),
        project_types=frozenset(content.project_types),
        limits={
            row.parameter: limit for row in content.limits if (limit := _limit(row)) is not None
        },
        price=_range(content.price_low, content.price_high),
        price_basis=engine.PriceBasis(content.price_basis) if content.price_basis else None,
        price_tax_included=content.price_includes_tax,
        lead_time=_range(content.lead_time_low, content.lead_time_high),
        capacity=content.capacity,
        capacity_taken=content.capacity_taken,
        earliest_start=content.earliest_start,
        after_sales=engine.AfterSales(
            response_hours=content.response_hours,
            on_site=content.on_site,
            warranty_months=content.warranty_months,
            spares=True if content.spares else None,
            yearly_fee=content.yearly_fee,
        ),
        service_districts=frozenset(content.service_districts),
        nationwide=content.nationwide,
        vendor_district=proofs.district,
        certifications={
            held.certification: engine.Certification(
                verified=held.certification in proofs.verified_certifications,
                expires=held.valid_until,
            )
            for held in content.certifications
        },
        domestic_share=content.domestic_share,
        maturity={row.domain: row.level for row in content.maturity},
        cases=tuple(
            engine.Case(
                industry=case.industry or None,
                year=case.year,
                evidence=engine.CaseEvidence(case.evidence),
                has_result=bool(case.result),
            )
            for case in content.cases
        ),
        wishes=engine.VendorWishes(
            project_size=_range(content.wished_project_low, content.wished_project_high),
            industries=frozenset(content.wished_industries),
            districts=frozenset(content.wished_districts),
        ),
        vendor_is_small=proofs.is_small,
    )


def stated_text(content: Content) -> engine.ListingText:
    """Return all words of ``content``; the engine adds those of a need's requirements itself."""
    if isinstance(content, NeedContent):
        return joined_text(content.title, content.summary, content.situation, content.goal)
    return joined_text(*full_text(content))


def joined_text(title: str, *parts: str) -> engine.ListingText:
    """Return a title and the parts that say anything."""
    return engine.ListingText(title=title, body="\n".join(part for part in parts if part.strip()))


def _range(low: Decimal | int | None, high: Decimal | int | None) -> engine.Range | None:
    if low is None and high is None:
        return None
    return engine.Range(
        None if low is None else Decimal(low), None if high is None else Decimal(high)
    )


def _stated(value: ParameterContent) -> engine.Value | None:
    if value.number is not None:
        return value.number
    if value.flag is not None:
        return value.flag
    return value.choice or value.text or None


def _limit(row: LimitContent) -> engine.Limit | None:
    if row.choices:
        return frozenset(row.choices)
    if row.flag is not None:
        return row.flag
    return _range(row.low, row.high)


_REQUIREMENT_KINDS = {
    RequirementKind.INTEGRATION: engine.RequirementKind.INTEGRATION_FORM,
}


def _requirement(position: int, row: RequirementContent, terms: Terms) -> engine.Requirement:
    kind = RequirementKind(row.kind)
    return engine.Requirement(
        ref=str(position),
        kind=_REQUIREMENT_KINDS.get(kind) or engine.RequirementKind(kind.value),
        level=engine.Level(row.level),
        codes=frozenset({row.code} if row.code else ()),
        number=row.number,
        text=row.text,
        hard=kind == RequirementKind.CERTIFICATION and row.code in terms.licences,
    )


def proofs_of(solution: Solution) -> Proofs:
    district = solution.organization.district
    return Proofs(
        district=district.code if district else None,
        verified_certifications=checked_certifications(solution),
        is_small=solution.organization.is_small,
    )
