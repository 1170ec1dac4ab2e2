"""Geometry for the server-drawn charts in ``templates/components``.

A template can neither add up offsets nor place the corners of a polygon, and a strict
Content-Security-Policy forbids ``style`` attributes, so numbers become SVG attributes here.
They are returned as text: a localized number would not be a valid attribute.
"""

import json
import math
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import template

register = template.Library()

TONES = 7
RADAR_WIDTH, RADAR_HEIGHT, RADAR_RADIUS = 460, 320, 112
LABEL_GAP = 14
# Of the labels, in units of the drawing: the width of a Latin letter, and from line to line.
LETTER, LINE = 7.5, 12


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a stacked bar, on an axis from 0 to 100."""

    label: str
    points: Any
    assumed: bool
    tone: int
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class RadarLabel:
    text: str
    lines: tuple[tuple[str, str], ...]
    x: str
    anchor: str
    current: Any
    target: Any


@dataclass(frozen=True, slots=True)
class Radar:
    """The polygons and labels of a radar chart, ready for ``<polygon points>``."""

    rings: tuple[str, ...]
    current: str
    target: str
    labels: tuple[RadarLabel, ...]


def _value(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)


def _text(number: float) -> str:
    return f"{number:.2f}"


def _share(value: Any, total: Any) -> float:
    """Return ``value`` as a share of ``total``, kept between nothing and all of it."""
    if not total:
        return 0.0
    return min(max(float(value or 0) / float(total), 0.0), 1.0)


@register.filter
def share_of(value: Any, total: Any) -> str:
    """Return how many hundredths of ``total`` ``value`` is, as an SVG length."""
    return _text(100 * _share(value, total))


@register.simple_tag
def stacked_segments(parts: Iterable[Any], total: Any = 100) -> list[Segment]:
    """Place ``parts`` (``label``, ``points``, ``assumed``) one after the other.

    What the parts leave of ``total`` stays empty, so the bar's length is the score.
    """
    segments: list[Segment] = []
    offset = 0.0
    for index, part in enumerate(parts):
        width = 100 * _share(_value(part, "points"), total)
        segments.append(
            Segment(
                label=str(_value(part, "label")),
                points=_value(part, "points"),
                assumed=bool(_value(part, "assumed")),
                tone=index % TONES + 1,
                x=_text(offset),
                width=_text(width),
            )
        )
        offset += width
    return segments


def _corner(index: int, count: int, radius: float) -> tuple[float, float]:
    """Return the place ``radius`` away from the centre on spoke ``index``, the first one up."""
    angle = 2 * math.pi * index / count - math.pi / 2
    x = RADAR_WIDTH / 2 + radius * math.cos(angle)
    y = RADAR_HEIGHT / 2 + radius * math.sin(angle)
    return x, y


def _polygon(shares: Iterable[float], count: int) -> str:
    corners = (_corner(i, count, RADAR_RADIUS * share) for i, share in enumerate(shares))
    return " ".join(f"{_text(x)},{_text(y)}" for x, y in corners)


def _label(axis: Any, index: int, count: int) -> RadarLabel:
    """Write an axis's label outside its corner, in lines that end within the drawing."""
    x, y = _corner(index, count, RADAR_RADIUS + LABEL_GAP)
    sideways = x - RADAR_WIDTH / 2
    is_on_axis = abs(sideways) < 1
    if is_on_axis:
        # Above or below the labels beside it, which reach under it where axes are many.
        y += math.copysign(LINE, y - RADAR_HEIGHT / 2)
    text = str(_value(axis, "label"))
    room = RADAR_WIDTH if is_on_axis else RADAR_WIDTH / 2 - abs(sideways)
    lines = textwrap.wrap(text, int(room / LETTER), break_long_words=False)
    first = y + 4 - LINE * (len(lines) - 1) / 2
    return RadarLabel(
        text=text,
        lines=tuple((line, _text(first + LINE * number)) for number, line in enumerate(lines)),
        x=_text(x),
        anchor="middle" if is_on_axis else "start" if sideways > 0 else "end",
        current=_value(axis, "current"),
        target=_value(axis, "target"),
    )


@register.simple_tag
def radar_chart(axes: Iterable[Any], maximum: int = 5) -> Radar:
    """Lay out ``axes`` (``label``, ``current``, ``target``) on ``maximum`` rings."""
    items = list(axes)
    count = len(items)
    return Radar(
        rings=tuple(_polygon([level / maximum] * count, count) for level in range(1, maximum + 1)),
        current=_polygon([_share(_value(axis, "current"), maximum) for axis in items], count),
        target=_polygon([_share(_value(axis, "target"), maximum) for axis in items], count),
        labels=tuple(_label(axis, index, count) for index, axis in enumerate(items)),
    )


@register.simple_block_tag
def sample(content: str) -> Any:
    """Read the JSON between the tags: the style guide writes its example data in place."""
    return json.loads(content)
