"""What the engine knows about a need and a solution: frozen values, no database, no Django.

Units everywhere: money in CNY, durations in whole weeks or hours as named, shares in percent
(0..100), vectors float32 of length 1. ``None`` and empty collections mean *unknown* (or, on the
need's side, *not asked*), never zero or "no", unless a field says otherwise.

Codes (scenarios, industries, certifications, districts, sub-domains, parameters) are the stable
codes of the vocabulary; the engine compares them and never spells them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

DIMENSIONS = 384


@dataclass(frozen=True, slots=True)
class ListingText:
    """The words of a listing. ``extra`` takes what is neither title nor description (keywords,
    case texts, scenario names); it counts as part of the body.
    """

    title: str = ""
    body: str = ""
    extra: str = ""

    @property
    def full(self) -> str:
        """Title, body and extra, one per line, without empty lines."""
        return "\n".join(part for part in (self.title, self.body, self.extra) if part)


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Unit vectors (float32, shape ``(384,)``) of the title and of the body; None: not embedded.

    Raises ValueError for a vector that is not one-dimensional or not finite.
    """

    title: Vector | None = None
    body: Vector | None = None

    def __post_init__(self) -> None:
        for vector in (self.title, self.body):
            if vector is None:
                continue
            if vector.ndim != 1 or not np.isfinite(vector).all():
                raise ValueError("a text vector must be one-dimensional and finite")


@dataclass(frozen=True, slots=True)
class Range:
    """A closed range of numbers >= 0; an open end is None.

    Raises ValueError when low > high, or when an end is negative or not finite.
    """

    low: Decimal | None = None
    high: Decimal | None = None

    def __post_init__(self) -> None:
        for end in (self.low, self.high):
            if end is not None and not (end.is_finite() and end >= 0):
                raise ValueError(f"{end} is not a number >= 0")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}")

    @property
    def is_known(self) -> bool:
        """True when at least one end is stated."""
        return self.low is not None or self.high is not None


class Comparison(StrEnum):
    """How a need's parameter value is checked against a solution's limit."""

    AT_MOST = "at_most"  # the need's value must not exceed the limit's high end: load, size
    AT_LEAST = "at_least"  # the need's value must reach the limit's low end: aisle, cycle time
    SUPPORTED = "supported"  # the need's choice (or choices) must be among the supported ones
    REQUIRED = "required"  # a need that says yes asks for a solution that is able to
    INFO = "info"  # told for information, compared with nothing


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """One typed parameter of a project type.

    ``hard``: a limit by nature (load, precision, explosion protection, data that stays in the
    factory); missing it rules out. A soft one only counts in the technical score.
    """

    code: str
    comparison: Comparison
    unit: str = ""
    hard: bool = False


Value = Decimal | bool | str | frozenset[str]
Limit = Range | frozenset[str] | bool


@dataclass(frozen=True, slots=True)
class StatedParameter:
    """What a need says of one parameter: a number in the spec's unit, a choice (or a set of
    choices, all of them wanted), yes or no, or a text.
    """

    spec: ParameterSpec
    value: Value


class Level(StrEnum):
    """How strongly a need's owner insists."""

    MUST = "must"
    SHOULD = "should"


class RequirementKind(StrEnum):
    """What one requirement is about, and which field of Requirement carries its value."""

    TEXT = "text"  # text
    CAPABILITY = "capability"  # text
    CERTIFICATION = "certification"  # codes
    SCENARIO = "scenario"  # codes
    DOMESTIC_SHARE_MIN = "domestic_share_min"  # number, percent
    LEAD_TIME_MAX = "lead_time_max"  # number, weeks
    BUDGET_MAX = "budget_max"  # number, CNY
    IN_DISTRICT = "in_district"  # codes, any of them
    ON_SITE = "on_site"  # no value
    RESPONSE_HOURS_MAX = "response_hours_max"  # number, hours
    INTEGRATION_FORM = "integration_form"  # codes
    INDUSTRY_CASE = "industry_case"  # codes, any of them


