"""Parts whose fields are rows of a vocabulary: scenarios, parameters, levels, certifications."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from catalog.choices import Comparison, ParameterKind
from catalog.forms.base import StepForm, in_disorder
from catalog.forms.fields import AmountField, DayField, LevelField, YesNoField, several
from catalog.models import CapabilityDomain, CapabilityLevel, Certification, Parameter, Scenario
from catalog.wording.terms import short_word


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    options: list[Option]

    @property
    def chosen(self) -> int:
        return sum(option.checked for option in self.options)


@dataclass(frozen=True, slots=True)
class FieldRow:
    """Fields that belong to one vocabulary row, drawn side by side."""

    name: str
    fields: list[BoundField]
    group: str = ""


class ScenarioForm(StepForm):
    """A step that asks which scenarios it is about, grouped by their stage."""

    scenarios = several("")

    def prepare(self) -> None:
        self.fields["scenarios"].label = _("典型场景")
        stored = list(self.payload.get("scenarios") or ())
        rows = Scenario.objects.select_related("stage").order_by("stage__position", "position")
        self._rows = [row for row in rows if not row.retired or row.code in stored]
        field = self.fields["scenarios"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        field.choices = [(row.code, row.name) for row in self._rows]

    @property
    def scenario_groups(self) -> list[Group]:
        value = self["scenarios"].value() or ()
        chosen = {str(code) for code in value}
        return [
            Group(name, [Option(row.code, row.name, row.code in chosen) for row in rows])
            for name, rows in groupby(self._rows, key=lambda row: row.stage.name)
        ]


def _parameters(types: list[str]) -> list[Parameter]:
    rows = Parameter.objects.filter(project_type__code__in=types, retired=False)
    return list(
        rows.select_related("project_type").order_by(
            "project_type__position", "project_type__code", "position"
        )
    )


def _choices(spec: Parameter) -> list[tuple[str, str]]:
    english = dict(zip(spec.choices, spec.choices_en, strict=False))
    is_english = spec.name != spec.name_zh
    return [(value, english.get(value, value) if is_english else value) for value in spec.choices]


def _labelled(spec: Parameter) -> str:
    unit = short_word(spec.unit)
    return _("%(name)s（%(unit)s）") % {"name": spec.name, "unit": unit} if unit else spec.name


class ParametersForm(StepForm):
    """What the need says of its project, one typed field for each parameter of its type."""

    def prepare(self) -> None:
        chosen = self.data.get("project_type") if self.is_bound else None
        code = str(self.payload.get("project_type") or "") if chosen is None else chosen
        self.specs = _parameters([code.replace("\0", "")]) if code else []
        for spec in self.specs:
            self.fields[f"p-{spec.code}"] = self._field(spec)

    def _field(self, spec: Parameter) -> forms.Field:
        label = _labelled(spec)
        if spec.kind == ParameterKind.NUMBER:
            return AmountField(label=label)
        if spec.kind == ParameterKind.CHOICE:
            choices = [("", _("未说明")), *_choices(spec)]
            return forms.ChoiceField(label=label, choices=choices, required=False)
        if spec.kind == ParameterKind.FLAG:
            return YesNoField(label=label)
        return forms.CharField(label=label, max_length=300, required=False)

    def opened(self) -> dict[str, Any]:
        stored = {row["parameter"]: row for row in self.payload.get("parameters") or ()}
        found = {}
        for spec in self.specs:
            value = stored.get(spec.code, {}).get(_VALUE[ParameterKind(spec.kind)])
            field = self.fields[f"p-{spec.code}"]
            convert = getattr(field, "from_content", None)
            found[f"p-{spec.code}"] = convert(value) if convert else value
        return found

    def _given(self) -> list[tuple[Parameter, Any]]:
        values = [(spec, self.cleaned_data.get(f"p-{spec.code}")) for spec in self.specs]
        return [(spec, value) for spec, value in values if value not in (None, "")]

    def changes(self) -> dict[str, Any]:
        return {
            "parameters": [
                {"parameter": spec.code, _VALUE[ParameterKind(spec.kind)]: value}
                for spec, value in self._given()
            ]
        }

    def blame(self, path: str, messages: list[str]) -> bool:
        key, _dot, rest = path.partition(".")
        if key != "parameters":
            return False
        index = rest.partition(".")[0]
        given = self._given()
        known = index.isdigit() and int(index) < len(given)
        name = f"p-{given[int(index)][0].code}" if known else f"p-{rest}"
        self.add_error(name if name in self.fields else None, messages)
        return True


_VALUE = {
    ParameterKind.NUMBER: "number",
    ParameterKind.CHOICE: "choice",
    ParameterKind.FLAG: "flag",
    ParameterKind.TEXT: "text",
}


class LimitsForm(StepForm):
    """What a solution can do in the parameters of its project types."""

    def prepare(self) -> None:
        types = [str(code) for code in self.payload.get("project_types") or ()]
        # Words cannot be held against a limit, so a solution is not asked for them.
        self.specs = [spec for spec in _parameters(types) if spec.kind != ParameterKind.TEXT]
        for spec in self.specs:
            self._add(spec)

    def _add(self, spec: Parameter) -> None:
        if spec.kind == ParameterKind.NUMBER:
            self.fields[f"low-{spec.code}"] = AmountField(label=_("最小"))
            self.fields[f"high-{spec.code}"] = AmountField(label=_("最大"))
        elif spec.kind == ParameterKind.CHOICE:
            self.fields[f"choices-{spec.code}"] = several(_("支持"), _choices(spec))
        else:
            self.fields[f"flag-{spec.code}"] = YesNoField(label=_("能做到"))

    def opened(self) -> dict[str, Any]:
        found = {}
        for row in self.payload.get("limits") or ():
            for key in ("low", "high", "choices", "flag"):
                field = self.fields.get(f"{key}-{row['parameter']}")
                if field is not None:
                    convert = getattr(field, "from_content", None)
                    value = row.get(key)
                    found[f"{key}-{row['parameter']}"] = convert(value) if convert else value
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for spec in self.specs:
            if in_disorder(values.get(f"low-{spec.code}"), values.get(f"high-{spec.code}")):
                self.add_error(f"high-{spec.code}", _("下限不能大于上限。"))
        return values

    def _row(self, spec: Parameter) -> dict[str, Any]:
        values = {
            key: self.cleaned_data.get(f"{key}-{spec.code}")
            for key in ("low", "high", "choices", "flag")
        }
        given = {key: value for key, value in values.items() if value not in (None, [], "")}
        return {"parameter": spec.code, **given} if given else {}

    def changes(self) -> dict[str, Any]:
        return {"limits": [row for spec in self.specs if (row := self._row(spec))]}

    def blame(self, path: str, messages: list[str]) -> bool:
        key, _dot, rest = path.partition(".")
        if key != "limits":
            return False
        index, _dot, name = rest.partition(".")
        rows = self.changes()["limits"]
        field = (
            f"{name}-{rows[int(index)]['parameter']}"
            if index.isdigit() and int(index) < len(rows)
            else ""
        )
        self.add_error(field if field in self.fields else None, messages)
        return True

    def groups(self) -> Iterator[tuple[str, list[FieldRow]]]:
        for name, specs in groupby(self.specs, key=lambda spec: spec.project_type.name):
            yield name, [self._drawn(spec) for spec in specs]

    def _drawn(self, spec: Parameter) -> FieldRow:
        keys = ("low", "high", "choices", "flag")
        names = [f"{key}-{spec.code}" for key in keys if f"{key}-{spec.code}" in self.fields]
        return FieldRow(_labelled(spec), [self[name] for name in names], _hint(spec))


def _hint(spec: Parameter) -> str:
    """Say which end decides: the other one may stay empty."""
    if spec.comparison == Comparison.AT_MOST:
        return _("“最大”须不低于客户要求")
    if spec.comparison == Comparison.AT_LEAST:
        return _("“最小”须不高于客户现场条件")
    return ""


class LevelsForm(StepForm):
    """A level, or several, for each of the 20 sub-domains."""

    keys: tuple[str, ...]
    lowest: int

    def prepare(self) -> None:
        named = {row.level: row.name for row in CapabilityLevel.objects.order_by("level")}
        levels = [
            (level, f"{level} {named.get(level, _('未达一级'))}") for level in range(self.lowest, 6)
        ]
        self.domains = list(CapabilityDomain.objects.filter(retired=False))
        for domain in self.domains:
            for key in self.keys:
                label = f"{domain.name} {self.label_of(key)}".strip()
                self.fields[f"{key}-{domain.code}"] = LevelField(levels, label=label)

    def label_of(self, key: str) -> str:
        raise NotImplementedError

    def opened(self) -> dict[str, Any]:
        return {
            f"{key}-{row['domain']}": row.get(key)
            for row in self.payload.get("maturity") or ()
            for key in self.keys
        }

    def _rows(self) -> Iterator[dict[str, Any]]:
        for domain in self.domains:
            values = {key: self.cleaned_data.get(f"{key}-{domain.code}") for key in self.keys}
            if any(value is not None for value in values.values()):
                yield {"domain": domain.code, **values}

    def changes(self) -> dict[str, Any]:
        return {"maturity": list(self._rows())}

    def blame(self, path: str, messages: list[str]) -> bool:
        if path.partition(".")[0] != "maturity":
            return False
        self.add_error(None, messages)
        return True

    @property
    def rows(self) -> list[FieldRow]:
        return [
            FieldRow(
                domain.name,
                [self[f"{key}-{domain.code}"] for key in self.keys],
                short_word(domain.domain or domain.element),
            )
            for domain in self.domains
        ]

    @property
    def axes(self) -> list[dict[str, Any]]:
        """Return each sub-domain's levels as they stand in the form, for a radar."""
        return [
            {
                "label": domain.name,
                "current": _level(self[f"{self.keys[0]}-{domain.code}"].value()),
                "target": _level(self[f"{self.keys[-1]}-{domain.code}"].value()),
            }
            for domain in self.domains
        ]

    @property
    def filled(self) -> int:
        """How many sub-domains already say something; an empty list stays folded."""
        return sum(
            any(field.value() not in (None, "") for field in row.fields) for row in self.rows
        )


