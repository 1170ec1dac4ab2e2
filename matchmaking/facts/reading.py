"""Rows read in bulk and turned into facts, with what their facts depend on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

import numpy as np
from django.db.models import CharField, Value

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
    live_content,
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
        return live_content(listing)
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
    """Return the whole of both vocabularies, in one query."""
    licences = Certification.objects.filter(is_licence=True).order_by()
    blank = Value("", output_field=CharField())
    rows = Parameter.objects.order_by().values_list("code", "comparison", "unit", "hard")
    both = rows.union(licences.values_list("code", blank, blank, "is_licence"), all=True)
    parameters: dict[str, engine.ParameterSpec] = {}
    found: set[str] = set()
    for code, comparison, unit, hard in both:
        if not comparison:
            found.add(code)
            continue
        parameters[code] = engine.ParameterSpec(
            code=code, comparison=engine.Comparison(comparison), unit=unit, hard=hard
        )
    return Terms(parameters, frozenset(found))


@dataclass(frozen=True, slots=True)
class Around:
    """What a need's facts rest on besides its content."""

    terms: Terms
    barred: Barred


def around(need: Listing) -> Around:
    """Return what counts for ``need`` now: the vocabulary, and whom its owner excludes."""
    barred = barred_for([need.organization_id]).get(need.organization_id, NOBODY)
    return Around(load_terms(), barred)


def need_facts_now(
    need: Listing, content: NeedContent, vectors: engine.Vectors, known: Around | None = None
) -> engine.NeedFacts:
    """Return what ``need`` asks for by ``content``, with whom its owner excludes now.

    ``known``: what ``around`` gave, where several contents of one need are asked about.
    """
    rest = known or around(need)
    return need_facts(Identity.of(need), content, vectors, rest.terms, rest.barred)


def offering(solution: Listing) -> Solution:
    """Return the row that ``proofs_of`` reads: the listing itself where it came whole."""
    if isinstance(solution, Solution):
        return solution
    rows = Solution.objects.select_related("organization__district")
    return cast("Solution", whole_solutions(rows).get(pk=solution.pk))


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
        whole_needs(Need.objects.filter(pk__in=wanted, state=ListingState.PUBLISHED)).order_by("pk")
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
        for solution in whole_solutions(rows.select_related("organization__district"))
    ]
