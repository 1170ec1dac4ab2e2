"""What a confidential need tells before its exact words: a group of districts, a band of money."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import District, DistrictGroup
from catalog.choices import BudgetVisibility, Confidentiality
from catalog.content import NeedContent
from catalog.models import Need


@dataclass(frozen=True, slots=True)
class Band:
    code: str
    label: Any
    low: Decimal
    high: Decimal | None

    def holds(self, amount: Decimal) -> bool:
        return self.low <= amount and (self.high is None or amount < self.high)


_WAN = Decimal(10_000)
BANDS = (
    Band("0-50", _("50 万元以下"), Decimal(0), 50 * _WAN),
    Band("50-200", _("50–200 万元"), 50 * _WAN, 200 * _WAN),
    Band("200-500", _("200–500 万元"), 200 * _WAN, 500 * _WAN),
    Band("500-1000", _("500–1000 万元"), 500 * _WAN, 1000 * _WAN),
    Band("1000-", _("1000 万元以上"), 1000 * _WAN, None),
)


def band_of(amount: Decimal) -> Band:
    return next(band for band in BANDS if band.holds(amount))


def coarse_budget(content: NeedContent) -> dict[str, Decimal | None]:
    """Return the edges of the bands that a published budget touches; nothing of a private one."""
    if content.budget_visibility != BudgetVisibility.PUBLIC:
        return {}
    known = [each for each in (content.budget_low, content.budget_high) if each is not None]
    if not known:
        return {}
    return {"budget_low": band_of(min(known)).low, "budget_high": band_of(max(known)).high}


def district_groups() -> dict[str, str]:
    """Return by its code what stands for each place: its group, or itself if it is no district.

    A district that nobody put into a group stands for nothing.
    """
    rows = District.objects.values_list("code", "level", "group__code")
    return {
        code: (group or "") if level == District.Level.DISTRICT else code
        for code, level, group in rows
    }


def told_place(need: Need) -> District | DistrictGroup | None:
    """Return where a need lies as anybody may read it; select ``district__group`` beforehand."""
    place = need.district
    if place is None or need.confidentiality == Confidentiality.OPEN:
        return place
    return place.group if place.level == District.Level.DISTRICT else place


def coarse_district(code: str, groups: Mapping[str, str]) -> str:
    return groups.get(code, "") if code else ""
