"""What a text says of money and of time."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from catalog.suggesting.numerals import LARGE, NUMBER, value_of
from catalog.suggesting.quantities import bounds
from catalog.suggesting.reading import Reading
from catalog.suggesting.suggestion import Field, Suggestion

_MONEY = re.compile(
    rf"(?P<low>{NUMBER})\s*(?P<lowlarge>{LARGE})?(?:块|元)?"
    rf"(?:\s*(?:~|-|到|至|—)\s*(?P<high>{NUMBER})\s*(?P<highlarge>{LARGE})?)?"
    r"\s*(?P<coin>多?块钱?|多?元|rmb|cny|人民币|yuan)?"
)
_ASKED = re.compile(
    r"(?:预算|经费|投资|投入|budget|资金|总价|限价|费用(?:控制)?|造价|花)[^。;\n]{0,10}$"
)
_AFTER = re.compile(
    r"\s*(?:(?:以|之)?内|以下|的?预算|左右|上下|搞定|封顶|包干|能做|够不够|行不行|以上)"
)
# Money that is lost, paid or earned is no budget.
_OTHER = re.compile(
    r"(?:损失|罚款?|电费|压了|浪费|产值|营收|销售额|库存|成本|赔|欠|利润|工资|一年花|花了|省)[^,。;]{0,8}$"
)
_MEASURE = re.compile(r"\s*(?:多|来)?\s*[平个度片件台套只㎡米吨次条人点a-z%]")
_FROM = re.compile(r"\s*(?:元|块)?\s*(?:以上|起步?|往上)")
_AT_LEAST = re.compile(r"(?:不低于|至少|不少于|最少|起码)[^,。]{0,2}$")
_LEAST_MONEY, _MOST_MONEY = Decimal(1000), Decimal(10) ** 11

_WEEKS = {"天": 7, "日": 7, "days": 7, "day": 7}
_DURATION = re.compile(
    rf"(?P<low>{NUMBER})\s*(?P<lowlarge>(?!))?(?:\s*(?:~|-|到|至)\s*(?P<high>{NUMBER})(?P<highlarge>(?!))?)?"
    r"\s*(?P<unit>个?半?月|个?星期|周|天|日(?!期)|年|months?|weeks?|days?)(?P<half>半)?"
)
_DONE = r"(?:上线|完成|交付|交货|验收|试运行|能?上(?!门)|投产|落地|装好|搞定|到货|建成|做完|实施完)"
_WITHIN = re.compile(
    rf"\s*(?:之|以)?内\s*(?:$|[,。;!?\n]|(?:就|要|能|得|必须|可以)?{_DONE})|\s*(?:左右)?(?:要|就)?{_DONE}"
    r"|\s*(?:的?工期|交期)"
)
_TERM = re.compile(
    r"(?:工期|项目周期|交付周期|交付期|交期|交货期|实施周期|go live in|within|in)[^,。;0-9]{0,5}$"
)

_DAY = re.compile(
    r"(?:(?P<year>20[0-9]{2})年|(?P<next>明年)|(?P<now>今年))?(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?"
    r"(?P<part>底|末|初|中旬|(?P<day>[0-3]?[0-9])[日号])?\s*(?:之|以)?前"
)
_YEAR_END = re.compile(
    r"(?:(?P<next>明年)|今年)?年?年底\s*(?:之|以)?(?:前|(?=上线|完成|交付|投产))"
)


def budgets(reading: Reading) -> list[Suggestion]:
    """Return what is said of the budget: one place of the text, its low and its high end."""
    best = max(_sums(reading), default=None, key=lambda each: each[0])
    if best is None:
        return []
    _rank, low, high, start, end = best
    spans = (reading.span(start, end),)
    ends = ((Field.BUDGET_LOW, low), (Field.BUDGET_HIGH, high))
    return [
        Suggestion(field, "", spans, number=amount) for field, amount in ends if amount is not None
    ]


def _sums(
    reading: Reading,
) -> Iterator[tuple[int, Decimal | None, Decimal | None, int, int]]:
    """Yield sums of money that may be the budget, with how plainly each is called one."""
    text = reading.text
    for match in _MONEY.finditer(text):
        has_large = bool(match["lowlarge"] or match["highlarge"])
        before = text[max(0, match.start() - 16) : match.start()]
        asked = bool(_ASKED.search(before))
        after = bool(_AFTER.match(text, match.end()))
        is_money = match["coin"] or (has_large and not _MEASURE.match(text, match.end()))
        if not is_money or not (asked or after) or (_OTHER.search(before) and not asked):
            continue
        value = bounds(match)
        if value is None or not _LEAST_MONEY <= value[1] < _MOST_MONEY:
            continue
        low, high = value
        rank = 2 * asked + after
        if low != high:
            yield rank, low, high, match.start(), match.end()
        elif _FROM.match(text, match.end()) or _AT_LEAST.search(before):
            yield rank, low, None, match.start(), match.end()
        else:
            yield rank, None, high, match.start(), match.end()


def lead_times(reading: Reading) -> list[Suggestion]:
    """Return how many weeks the work may take, where the text says it of the whole."""
    text = reading.text
    for match in _DURATION.finditer(text):
        before = text[max(0, match.start() - 16) : match.start()]
        if not (_WITHIN.match(text, match.end()) or _TERM.search(before)):
            continue
        value = bounds(match)
        if value is None:
            continue
        weeks = _in_weeks(value[1], match["unit"], bool(match["half"]))
        if 0 < weeks <= 520:
            span = reading.span(match.start(), match.end())
            return [Suggestion(Field.REQUIREMENT, "lead_time_max", (span,), number=Decimal(weeks))]
    return []


def _in_weeks(count: Decimal, unit: str, and_half: bool) -> int:
    if "半" in unit:
        count += Decimal("0.5")
    if and_half:
        count += Decimal("0.5")
    if unit in _WEEKS:
        return max(1, round(count / 7))
    if "年" in unit:
        return round(count * 52)
    if "月" in unit or unit.startswith("month"):
        return max(1, round(count * 52 / 12))
    return round(count)


def deadlines(reading: Reading, today: date) -> list[Suggestion]:
    """Return the day before which it must be done: the next such day from ``today``."""
    for match in _YEAR_END.finditer(reading.text):
        year = today.year + bool(match["next"])
        return [_until(reading, match, date(year, 12, 31))]
    for match in _DAY.finditer(reading.text):
        day = _day(match, today)
        if day is not None:
            return [_until(reading, match, day)]
    return []


def _until(reading: Reading, match: re.Match[str], day: date) -> Suggestion:
    return Suggestion(Field.WANTED_END, "", (reading.span(*match.span()),), day=day)


def _day(match: re.Match[str], today: date) -> date | None:
    number = value_of(match["month"])
    if number is None:
        return None
    month = int(number)
    year = int(match["year"]) if match["year"] else today.year + bool(match["next"])
    if not match["year"] and not match["next"] and month < today.month:
        year += 1
    last = monthrange(year, month)[1]
    part = match["part"] or ""
    day = int(match["day"]) if match["day"] else {"初": 10, "中旬": 20}.get(part, last)
    # 3月前 without a day ends when the month begins: the last day before it.
    if not part:
        first = date(year, month, 1)
        return date.fromordinal(first.toordinal() - 1)
    return date(year, month, day) if 1 <= day <= last else None
