"""Money, numbers and ranges as people say them, in the reader's language."""

from collections.abc import Callable
from decimal import Decimal
from typing import Self

from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_TEN_THOUSAND = Decimal(10_000)


def number(value: Decimal | int) -> str:
    """Return ``value`` without trailing zeros: 12.5000 is 12.5, 500.00 is 500.

    Thousands are set apart from five digits on: four may be a year.
    """
    exact = Decimal(value)
    text = f"{exact:,f}" if abs(exact) >= _TEN_THOUSAND else f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def points(hundredths: int) -> str:
    """Return integer hundredths as shown: 8734 is 87.34."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _uses_wan() -> bool:
    return not (get_language() or "").startswith("en")


class Money(str):
    """An amount in words; where a page shows it, the exact yuan stand behind it."""

    __slots__ = ("exact",)
    exact: str

    def __new__(cls, words: str, exact: str) -> Self:
        told = super().__new__(cls, words)
        told.exact = exact
        return told

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), (str(self), self.exact)

    def __html__(self) -> str:
        """What a template writes; everywhere else it is a plain string."""
        value = self.exact.replace(",", "")
        title = _("%(range)s 元") % {"range": self.exact}
        return format_html('<data value="{}" title="{}">{}</data>', value, title, str(self))


def money(low: Decimal | None, high: Decimal | None, *, basis: str = "") -> str:
    """Return a range of yuan, in 万元 for Chinese readers, or 未填写 when both ends are."""
    known = [value for value in (low, high) if value is not None]
    if not known:
        return _("未填写")
    if _uses_wan() and max(known) >= _TEN_THOUSAND:
        unit, shown = _("%(range)s 万元"), _in_wan
    else:
        unit, shown = _("%(range)s 元"), number
    words = unit % {"range": span(low, high, shown)}
    if basis:
        words = _("%(price)s/%(basis)s") % {"price": words, "basis": basis}
    return Money(words, span(low, high))


def _in_wan(value: Decimal | int) -> str:
    return number((Decimal(value) / _TEN_THOUSAND).quantize(Decimal("0.01")))


def span(
    low: Decimal | int | None,
    high: Decimal | int | None,
    shown: Callable[[Decimal | int], str] = number,
) -> str:
    """Return "280–450", "280" when both ends agree, "≤ 450" or "≥ 280" for an open end."""
    if low is None:
        return f"≤ {shown(high)}" if high is not None else ""
    if high is None:
        return f"≥ {shown(low)}"
    return shown(low) if low == high else f"{shown(low)}–{shown(high)}"