NUMBER_KINDS = frozenset(
    {
        RequirementKind.DOMESTIC_SHARE_MIN,
        RequirementKind.LEAD_TIME_MAX,
        RequirementKind.BUDGET_MAX,
        RequirementKind.RESPONSE_HOURS_MAX,
    }
)
CODE_KINDS = frozenset(
    {
        RequirementKind.CERTIFICATION,
        RequirementKind.SCENARIO,
        RequirementKind.IN_DISTRICT,
        RequirementKind.INTEGRATION_FORM,
        RequirementKind.INDUSTRY_CASE,
    }
)
TEXT_KINDS = frozenset({RequirementKind.TEXT, RequirementKind.CAPABILITY})


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a need. ``ref`` identifies it in evidence (its database id as text).

    ``hard``: by nature, whatever its level: a licence the law asks for, a contractual share.

    Raises ValueError when the value that its kind calls for is missing.
    """

    ref: str
    kind: RequirementKind
    level: Level = Level.SHOULD
    codes: frozenset[str] = frozenset()
    number: Decimal | None = None
    text: str = ""
    hard: bool = False

    def __post_init__(self) -> None:
        if self.kind in NUMBER_KINDS and self.number is None:
            raise ValueError(f"a requirement of kind {self.kind} needs a number")
        if self.kind in CODE_KINDS and not self.codes:
            raise ValueError(f"a requirement of kind {self.kind} needs a code")


@dataclass(frozen=True, slots=True)
class LevelGap:
    """From which GB/T 39116 level (1..5, None: unknown) to which a need wants to get."""

    current: int | None
    target: int


@dataclass(frozen=True, slots=True, eq=False)
class NeedFacts:
    """A need, as far as its owner stated it. What is empty was not asked for.

    ``budget_tax_included``: True with VAT, False without, None unknown.
    ``budget_is_ceiling``: a formal ceiling price, which rules out what surely exceeds it.
    ``budget_is_private``: False when anyone may read the budget, so that it hides nothing.
    ``window_is_fixed``: wanted_start to wanted_end is a shutdown window or a grant's deadline,
    which rules out what surely does not fit. ``blocked_organizations``: the owner's blacklist;
    ``conflicting_organizations``: its declared conflicts of interest; both are its own affair.
    ``weights``: the owner's own criterion -> percent; None: the platform's.
    """

    id: str
    organization_id: str
    text: ListingText = ListingText()
    vectors: Vectors = Vectors()
    language: str = "zh"
    scenarios: frozenset[str] = frozenset()
    industry: str | None = None
    factory_goals: frozenset[str] = frozenset()
    integration_forms: frozenset[str] = frozenset()
    project_type: str | None = None
    parameters: tuple[StatedParameter, ...] = ()
    budget: Range | None = None
    budget_tax_included: bool | None = None
    budget_is_ceiling: bool = False
    budget_is_private: bool = True
    wanted_start: date | None = None
    wanted_end: date | None = None
    window_is_fixed: bool = False
    district: str | None = None
    maturity: Mapping[str, LevelGap] = field(default_factory=dict)
    requirements: tuple[Requirement, ...] = ()
    blocked_organizations: frozenset[str] = frozenset()
    conflicting_organizations: frozenset[str] = frozenset()
    weights: Mapping[str, int] | None = None


class CaseEvidence(StrEnum):
    """Who stands behind a case: the vendor alone, the park's check, or the customer."""

    STATED = "stated"
    PARK_VERIFIED = "park_verified"
    CUSTOMER_CONFIRMED = "customer_confirmed"


@dataclass(frozen=True, slots=True)
class Case:
    """One project done before. ``has_result``: it states a measured result."""

    industry: str | None = None
    year: int | None = None
    evidence: CaseEvidence = CaseEvidence.STATED
    has_result: bool = False


class PriceBasis(StrEnum):
    """What one price buys. Only a project's price can be held against a budget directly."""

    UNIT = "unit"
    POINT = "point"
    LINE = "line"
    PROJECT = "project"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class AfterSales:
    """Service after acceptance; every field None while unknown."""

    response_hours: int | None = None
    on_site: bool | None = None
    warranty_months: int | None = None
    spares: bool | None = None
    yearly_fee: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Certification:
    """A standing a vendor holds. ``expires`` None: without an end or not stated."""

    verified: bool = False
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class VendorWishes:
    """What the vendor wants of a project: size in CNY, industries, districts. Empty: anything."""

    project_size: Range | None = None
    industries: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Introductions that ended with a confirmed outcome: how many, and how many went well."""

    confirmed: int
    good: int

    def __post_init__(self) -> None:
        if not 0 <= self.good <= self.confirmed:
            raise ValueError(f"{self.good} good outcomes of {self.confirmed}")


@dataclass(frozen=True, slots=True, eq=False)
class SolutionFacts:
    """A solution, as far as its vendor stated it. What is empty is unknown.

    ``price`` None or ``price_basis`` None: unknown. ``lead_time`` in weeks from the start.
    ``capacity``: projects at a time, of which ``capacity_taken`` are in hand.
    ``nationwide`` True: serves every district, whatever ``service_districts`` says.
    ``certifications`` lists what the vendor claims; a code that is absent is unknown, since no
    vendor lists what it lacks. ``scenarios``, ``industries``, ``integration_forms`` and the like
    are whole once anything is listed. ``maturity``: the level (1..5) that the solution brings a
    sub-domain to. ``outcomes`` None: none confirmed yet. ``vendor_is_small``: by the national
    size classes of enterprises, None while unknown; it moves no score.
    """

    id: str
    organization_id: str
    text: ListingText = ListingText()
    vectors: Vectors = Vectors()
    language: str = "zh"
    scenarios: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()
    factory_goals: frozenset[str] = frozenset()
    integration_forms: frozenset[str] = frozenset()
    project_types: frozenset[str] = frozenset()
    limits: Mapping[str, Limit] = field(default_factory=dict)
    price: Range | None = None
    price_basis: PriceBasis | None = None
    price_tax_included: bool | None = None
    lead_time: Range | None = None
    capacity: int | None = None
    capacity_taken: int | None = None
    earliest_start: date | None = None
    after_sales: AfterSales = AfterSales()
    service_districts: frozenset[str] = frozenset()
    nationwide: bool = False
    vendor_district: str | None = None
    vendor_is_small: bool | None = None
    certifications: Mapping[str, Certification] = field(default_factory=dict)
    domestic_share: Decimal | None = None
    maturity: Mapping[str, int] = field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    wishes: VendorWishes = VendorWishes()
    outcomes: Outcomes | None = None
