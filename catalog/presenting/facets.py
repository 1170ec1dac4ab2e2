"""The filters of a hall with their counts, and the ones in force as chips."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from catalog.filters import HallFilter
from catalog.wording.names import Names


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Options under one heading; an empty heading when the facet has no groups."""

    label: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    title: str
    groups: list[Group]
    closed: bool


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Narrowing:
    facets: list[Facet] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)


def narrowing(
    hall: HallFilter, counted: dict[str, dict[str, int]], params: QueryDict, names: Names
) -> Narrowing:
    """Return the facets with their counts; options that would leave nothing are left out."""
    result = Narrowing()
    for position, name in enumerate(hall.facets):
        each = hall.filters[name]
        chosen = hall.chosen(name)
        counts = each.counts(counted[name])
        offered = ((code, label, counts[code]) for code, label in each.choices(names))
        options = [
            Option(code, label, count, code in chosen)
            for code, label, count in offered
            if count or code in chosen
        ]
        if options:
            groups = _by_stage(options, names) if name == "scenario" else [Group("", options)]
            closed = position > 2 and not chosen
            result.facets.append(Facet(name, str(each.label), groups, closed))
        result.chips.extend(
            Chip(option.label, without(params, name, option.value))
            for option in options
            if option.selected
        )
    return result


def _by_stage(options: list[Option], names: Names) -> list[Group]:
    groups: dict[str, list[Option]] = {}
    for code, _label in names.options("stage"):
        groups[code] = [option for option in options if names.stages.get(option.value) == code]
    return [Group(names.of("stage", code), rows) for code, rows in groups.items() if rows]


def without(params: QueryDict, name: str, value: Any = None) -> str:
    """Return this page's address less one filter; a page number has no meaning then."""
    kept = params.copy()
    kept.pop("cursor", None)
    left = [each for each in kept.getlist(name) if value is not None and each != value]
    kept.setlist(name, left)
    return f"?{kept.urlencode()}"
