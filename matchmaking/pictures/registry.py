"""Every picture: what may be chosen, what it shows, and the same numbers as a table."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Park
from catalog.choices import ListingState
from catalog.figures import kept
from catalog.wording.names import Names, joined
from matchmaking.pictures import counting, layout

SHOWN_COLUMNS, SHOWN_ROWS, SHOWN_VENDORS, SHOWN_ORGANIZATIONS = 14, 26, 14, 40
# Sections of a picture's address that every choice may hold, and no more of it.
LONGEST_CHOICE = 60


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    label: str
    choices: list[Choice]

    @property
    def chosen(self) -> str:
        return next((choice.value for choice in self.choices if choice.selected), "")


@dataclass(frozen=True, slots=True)
class Sheet:
    headings: list[str]
    rows: list[list[str | int | None]]

    @property
    def told(self) -> list[list[tuple[str, str | int | None]]]:
        """Each cell with its heading, which a narrow screen writes beside it."""
        return [list(zip(self.headings, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Picture:
    """``drawing`` is None where there is nothing to draw; ``note`` then says why."""

    title: str
    drawing: Any
    template: str
    sheet: Sheet
    filters: list[Filter] = field(default_factory=list)
    note: str = ""
    legend: list[tuple[int, str]] = field(default_factory=list)


Asked = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of picture: its name in the index and what makes it."""

    slug: str
    title: Any
    text: Any
    make: Callable[[Asked, Names], Picture]

    def get_absolute_url(self) -> str:
        return reverse("matchmaking:picture", args=[self.slug])


def _filter(name: str, label: str, options: Sequence[tuple[str, str]], asked: Asked) -> Filter:
    """Return a filter with what was asked chosen; what does not exist counts as not asked."""
    wanted = asked.get(name, "")
    known = wanted if wanted in {value for value, _label in options} else options[0][0]
    return Filter(name, label, [Choice(value, text, value == known) for value, text in options])


def _noted(note: str, is_part: bool) -> str:
    """Return ``note``, and that the drawing leaves something to the table."""
    rest = _("图中只画一部分，表中是全部。")
    return f"{note} {rest}" if is_part else note


def _heat(asked: Asked, names: Names) -> Picture:
    by = _filter("by", _("横轴"), [("industry", _("行业")), ("park", _("园区"))], asked)
    show = _filter(
        "show",
        _("显示"),
        [("needs", _("需求")), ("solutions", _("方案")), ("gap", _("缺口（需求多于方案）"))],
        asked,
    )
    needs, solutions = _kept(
        f"heat:{by.chosen}",
        lambda: (counting.needs_by(by.chosen), counting.solutions_by(by.chosen)),
    )
    shown = {
        "needs": needs,
        "solutions": solutions,
        "gap": {pair: number - solutions.get(pair, 0) for pair, number in needs.items()},
    }[show.chosen]
    labels = names.of if by.chosen == "industry" else _park_name(_parks())
    rows, columns = _axes(shown, SHOWN_ROWS, 0), _axes(shown, SHOWN_COLUMNS, 1)
    values = {
        (rows.index(row), columns.index(column)): number
        for (row, column), number in shown.items()
        if number > 0 and row in rows and column in columns
    }
    row_names = [names.of("scenario", code) for code in rows]
    column_names = [labels(by.chosen, code) for code in columns]
    hall = reverse(f"catalog:{'solution' if show.chosen == 'solutions' else 'need'}_list")

    def address(row: int, column: int) -> str:
        return f"{hall}?{urlencode({'scenario': rows[row], by.chosen: columns[column]})}"

    return Picture(
        title=_("供需热力图"),
        drawing=layout.grid(row_names, column_names, values, address) if values else None,
        template="heat",
        filters=[by, show],
        note=_noted(
            _("只计公开内容；保密需求只在同一格有五家以上企业时计入。"),
            len(values) < sum(number > 0 for number in shown.values()),
        ),
        sheet=Sheet(
            [_("场景"), by.label, _("需求"), _("方案"), _("缺口（需求多于方案）")],
            [
                [
                    names.of("scenario", row),
                    labels(by.chosen, column),
                    needs.get((row, column), 0),
                    solutions.get((row, column), 0),
                    max(0, needs.get((row, column), 0) - solutions.get((row, column), 0)),
                ]
                for row, column in sorted(
                    needs.keys() | solutions.keys(), key=lambda pair: (-shown.get(pair, 0), pair)
                )
            ],
        ),
    )


