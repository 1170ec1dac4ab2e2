"""The only bridge from rows to the engine's frozen facts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeVar

import numpy as np
from django.db.models import Count

from accounts.models import Organization, Restriction
from catalog.choices import BudgetVisibility, ListingState, RequirementKind
from catalog.content import (
    Content,
    LimitContent,
    NeedContent,
    ParameterContent,
    RequirementContent,
    SolutionContent,
)
from catalog.disclosure import full_text
from catalog.models import (
    Certification,
    HeldCertification,
    Listing,
    ListingVector,
    Need,
    Parameter,
    Revision,
    Solution,
)
from catalog.reading import (
    NEED_PREFETCH,
    SOLUTION_PREFETCH,
    need_content,
    revision_content,
    solution_content,
)
from matchmaking.engine import facts as engine
from matchmaking.engine.corpus import Corpus
from matchmaking.engine.text import TextSide

# Facts of this many listings stay in a worker; one takes a few kilobytes.
_CACHED_FACTS = 20_000


Specs = Mapping[str, engine.ParameterSpec]
_SMALL = frozenset({Organization.Size.SMALL, Organization.Size.MICRO})


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


def barred_for(organization_ids: Iterable[int]) -> dict[int, Barred]:
    """Return whom each organization's needs must not be matched with; most are absent."""
    wanted = set(organization_ids)
    blocked: dict[int, set[str]] = {}
    conflicting: dict[int, set[str]] = {}
    rows = Restriction.objects.concerning(wanted).values_list("organization_id", "other_id", "kind")
    for owner, other, kind in rows:
        if kind == Restriction.Kind.BLACKLIST:
            blocked.setdefault(owner, set()).add(str(other))
            continue
        conflicting.setdefault(owner, set()).add(str(other))
        conflicting.setdefault(other, set()).add(str(owner))
    return {
        pk: Barred(frozenset(blocked.get(pk, ())), frozenset(conflicting.get(pk, ())))
        for pk in wanted & (blocked.keys() | conflicting.keys())
    }


def matching_content(listing: Listing) -> Content | None:
    """Return what ``listing`` is scored by: its approved content, else what was submitted.

    None when there is neither: a draft is nobody's business but its author's.
    """
    if listing.state == ListingState.PUBLISHED:
        if listing.kind == "need":
            return need_content(Need.objects.prefetch_related(*NEED_PREFETCH).get(pk=listing.pk))
        return solution_content(
            Solution.objects.prefetch_related(*SOLUTION_PREFETCH).get(pk=listing.pk)
        )
    if listing.state in (ListingState.SUBMITTED, ListingState.RETURNED, ListingState.DRAFT):
        revision = (
            Revision.objects.filter(listing=listing, submitted_at__isnull=False)
            .select_related("listing")
            .order_by("-number")
            .first()
        )
        return revision_content(revision) if revision is not None else None
    return None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the vocabulary says of the codes a need uses."""

    parameters: Specs = field(default_factory=dict)
    # Certifications that the law demands: hard by nature wherever they are asked for.
    licences: frozenset[str] = frozenset()


def load_terms() -> Terms:
    parameters = {
        row.code: engine.ParameterSpec(
            code=row.code,
            comparison=engine.Comparison(row.comparison),
            unit=row.unit,
            hard=row.hard,
        )
        for row in Parameter.objects.all()
    }
    licences = Certification.objects.filter(is_licence=True).values_list("code", flat=True)
    return Terms(parameters, frozenset(licences))


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose listing it is; texts from a file have an identity without having a row."""

    id: str
    organization_id: str

    @classmethod
    def of(cls, listing: Listing) -> "Identity":
        return cls(str(listing.pk), str(listing.organization_id))


NOBODY = Barred()


def need_facts_now(
    need: Listing, content: NeedContent, vectors: engine.Vectors
) -> engine.NeedFacts:
    """Return what ``need`` asks for by ``content``, with whom its owner excludes now."""
    barred = barred_for([need.organization_id]).get(need.organization_id, NOBODY)
    return need_facts(Identity.of(need), content, vectors, load_terms(), barred)


