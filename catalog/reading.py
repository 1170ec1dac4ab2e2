"""Live rows read back as content, one listing or many, in one query."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NoReturn

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, JSONObject
from django.db.utils import NotSupportedError

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
    Requirement,
    Revision,
    Solution,
    SolutionLimit,
)
from catalog.querysets import ListingQuerySet

# Decimals as text: as JSON numbers they would come back as binary floats.
_EXACT = TextField()


class _Beside(ArraySubquery):
    """Rows of another table, read with a listing's own row; written out once for all readers.

    Django would resolve and compile the same dozen of subqueries for each reading, which takes
    longer than the database does. They refer to the listing by its table's name, so a query that
    names the table otherwise cannot hold them: it is told so instead of being answered wrongly.
    """

    def __init__(self, queryset: QuerySet[Any]) -> None:
        super().__init__(queryset)
        self._resolved: _Beside | None = None
        self._written: tuple[str, tuple[Any, ...]] | None = None

    def resolve_expression(self, *args: Any, **kwargs: Any) -> "_Beside":
        if self._resolved is None:
            self._resolved = super().resolve_expression(*args, **kwargs)
        return self._resolved

    def relabeled_clone(self, change_map: Any) -> NoReturn:
        raise NotSupportedError(f"whole listings are read by themselves, not as {change_map}")

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...]]:
        if self._written is None:
            sql, params = super().as_sql(*args, **kwargs)
            self._written = sql, tuple(params)
        return self._written


def _code_arrays(model: type[Listing], *relations: str) -> dict[str, ArraySubquery]:
    """Return the codes of each relation, in order, to be read with the listing's own row."""
    arrays: dict[str, ArraySubquery] = {}
    for relation in relations:
        field: Any = model._meta.get_field(relation)
        code = f"{field.m2m_reverse_field_name()}__code"
        rows = field.remote_field.through._default_manager.filter(
            **{field.m2m_field_name(): OuterRef("pk")}
        )
        arrays[f"{relation}_codes"] = _Beside(rows.order_by(code).values(code))
    return arrays


def _objects(rows: QuerySet[Any], order: str, **columns: str | Func) -> ArraySubquery:
    """Return ``rows`` as JSON objects, in order, to be read with the listing's own row."""
    return _Beside(rows.order_by(order).values(told=JSONObject(**columns)))


@cache
def _beside_needs() -> dict[str, ArraySubquery]:
    own = {"need": OuterRef("pk")}
    return {
        **_code_arrays(Need, "scenarios"),
        "parameter_rows": _objects(
            NeedParameter.objects.filter(**own),
            "parameter__position",
            parameter="parameter__code",
            number=Cast("number", _EXACT),
            choice="choice",
            flag="flag",
            text="text",
        ),
        "maturity_rows": _objects(
            MaturityTarget.objects.filter(**own),
            "domain__position",
            domain="domain__code",
            current="current",
            target="target",
        ),
        "requirement_rows": _objects(
            Requirement.objects.filter(**own),
            "position",
            level="level",
            kind="kind",
            text="text",
            code="code",
            number=Cast("number", _EXACT),
        ),
    }


@cache
def _beside_solutions() -> dict[str, ArraySubquery]:
    own = {"solution": OuterRef("pk")}
    held = HeldCertification.objects.filter(**own)
    return {
        **_code_arrays(
            Solution,
            *("scenarios", "industries", "project_types", "service_districts"),
            *("wished_industries", "wished_districts"),
        ),
        "limit_rows": _objects(
            SolutionLimit.objects.filter(**own),
            "parameter__position",
            parameter="parameter__code",
            low=Cast("low", _EXACT),
            high=Cast("high", _EXACT),
            choices="choices",
            flag="flag",
        ),
        "certification_rows": _objects(
            held,
            "certification__position",
            certification="certification__code",
            valid_until="valid_until",
        ),
        "checked_codes": _Beside(
            held.filter(verified_at__isnull=False)
            .order_by("certification__code")
            .values("certification__code")
        ),
        "maturity_rows": _objects(
            MaturityReach.objects.filter(**own),
            "domain__position",
            domain="domain__code",
            level="level",
        ),
        "case_rows": _objects(
            Case.objects.filter(**own),
            "position",
            customer="customer",
            customer_anonymous="customer_anonymous",
            industry=Coalesce("industry__code", Value("")),
            year="year",
            result="result",
            evidence="evidence",
        ),
    }


