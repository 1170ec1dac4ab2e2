"""Live rows read back as content, one listing or many, in a fixed number of queries."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch

from catalog.content import (
    CaseContent,
    Content,
    HeldCertificationContent,
    LimitContent,
    MaturityContent,
    MaturityReachContent,
    NeedContent,
    ParameterContent,
    RequirementContent,
    SolutionContent,
)
from catalog.models import (
    Case,
    HeldCertification,
    Listing,
    MaturityReach,
    MaturityTarget,
    Need,
    NeedParameter,
    Revision,
    Solution,
    SolutionLimit,
)
from catalog.querysets import ListingQuerySet

NEED_PREFETCH = ("scenarios", "parameters__parameter", "maturity__domain", "requirements")
SOLUTION_PREFETCH = (
    "scenarios",
    "industries",
    "project_types",
    "limits__parameter",
    "service_districts",
    "certifications__certification",
    "maturity__domain",
    "cases__industry",
    "wished_industries",
    "wished_districts",
)


def _code_arrays(model: type[Listing], *relations: str) -> dict[str, ArraySubquery]:
    """Return the codes of each relation, in order, to be read with the listing's own row."""
    arrays = {}
    for relation in relations:
        field: Any = model._meta.get_field(relation)
        code = f"{field.m2m_reverse_field_name()}__code"
        rows = field.remote_field.through._default_manager.filter(
            **{field.m2m_field_name(): OuterRef("pk")}
        )
        arrays[f"{relation}_codes"] = ArraySubquery(rows.order_by(code).values(code))
    return arrays


def whole_needs(rows: ListingQuerySet[Need]) -> ListingQuerySet[Any]:
    """Have all that need_content reads come with ``rows``, in few queries."""
    named = rows.select_related("industry", "district", "project_type")
    whole: ListingQuerySet[Any] = named.annotate(**_code_arrays(Need, "scenarios"))
    return whole.prefetch_related(
        Prefetch("parameters", NeedParameter.objects.select_related("parameter")),
        Prefetch("maturity", MaturityTarget.objects.select_related("domain")),
        "requirements",
    )


def whole_solutions(rows: ListingQuerySet[Solution]) -> ListingQuerySet[Any]:
    """Have all that solution_content reads come with ``rows``, in few queries."""
    whole: ListingQuerySet[Any] = rows.annotate(
        **_code_arrays(
            Solution,
            *("scenarios", "industries", "project_types", "service_districts"),
            *("wished_industries", "wished_districts"),
        )
    )
    return whole.prefetch_related(
        Prefetch("limits", SolutionLimit.objects.select_related("parameter")),
        Prefetch("certifications", HeldCertification.objects.select_related("certification")),
        Prefetch("maturity", MaturityReach.objects.select_related("domain")),
        Prefetch("cases", Case.objects.select_related("industry")),
    )


def _codes(listing: Listing, relation: str) -> tuple[str, ...]:
    """Return the codes of a relation: those that came with the row, else those prefetched."""
    known = listing.__dict__.get(f"{relation}_codes")
    if known is not None:
        return tuple(known)
    return tuple(sorted(str(row.code) for row in getattr(listing, relation).all()))


def _code(row: object | None) -> str:
    return str(getattr(row, "code")) if row is not None else ""  # noqa: B009


def need_content(need: Need) -> NeedContent:
    """Return the approved content of ``need``; prefetch NEED_PREFETCH when reading many."""
    columns = {name: getattr(need, name) for name in NEED_COLUMNS}
    return NeedContent.model_construct(
        **columns,
        scenarios=_codes(need, "scenarios"),
        factory_goals=tuple(need.factory_goals),
        integration_forms=tuple(need.integration_forms),
        project_type=_code(need.project_type),
        parameters=tuple(
            ParameterContent.model_construct(
                parameter=row.parameter.code,
                number=row.number,
                choice=row.choice,
                flag=row.flag,
                text=row.text,
            )
            for row in need.parameters.all()
        ),
        industry=_code(need.industry),
        district=_code(need.district),
        maturity=tuple(
            MaturityContent.model_construct(
                domain=row.domain.code, current=row.current, target=row.target
            )
            for row in need.maturity.all()
        ),
        requirements=tuple(
            RequirementContent.model_construct(
                level=row.level, kind=row.kind, text=row.text, code=row.code, number=row.number
            )
            for row in need.requirements.all()
        ),
    )


NEED_COLUMNS = (
    "title",
    "summary",
    "language",
    "situation",
    "goal",
    "stage",
    "decision_date",
    "procurement",
    "budget_low",
    "budget_high",
    "budget_includes_tax",
    "budget_is_ceiling",
    "budget_visibility",
    "wanted_start",
    "wanted_end",
    "window_is_fixed",
    "window_reason",
    "confidentiality",
    "expires_on",
    "weights",
)


def solution_content(solution: Solution) -> SolutionContent:
    """Return the approved content of ``solution``; prefetch SOLUTION_PREFETCH for many."""
    columns = {name: getattr(solution, name) for name in SOLUTION_COLUMNS}
    return SolutionContent.model_construct(
        **columns,
        scenarios=_codes(solution, "scenarios"),
        factory_goals=tuple(solution.factory_goals),
        integration_forms=tuple(solution.integration_forms),
        industries=_codes(solution, "industries"),
        project_types=_codes(solution, "project_types"),
        limits=tuple(
            LimitContent.model_construct(
                parameter=row.parameter.code,
                low=row.low,
                high=row.high,
                choices=tuple(row.choices),
                flag=row.flag,
            )
            for row in solution.limits.all()
        ),
        service_districts=_codes(solution, "service_districts"),
        certifications=tuple(
            HeldCertificationContent.model_construct(
                certification=row.certification.code, valid_until=row.valid_until
            )
            for row in solution.certifications.all()
        ),
        maturity=tuple(
            MaturityReachContent.model_construct(domain=row.domain.code, level=row.level)
            for row in solution.maturity.all()
        ),
        cases=tuple(
            CaseContent.model_construct(
                customer=row.customer,
                customer_anonymous=row.customer_anonymous,
                industry=_code(row.industry),
                year=row.year,
                result=row.result,
                evidence=row.evidence,
            )
            for row in solution.cases.all()
        ),
        wished_industries=_codes(solution, "wished_industries"),
        wished_districts=_codes(solution, "wished_districts"),
    )


SOLUTION_COLUMNS = (
    "title",
    "summary",
    "language",
    "description",
    "price_low",
    "price_high",
    "price_basis",
    "price_includes_tax",
    "price_scope",
    "price_visibility",
    "lead_time_low",
    "lead_time_high",
    "capacity",
    "capacity_taken",
    "earliest_start",
    "response_hours",
    "on_site",
    "warranty_months",
    "spares",
    "yearly_fee",
    "nationwide",
    "domestic_share",
    "wished_project_low",
    "wished_project_high",
)


def parse_payload(kind: str, payload: object) -> Content:
    """Return the content a revision stores, or raise pydantic's ValidationError."""
    model = NeedContent if kind == "need" else SolutionContent
    return model.model_validate(payload)


def revision_content(revision: Revision) -> Content:
    return parse_payload(revision.listing.kind, revision.payload)


def live_content(listing: Listing) -> Content:
    """Return the approved content of any listing (one more query to reach its own table)."""
    if isinstance(listing, Need):
        return need_content(listing)
    if isinstance(listing, Solution):
        return solution_content(listing)
    if listing.kind == "need":
        return need_content(whole_needs(Need.objects.all()).get(pk=listing.pk))
    return solution_content(whole_solutions(Solution.objects.all()).get(pk=listing.pk))