def _axes(counts: counting.Counts, most: int, at: int) -> list[str]:
    """Return the values with the highest counts, in a fixed order."""
    sums: dict[str, int] = {}
    for pair, number in counts.items():
        if number > 0:
            sums[pair[at]] = sums.get(pair[at], 0) + number
    return sorted(sums, key=lambda code: (-sums[code], code))[:most]


def _parks() -> dict[str, Park]:
    """Return every park by its code, those with the most to show first."""
    working = Q(organizations__listings__state=ListingState.PUBLISHED)
    rows = Park.objects.annotate(n=Count("organizations__listings", filter=working))
    return {park.code: park for park in rows.order_by("-n", "code")}


def _park_name(parks: Mapping[str, Park]) -> Callable[[str, str], str]:
    return lambda _kind, code: str(parks.get(code, code))


def _chain(asked: Asked, names: Names) -> Picture:
    asking = Counter[str]()
    for (_scenario, code), number in _kept(
        "needs:industry", lambda: counting.needs_by("industry")
    ).items():
        asking[code] += number
    options = names.options("industry")
    # What is shown unasked is the industry that asks most.
    first = max(options, key=lambda option: asking[option[0]], default=("", ""))[0]
    industry = _filter("industry", _("行业"), options, {"industry": first, **asked})
    supply = _kept(f"chain:{industry.chosen}", lambda: counting.supply_of(industry.chosen))
    drawn = supply.vendors[:SHOWN_VENDORS]
    offered = {code for key, code in supply.offers if key in {vendor[0] for vendor in drawn}}
    scenarios = [
        (code, names.of("scenario", code), reverse("catalog:scenario_detail", args=[code]))
        for code in sorted(offered | supply.demand.keys())
    ]
    wanted = [
        (f"need:{code}", _("%(n)s 个需求") % {"n": number}, _needs_of(industry.chosen, code))
        for code, number in supply.demand.items()
    ]
    links = [*supply.offers, *((code, f"need:{code}") for code in supply.demand)]
    drawing = layout.chain([drawn, scenarios, wanted], links) if scenarios else None
    vendors = {key: name for key, name, _address in supply.vendors}
    return Picture(
        title=_("供应链图"),
        drawing=drawing,
        template="chain",
        filters=[industry],
        note=_noted(
            _("左：服务该行业的供应商；中：场景；右：该行业的需求数。"),
            len(supply.vendors) > len(drawn),
        ),
        sheet=Sheet(
            [_("供应商"), _("场景"), _("方案"), _("该行业需求")],
            [
                [vendors[key], names.of("scenario", code), number, supply.demand.get(code, 0)]
                for (key, code), number in sorted(supply.offers.items())
            ]
            + [
                ["–", names.of("scenario", code), 0, number]
                for code, number in sorted(supply.demand.items())
                if not any(offered == code for _key, offered in supply.offers)
            ],
        ),
    )


def _needs_of(industry: str, scenario: str) -> str:
    return f"{reverse('catalog:need_list')}?scenario={scenario}&industry={industry}"


@dataclass(frozen=True, slots=True)
class Axis:
    label: str
    current: float
    target: float


def _maturity(asked: Asked, names: Names) -> Picture:
    parks = _parks()
    park = _filter("park", _("园区"), _park_options(parks), asked)
    behind, rows = (
        _kept(f"maturity:{park.chosen}", lambda: counting.maturity_of(parks[park.chosen]))
        if park.chosen
        else (0, [])
    )
    axes = [Axis(names.of("domain", code), round(now, 1), round(aim, 1)) for code, now, aim in rows]
    return Picture(
        title=_("成熟度雷达"),
        drawing=axes or None,
        template="maturity",
        filters=[park],
        note=_("园区公开需求的平均现状与目标（GB/T 39116）；少于五家企业填写时不显示。")
        if axes or not behind
        else _("填写了成熟度的企业少于五家，暂不显示。"),
        sheet=Sheet(
            [_("能力子域"), _("现状"), _("目标")],
            [[axis.label, str(axis.current), str(axis.target)] for axis in axes],
        ),
    )


