"""Numbers as people write them: 1.5, 80万, 一百二十, 六七十, 两百, 半."""

import re
from decimal import Decimal

DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"〇": 0, "两": 2, "俩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "w": 10_000, "亿": 100_000_000, "k": 1000, "m": 1_000_000}

_CHINESE = "[零〇一二两三四五六七八九十百千]"
# 1,200 has its thousands marked; 1,20 is two numbers.
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(?:\.[0-9]{1,6})?"
NUMBER = rf"(?:{_ARABIC}|{_CHINESE}{{1,12}}|半)"
LARGE = r"(?:万|亿|千(?=[元块])|w(?![a-z])|k(?![a-z])|m(?![a-z0-9]))"
_TWO_DIGITS = re.compile(
    r"(?P<a>[一二三四五六七八九])(?P<b>[一二三四五六七八九])(?P<unit>[十百千]?)"
)


def value_of(words: str) -> Decimal | None:
    """Return the number that ``words`` write, if they write one."""
    if words == "半":
        return Decimal("0.5")
    if words[:1].isascii():
        return Decimal(words.replace(",", ""))
    total = section = digit = 0
    for character in words:
        if character in DIGITS:
            if digit:
                return None
            digit = DIGITS[character]
        else:
            unit = _UNITS[character]
            section += (digit or 1) * unit
            digit = 0
    total += section + digit
    return Decimal(total)


def neighbours(words: str) -> tuple[Decimal, Decimal] | None:
    """Return the range that two digits in a row mean: 六七十 is 60 to 70."""
    match = _TWO_DIGITS.fullmatch(words)
    if match is None or DIGITS[match["b"]] != DIGITS[match["a"]] + 1:
        return None
    unit = _UNITS.get(match["unit"], 1)
    return Decimal(DIGITS[match["a"]] * unit), Decimal(DIGITS[match["b"]] * unit)


def large(words: str | None) -> Decimal:
    return Decimal(_LARGE[words]) if words else Decimal(1)
