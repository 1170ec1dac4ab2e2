"""The counts of a district: by park, by industry, by scenario."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import District, Organization, Park
from catalog.models import Catalogue, Industry, Need, Scenario, Solution
from matchmaking.district.suppression import Protected, protect
from matchmaking.models import Introduction

# What carries no value of the dimension is a row like the others, else the rest would tell it.
UNSTATED = ""

Rows = Mapping[str, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    cells: Sequence[int | None]
    columns: Sequence[str]

    @property
    def told(self) -> list[tuple[str, int | None]]:
        """Each cell with its column, which a narrow screen writes beside it."""
        return list(zip(self.columns, self.cells, strict=True))


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by the values of one dimension; values nothing is told about are left out."""

    title: str
    columns: Sequence[str]
    lines: Sequence[Line]
    total: Line
    # How many values of the dimension are not told.
    untold: int


def district_tables(district: District) -> list[Table]:
    organizations = Organization.objects.active().filter(park__district=district)
    inside = {"organization__in": organizations}
    needs = Need.objects.in_halls(Catalogue.MAIN).filter(**inside)
    solutions = Solution.objects.in_halls(Catalogue.MAIN).filter(**inside)
    begun = Introduction.objects.filter(need__organization__in=organizations)
    parks = Park.objects.filter(district=district)
    return [
        _table(
            _("按园区"),
            dict(parks.values_list("code", "name_zh")),
            {
                _("企业"): _counted(organizations, "park__code", owner="pk"),
                pgettext("plural", "需求"): _counted(needs, "organization__park__code"),
                pgettext("plural", "方案"): _counted(solutions, "organization__park__code"),
                _("对接"): _counted(begun, "need__organization__park__code", NEEDS_OWNER),
            },
            [organizations.count(), needs.count(), solutions.count(), begun.count()],
        ),
        _table(
            _("按行业"),
            {**_names(Industry), UNSTATED: _("未填写")},
            {
                pgettext("plural", "需求"): _counted(needs, "industry__code"),
                pgettext("plural", "方案"): _counted(solutions, "industries__code"),
                _("对接"): _counted(begun, "need__industry__code", NEEDS_OWNER),
            },
            [needs.count(), solutions.count(), begun.count()],
        ),
        _table(
            _("按场景"),
            {**_names(Scenario), UNSTATED: _("未填写")},
            {
                pgettext("plural", "需求"): _counted(needs, "scenarios__code"),
                pgettext("plural", "方案"): _counted(solutions, "scenarios__code"),
                _("对接"): _counted(begun, "need__scenarios__code", NEEDS_OWNER),
            },
            [needs.count(), solutions.count(), begun.count()],
        ),
    ]


NEEDS_OWNER = "need__organization_id"


def _names(vocabulary: Any) -> dict[str, str]:
    return {term.code: str(term) for term in vocabulary.objects.order_by("position", "code")}


def _counted(rows: QuerySet[Any], by: str, owner: str = "organization_id") -> Rows:
    """Return value -> organization -> how many."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    told = rows.order_by().values_list(F(by), F(owner)).annotate(n=Count("pk", distinct=True))
    for value, organization, number in told:
        found[value or UNSTATED][organization] = number
    return found


def _table(
    title: str, names: Mapping[str, str], columns: Mapping[str, Rows], totals: Sequence[int]
) -> Table:
    protected: list[Protected] = [
        protect({value: rows.get(value, {}) for value in names}, total)
        for rows, total in zip(columns.values(), totals, strict=True)
    ]
    lines = [
        Line(label, [column.cells[value] for column in protected], list(columns))
        for value, label in names.items()
        if any(column.cells[value] is not None for column in protected)
    ]
    return Table(
        title=title,
        columns=list(columns),
        lines=lines,
        total=Line(_("合计"), [column.total for column in protected], list(columns)),
        untold=len(names) - len(lines),
    )