def _park_options(parks: Mapping[str, Park]) -> list[tuple[str, str]]:
    return [(code, str(park)) for code, park in parks.items()] or [("", "–")]


@dataclass(frozen=True, slots=True)
class Mark:
    x: int
    y: int
    offers: bool
    asks: bool


@dataclass(frozen=True, slots=True)
class ParkMap:
    grid: layout.Grid
    marks: list[Mark]


def _park(asked: Asked, names: Names) -> Picture:
    parks = _parks()
    park = _filter("park", _("园区"), _park_options(parks), asked)
    rows = (
        _kept(f"park:{park.chosen}", lambda: counting.scenarios_of_park(parks[park.chosen]))
        if park.chosen
        else []
    )
    drawn = rows[:SHOWN_ORGANIZATIONS]
    used = [
        code
        for code, _name in names.options("scenario")
        if any(code in offers | asks for _organization, offers, asks in drawn)
    ]
    grid = layout.grid(
        [str(organization) for organization, _offers, _asks in drawn],
        [names.of("scenario", code) for code in used],
        {},
    )
    marks = [
        Mark(
            layout.LABEL + layout.CELL * used.index(code) + 20,
            layout.HEAD + layout.ROW * at + 14,
            code in offers,
            code in asks,
        )
        for at, (_organization, offers, asks) in enumerate(drawn)
        for code in sorted(offers | asks)
    ]
    return Picture(
        title=_("园区场景图"),
        drawing=ParkMap(grid, marks) if marks else None,
        template="park",
        filters=[park],
        note=_noted(_("实心：提供方案；空心：提出需求。只列公开内容。"), len(rows) > len(drawn)),
        sheet=Sheet(
            [_("企业/机构"), _("提供方案的场景"), _("提出需求的场景")],
            [
                [organization.legal_name, _listed(offers, names), _listed(asks, names)]
                for organization, offers, asks in rows
            ],
        ),
    )


def _listed(codes: set[str], names: Names) -> str:
    return joined(names.of("scenario", code) for code in sorted(codes))


def _trends(asked: Asked, names: Names) -> Picture:
    every = [("", _("全部行业")), *names.options("industry")]
    industry = _filter("industry", _("行业"), every, asked)
    today = timezone.localdate()
    counted = _kept(
        f"trends:{industry.chosen}:{today}", lambda: counting.by_month(today, industry.chosen)
    )
    series = [
        (_("新发布需求"), counted.needs),
        (_("新发布方案"), counted.solutions),
        (_("发起对接"), counted.introductions),
        (_("确认保密约定"), counted.agreed),
    ]
    return Picture(
        title=_("月度趋势"),
        drawing=layout.trend(counted.months, series),
        template="trends",
        filters=[industry],
        legend=[(turn, name) for turn, (name, _numbers) in enumerate(series, start=1)],
        note=_("“–”：涉及企业少于五家，或能由它推出少于五家的数，不显示。"),
        sheet=Sheet(
            [_("月份"), *(name for name, _numbers in series)],
            [
                [month, *(numbers[at] for _name, numbers in series)]
                for at, month in enumerate(counted.months)
            ],
        ),
    )


def _kept(key: str, count: Callable[[], Any]) -> Any:
    """Count once a minute: everybody is shown the same."""
    return kept(f"picture:{get_language()}:{key}", count)


PICTURES: dict[str, Kind] = {
    kind.slug: kind
    for kind in (
        Kind(
            "heat",
            gettext_lazy("供需热力图"),
            gettext_lazy("哪些场景在哪些行业、园区需求多而方案少。"),
            _heat,
        ),
        Kind(
            "chain",
            gettext_lazy("供应链图"),
            gettext_lazy("一个行业里，谁为哪些场景提供方案，哪里还没有人供给。"),
            _chain,
        ),
        Kind(
            "maturity",
            gettext_lazy("成熟度雷达"),
            gettext_lazy("一个园区的企业现在到哪一级，想到哪一级。"),
            _maturity,
        ),
        Kind(
            "park",
            gettext_lazy("园区场景图"),
            gettext_lazy("一个园区里，谁提供什么，谁在找什么。"),
            _park,
        ),
        Kind(
            "trends",
            gettext_lazy("月度趋势"),
            gettext_lazy("需求、方案和对接逐月的变化。"),
            _trends,
        ),
    )
}
