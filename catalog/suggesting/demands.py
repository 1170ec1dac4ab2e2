"""What a text demands of the vendor, and what it says of the project in numbers."""

import re
from collections.abc import Iterator
from decimal import Decimal

from catalog.suggesting.lexicon import Lexicon, ParameterCue
from catalog.suggesting.numerals import NUMBER, value_of
from catalog.suggesting.quantities import Quantity, quantities
from catalog.suggesting.reading import Reading
from catalog.suggesting.suggestion import Field, Suggestion

_MUST = re.compile(r"必须|一定要?|硬性|务必|强制|得有|不能没有|要求|must|required")
_DOMESTIC_SHARE = rf"国产(?:化|替代)?(?:率|比例|程度)[^,。;0-9%]{{0,6}}(?P<n>{NUMBER})\s*%"
_DOMESTIC = r"国产(?:化|设备|机器人|替代|的|品牌|系统|软件)|信创|自主可控"
_RESPONSE = (
    rf"(?P<n>{NUMBER})\s*(?:个?小时|h)(?:之?内|以内)?(?:能|要|必须)?(?:到现场|响应|上门|赶到|到厂|到位)"
    rf"|响应(?:时间)?[^,。;0-9]{{0,4}}(?P<n2>{NUMBER})\s*(?:个?小时|h)"
)
_LOCAL = r"本地(?:的)?(?:服务|团队|公司|供应商|厂家|化服务|集成商)|local (?:service|support)"
_ON_SITE = r"驻场|驻厂|常驻现场|on-?site"
_PEER_CASE = (
    r"(?:同行业?|类似|同类|本行业)[^,。;]{0,3}(?:案例|项目经验|业绩)"
    r"|做过[^,。;]{0,6}(?:同行|我们这行)"
)
# How far a number may stand from the word that says what it counts.
_REACH = 8
_MOST_NUMBER = Decimal(10) ** 9


def requirements(reading: Reading, lexicon: Lexicon) -> list[Suggestion]:
    return [*_domestic(reading), *_service(reading), *_certified(reading, lexicon)]


def _one(reading: Reading, pattern: str) -> re.Match[str] | None:
    return next(reading.find(pattern), None)


def _said(
    reading: Reading,
    match: re.Match[str],
    code: str,
    *,
    number: Decimal | None = None,
    choice: str = "",
    words: str = "",
) -> Suggestion:
    start, end = reading.clause(*match.span())
    return Suggestion(
        Field.REQUIREMENT,
        code,
        (reading.span(*match.span()),),
        number=number,
        choice=choice,
        words=words,
        is_must=bool(_MUST.search(reading.text, start, end)),
    )


def _domestic(reading: Reading) -> Iterator[Suggestion]:
    share = _one(reading, _DOMESTIC_SHARE)
    value = value_of(share["n"]) if share else None
    if share and value is not None and value <= 100:
        yield _said(reading, share, "domestic_share_min", number=value)
    elif domestic := _one(reading, _DOMESTIC):
        yield _said(reading, domestic, "text.domestic", words="domestic")


def _service(reading: Reading) -> Iterator[Suggestion]:
    if found := _one(reading, _RESPONSE):
        hours = value_of(found["n"] or found["n2"])
        if hours is not None and 0 < hours <= 1000:
            yield _said(reading, found, "response_hours_max", number=hours)
    if found := _one(reading, _ON_SITE):
        yield _said(reading, found, "on_site")
    if found := _one(reading, _LOCAL):
        yield _said(reading, found, "text.local", words="local")
    if found := _one(reading, _PEER_CASE):
        yield _said(reading, found, "industry_case", words="peer_case")


def _certified(reading: Reading, lexicon: Lexicon) -> Iterator[Suggestion]:
    for code, pattern in lexicon.certifications.items():
        if found := _one(reading, pattern):
            yield _said(reading, found, f"certification.{code}", choice=code)


def parameters(reading: Reading, lexicon: Lexicon, project_type: str) -> list[Suggestion]:
    """Return the values that the text gives parameters of ``project_type``."""
    mine = f"{project_type}."
    known = quantities(reading)
    taken: set[Quantity] = set()
    found: list[Suggestion] = []
    # What needs a word to be recognised comes first: it leaves the rest to those that need none.
    cues = sorted(lexicon.parameters.items(), key=lambda item: item[1].alone)
    for code, cue in cues:
        if code.startswith(mine) and (hit := _measured(reading, cue, known, taken)):
            quantity, number = hit
            taken.add(quantity)
            span = reading.span(quantity.start, quantity.end)
            found.append(Suggestion(Field.PARAMETER, code, (span,), number=number))
    return [*found, *_chosen(reading, lexicon, mine), *_flagged(reading, lexicon, mine)]


def _measured(
    reading: Reading, cue: ParameterCue, known: list[Quantity], taken: set[Quantity]
) -> tuple[Quantity, Decimal] | None:
    """Return the number nearest to the parameter's words, in the parameter's unit."""
    ranked = []
    for quantity in known:
        if quantity in taken or quantity.dimension != cue.dimension:
            continue
        if cue.units and not re.fullmatch(cue.units, quantity.unit):
            continue
        number = _scaled(quantity, cue)
        if number is None:
            continue
        distance = _distance(reading, cue, quantity)
        if distance is not None:
            ranked.append((distance, quantity.start, quantity, number))
    if not ranked:
        return None
    _near, _start, quantity, number = min(ranked, key=lambda each: each[:2])
    return quantity, number


def _distance(reading: Reading, cue: ParameterCue, quantity: Quantity) -> int | None:
    """Return how many characters lie between the number and its words; none may be too many."""
    alone = _REACH + 1 if cue.alone else None
    if not cue.words:
        return alone
    start, end = quantity.start, quantity.end
    first, last = reading.clause(start, end)
    gaps = [
        max(start - match.end(), match.start() - end, 0)
        for match in re.finditer(cue.words, reading.text)
        if match.end() > first and match.start() < last
    ]
    near = min(gaps, default=_REACH + 1)
    return near if near <= _REACH else alone


def _scaled(quantity: Quantity, cue: ParameterCue) -> Decimal | None:
    number = quantity.high
    if quantity.dimension == "length" and cue.scale == "m":
        number /= 1000
    if quantity.dimension == "energy":
        # The vocabulary counts in 万kWh.
        number /= 10_000
    if cue.least is not None and number < Decimal(str(cue.least)):
        return None
    if cue.most is not None and number > Decimal(str(cue.most)):
        return None
    number = number.quantize(Decimal("0.0001")).normalize()
    return number if 0 < number <= _MOST_NUMBER else None


def _chosen(reading: Reading, lexicon: Lexicon, mine: str) -> Iterator[Suggestion]:
    for code, options in lexicon.choices.items():
        if code.startswith(mine):
            for choice, pattern in options.items():
                if found := re.search(pattern, reading.text):
                    span = reading.span(*found.span())
                    yield Suggestion(Field.PARAMETER, code, (span,), choice=choice)
                    break


def _flagged(reading: Reading, lexicon: Lexicon, mine: str) -> Iterator[Suggestion]:
    for code, pattern in lexicon.flags.items():
        if code.startswith(mine) and (found := _one(reading, pattern)):
            span = reading.span(*found.span())
            yield Suggestion(Field.PARAMETER, code, (span,), flag=True)
