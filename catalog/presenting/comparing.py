"""Up to four solutions side by side, field by field, as far as the reader may see each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.actors import Actor
from catalog.briefs import brief_solutions, solution_brief
from catalog.choices import ListingState
from catalog.disclosure import disclose
from catalog.models import HeldCertification, Solution
from catalog.presenting.cards import hidden_word
from catalog.presenting.facts import Fact, Facts
from catalog.querysets import ListingQuerySet
from catalog.wording.names import Names

MOST = 4
# What a hall's address carries of the solutions chosen so far.
TRAY = "compare"
_FIELDS = (
    "price",
    "price_scope",
    "lead_time",
    "capacity",
    "earliest_start",
    "domestic_share",
    "scenarios",
    "project_types",
    "industries",
    "districts",
    "factory_goals",
    "integration_forms",
    "response_hours",
    "on_site",
    "warranty_months",
    "yearly_fee",
    "spares",
)


@dataclass(frozen=True, slots=True)
class Column:
    solution: Solution
    # This page without the solution.
    remove_href: str
    hidden_word: str


@dataclass(frozen=True, slots=True)
class Cell:
    value: str
    hidden_word: str = ""


@dataclass(frozen=True, slots=True)
class ComparedRow:
    label: str
    cells: list[Cell]
    differs: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    columns: list[Column]
    rows: list[ComparedRow]
    # The hall, where more can be chosen.
    add_href: str


def chosen_ids(values: Iterable[str]) -> list[UUID]:
    """Return the first ids asked for, each once; what is no id is left out."""
    ids: dict[UUID, None] = {}
    for value in values:
        try:
            ids[UUID(value)] = None
        except ValueError:
            continue
    return list(ids)[:MOST]


def comparison(actor: Actor, ids: Sequence[UUID]) -> Comparison:
    """Compare what ``actor`` may see of published solutions; others are as if never asked for."""
    held = HeldCertification.objects.filter(solution=OuterRef("pk")).order_by(
        "certification__position"
    )
    published = Solution.objects.visible_to(actor).filter(
        public_id__in=ids, state=ListingState.PUBLISHED
    )
    rows: ListingQuerySet[Any] = brief_solutions(published).annotate(
        certification_codes=ArraySubquery(held.values("certification__code"))
    )
    by_id = {row.public_id: row for row in rows}
    solutions = [by_id[each] for each in ids if each in by_id]
    names = Names.of_terms()
    said = [_said(actor, solution, names) for solution in solutions]
    shown = [each.public_id for each in solutions]
    return Comparison(
        columns=[
            Column(
                solution,
                _address(reverse("catalog:compare"), "id", (i for i in shown if i != own)),
                hidden_word(solution_brief(solution)),
            )
            for own, solution in zip(shown, solutions, strict=True)
        ],
        rows=[row for row in map(_row, zip(*said, strict=True)) if row is not None],
        add_href=_address(reverse("catalog:solution_list"), TRAY, shown),
    )


def _said(actor: Actor, solution: Any, names: Names) -> list[tuple[Fact, str]]:
    content = solution_brief(solution)
    facts = Facts(disclose(actor, solution, content), names).of(_FIELDS)
    count = solution.case_count
    facts += [
        Fact(pgettext("plural", "案例"), _("%(n)s 个") % {"n": count} if count else ""),
        Fact(
            _("资质与认定"),
            names.listed("certification", solution.certification_codes),
        ),
    ]
    return [(fact, hidden_word(content) if fact.hidden else "") for fact in facts]


def _row(said: Sequence[tuple[Fact, str]]) -> ComparedRow | None:
    """Return one field of all solutions; None when none of them says anything of it."""
    cells = [Cell(fact.value, hidden) for fact, hidden in said]
    if not any(cell.value or cell.hidden_word for cell in cells):
        return None
    # What is hidden is neither equal nor different.
    told = {cell.value for cell in cells if not cell.hidden_word}
    return ComparedRow(said[0][0].label, cells, differs=len(told) > 1)


def _address(path: str, name: str, ids: Iterable[UUID]) -> str:
    asked = QueryDict(mutable=True)
    asked.setlist(name, [str(each) for each in ids])
    query = asked.urlencode()
    return f"{path}?{query}" if query else path
