"""What the need's own words suggest: each line may be changed, taken or left."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.choices import ParameterKind, RequirementKind, RequirementLevel
from catalog.forms.base import StepForm
from catalog.forms.fields import AmountField, DayField, LevelField, WanField, YesNoField
from catalog.forms.rows import MAX_REQUIREMENTS
from catalog.models import Parameter
from catalog.suggesting import Field, Span, Suggestion
from catalog.suggestions import suggestions_for, words_of

ALL, NONE = "all", "none"
# How much of the text is quoted on either side of the words that count.
_AROUND = 10

_HEADINGS: Mapping[Field, Any] = {
    Field.SCENARIO: gettext_lazy("典型场景"),
    Field.INDUSTRY: gettext_lazy("行业"),
    Field.PROJECT_TYPE: gettext_lazy("项目类型"),
    Field.PARAMETER: gettext_lazy("项目参数"),
    Field.DISTRICT: gettext_lazy("项目所在区"),
    Field.BUDGET_LOW: gettext_lazy("预算"),
    Field.BUDGET_HIGH: gettext_lazy("预算"),
    Field.WANTED_END: gettext_lazy("期望完成"),
    Field.REQUIREMENT: gettext_lazy("具体要求"),
    Field.MATURITY: gettext_lazy("成熟度差距"),
}
_CODED = {
    Field.INDUSTRY: "industry",
    Field.PROJECT_TYPE: "project_type",
    Field.DISTRICT: "district",
}
_DIRECT = (*_CODED, Field.BUDGET_LOW, Field.BUDGET_HIGH, Field.WANTED_END)
# A requirement that no kind can check is written down in words.
_WORDED = {"domestic": gettext_lazy("优先国产设备与软件"), "local": gettext_lazy("要求本地服务")}
_UNITS = {
    RequirementKind.DOMESTIC_SHARE: "%",
    RequirementKind.LEAD_TIME: gettext_lazy("周"),
    RequirementKind.RESPONSE: gettext_lazy("小时"),
}


@dataclass(frozen=True, slots=True)
class Quote:
    """A place of the text: the words that count, and a little around them."""

    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Row:
    """One suggestion as a line of the page."""

    take: BoundField
    label: str
    values: list[BoundField]
    unit: str
    quotes: list[Quote]
    # What the need says already, where taking the suggestion would replace it.
    present: str


@dataclass(frozen=True, slots=True)
class Group:
    heading: str
    rows: list[Row]


class SuggestionsForm(StepForm):
    """Nothing here is stored unless it was ticked when the form was sent."""

    def prepare(self) -> None:
        self.text = words_of(self.payload)
        found = suggestions_for(self.text, self.names, timezone.localdate())
        codes = [each.code for each in found if each.field is Field.PARAMETER]
        self.specs = {
            spec.code: spec for spec in Parameter.objects.filter(code__in=codes, retired=False)
        }
        self.suggestions = [each for each in found if self._is_new(each)]
        for each in self.suggestions:
            self._add(each)

    def opened(self) -> dict[str, Any]:
        """Each field carries its own first value; the payload's are other fields."""
        return {}

    def _is_new(self, each: Suggestion) -> bool:
        """Whether the need does not say it yet."""
        if each.field is Field.SCENARIO:
            return each.code not in (self.payload.get("scenarios") or ())
        if each.field is Field.PARAMETER:
            known = {row["parameter"] for row in self.payload.get("parameters") or ()}
            return each.code in self.specs and each.code not in known
        if each.field is Field.MATURITY:
            return each.code not in {row["domain"] for row in self.payload.get("maturity") or ()}
        if each.field is Field.REQUIREMENT:
            return not any(
                _same_requirement(each, row) for row in self.payload.get("requirements") or ()
            )
        return self._present(each) != str(each.choice or each.day or _amount(each))

    def _present(self, each: Suggestion) -> str:
        stored = self.payload.get(str(each.field))
        if stored is None or each.field not in _DIRECT:
            return ""
        if each.field in (Field.BUDGET_LOW, Field.BUDGET_HIGH):
            return WanField().from_content(stored) or ""
        return str(stored)

    def _add(self, each: Suggestion) -> None:
        # What is said already is replaced only by somebody who means it.
        taken = not self._present(each)
        self.fields[f"take-{each.key}"] = forms.BooleanField(
            label=_("采纳"), required=False, initial=taken
        )
        for name, field in self._values(each):
            self.fields[f"{name}-{each.key}"] = field

    def _values(self, each: Suggestion) -> Iterator[tuple[str, forms.Field]]:
        label = self._label(each)
        if each.field in _CODED:
            options = self.names.options(_CODED[each.field])
            yield "value", _choice(label, options, each.choice)
        elif each.field in (Field.BUDGET_LOW, Field.BUDGET_HIGH):
            yield "value", WanField(label=label, initial=_amount(each))
        elif each.field is Field.WANTED_END:
            yield "value", DayField(label=label, initial=each.day)
        elif each.field is Field.PARAMETER:
            yield "value", self._parameter(each, label)
        elif each.field is Field.MATURITY:
            levels = [(level, str(level)) for level in range(6)]
            yield "current", LevelField(levels, label=f"{label} {_('现状')}", initial=each.level)
            yield "target", LevelField(levels, label=f"{label} {_('目标')}", initial=each.target)
        elif each.field is Field.REQUIREMENT:
            yield from self._requirement(each, label)

    def _requirement(self, each: Suggestion, label: str) -> Iterator[tuple[str, forms.Field]]:
        if each.number is not None:
            yield "value", AmountField(label=label, initial=_plain(each), min_value=0)
        elif each.words in _WORDED:
            words = str(_WORDED[each.words])
            yield (
                "value",
                forms.CharField(label=label, initial=words, max_length=300, required=False),
            )
        elif each.code == RequirementKind.INDUSTRY_CASE:
            stated = next((s.choice for s in self.suggestions if s.field is Field.INDUSTRY), "")
            chosen = str(self.payload.get("industry") or stated)
            options = [("", _("请选择")), *self.names.options("industry")]
            yield "value", _choice(label, options, chosen)
        level = RequirementLevel.MUST if each.is_must else RequirementLevel.SHOULD
        yield "level", _choice(f"{label} {_('级别')}", RequirementLevel.choices, level)

    def _parameter(self, each: Suggestion, label: str) -> forms.Field:
        spec = self.specs[each.code]
        if spec.kind == ParameterKind.NUMBER:
            return AmountField(label=label, initial=_plain(each))
        if spec.kind == ParameterKind.FLAG:
            return YesNoField(label=label, initial="true" if each.flag else "false")
        options = [(choice, self.names.choice(spec.code, choice)) for choice in spec.choices]
        return _choice(label, options, each.choice)

    def _label(self, each: Suggestion) -> str:
        if each.field is Field.SCENARIO:
            return self.names.of("scenario", each.code)
        if each.field is Field.PARAMETER:
            return self.names.parameter(each.code)
        if each.field is Field.MATURITY:
            return self.names.of("domain", each.code)
        if each.field is Field.BUDGET_LOW:
            return _("预算下限（万元）")
        if each.field is Field.BUDGET_HIGH:
            return _("预算上限（万元）")
        if each.field is not Field.REQUIREMENT:
            return str(_HEADINGS[each.field])
        kind = _kind(each)
        if kind == RequirementKind.CERTIFICATION:
            return f"{kind.label} {self.names.of('certification', each.choice)}"
        return str(kind.label)

    # --- What was taken ---

    def _takes(self, each: Suggestion) -> bool:
        asked = self.data.get("action", "")
        if asked in (ALL, NONE):
            return bool(asked == ALL)
        return bool(self.cleaned_data.get(f"take-{each.key}"))

    @property
    def taken(self) -> list[Suggestion]:
        return [each for each in self.suggestions if self._takes(each)]

    def _value(self, each: Suggestion, name: str = "value") -> Any:
        return self.cleaned_data.get(f"{name}-{each.key}")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for each in self.taken:
            if f"value-{each.key}" in self.fields and self._value(each) in (None, ""):
                self.add_error(f"value-{each.key}", _("请填写，或不采纳这一条。"))
        low, high = (
            next((self._value(each) for each in self.taken if each.field is end), None)
            for end in (Field.BUDGET_LOW, Field.BUDGET_HIGH)
        )
        if low is not None and high is not None and low > high:
            self.add_error(f"value-{Field.BUDGET_HIGH}", _("预算下限不能高于上限。"))
        for each in self.taken:
            if each.field is Field.MATURITY and self._value(each, "target") is not None:
                now = self._value(each, "current")
                if now is not None and now > self._value(each, "target"):
                    self.add_error(f"target-{each.key}", _("目标不能低于现状。"))
        return values

    def changes(self) -> dict[str, Any]:
        changes: dict[str, Any] = {
            str(each.field): self._value(each) for each in self.taken if each.field in _DIRECT
        }
        lists: Iterable[tuple[str, Iterable[Any]]] = (
            ("scenarios", [each.code for each in self._of(Field.SCENARIO)]),
            ("parameters", self._parameters(changes)),
            ("requirements", [self._row(each) for each in self._of(Field.REQUIREMENT)]),
            ("maturity", [self._levels(each) for each in self._of(Field.MATURITY)]),
        )
        for name, added in lists:
            if added:
                changes[name] = [*(self.payload.get(name) or ()), *added]
        if "requirements" in changes:
            changes["requirements"] = changes["requirements"][:MAX_REQUIREMENTS]
        return changes

    def _of(self, field: Field) -> list[Suggestion]:
        return [each for each in self.taken if each.field is field]

    def _parameters(self, changes: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the values of the chosen project type: another's have no place in the need."""
        chosen = changes.get("project_type", self.payload.get("project_type"))
        return [
            {"parameter": each.code, self.specs[each.code].kind: self._value(each)}
            for each in self._of(Field.PARAMETER)
            if each.code.partition(".")[0] == chosen
        ]

    def _row(self, each: Suggestion) -> dict[str, Any]:
        kind = _kind(each)
        value = self._value(each)
        return {
            "level": self._value(each, "level") or RequirementLevel.SHOULD,
            "kind": kind,
            "text": value if kind == RequirementKind.TEXT else "",
            "code": value if kind == RequirementKind.INDUSTRY_CASE else each.choice,
            "number": value if each.number is not None else None,
        }

    def _levels(self, each: Suggestion) -> dict[str, Any]:
        return {
            "domain": each.code,
            "current": self._value(each, "current"),
            "target": self._value(each, "target"),
        }

    def blame(self, path: str, messages: list[str]) -> bool:  # noqa: ARG002 - told above the form
        return False

    # --- The page ---

    @property
    def groups(self) -> list[Group]:
        found: dict[str, list[Row]] = {}
        for field, heading in _HEADINGS.items():
            rows = [self._drawn(each) for each in self.suggestions if each.field is field]
            if rows:
                found.setdefault(str(heading), []).extend(rows)
        return [Group(heading, rows) for heading, rows in found.items()]

    def _drawn(self, each: Suggestion) -> Row:
        names = ("level", "value", "current", "target")
        present = self._present(each)
        if present and each.field in _CODED:
            present = self.names.of(_CODED[each.field], present)
        unit = self.names.unit(each.code) if each.field is Field.PARAMETER else ""
        if each.field is Field.REQUIREMENT:
            unit = str(_UNITS.get(_kind(each), ""))
        return Row(
            take=self[f"take-{each.key}"],
            label=self._label(each),
            values=[self[f"{n}-{each.key}"] for n in names if f"{n}-{each.key}" in self.fields],
            unit=unit,
            quotes=[_quoted(self.text, span) for span in each.spans],
            present=present,
        )


def _kind(each: Suggestion) -> RequirementKind:
    name = each.code.partition(".")[0]
    return RequirementKind.CERTIFICATION if name == "certification" else RequirementKind(name)


def _same_requirement(each: Suggestion, row: Mapping[str, Any]) -> bool:
    kind = _kind(each)
    if row.get("kind") != kind:
        return False
    if kind == RequirementKind.CERTIFICATION:
        return bool(row.get("code") == each.choice)
    return kind != RequirementKind.TEXT or row.get("text") == str(_WORDED[each.words])


def _amount(each: Suggestion) -> str:
    return WanField().from_content(each.number) or ""


def _plain(each: Suggestion) -> str:
    return AmountField().from_content(each.number) or ""


def _choice(label: str, options: Iterable[tuple[str, Any]], chosen: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(options), initial=chosen, required=False)


def _quoted(text: str, span: Span) -> Quote:
    before = text[max(0, span.start - _AROUND) : span.start].rpartition("\n")[2]
    after = text[span.end : span.end + _AROUND].partition("\n")[0].rstrip()
    return Quote(before, text[span.start : span.end], after)
