"""Numbers with units, turned into the unit that the vocabulary counts in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from catalog.suggesting.numerals import LARGE, NUMBER, large, neighbours, value_of
from catalog.suggesting.reading import Reading

_RANGE = r"\s*(?:~|-|到|至)\s*"

# Dimension → (unit as written, how many of the vocabulary's unit it is).
_UNITS: tuple[tuple[str, str, Decimal], ...] = (
    ("floor_load", r"(?:吨|t)(?:/|每)(?:平方米|平米|平|㎡|m2)", Decimal(1)),
    ("weight", r"吨|t(?![a-z0-9])|tons?", Decimal(1000)),
    ("weight", r"公斤|千克|kg", Decimal(1)),
    ("area", r"平方米|平米|平方|平(?![均时])|㎡|m2", Decimal(1)),
    ("area", r"亩", Decimal("666.7")),
    ("length", r"毫米|mm", Decimal(1)),
    ("length", r"微米|um|μm", Decimal("0.001")),
    ("length", r"厘米|公分|cm", Decimal(10)),
    ("length", r"丝(?![a-z])", Decimal("0.01")),
    ("length", r"米(?!/|每)|m(?![a-z0-9/²])", Decimal(1000)),
    ("length", r"个厚", Decimal(1)),
    ("percent", r"%|个百分点", Decimal(1)),
    ("milliseconds", r"ms|毫秒", Decimal(1)),
    ("cycle", r"(?:s|秒)(?:/|每|一)?(?:件|片|个|支|只|台|pcs)?(?![a-z])", Decimal(1)),
    ("energy", r"度电?|kwh|千瓦时", Decimal(1)),
    ("power", r"kw(?!h)|千瓦", Decimal(1)),
    ("voltage", r"v(?![a-z])|伏", Decimal(1)),
    ("current", r"a(?![a-z])|安培", Decimal(1)),
    ("speed", r"rpm|转(?:/分钟?|每分钟?)?", Decimal(1)),
    ("hours", r"个?小时|h(?![a-z])|个?钟头", Decimal(1)),
    (
        "count",
        r"个计量点|个点位?|个账号|个用户|个人|块表|(?:台套|[个台条人道种类只套托板件片])(?!月|百分|厚|小时|星期|钟)|lines?",
        Decimal(1),
    ),
)
_PER_MINUTE = re.compile(
    rf"每(?P<unit>分钟|小时|秒钟?)\s*(?P<n>{NUMBER})\s*(?:个|件|包|片|瓶|锭|只|支)"
    rf"|(?P<n2>{NUMBER})\s*(?:个|件|包|片|瓶|锭|只|支)\s*(?:/|每)\s*(?P<unit2>分钟?|小时|秒|min|h)"
)
_SECONDS = {"分": 60, "分钟": 60, "min": 60, "小时": 3600, "h": 3600, "秒": 1, "秒钟": 1}
_QUANTITIES = tuple(
    (
        dimension,
        re.compile(
            rf"(?P<low>{NUMBER})\s*(?P<lowlarge>{LARGE})?(?:{_RANGE}(?P<high>{NUMBER})\s*"
            rf"(?P<highlarge>{LARGE})?)?\s*(?:多|来)?\s*(?P<unit>{unit})"
        ),
        scale,
    )
    for dimension, unit, scale in _UNITS
)
_MINUS = re.compile(r"[-零]$")


@dataclass(frozen=True, slots=True)
class Quantity:
    dimension: str
    low: Decimal
    high: Decimal
    unit: str
    start: int
    end: int


def quantities(reading: Reading) -> list[Quantity]:
    """Return every number with a known unit, one reading for each place of the text."""
    found = [*_rates(reading)]
    for dimension, pattern, scale in _QUANTITIES:
        for match in pattern.finditer(reading.text):
            value = bounds(match)
            if value is not None:
                low, high = value
                found.append(
                    Quantity(dimension, low * scale, high * scale, match["unit"], *match.span())
                )
    found.sort(key=lambda each: (each.start, -each.end))
    return [each for i, each in enumerate(found) if not _inside(each, found[:i])]


def _inside(one: Quantity, others: list[Quantity]) -> bool:
    return any(other.start <= one.start and one.end <= other.end for other in others)


def bounds(match: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    """Return the two ends of a match's ``low`` and ``high``, in the order of their size."""
    near = neighbours(match["low"])
    times = large(match["lowlarge"])
    if near is not None and match["high"] is None:
        return near[0] * times, near[1] * times
    low = value_of(match["low"])
    if low is None:
        return None
    if match["high"] is None:
        return low * times, low * times
    high = value_of(match["high"])
    if high is None:
        return None
    # 60～90万: what is said once counts for both.
    low *= times if match["lowlarge"] else large(match["highlarge"])
    high *= large(match["highlarge"])
    return min(low, high), max(low, high)


def _rates(reading: Reading) -> Iterator[Quantity]:
    """Yield pieces a minute as the seconds that one piece takes."""
    for match in _PER_MINUTE.finditer(reading.text):
        pieces = value_of(match["n"] or match["n2"])
        if pieces:
            seconds = Decimal(_SECONDS[match["unit"] or match["unit2"]]) / pieces
            taken = round(seconds, 4)
            yield Quantity("cycle", taken, taken, "s", *match.span())