def _level(value: Any) -> int | None:
    """Return what a sent or stored level says; a wrong one says nothing."""
    return int(value) if str(value) in {"0", "1", "2", "3", "4", "5"} else None


class NeedLevelsForm(LevelsForm):
    keys = ("current", "target")
    lowest = 0

    def label_of(self, key: str) -> str:
        return _("现状") if key == "current" else _("目标")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for domain in self.domains:
            now, then = values.get(f"current-{domain.code}"), values.get(f"target-{domain.code}")
            if in_disorder(now, then):
                self.add_error(f"target-{domain.code}", _("目标不能低于现状。"))
        return values


class ReachForm(LevelsForm):
    keys = ("level",)
    lowest = 1

    def label_of(self, key: str) -> str:  # noqa: ARG002 - there is only one
        return ""


class CertificationsForm(StepForm):
    """Which certificates the vendor holds, and until when."""

    def prepare(self) -> None:
        held = [row["certification"] for row in self.payload.get("certifications") or ()]
        rows = Certification.objects.all()
        self.terms = [row for row in rows if not row.retired or row.code in held]
        for term in self.terms:
            self.fields[f"has-{term.code}"] = forms.BooleanField(label=term.name, required=False)
            label = _("%(name)s有效期至") % {"name": term.name}
            self.fields[f"until-{term.code}"] = DayField(label=label)

    def opened(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for row in self.payload.get("certifications") or ():
            found[f"has-{row['certification']}"] = True
            found[f"until-{row['certification']}"] = row.get("valid_until")
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for term in self.terms:
            if values.get(f"until-{term.code}") and not values.get(f"has-{term.code}"):
                self.add_error(f"until-{term.code}", _("填写了有效期，但没有勾选该资质。"))
        return values

    def _held(self) -> list[str]:
        return [term.code for term in self.terms if self.cleaned_data.get(f"has-{term.code}")]

    def changes(self) -> dict[str, Any]:
        return {
            "certifications": [
                {"certification": code, "valid_until": self.cleaned_data.get(f"until-{code}")}
                for code in self._held()
            ]
        }

    def blame(self, path: str, messages: list[str]) -> bool:
        key, _dot, rest = path.partition(".")
        if key != "certifications":
            return False
        index = rest.partition(".")[0]
        held = self._held()
        known = index.isdigit() and int(index) < len(held)
        self.add_error(f"until-{held[int(index)]}" if known else None, messages)
        return True

    @property
    def rows(self) -> list[FieldRow]:
        return [
            FieldRow(term.name, [self[f"has-{term.code}"], self[f"until-{term.code}"]])
            for term in self.terms
        ]
