"""Approved content written to the live tables: the only code that fills them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model

from accounts.models import District
from catalog.choices import CaseEvidence
from catalog.content import CaseContent, Content, NeedContent, SolutionContent
from catalog.models import (
    CapabilityDomain,
    Case,
    Certification,
    HeldCertification,
    Industry,
    Listing,
    MaturityReach,
    MaturityTarget,
    Need,
    NeedParameter,
    Parameter,
    ProjectType,
    Requirement,
    Scenario,
    Solution,
    SolutionLimit,
)
from catalog.reading import SOLUTION_COLUMNS

Row = TypeVar("Row", bound=Model)

_NEED_COLUMNS = (
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


def write_content(listing: Listing, content: Content) -> None:
    """Replace everything the live tables say about ``listing`` by ``content``."""
    model = Need if isinstance(content, NeedContent) else Solution
    row = model.objects.get(pk=listing.pk)
    fill_columns(row, content)
    row.save()
    write_relations(row, content)


def fill_columns(row: Need | Solution, content: Content) -> None:
    """Set every column that ``content`` decides, without saving."""
    names = _NEED_COLUMNS if isinstance(content, NeedContent) else SOLUTION_COLUMNS
    for name in names:
        setattr(row, name, getattr(content, name))
    row.factory_goals = list(content.factory_goals)
    row.integration_forms = list(content.integration_forms)
    if isinstance(row, Need) and isinstance(content, NeedContent):
        row.industry_id = _id(Industry, content.industry)
        row.district_id = _id(District, content.district)
        row.project_type_id = _id(ProjectType, content.project_type)


def write_relations(row: Need | Solution, content: Content) -> None:
    """Replace the rows that hang on ``row``."""
    row.scenarios.set(_ids(Scenario, content.scenarios).values())
    if isinstance(row, Need) and isinstance(content, NeedContent):
        _write_need_relations(row, content)
    elif isinstance(row, Solution) and isinstance(content, SolutionContent):
        _write_solution_relations(row, content)


def has_relations(content: Content) -> bool:
    """Whether ``content`` says anything that is kept outside a listing's own columns."""
    return any(
        isinstance(value, tuple) and value and name not in ("factory_goals", "integration_forms")
        for name, value in content
    )


def _ids(model: type[Model], codes: Iterable[str]) -> dict[str, int]:
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    return dict(model._default_manager.filter(code__in=wanted).values_list("code", "pk"))


def _id(model: type[Model], code: str) -> int | None:
    return _ids(model, [code])[code] if code else None


def _replace(model: type[Row], owner: dict[str, Any], rows: list[Row]) -> None:
    model._default_manager.filter(**owner).delete()
    model._default_manager.bulk_create(rows)


def _write_need_relations(need: Need, content: NeedContent) -> None:
    parameters = _ids(Parameter, (value.parameter for value in content.parameters))
    _replace(
        NeedParameter,
        {"need": need},
        [
            NeedParameter(
                need=need,
                parameter_id=parameters[value.parameter],
                number=value.number,
                choice=value.choice,
                flag=value.flag,
                text=value.text,
            )
            for value in content.parameters
        ],
    )
    domains = _ids(CapabilityDomain, (row.domain for row in content.maturity))
    _replace(
        MaturityTarget,
        {"need": need},
        [
            MaturityTarget(
                need=need, domain_id=domains[row.domain], current=row.current, target=row.target
            )
            for row in content.maturity
        ],
    )
    _replace(
        Requirement,
        {"need": need},
        [
            Requirement(need=need, position=position, **requirement.model_dump())
            for position, requirement in enumerate(content.requirements, start=1)
        ],
    )


def _write_solution_relations(solution: Solution, content: SolutionContent) -> None:
    solution.industries.set(_ids(Industry, content.industries).values())
    solution.project_types.set(_ids(ProjectType, content.project_types).values())
    solution.service_districts.set(_ids(District, content.service_districts).values())
    solution.wished_industries.set(_ids(Industry, content.wished_industries).values())
    solution.wished_districts.set(_ids(District, content.wished_districts).values())
    _write_limits(solution, content)
    _write_proofs(solution, content)


def _write_limits(solution: Solution, content: SolutionContent) -> None:
    parameters = _ids(Parameter, (limit.parameter for limit in content.limits))
    _replace(
        SolutionLimit,
        {"solution": solution},
        [
            SolutionLimit(
                solution=solution,
                parameter_id=parameters[limit.parameter],
                low=limit.low,
                high=limit.high,
                choices=list(limit.choices),
                flag=limit.flag,
            )
            for limit in content.limits
        ],
    )
    domains = _ids(CapabilityDomain, (row.domain for row in content.maturity))
    _replace(
        MaturityReach,
        {"solution": solution},
        [
            MaturityReach(solution=solution, domain_id=domains[row.domain], level=row.level)
            for row in content.maturity
        ],
    )


def _write_proofs(solution: Solution, content: SolutionContent) -> None:
    """Write certifications and cases.

    What a park has checked of a certification survives while its date stays: a later date is
    the vendor's own word.
    """
    held = solution.certifications.filter(verified_at__isnull=False)
    checked = {
        (code, valid_until): {"verified_at": verified_at, "verified_by_park_id": park_id}
        for code, valid_until, verified_at, park_id in held.values_list(
            "certification__code", "valid_until", "verified_at", "verified_by_park_id"
        )
    }
    certifications = _ids(Certification, (row.certification for row in content.certifications))
    _replace(
        HeldCertification,
        {"solution": solution},
        [
            HeldCertification(
                solution=solution,
                certification_id=certifications[row.certification],
                valid_until=row.valid_until,
                **checked.get((row.certification, row.valid_until), {}),
            )
            for row in content.certifications
        ],
    )
    _write_cases(solution, content)


def _write_cases(solution: Solution, content: SolutionContent) -> None:
    """Write cases. What stands behind one stays while its words do, once for each row."""
    industries = _ids(Industry, (case.industry for case in content.cases))
    proven: defaultdict[tuple[object, ...], list[Case]] = defaultdict(list)
    for row in solution.cases.exclude(evidence=CaseEvidence.STATED):
        proven[row.customer, row.industry_id, row.year, row.result].append(row)

    def proof(case: CaseContent) -> dict[str, Any]:
        words = (case.customer, industries.get(case.industry), case.year, case.result)
        known = proven[words].pop(0) if proven[words] else None
        if known is None:
            return {"evidence": case.evidence}
        return {
            "evidence": known.evidence,
            "proven_by": known.proven_by,
            "proven_at": known.proven_at,
        }

    _replace(
        Case,
        {"solution": solution},
        [
            Case(
                solution=solution,
                position=position,
                customer=case.customer,
                customer_anonymous=case.customer_anonymous,
                industry_id=industries.get(case.industry),
                year=case.year,
                result=case.result,
                **proof(case),
            )
            for position, case in enumerate(content.cases, start=1)
        ],
    )
