"""Fields that speak a person's units and hand over the content's."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

TEN_THOUSAND = Decimal(10_000)
NO_CHOICE = ("", _("未定"))


def plain(value: Any) -> str:
    """Return a stored number as a person would type it: 6000.0000 is 6000."""
    return format(Decimal(str(value)).normalize(), "f")


class WanField(forms.DecimalField):
    """Money typed in 万元; what it cleans to is exact yuan, converted here and nowhere else."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(min_value=0, max_digits=14, decimal_places=6, **kwargs)

    def clean(self, value: Any) -> Decimal | None:
        amount = super().clean(value)
        return None if amount is None else amount * TEN_THOUSAND

    def from_content(self, value: Any) -> str | None:
        return None if value is None else plain(Decimal(str(value)) / TEN_THOUSAND)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "step": "any"}


class AmountField(forms.DecimalField):
    """A number with up to four decimals, in the unit its label names."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(max_digits=14, decimal_places=4, **kwargs)

    def from_content(self, value: Any) -> str | None:
        return None if value is None else plain(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "step": "any"}


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not said."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=[("", _("未说明")), ("true", _("是")), ("false", _("否"))],
            coerce=lambda value: value == "true",
            empty_value=None,
            required=False,
            **kwargs,
        )

    def from_content(self, value: Any) -> str:
        return "" if value is None else "true" if value else "false"


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)


class LevelField(forms.TypedChoiceField):
    """A maturity level out of those given, or not said."""

    def __init__(self, levels: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(
            choices=[("", _("未说明")), *((str(level), name) for level, name in levels)],
            coerce=int,
            empty_value=None,
            required=False,
            **kwargs,
        )


def lines(rows: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


def several(label: Any, choices: Any = (), **kwargs: Any) -> forms.MultipleChoiceField:
    """Return checkboxes of which none needs to be ticked."""
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        **kwargs,
    )


def optional(label: Any, choices: Any = (), **kwargs: Any) -> forms.ChoiceField:
    """Return a choice that may be left open."""
    return forms.ChoiceField(label=label, choices=[NO_CHOICE, *choices], required=False, **kwargs)
