"""The names of vocabulary, all of them in one look-up a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from django.db.models import CharField, Model, Value
from django.utils.translation import get_language

from accounts.models import District
from catalog.models import (
    CapabilityDomain,
    Certification,
    Industry,
    Parameter,
    ProjectType,
    Scenario,
)

# What evidence and requirements refer to by code.
_TERMS: Mapping[str, type[Model]] = {
    "scenario": Scenario,
    "industry": Industry,
    "domain": CapabilityDomain,
    "certification": Certification,
    "project_type": ProjectType,
    "district": District,
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

    @classmethod
    def load(cls) -> Self:
        """Read every vocabulary in two queries, however many listings are shown."""
        parts = [
            model._default_manager.order_by()
            .annotate(vocabulary=Value(kind, output_field=CharField()))
            .values_list("vocabulary", "code", "name_zh", "name_en")
            for kind, model in _TERMS.items()
        ]
        rows = parts[0].union(*parts[1:], all=True)
        parameters = Parameter.objects.order_by().values_list(
            "code", "name_zh", "name_en", "unit", "choices", "choices_en"
        )
        return cls(
            terms={(kind, code): (zh, en) for kind, code, zh, en in rows},
            parameters={
                code: ParameterName(zh, en, unit, dict(zip(choices, choices_en, strict=False)))
                for code, zh, en, unit, choices, choices_en in parameters
            },
        )

    def of(self, kind: str, code: str) -> str:
        """Return the name of ``code``; a code that left the vocabulary stands for itself."""
        zh, en = self.terms.get((kind, code), (code, code))
        return en if _is_english() and en else zh

    def listed(self, kind: str, codes: Iterable[str]) -> str:
        return joined(self.of(kind, code) for code in codes)

    def parameter(self, code: str) -> str:
        known = self.parameters.get(code)
        if known is None:
            return code
        return known.name_en if _is_english() and known.name_en else known.name_zh

    def unit(self, code: str) -> str:
        known = self.parameters.get(code)
        return known.unit if known else ""

    def choice(self, code: str, choice: str) -> str:
        known = self.parameters.get(code)
        return (known.choices_en.get(choice) or choice) if known and _is_english() else choice


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


def joined(words: Iterable[str]) -> str:
    """Return ``words`` as a list in the reader's language."""
    return (", " if _is_english() else "、").join(words)
