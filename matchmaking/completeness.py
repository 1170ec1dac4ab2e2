"""How complete a solution is, weighted as the engine weighs, and which field is worth most next.

Where needs have been scored against it, worth is what the engine says each missing field could
bring with them; before that it is the field's share of the weights.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from accounts.actors import Actor
from catalog.choices import ListingKind
from catalog.content import SolutionContent
from catalog.forms.steps import step_deciding
from catalog.models import Listing
from catalog.wording.names import Names
from matchmaking.engine.criteria import SOLUTION_FIELDS
from matchmaking.engine.weights import Criterion, Weights
from matchmaking.facts import matching_content
from matchmaking.lists import Helpful, most_helpful, solution_rows
from matchmaking.models import WeightSet
from matchmaking.render.labels import CRITERIA
from matchmaking.render.labels import FIELDS as LABELS
from matchmaking.render.privacy import FIELDS as CONTENT_FIELDS
from matchmaking.render.privacy import base_field

LATER = 3
# The form asks for these; a listing always has them, or they say nothing alone.
_NOT_ALONE = frozenset({"title", "price_includes_tax", "price_basis", "price_scope"})


@dataclass(frozen=True, slots=True)
class Gap:
    """A field without an answer. ``gain`` with how many needs, or the criterion it belongs to."""

    label: str
    href: str
    criterion: str
    weight: int
    gain: str = ""
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Meter:
    percent: int
    filled: int
    total: int
    gaps: tuple[Gap, ...]

    @property
    def best(self) -> Gap | None:
        return next(iter(self.gaps), None)

    @property
    def later(self) -> tuple[Gap, ...]:
        return self.gaps[1 : 1 + LATER]


def meter_of(actor: Actor, solution: Listing, draft: SolutionContent, names: Names) -> Meter:
    """Measure the newest words of ``solution``, published or not."""
    weights = Weights(WeightSet.objects.get(is_serving=True).weights)
    whole = sum(weights[criterion] for criterion in SOLUTION_FIELDS)
    empty: list[tuple[float, str, Criterion]] = []
    reached, total = 0.0, 0
    for criterion, fields in SOLUTION_FIELDS.items():
        share = weights[criterion] / len(fields)
        total += len(fields)
        for field in fields:
            if is_filled(field, draft):
                reached += share
            else:
                empty.append((share, field, criterion))
    empty.sort(key=lambda gap: -gap[0])
    told = {_base(item.code): item for item in reversed(_gains(actor, solution, names))}
    gaps = [
        _gap(solution, field, criterion, weights[criterion], whole, told.get(field))
        for _share, field, criterion in empty
    ]
    gaps.sort(key=lambda gap: -float(gap.gain or 0))
    percent = round(100 * reached / whole) if whole else 100
    return Meter(percent, total - len(empty), total, tuple(gaps))


def is_filled(field: str, content: SolutionContent) -> bool:
    """Whether ``content`` answers the engine's ``field``; no and zero are answers."""
    names = (name for name in CONTENT_FIELDS[field] if name not in _NOT_ALONE)
    return any(_says(getattr(content, name), name) for name in names)


def _says(value: object, name: str) -> bool:
    # Not serving the whole country is no answer to where one serves.
    return value not in (None, "", ()) and not (name == "nationwide" and value is False)


def _gains(actor: Actor, solution: Listing, names: Names) -> list[Helpful]:
    """Return what the needs scored so far would gain; nothing before the first submission."""
    content = matching_content(solution)
    if not isinstance(content, SolutionContent):
        return []
    rows = solution_rows(actor, solution, content, names)
    return most_helpful(rows, most=len(CONTENT_FIELDS))


def _base(code: str) -> str:
    return base_field(code)[0]


def _gap(
    solution: Listing,
    field: str,
    criterion: Criterion,
    weight: int,
    whole: int,
    helpful: Helpful | None,
) -> Gap:
    step = step_deciding(ListingKind.SOLUTION, _asked(CONTENT_FIELDS[field]))
    return Gap(
        label=str(LABELS[field]),
        href=reverse("catalog:solution_edit", args=[solution.public_id, step.slug]),
        criterion=str(CRITERIA[criterion]),
        weight=round(100 * weight / whole) if whole else 0,
        gain=helpful.gain if helpful else "",
        rows=helpful.rows if helpful else 0,
    )


def _asked(fields: Iterable[str]) -> str:
    return next(name for name in fields if name not in _NOT_ALONE)