def whole_needs(rows: ListingQuerySet[Need]) -> ListingQuerySet[Any]:
    """Have all that need_content reads come with ``rows``, in the same query."""
    named = rows.select_related("industry", "district", "project_type")
    whole: ListingQuerySet[Any] = named.annotate(**_beside_needs())
    return whole


def whole_solutions(rows: ListingQuerySet[Solution]) -> ListingQuerySet[Any]:
    """Have all that solution_content reads come with ``rows``, in the same query."""
    whole: ListingQuerySet[Any] = rows.annotate(**_beside_solutions())
    return whole


def _whole(listing: Need | Solution) -> Any:
    """Return ``listing`` as whole_needs or whole_solutions reads it, anew if it was not."""
    if "maturity_rows" in listing.__dict__:
        return listing
    if isinstance(listing, Need):
        return whole_needs(Need.objects.all()).get(pk=listing.pk)
    return whole_solutions(Solution.objects.all()).get(pk=listing.pk)


def _code(row: object | None) -> str:
    return str(getattr(row, "code")) if row is not None else ""  # noqa: B009


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def need_content(need: Need) -> NeedContent:
    """Return the approved content of ``need``; read many with whole_needs."""
    row = _whole(need)
    columns = {name: getattr(row, name) for name in NEED_COLUMNS}
    return NeedContent.model_construct(
        **columns,
        scenarios=tuple(row.scenarios_codes),
        factory_goals=tuple(row.factory_goals),
        integration_forms=tuple(row.integration_forms),
        project_type=_code(row.project_type),
        parameters=tuple(
            ParameterContent.model_construct(**{**one, "number": _decimal(one["number"])})
            for one in row.parameter_rows
        ),
        industry=_code(row.industry),
        district=_code(row.district),
        maturity=tuple(MaturityContent.model_construct(**one) for one in row.maturity_rows),
        requirements=tuple(
            RequirementContent.model_construct(**{**one, "number": _decimal(one["number"])})
            for one in row.requirement_rows
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
    """Return the approved content of ``solution``; read many with whole_solutions."""
    row = _whole(solution)
    columns = {name: getattr(row, name) for name in SOLUTION_COLUMNS}
    return SolutionContent.model_construct(
        **columns,
        scenarios=tuple(row.scenarios_codes),
        factory_goals=tuple(row.factory_goals),
        integration_forms=tuple(row.integration_forms),
        industries=tuple(row.industries_codes),
        project_types=tuple(row.project_types_codes),
        limits=tuple(_limit(one) for one in row.limit_rows),
        service_districts=tuple(row.service_districts_codes),
        certifications=tuple(
            HeldCertificationContent.model_construct(
                certification=one["certification"], valid_until=_day(one["valid_until"])
            )
            for one in row.certification_rows
        ),
        maturity=tuple(MaturityReachContent.model_construct(**one) for one in row.maturity_rows),
        cases=tuple(CaseContent.model_construct(**one) for one in row.case_rows),
        wished_industries=tuple(row.wished_industries_codes),
        wished_districts=tuple(row.wished_districts_codes),
    )


def _limit(one: dict[str, Any]) -> LimitContent:
    return LimitContent.model_construct(
        parameter=one["parameter"],
        low=_decimal(one["low"]),
        high=_decimal(one["high"]),
        choices=tuple(one["choices"]),
        flag=one["flag"],
    )


def checked_certifications(solution: Solution) -> frozenset[str]:
    """Return the codes of the certifications that somebody has checked."""
    return frozenset(_whole(solution).checked_codes)


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
    """Return the approved content of any listing, in at most one query."""
    if isinstance(listing, Need):
        return need_content(listing)
    if isinstance(listing, Solution):
        return solution_content(listing)
    if listing.kind == "need":
        return need_content(whole_needs(Need.objects.all()).get(pk=listing.pk))
    return solution_content(whole_solutions(Solution.objects.all()).get(pk=listing.pk))
