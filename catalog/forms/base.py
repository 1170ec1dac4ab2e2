"""Parts of a step: forms and formsets that open with a payload and hand back what changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django import forms
from django.forms.formsets import BaseFormSet
from django.http import QueryDict
from django.utils.translation import gettext as _

from catalog.wording.names import Names

Payload = Mapping[str, Any]

if TYPE_CHECKING:
    RowFormSet = BaseFormSet["RowForm"]
else:
    RowFormSet = BaseFormSet


@dataclass(frozen=True, slots=True)
class Opening:
    """What a part is opened with: the stored content, and what was sent."""

    payload: Payload
    data: QueryDict | None
    names: Names


class Part(Protocol):
    def is_valid(self) -> bool: ...

    def changes(self) -> dict[str, Any]:
        """Return the content fields this part decides, as the service takes them."""

    def blame(self, path: str, messages: list[str]) -> bool:
        """Show the service's ``messages`` at the field of ``path``, if it is one of these."""


class StepForm(forms.Form):
    """A form whose fields are named as the content names them."""

    # On pages where nothing is required the fields need not say so one by one.
    hide_optional: ClassVar[bool] = True
    # Pairs that must be in order, checked here so that the message stands at a field.
    ranges: ClassVar[tuple[tuple[str, str, Any], ...]] = ()

    def __init__(self, opening: Opening) -> None:
        super().__init__(opening.data)
        self.names = opening.names
        self.payload = opening.payload
        self.prepare()
        self.initial = self.opened()

    def prepare(self) -> None:
        """Fill in choices and fields that depend on vocabulary or on the payload."""

    def opened(self) -> dict[str, Any]:
        """Return the stored values in the fields' own units."""
        return {
            name: shown(field, self.payload[name])
            for name, field in self.fields.items()
            if name in self.payload
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for low, high, message in self.ranges:
            if in_disorder(values.get(low), values.get(high)):
                self.add_error(high, message)
        return values

    def changes(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def blame(self, path: str, messages: list[str]) -> bool:
        name = path.split(".", 1)[0]
        if name not in self.fields:
            return False
        self.add_error(name, messages)
        return True

    def let_choose(self, name: str, kind: str, *, empty: bool = False) -> None:
        """Offer vocabulary ``kind`` in field ``name``, with what is chosen though retired."""
        field = self.fields[name]
        stored = self.payload.get(name) or ()
        keep = [stored] if isinstance(stored, str) else list(stored)
        options: list[tuple[str, str]] = [("", _("未定"))] if empty else []
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - says which fields this is for
        field.choices = [*options, *self.names.options(kind, keep)]


def shown(field: forms.Field, value: Any) -> Any:
    convert = getattr(field, "from_content", None)
    return convert(value) if convert else value


def in_disorder(low: Any, high: Any) -> bool:
    return low is not None and high is not None and low > high


class RowForm(forms.Form):
    """One row of a list in the content; a row without anything in it is no row."""

    hide_optional: ClassVar[bool] = True

    def __init__(
        self, *args: Any, names: Names, stored: Sequence[Payload] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        # What the list says now: its codes stay choosable though retired since.
        self.stored = stored
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices from vocabulary."""

    def is_blank(self) -> bool:
        raise NotImplementedError

    def row(self) -> dict[str, Any]:
        """Return the row as the content has it."""
        raise NotImplementedError

    @classmethod
    def opened(cls, row: Payload) -> dict[str, Any]:
        """Return a stored row in the fields' own units."""
        raise NotImplementedError


class Rows(RowFormSet):
    """A formset that decides one list of the content."""

    key: ClassVar[str]
    # Three empty rows to write into, for those without scripts.
    extra = 3
    min_num = 0
    can_order = False
    can_delete = True
    can_delete_extra = True
    validate_min = False
    validate_max = True
    renderer = None

    @classmethod
    def open(cls, opening: Opening) -> "Rows":
        stored = opening.payload.get(cls.key) or ()
        form: type[RowForm] = cls.form
        # Sent rows are not compared with stored ones: a page sent again would seem unchanged,
        # and an unchanged extra row counts as empty.
        return cls(
            opening.data,
            prefix=cls.key,
            initial=None if opening.data else [form.opened(row) for row in stored],
            form_kwargs={"names": opening.names, "stored": stored},
        )

    @property
    def kept(self) -> list[RowForm]:
        deleted = self.deleted_forms
        return [form for form in self.forms if form not in deleted and not form.is_blank()]

    def changes(self) -> dict[str, Any]:
        return {self.key: [form.row() for form in self.kept]}

    def blame(self, path: str, messages: list[str]) -> bool:
        key, _dot, rest = path.partition(".")
        if key != self.key:
            return False
        index, _dot, name = rest.partition(".")
        kept = self.kept
        if index.isdigit() and int(index) < len(kept):
            form = kept[int(index)]
            form.add_error(name if name in form.fields else None, messages)
        else:
            self.non_form_errors().extend(messages)
        return True


def place(parts: Iterable[Part], errors: Mapping[str, list[str]]) -> list[str]:
    """Show each error at the part that knows its field; return the words nobody takes."""
    listed = list(parts)
    homeless: list[str] = []
    for path, messages in errors.items():
        if not any(part.blame(path, messages) for part in listed):
            homeless.extend(messages)
    return homeless
