"""How many of the truly nearest solutions are among the candidates, also under musts.

Truth is exact: the inner product of the need's meaning with every solution's, of those that the
musts keep. Recall@100 is the share of the nearest 100 among the candidates that a run would get.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from catalog.choices import ListingKind, RequirementKind, RequirementLevel
from catalog.content import NeedContent, RequirementContent
from catalog.models import Listing
from matchmaking.bench.building import Plan
from matchmaking.bench.measures.answering import sample_needs
from matchmaking.bench.measures.exact import Meanings
from matchmaking.bench.measures.probes import probes_of
from matchmaking.bench.measures.timing import Times, warming
from matchmaking.bench.stages import Figures
from matchmaking.facts import matching_content
from matchmaking.models import Candidate
from matchmaking.services.scorer import Scorer

NEEDS = 100
NEAREST = 100
_WARMED_BY = 10
_TARGETS = {"10pct": 0.1, "1pct": 0.01}
_STEPS = (0.0, 0.1, 0.25, 0.5, 0.75)

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
# A requirement, or none, and the solutions it keeps.
Choice = tuple[RequirementContent | None, Flags]


@dataclass(frozen=True, slots=True)
class Musts:
    """Requirements that columns answer, and which solutions they keep; unknown is kept."""

    requirements: tuple[RequirementContent, ...]
    kept: Flags

    @property
    def share(self) -> float:
        return float(self.kept.mean())


def measure(plan: Plan) -> Figures:
    """Measure without musts, and with musts that keep about 10% and 1%."""
    meanings = Meanings(plan.folder, plan.name)
    choices = _choices(meanings)
    everything = Musts((), np.ones(len(meanings.ids), dtype=np.bool_))
    figures = _measured(plan, meanings, everything, "")
    for name, target in _TARGETS.items():
        musts = _musts_keeping(choices, target)
        figures |= _measured(plan, meanings, musts, f"_filter_{name}")
        figures[f"filter_{name}_keeps"] = round(musts.share, 4)
    return figures


def _measured(plan: Plan, meanings: Meanings, musts: Musts, suffix: str) -> Figures:
    needs = sample_needs(plan, NEEDS + _WARMED_BY, seed=55)
    probes = {int(probe.need.id): probe for probe in probes_of(needs)}
    times, shares = Times(), []
    for number, need_id in enumerate(probes):
        scorer = _with_musts(need_id, musts.requirements)
        warm = number < warming(_WARMED_BY, len(probes))
        with times.of("warm" if warm else "recall"):
            found = scorer.candidates()
        with times.of("warm score" if warm else "score"):
            scorer.score(found)
        exact = meanings.nearest(probes[need_id].meaning, NEAREST, musts.kept)
        if len(exact):
            shares.append(len(set(exact.tolist()) & set(found)) / len(exact))
    whole = times.summed("recall", "score")
    plan.say(
        f"  {musts.share:7.2%} kept: recall@{NEAREST} {np.mean(shares):.4f},"
        f" p95 {whole.p95('sum')} ms"
    )
    return {
        f"recall_at_100{suffix}": round(float(np.mean(shares)), 4),
        f"recall_at_100_worst{suffix}": round(float(np.min(shares)), 4),
        f"recall{suffix}_p50_ms": times.p50("recall"),
        f"recall{suffix}_p95_ms": times.p95("recall"),
        f"answer{suffix}_p50_ms": whole.p50("sum"),
        f"answer{suffix}_p95_ms": whole.p95("sum"),
    }


def _with_musts(need_id: int, requirements: Sequence[RequirementContent]) -> Scorer:
    """Return the scorer of a need that asks for ``requirements`` and nothing else hard."""
    listing = Listing.objects.select_related("organization__district").get(pk=need_id)
    content = matching_content(listing)
    if not isinstance(content, NeedContent):
        raise TypeError(f"{need_id} is no need")
    changed = content.model_copy(update={"requirements": tuple(requirements)})
    # No such content is indexed, so the scorer takes its facts from what it is given.
    listing.content_version = 0
    return Scorer(listing, changed)


def _choices(meanings: Meanings) -> list[list[Choice]]:
    """Return what a must may be, kind by kind, each with the solutions it keeps."""
    rows = (
        Candidate.objects.filter(kind=ListingKind.SOLUTION)
        .order_by("listing_id")
        .values_list("listing_id", "lead_time_low", "response_hours", "domestic_share")
    )
    table = np.array(list(rows.iterator(chunk_size=50_000)), dtype=np.float64)
    there = np.isin(table[:, 0], meanings.ids)
    places = np.array(list(_districts().iterator(chunk_size=50_000)), dtype=object)[there]
    return [
        _bounds(RequirementKind.LEAD_TIME, table[there, 1]),
        _bounds(RequirementKind.RESPONSE, table[there, 2]),
        _bounds(RequirementKind.DOMESTIC_SHARE, table[there, 3]),
        _places(places),
    ]


def _districts() -> "QuerySet[Candidate, str | None]":
    rows = Candidate.objects.filter(kind=ListingKind.SOLUTION).order_by("listing_id")
    return rows.values_list("vendor_district", flat=True)


def _musts_keeping(choices: list[list[Choice]], target: float) -> Musts:
    """Return the musts whose kept share is nearest to ``target``; the fewer, the better."""
    best: Musts | None = None
    for chosen in product(*choices):
        kept = np.logical_and.reduce([flags for _requirement, flags in chosen])
        asked = tuple(requirement for requirement, _flags in chosen if requirement is not None)
        musts = Musts(asked, kept)
        if best is None or abs(musts.share - target) < abs(best.share - target):
            best = musts
    if best is None:
        raise LookupError("no bounds to choose from")
    return best


def _bounds(kind: RequirementKind, column: Floats) -> list[Choice]:
    """Bounds at some quantiles; in whole hours and weeks, as a form would say them."""
    found: list[Choice] = [(None, np.ones(len(column), dtype=np.bool_))]
    known = column[~np.isnan(column)]
    rises = kind is RequirementKind.DOMESTIC_SHARE
    for step in _STEPS if len(known) else ():
        number = Decimal(int(np.quantile(known, 1 - step if rises else step)))
        meets = column >= float(number) if rises else column <= float(number)
        requirement = RequirementContent(level=RequirementLevel.MUST, kind=kind, number=number)
        found.append((requirement, np.isnan(column) | meets))
    return found


def _places(column: NDArray[np.object_]) -> list[Choice]:
    """Anywhere, or in the commonest district."""
    found: list[Choice] = [(None, np.ones(len(column), dtype=np.bool_))]
    known = Counter(place for place in column.tolist() if place is not None)
    for code, _often in known.most_common(1):
        requirement = RequirementContent(
            level=RequirementLevel.MUST, kind=RequirementKind.DISTRICT, code=code
        )
        unknown = np.array([place is None for place in column.tolist()])
        found.append((requirement, unknown | (column == code)))
    return found
