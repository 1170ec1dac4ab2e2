"""Where everything goes: numbers of the drawing's own units, pure and always the same."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

LABEL, HEAD, CELL, ROW = 190, 130, 46, 30
# The faintest and the strongest shade of a cell: its number is read on top of both.
FAINT, STRONG = 0.1, 0.5
CHAIN_WIDTH, CHAIN_ROW, BOX = 900, 34, 200
BAR, BARS, TREND_HEIGHT = 12, 4, 180
# How much of a name there is room for, in half-width characters.
ROW_ROOM, COLUMN_ROOM, NODE_ROOM = 24, 22, 26


def fitted(text: str, room: int) -> str:
    """Return as much of ``text`` as ``room`` holds; a Chinese character takes two."""
    taken = [2 if east_asian_width(sign) in "WF" else 1 for sign in text]
    if sum(taken) <= room:
        return text
    kept = next(at for at in range(len(text)) if sum(taken[: at + 1]) > room - 1)
    return f"{text[:kept].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Label:
    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Shade:
    """One cell of a grid. ``number``: what is written into it."""

    x: int
    y: int
    opacity: str
    number: int
    title: str
    href: str
    text_x: int
    text_y: int


@dataclass(frozen=True, slots=True)
class Grid:
    width: int
    height: int
    cell: int
    row: int
    rows: list[Label]
    columns: list[Label]
    cells: list[Shade]


def grid(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Mapping[tuple[int, int], int],
    address: Callable[[int, int], str] = lambda _row, _column: "",
) -> Grid:
    """Place a cell for every value above zero; the largest is the strongest.

    ``address`` of a row and a column: where the cell leads.
    """
    most = max(values.values(), default=0)
    return Grid(
        width=LABEL + CELL * len(columns) + 90,
        height=HEAD + ROW * len(rows) + 8,
        cell=CELL - 3,
        row=ROW - 3,
        rows=[
            Label(LABEL - 10, HEAD + ROW * at + 19, fitted(text, ROW_ROOM))
            for at, text in enumerate(rows)
        ],
        columns=[
            Label(LABEL + CELL * at + 20, HEAD - 10, fitted(text, COLUMN_ROOM))
            for at, text in enumerate(columns)
        ],
        cells=[
            Shade(
                LABEL + CELL * column,
                HEAD + ROW * row,
                f"{FAINT + (STRONG - FAINT) * number / most:.2f}",
                number,
                f"{rows[row]} · {columns[column]}: {number}",
                address(row, column),
                LABEL + CELL * column + (CELL - 3) // 2,
                HEAD + ROW * row + 18,
            )
            for (row, column), number in sorted(values.items())
            if number > 0
        ],
    )


@dataclass(frozen=True, slots=True)
class Node:
    """``text`` as far as the box holds it, ``title`` whole."""

    x: int
    y: int
    text: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, slots=True)
class Chain:
    width: int
    height: int
    box: int
    nodes: list[Node]
    lines: list[Line]


Named = tuple[str, str, str]


def chain(layers: Sequence[Sequence[Named]], links: Sequence[tuple[str, str]]) -> Chain:
    """Place layers of (key, text, address) as columns, each node near those it is linked with.

    One pass of barycentres from left to right: few crossings, and always the same ones.
    """
    height = CHAIN_ROW * max((len(layer) for layer in layers), default=1) + 20
    step = (CHAIN_WIDTH - BOX) // max(1, len(layers) - 1)
    near: dict[str, list[str]] = {}
    for one, other in links:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    places: dict[str, tuple[int, int]] = {}
    nodes = []
    for at, layer in enumerate(layers):
        ordered = sorted(layer, key=lambda node: (_pull(node[0], near, places), node[1]))
        space = height / max(1, len(ordered))
        for turn, (key, text, href) in enumerate(ordered):
            places[key] = (at * step, int(space * turn + space / 2))
            nodes.append(Node(*places[key], fitted(text, NODE_ROOM), text, href))
    lines = [
        Line(places[one][0] + BOX, places[one][1], places[other][0], places[other][1])
        for one, other in links
        if one in places and other in places
    ]
    return Chain(CHAIN_WIDTH, height, BOX, nodes, lines)


def _pull(
    key: str, near: Mapping[str, Sequence[str]], places: Mapping[str, tuple[int, int]]
) -> float:
    """Return the mean height of what is placed already and linked with ``key``."""
    heights = [places[other][1] for other in near.get(key, ()) if other in places]
    return sum(heights) / len(heights) if heights else 0.0


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    height: int
    tone: int
    title: str


@dataclass(frozen=True, slots=True)
class Trend:
    width: int
    height: int
    bar: int
    base: int
    months: list[Label]
    bars: list[Bar]
    most: int


def trend(months: Sequence[str], series: Sequence[tuple[str, Sequence[int | None]]]) -> Trend:
    """Place one bar a month for each series (name, numbers); what may not be told has none."""
    most = max((number or 0 for _, numbers in series for number in numbers), default=0) or 1
    step = BAR * (len(series) + 2)
    bars = [
        Bar(
            40 + step * at + BAR * turn,
            TREND_HEIGHT - (height := round(number / most * (TREND_HEIGHT - 20))),
            height,
            turn + 1,
            f"{months[at]} {name}: {number}",
        )
        for turn, (name, numbers) in enumerate(series)
        for at, number in enumerate(numbers)
        if number
    ]
    return Trend(
        width=60 + step * len(months),
        height=TREND_HEIGHT + 30,
        bar=BAR - 2,
        base=TREND_HEIGHT,
        months=[Label(40 + step * at, TREND_HEIGHT + 18, month) for at, month in enumerate(months)],
        bars=bars,
        most=most,
    )
