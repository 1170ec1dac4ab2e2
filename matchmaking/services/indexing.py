"""What recall and scoring read, kept in step with what is published.

`index_candidate` brings one listing's rows up to date: call it in the worker before a run. It
costs three small queries when nothing changed. `index_many` does the same for many, and
`drop_candidate` removes what left the halls. Bulk loads build `IndexRow`s (from facts by
`index_row`, or from arrays by hand) and write them with `copy_rows` (services/bulk.py).

What a listing's rows are made from is summed up in their *basis*: content version, vectors,
organization, checked certifications, parameters, and the versions of the code. While it is the
same, nothing is read and nothing is written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from pgvector import HalfVector

from catalog.choices import ListingKind, ListingState
from catalog.models import (
    Certification,
    EmbeddingSpace,
    HeldCertification,
    Listing,
    ListingVector,
    NeedParameter,
    Requirement,
)
from matchmaking.engine.facts import NeedFacts, SolutionFacts
from matchmaking.engine.text import meaning, profile
from matchmaking.facts import NOBODY, Loaded, barred_for, packing, read_needs, read_solutions
from matchmaking.models import Candidate, PackedFacts, Posting
from matchmaking.models.candidates import NO_INDUSTRY
from matchmaking.recall import Frequencies, pinned_frequencies, postings, text_of
from matchmaking.recall.centres import centre_of
from matchmaking.recall.terms import TERMS_VERSION
from matchmaking.services.vectors import serving_space

_BATCH = 200
_VERSIONS = f"{packing.PACKING_VERSION}.{TERMS_VERSION}"


@dataclass(frozen=True, slots=True)
class Filters:
    """The columns that a must is held against; None or empty: unknown, as for every need."""

    price_low: Decimal | None = None
    lead_time_low: int | None = None
    domestic_share: Decimal | None = None
    response_hours: int | None = None
    on_site: bool | None = None
    vendor_district: str | None = None
    scenarios: tuple[str, ...] = ()
    project_types: tuple[str, ...] = ()
    integration_forms: tuple[str, ...] = ()
    case_industries: tuple[str, ...] = ()

    @classmethod
    def of(cls, facts: NeedFacts | SolutionFacts) -> "Filters":
        if isinstance(facts, NeedFacts):
            return cls()
        lead = facts.lead_time.low if facts.lead_time else None
        return cls(
            price_low=facts.price.low if facts.price else None,
            lead_time_low=None if lead is None else int(lead),
            domestic_share=facts.domestic_share,
            response_hours=facts.after_sales.response_hours,
            on_site=facts.after_sales.on_site,
            vendor_district=facts.vendor_district,
            scenarios=tuple(sorted(facts.scenarios)),
            project_types=tuple(sorted(facts.project_types)),
            integration_forms=tuple(sorted(facts.integration_forms)),
            case_industries=tuple(sorted({c.industry or NO_INDUSTRY for c in facts.cases})),
        )


@dataclass(frozen=True, slots=True, eq=False)
class IndexRow:
    """One listing's rows. ``meaning``: float16 or float32 of shape (384,), length 1, or None.

    ``facts``, ``profile`` and ``vectors`` come from facts/packing.py; ``terms`` and ``impacts``
    are int32 of one length (recall.postings), each term once.
    """

    listing_id: int
    kind: str
    catalogue_id: int
    organization_id: int
    content_version: int
    basis: str
    space_id: int | None
    meaning: NDArray[np.floating[Any]] | None
    filters: Filters
    facts: bytes
    profile: bytes
    vectors: bytes
    terms: NDArray[np.int32]
    impacts: NDArray[np.int32]

    @property
    def digest(self) -> int:
        return packing.digest((self.facts, self.profile, self.vectors))


@dataclass(frozen=True, slots=True)
class _Basis:
    kind: str
    catalogue_id: int
    organization_id: int
    digest: str


def index_candidate(listing_id: int) -> bool:
    """Bring the rows of one listing up to date; return whether anything was written.

    A listing that is not in the halls loses its rows.
    """
    return index_many([listing_id]) > 0


def index_many(listing_ids: Iterable[int]) -> int:
    """Bring the rows of many listings up to date; return how many had to change."""
    space = serving_space()
    ids = sorted(listing_ids)
    changed = 0
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        bases = bases_of(batch, space)
        stored = dict(Candidate.objects.filter(pk__in=batch).values_list("listing_id", "basis"))
        lagging = [pk for pk, basis in bases.items() if stored.get(pk) != basis.digest]
        gone = [pk for pk in stored if pk not in bases]
        if lagging or gone:
            changed += _rewrite(sorted([*lagging, *gone]), space)
    return changed


@transaction.atomic
def drop_candidate(listing_id: int) -> None:
    """Remove a listing from what recall finds."""
    _drop([listing_id])


@transaction.atomic
def _rewrite(ids: Sequence[int], space: EmbeddingSpace | None) -> int:
    """Write the rows of ``ids`` anew from what is committed, one writer a listing at a time."""
    lock_listings(ids)
    rows = read_rows(ids, space)
    found = {row.listing_id for row in rows}
    _drop([pk for pk in ids if pk not in found])
    if rows:
        _upsert(rows)
    return len(ids)


def lock_listings(ids: Sequence[int]) -> None:
    """Have one writer of a listing's rows at a time; ascending, so that no two wait in a ring."""
    rows = Listing.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    list(rows.values_list("pk", flat=True))