def need_facts(
    identity: Identity,
    content: NeedContent,
    vectors: engine.Vectors,
    terms: Terms,
    barred: Barred = NOBODY,
) -> engine.NeedFacts:
    # The engine adds the words of the requirements itself.
    body = _joined(content.summary, content.situation, content.goal)
    return engine.NeedFacts(
        id=identity.id,
        organization_id=identity.organization_id,
        text=engine.ListingText(title=content.title, body=body),
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
        budget_is_private=content.budget_visibility != BudgetVisibility.PUBLIC,
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
    title, summary, body = full_text(content)
    return engine.SolutionFacts(
        id=identity.id,
        organization_id=identity.organization_id,
        text=engine.ListingText(title=title, body=_joined(summary, body)),
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


def _joined(*texts: str) -> str:
    return "\n".join(text for text in texts if text.strip())


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


Facts = TypeVar("Facts", engine.NeedFacts, engine.SolutionFacts)
Prepare = Callable[[Facts, Corpus], TextSide]


@dataclass(frozen=True, slots=True)
class Loaded(Generic[Facts]):
    """Facts beside the content version they were read at."""

    facts: Facts
    content_version: int


@dataclass(frozen=True, slots=True)
class _Version:
    """What facts depend on; anything else may change without making them stale."""

    content_version: int
    district_id: int | None
    vector_hashes: tuple[str, ...]
    checked: int
    size: str
    barred: Barred


def _versions(ids: Iterable[int], kind: str, space_id: int | None) -> dict[int, _Version]:
    wanted = list(ids)
    hashes: dict[int, list[str]] = {}
    for pk, digest in (
        ListingVector.objects.filter(listing_id__in=wanted, space_id=space_id)
        .order_by("listing_id", "view")
        .values_list("listing_id", "content_hash")
    ):
        hashes.setdefault(pk, []).append(digest)
    checked = dict(
        HeldCertification.objects.filter(solution_id__in=wanted, verified_at__isnull=False)
        .values("solution_id")
        .annotate(count=Count("pk"))
        .values_list("solution_id", "count")
    )
    rows = Listing.objects.filter(
        pk__in=wanted, kind=kind, state=ListingState.PUBLISHED
    ).values_list(
        "pk",
        "content_version",
        "organization_id",
        "organization__district_id",
        "organization__size",
    )
    found = list(rows)
    barred = barred_for(owner for _pk, _version, owner, *_rest in found) if kind == "need" else {}
    return {
        pk: _Version(
            content_version=version,
            district_id=district_id,
            vector_hashes=tuple(hashes.get(pk, ())),
            checked=checked.get(pk, 0),
            size=size,
            barred=barred.get(owner, NOBODY),
        )
        for pk, version, owner, district_id, size in found
    }


def proofs_of(solution: Solution) -> Proofs:
    district = solution.organization.district
    return Proofs(
        district=district.code if district else None,
        verified_certifications=frozenset(
            held.certification.code for held in solution.certifications.all() if held.verified_at
        ),
        is_small=solution.organization.size in _SMALL if solution.organization.size else None,
    )


def load_vectors(ids: Iterable[int], space_id: int | None) -> dict[int, engine.Vectors]:
    """Return the stored vectors by listing id; listings without any are absent."""
    views: dict[int, dict[str, engine.Vector]] = {}
    if space_id is not None:
        rows = ListingVector.objects.filter(listing_id__in=list(ids), space_id=space_id)
        for pk, view, vector in rows.values_list("listing_id", "view", "vector"):
            views.setdefault(pk, {})[view] = np.asarray(vector, dtype=np.float32)
    return {
        pk: engine.Vectors(title=found.get("title"), body=found.get("body"))
        for pk, found in views.items()
    }


def _forget_oldest(cache: dict[Any, Any]) -> None:
    for pk in list(cache)[: max(0, len(cache) - _CACHED_FACTS)]:
        del cache[pk]


class FactsLoader:
    """Facts of published listings, read in bulk and kept by content version.

    One loader lives in a worker. A listing's version is read anew every time; only what has
    not changed is taken from memory. Not safe for threads: workers are processes.
    """

    def __init__(self) -> None:
        self._needs: dict[int, tuple[object, engine.NeedFacts]] = {}
        self._solutions: dict[int, tuple[object, engine.SolutionFacts]] = {}
        self._sides: dict[str, tuple[object, str, TextSide]] = {}

    def sides(
        self, loaded: Sequence[Loaded[Facts]], corpus: Corpus, prepare: Prepare[Facts]
    ) -> dict[str, TextSide]:
        """Return the prepared texts of ``loaded`` by id, kept while facts and corpus stay."""
        found: dict[str, TextSide] = {}
        for item in loaded:
            facts, version, side = self._sides.get(item.facts.id, (None, "", None))
            if facts is not item.facts or version != corpus.version or side is None:
                side = prepare(item.facts, corpus)
                self._sides[item.facts.id] = (item.facts, corpus.version, side)
            found[item.facts.id] = side
        _forget_oldest(self._sides)
        return found

    def needs(self, ids: Iterable[int], space_id: int | None) -> list[Loaded[engine.NeedFacts]]:
        """Return the facts of the published needs among ``ids``, ordered by id."""
        keys = _versions(ids, "need", space_id)
        missing = [pk for pk, key in keys.items() if self._needs.get(pk, (None,))[0] != key]
        if missing:
            terms = load_terms()
            vectors = load_vectors(missing, space_id)
            rows = Need.objects.filter(pk__in=missing).prefetch_related(*NEED_PREFETCH)
            for need in rows.select_related("industry", "district", "project_type"):
                facts = need_facts(
                    Identity.of(need),
                    need_content(need),
                    vectors.get(need.pk, engine.Vectors()),
                    terms,
                    keys[need.pk].barred,
                )
                self._needs[need.pk] = (keys[need.pk], facts)
            _forget_oldest(self._needs)
        return [
            Loaded(self._needs[pk][1], keys[pk].content_version)
            for pk in sorted(keys)
            if pk in self._needs
        ]

    def solutions(
        self, ids: Iterable[int], space_id: int | None
    ) -> list[Loaded[engine.SolutionFacts]]:
        """Return the facts of the published solutions among ``ids``, ordered by id."""
        keys = _versions(ids, "solution", space_id)
        missing = [pk for pk, key in keys.items() if self._solutions.get(pk, (None,))[0] != key]
        if missing:
            vectors = load_vectors(missing, space_id)
            rows = Solution.objects.filter(pk__in=missing).prefetch_related(*SOLUTION_PREFETCH)
            for solution in rows.select_related("organization__district"):
                facts = solution_facts(
                    Identity.of(solution),
                    solution_content(solution),
                    vectors.get(solution.pk, engine.Vectors()),
                    proofs_of(solution),
                )
                self._solutions[solution.pk] = (keys[solution.pk], facts)
            _forget_oldest(self._solutions)
        return [
            Loaded(self._solutions[pk][1], keys[pk].content_version)
            for pk in sorted(keys)
            if pk in self._solutions
        ]
