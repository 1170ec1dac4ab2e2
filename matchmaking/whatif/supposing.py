"""A need as its owner imagines it, and the form it is imagined in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from catalog.choices import Criterion, RequirementKind, RequirementLevel
from catalog.content import NUMBERED_REQUIREMENTS, NeedContent, RequirementContent
from catalog.forms.base import in_disorder
from catalog.forms.fields import TEN_THOUSAND, AmountField, DayField, WanField, plain
from catalog.weighing import platform_weights
from catalog.wording.names import Names
from catalog.wording.requirements import requirement_words

DROPPED = "none"
_LEVELS = [*RequirementLevel.choices, (DROPPED, _("不要求"))]
_UNITS: Mapping[RequirementKind, Any] = {
    RequirementKind.DOMESTIC_SHARE: "%",
    RequirementKind.LEAD_TIME: _("周"),
    RequirementKind.BUDGET: _("万元"),
    RequirementKind.RESPONSE: _("小时"),
}


@dataclass(frozen=True, slots=True)
class Supposition:
    """What the need would say. ``dropped``: the positions (from 1) of lines it would not ask."""

    content: NeedContent
    dropped: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """One line of the need with its fields; ``number`` is None where there is none to change."""

    words: str
    level: BoundField
    number: BoundField | None
    unit: Any


class WhatIfForm(forms.Form):
    """What can be changed, opened with what the need says now. Sent by GET: nothing is kept."""

    hide_optional = True
    budget_low = WanField(label=_("预算下限（万元）"))
    budget_high = WanField(label=_("预算上限（万元）"))
    budget_is_ceiling = forms.BooleanField(label=_("上限为限价"), required=False)
    wanted_start = DayField(label=_("期望开始"))
    wanted_end = DayField(label=_("期望完成"))
    window_is_fixed = forms.BooleanField(label=_("工期不可调整"), required=False)

    def __init__(self, data: Mapping[str, Any] | None, content: NeedContent, names: Names) -> None:
        super().__init__(data)
        self.content = content
        self.names = names
        self.weights = {str(k): v for k, v in (content.weights or platform_weights()).items()}
        for position, row in enumerate(content.requirements, start=1):
            self._add_requirement(position, row)
        for criterion in Criterion:
            self.fields[f"weight-{criterion}"] = forms.IntegerField(
                label=criterion.label, min_value=0, max_value=100, required=False
            )
        self.initial = self._opened()

    def _add_requirement(self, position: int, row: RequirementContent) -> None:
        words = _asked(row, self.names)
        self.fields[f"level-{position}"] = forms.ChoiceField(
            label=words, choices=_LEVELS, required=False
        )
        if row.kind in NUMBERED_REQUIREMENTS:
            most = 100 if row.kind == RequirementKind.DOMESTIC_SHARE else 1_000_000_000
            self.fields[f"number-{position}"] = AmountField(
                label=words, min_value=0, max_value=most
            )

    def _opened(self) -> dict[str, Any]:
        content = self.content
        found: dict[str, Any] = {
            "budget_low": _in_wan(content.budget_low),
            "budget_high": _in_wan(content.budget_high),
            "budget_is_ceiling": content.budget_is_ceiling,
            "wanted_start": content.wanted_start,
            "wanted_end": content.wanted_end,
            "window_is_fixed": content.window_is_fixed,
        }
        for position, row in enumerate(content.requirements, start=1):
            found[f"level-{position}"] = row.level
            if row.number is not None:
                is_money = row.kind == RequirementKind.BUDGET
                found[f"number-{position}"] = _in_wan(row.number) if is_money else plain(row.number)
        return found | {f"weight-{each}": self.weights.get(each, 0) for each in Criterion}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if in_disorder(values.get("budget_low"), values.get("budget_high")):
            self.add_error("budget_high", _("预算下限不能高于上限。"))
        if in_disorder(values.get("wanted_start"), values.get("wanted_end")):
            self.add_error("wanted_end", _("开始日期不能晚于完成日期。"))
        if values.get("window_is_fixed") and not values.get("wanted_end"):
            self.add_error("wanted_end", _("工期不可调整时，请填写期望完成日期。"))
        if not any(values.get(f"weight-{each}") for each in Criterion):
            self.add_error(f"weight-{Criterion.SCENARIO}", _("至少有一项的比重要大于 0。"))
        return values

    def supposition(self) -> Supposition:
        """Return what was imagined; what the need says while nothing was sent."""
        if not self.is_bound:
            return Supposition(self.content)
        values = self.cleaned_data
        rows = list(enumerate(self.content.requirements, start=1))
        weights = {each.value: values.get(f"weight-{each}") or 0 for each in Criterion}
        fixed = bool(values["window_is_fixed"])
        changes = {
            "budget_low": values["budget_low"],
            "budget_high": values["budget_high"],
            "budget_is_ceiling": values["budget_is_ceiling"],
            "wanted_start": values["wanted_start"],
            "wanted_end": values["wanted_end"],
            "window_is_fixed": fixed,
            "window_reason": self.content.window_reason if fixed else "",
            "requirements": tuple(self._supposed(position, row) for position, row in rows),
            "weights": self.content.weights if weights == self._before() else weights,
        }
        dropped = {position for position, _row in rows if self._level(position) == DROPPED}
        return Supposition(self.content.model_copy(update=changes), frozenset(dropped))

    def _before(self) -> dict[str, int]:
        return {each.value: self.weights.get(each, 0) for each in Criterion}

    def _level(self, position: int) -> str:
        return str(self.cleaned_data.get(f"level-{position}") or "")

    def _supposed(self, position: int, row: RequirementContent) -> RequirementContent:
        level = self._level(position)
        number = self.cleaned_data.get(f"number-{position}")
        if number is not None and row.kind == RequirementKind.BUDGET:
            number *= TEN_THOUSAND
        changes: dict[str, Any] = {} if number is None else {"number": number}
        if level in RequirementLevel.values:
            changes["level"] = RequirementLevel(level)
        return row.model_copy(update=changes)

    @property
    def requirement_rows(self) -> Iterator[RequirementRow]:
        for position, row in enumerate(self.content.requirements, start=1):
            number = f"number-{position}"
            yield RequirementRow(
                words=_asked(row, self.names),
                level=self[f"level-{position}"],
                number=self[number] if number in self.fields else None,
                unit=_UNITS.get(RequirementKind(row.kind), ""),
            )

    @property
    def weight_fields(self) -> list[BoundField]:
        return [self[f"weight-{each}"] for each in Criterion]


def _asked(row: RequirementContent, names: Names) -> str:
    """Name a line beside its fields, which say the number themselves."""
    kind = RequirementKind(row.kind)
    return str(kind.label) if kind in NUMBERED_REQUIREMENTS else requirement_words(row, names)


def _in_wan(amount: Decimal | None) -> str | None:
    return None if amount is None else plain(amount / TEN_THOUSAND)