def read_rows(ids: Sequence[int], space: EmbeddingSpace | None) -> list[IndexRow]:
    """Build the rows of the published listings among ``ids`` from their content."""
    bases = bases_of(ids, space)
    space_id = space.pk if space else None
    kinds: dict[str, list[int]] = {}
    for pk, basis in bases.items():
        kinds.setdefault(basis.kind, []).append(pk)
    loaded: list[Loaded[NeedFacts] | Loaded[SolutionFacts]] = [
        *read_needs(kinds.get(ListingKind.NEED, []), space_id),
        *read_solutions(kinds.get(ListingKind.SOLUTION, []), space_id),
    ]
    return [
        index_row(
            item.facts,
            catalogue_id=bases[int(item.facts.id)].catalogue_id,
            content_version=item.content_version,
            basis=bases[int(item.facts.id)].digest,
            space=space,
            frequencies=pinned_frequencies(bases[int(item.facts.id)].catalogue_id),
        )
        for item in loaded
    ]


def index_row(
    facts: NeedFacts | SolutionFacts,
    *,
    catalogue_id: int,
    content_version: int,
    basis: str,
    space: EmbeddingSpace | None,
    frequencies: Frequencies,
) -> IndexRow:
    """Build the rows of one listing from its facts, text and vectors included."""
    is_need = isinstance(facts, NeedFacts)
    kind = ListingKind.NEED if is_need else ListingKind.SOLUTION
    found = postings(facts, catalogue_id=catalogue_id, kind=kind, frequencies=frequencies)
    return IndexRow(
        listing_id=int(facts.id),
        kind=kind.value,
        catalogue_id=catalogue_id,
        organization_id=int(facts.organization_id),
        content_version=content_version,
        basis=basis,
        space_id=space.pk if space else None,
        meaning=meaning(facts.vectors, centre_of(space)) if space else None,
        filters=Filters.of(facts),
        facts=packing.pack_need(facts)
        if isinstance(facts, NeedFacts)
        else packing.pack_solution(facts),
        profile=packing.pack_profile(profile(text_of(facts))),
        vectors=packing.pack_vectors(facts.vectors),
        terms=np.fromiter(found.keys(), dtype=np.int32, count=len(found)),
        impacts=np.fromiter(found.values(), dtype=np.int32, count=len(found)),
    )


def bases_of(ids: Sequence[int], space: EmbeddingSpace | None) -> dict[int, _Basis]:
    """Return what the rows of each published listing among ``ids`` are made from."""
    parts: dict[int, list[object]] = {}
    common = (_VERSIONS, space.pk, space.centred_at) if space else (_VERSIONS,)
    kinds: dict[int, tuple[str, int, int]] = {}
    for pk, kind, catalogue_id, organization_id, version, *rest in Listing.objects.filter(
        pk__in=ids, state=ListingState.PUBLISHED, organization__suspended_at=None
    ).values_list(
        "pk",
        "kind",
        "catalogue_id",
        "organization_id",
        "content_version",
        "organization__district__code",
        "organization__size",
    ):
        kinds[pk] = (kind, catalogue_id, organization_id)
        parts[pk] = [common, kind, catalogue_id, organization_id, version, *rest]
    needs = {pk: owner for pk, (kind, _, owner) in kinds.items() if kind == ListingKind.NEED}
    barred = barred_for(needs.values())
    for pk, owner in needs.items():
        excluded = barred.get(owner, NOBODY)
        parts[pk] += [sorted(excluded.blocked), sorted(excluded.conflicting)]
    for pk, *rest in _besides(list(kinds), space):
        parts[pk].append(rest)
    return {pk: _Basis(*kinds[pk], _digest(said)) for pk, said in parts.items()}


