"""The names of vocabulary, all of them in two look-ups a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.db.models import BooleanField, CharField, F, IntegerField, Model, QuerySet, Value
from django.utils.translation import get_language

from accounts.models import District, DistrictGroup, Park
from catalog.figures import kept
from catalog.models import (
    CapabilityDomain,
    Certification,
    Industry,
    Parameter,
    ProjectType,
    Scenario,
    Stage,
)
from catalog.wording.terms import short_word

_GROUP = "district_group"
# What listings refer to by code.
_TERMS: Mapping[str, type[Model]] = {
    "stage": Stage,
    "scenario": Scenario,
    "industry": Industry,
    "domain": CapabilityDomain,
    "certification": Certification,
    "project_type": ProjectType,
    "district": District,
    # What stands for the district of a confidential need.
    _GROUP: DistrictGroup,
}


@dataclass(frozen=True, slots=True)
class ParameterName:
    """What must be known of a parameter to speak of its values."""

    name_zh: str
    name_en: str
    unit: str
    choices_en: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """Codes to names in both languages; the language is chosen when a name is asked for."""

    terms: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    parameters: Mapping[str, ParameterName] = field(default_factory=dict)
    # The codes of each vocabulary that may still be chosen, in their order.
    current: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # The stage that each scenario belongs to, both by code.
    stages: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Self:
        """Return every vocabulary, as it was read within the last minute."""
        return kept("names", cls._read)

    @classmethod
    def _read(cls) -> Self:
        """Two queries, however many listings are shown."""
        terms = cls._read_terms()
        parameters = Parameter.objects.order_by().values_list(
            "code", "name_zh", "name_en", "unit", "choices", "choices_en"
        )
        return replace(
            terms,
            parameters={
                code: ParameterName(zh, en, unit, dict(zip(choices, choices_en, strict=False)))
                for code, zh, en, unit, choices, choices_en in parameters
            },
        )

    @classmethod
    def of_terms(cls) -> Self:
        """Return the vocabularies and the parks: for pages that name no parameters."""
        return kept("names:terms", cls._read_terms)

    @classmethod
    def _read_terms(cls) -> Self:
        parts = [*(_rows(kind, model) for kind, model in _TERMS.items()), _park_rows()]
        rows = sorted(parts[0].union(*parts[1:], all=True), key=lambda row: (row[5], row[1]))
        terms = {(row[0], row[1]): (row[2], row[3]) for row in rows}
        groups = {
            ("district", code): words for (kind, code), words in terms.items() if kind == _GROUP
        }
        return cls(
            terms={**groups, **terms},
            current={
                kind: tuple(row[1] for row in rows if row[0] == kind and not row[4])
                for kind in (*_TERMS, "park")
            },
            stages={row[1]: row[6] for row in rows if row[0] == "scenario"},
        )

    def of(self, kind: str, code: str) -> str:
        """Return the name of ``code``; a code that left the vocabulary stands for itself."""
        zh, en = self.terms.get((kind, code), (code, code))
        return en if is_english() and en else zh

    def listed(self, kind: str, codes: Iterable[str]) -> str:
        return joined(self.of(kind, code) for code in codes)

    def options(self, kind: str, keep: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Return what may be chosen, with what is already chosen though since retired."""
        current = self.current.get(kind, ())
        kept = [code for code in keep if code and code not in current]
        return [(code, self.of(kind, code)) for code in (*current, *kept)]

    def parameter(self, code: str) -> str:
        known = self.parameters.get(code)
        if known is None:
            return code
        return known.name_en if is_english() and known.name_en else known.name_zh

    def unit(self, code: str) -> str:
        known = self.parameters.get(code)
        return short_word(known.unit) if known else ""

    def choice(self, code: str, choice: str) -> str:
        known = self.parameters.get(code)
        return (known.choices_en.get(choice) or choice) if known and is_english() else choice


_COLUMNS = ("vocabulary", "code", "name_zh", "name_en", "retired", "position", "stage_code")


def _rows(kind: str, model: type[Model]) -> QuerySet[Any, Any]:
    stage = F("stage__code") if model is Scenario else Value("")
    rows: QuerySet[Any, Any] = model._default_manager.order_by().annotate(
        vocabulary=Value(kind, output_field=CharField()), stage_code=stage
    )
    return rows.values_list(*_COLUMNS)


def _park_rows() -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = Park.objects.order_by().annotate(
        vocabulary=Value("park", output_field=CharField()),
        retired=Value(False, output_field=BooleanField()),
        position=Value(0, output_field=IntegerField()),
        stage_code=Value(""),
    )
    return rows.values_list(*_COLUMNS)


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def joined(words: Iterable[str]) -> str:
    """Return ``words`` as a list in the reader's language."""
    return (", " if is_english() else "、").join(words)
