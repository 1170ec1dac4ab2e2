"""Rows read in bulk and turned into facts, with what their facts depend on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from accounts.models import Restriction
from catalog.choices import ListingKind, ListingState
from catalog.content import Content, NeedContent
from catalog.models import (
    Case,
    Certification,
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
    whole_needs,
    whole_solutions,
)
from matchmaking.engine import facts as engine
from matchmaking.facts.building import (
    NOBODY,
    Barred,
    Identity,
    Terms,
    joined_text,
    need_facts,
    proofs_of,
    solution_facts,
)

Facts = TypeVar("Facts", engine.NeedFacts, engine.SolutionFacts)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[Facts]):
    """Facts beside the content version they were read at."""

    facts: Facts
    content_version: int


def matching_content(listing: Listing) -> Content | None:
    """Return what ``listing`` is scored by: its approved content, else what was submitted.

    None when there is neither: a draft is nobody's business but its author's.
    """
    if listing.state == ListingState.PUBLISHED:
        if listing.kind == "need":
            return need_content(whole_needs(Need.objects.all()).get(pk=listing.pk))
        return solution_content(whole_solutions(Solution.objects.all()).get(pk=listing.pk))
    if listing.state in (ListingState.SUBMITTED, ListingState.RETURNED, ListingState.DRAFT):
        revision = (
            Revision.objects.filter(listing=listing, submitted_at__isnull=False)
            .select_related("listing")
            .order_by("-number")
            .first()
        )
        return revision_content(revision) if revision is not None else None
    return None


def published_text(listing: Listing) -> engine.ListingText:
    """Return `stated_text` of a published listing's content, without reading the rest of it."""
    if listing.kind == ListingKind.NEED:
        needs = Need.objects.values_list("title", "summary", "situation", "goal")
        return joined_text(*needs.get(pk=listing.pk))
    solutions = Solution.objects.values_list("title", "summary", "description")
    title, summary, description = solutions.get(pk=listing.pk)
    results = Case.objects.filter(solution_id=listing.pk).values_list("result", flat=True)
    return joined_text(title, summary, "\n".join([description, *results]))


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


def need_facts_now(
    need: Listing, content: NeedContent, vectors: engine.Vectors
) -> engine.NeedFacts:
    """Return what ``need`` asks for by ``content``, with whom its owner excludes now."""
    barred = barred_for([need.organization_id]).get(need.organization_id, NOBODY)
    return need_facts(Identity.of(need), content, vectors, load_terms(), barred)


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


def read_needs(ids: Iterable[int], space_id: int | None) -> list[Loaded[engine.NeedFacts]]:
    """Return the facts of the published needs among ``ids``, text and all, ordered by id."""
    wanted = list(ids)
    terms = load_terms()
    vectors = load_vectors(wanted, space_id)
    rows = list(
        Need.objects.filter(pk__in=wanted, state=ListingState.PUBLISHED)
        .select_related("industry", "district", "project_type")
        .prefetch_related(*NEED_PREFETCH)
        .order_by("pk")
    )
    barred = barred_for(need.organization_id for need in rows)
    return [
        Loaded(
            need_facts(
                Identity.of(need),
                need_content(need),
                vectors.get(need.pk, engine.Vectors()),
                terms,
                barred.get(need.organization_id, NOBODY),
            ),
            need.content_version,
        )
        for need in rows
    ]


def read_solutions(ids: Iterable[int], space_id: int | None) -> list[Loaded[engine.SolutionFacts]]:
    """Return the facts of the published solutions among ``ids``, text and all, ordered by id."""
    wanted = list(ids)
    vectors = load_vectors(wanted, space_id)
    rows = Solution.objects.filter(pk__in=wanted, state=ListingState.PUBLISHED).order_by("pk")
    return [
        Loaded(
            solution_facts(
                Identity.of(solution),
                solution_content(solution),
                vectors.get(solution.pk, engine.Vectors()),
                proofs_of(solution),
            ),
            solution.content_version,
        )
        for solution in rows.select_related("organization__district").prefetch_related(
            *SOLUTION_PREFETCH
        )
    ]