def _digest(parts: object) -> str:
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _besides(ids: Sequence[int], space: EmbeddingSpace | None) -> Iterable[tuple[Any, ...]]:
    """Yield what facts depend on besides the content and its owner, in a fixed order."""
    if space is not None:
        yield from (
            ListingVector.objects.filter(listing_id__in=ids, space=space)
            .order_by("listing_id", "view")
            .values_list("listing_id", "space_id", "view", "content_hash")
        )
    yield from (
        HeldCertification.objects.filter(solution_id__in=ids, verified_at__isnull=False)
        .order_by("solution_id", "certification_id")
        .values_list("solution_id", "certification__code")
    )
    yield from (
        NeedParameter.objects.filter(need_id__in=ids)
        .order_by("need_id", "parameter_id")
        .values_list(
            "need_id",
            "parameter__code",
            "parameter__comparison",
            "parameter__unit",
            "parameter__hard",
        )
    )
    licences = Certification.objects.filter(is_licence=True).values("code")
    yield from (
        Requirement.objects.filter(need_id__in=ids, code__in=licences)
        .order_by("need_id", "position")
        .values_list("need_id", "code")
    )


def _drop(ids: Sequence[int]) -> None:
    if ids:
        Candidate.objects.filter(pk__in=ids).delete()
        PackedFacts.objects.filter(pk__in=ids).delete()
        Posting.objects.filter(listing_id__in=ids).delete()


def candidate_of(row: IndexRow) -> Candidate:
    filters = {name: getattr(row.filters, name) for name in Filters.__slots__}
    codes = {name: list(value) for name, value in filters.items() if isinstance(value, tuple)}
    return Candidate(
        listing_id=row.listing_id,
        kind=row.kind,
        catalogue_id=row.catalogue_id,
        organization_id=row.organization_id,
        space_id=row.space_id,
        content_version=row.content_version,
        basis=row.basis,
        meaning=None if row.meaning is None else HalfVector(row.meaning),
        **{**filters, **codes},
    )


def _upsert(rows: Sequence[IndexRow]) -> None:
    _replace(Candidate, [candidate_of(row) for row in rows])
    known = {
        pk: tuple(rest)
        for pk, *rest in PackedFacts.objects.filter(
            pk__in=[row.listing_id for row in rows]
        ).values_list("listing_id", "digest", "content_version")
    }
    fresh = [r for r in rows if known.get(r.listing_id) != (r.digest, r.content_version)]
    _replace(
        PackedFacts,
        [
            PackedFacts(
                listing_id=row.listing_id,
                kind=row.kind,
                content_version=row.content_version,
                digest=row.digest,
                facts=row.facts,
                profile=row.profile,
                vectors=row.vectors,
            )
            for row in fresh
        ],
    )
    _write_postings(rows)


def _replace(model: type[Candidate] | type[PackedFacts], rows: Sequence[Any]) -> None:
    model._default_manager.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["listing"],
        update_fields=[f.name for f in model._meta.concrete_fields if not f.primary_key],
    )


def _write_postings(rows: Sequence[IndexRow]) -> None:
    """Write only the postings that differ from what is there."""
    ids = [row.listing_id for row in rows]
    stored = set(
        Posting.objects.filter(listing_id__in=ids).values_list("term", "impact", "listing_id")
    )
    wanted = {
        (term, impact, row.listing_id)
        for row in rows
        for term, impact in zip(row.terms.tolist(), row.impacts.tolist(), strict=True)
    }
    gone, new = sorted(stored - wanted), sorted(wanted - stored)
    with connection.cursor() as cursor:
        if gone:
            cursor.execute(
                "DELETE FROM matchmaking_posting WHERE (term, impact, listing_id) IN"
                " (SELECT * FROM unnest(%s::int[], %s::int[], %s::bigint[]))",
                [list(column) for column in zip(*gone, strict=True)],
            )
        if new:
            cursor.execute(
                "INSERT INTO matchmaking_posting (term, impact, listing_id)"
                " SELECT * FROM unnest(%s::int[], %s::int[], %s::bigint[])",
                [list(column) for column in zip(*new, strict=True)],
            )
