"""What a vocabulary data file may say: every row is checked before any is stored."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from django.db.models import Model
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from accounts.models import District, DistrictGroup
from catalog.choices import Comparison, ParameterKind
from catalog.models import (
    CapabilityDomain,
    CapabilityLevel,
    Certification,
    ForbiddenWord,
    Industry,
    Parameter,
    ProjectType,
    ReturnReason,
    Scenario,
    Stage,
    Synonym,
)

FOLDER = Path(__file__).resolve().parent / "data" / "vocabulary"

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]+$", max_length=60)]
Source = Annotated[str, Field(max_length=200)]
Choice = Annotated[str, Field(min_length=1, max_length=60)]


class VocabularyError(ValueError):
    """A data file cannot be used; the message names the file and the row."""


class FileRow(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    source: Source = ""


class TermRow(FileRow):
    name_zh: Annotated[str, Field(min_length=1, max_length=120)]
    name_en: Annotated[str, Field(min_length=1, max_length=160)]
    remark: Literal["", "unconfirmed"] = ""


class ScenarioRow(TermRow):
    stage: Code


class DomainRow(TermRow):
    element: Annotated[str, Field(min_length=1, max_length=20)]
    domain: Annotated[str, Field(max_length=20)] = ""


class LevelRow(TermRow):
    level: Annotated[int, Field(ge=1, le=5)]


class DistrictRow(TermRow):
    level: District.Level
    # Empty for what is larger than a district.
    group: Code | Literal[""] = ""


class CertificationRow(TermRow):
    is_licence: bool = False


class ProjectTypeRow(TermRow):
    scenarios: tuple[Code, ...] = ()


class ParameterRow(TermRow):
    project_type: Code
    kind: ParameterKind
    unit: Annotated[str, Field(max_length=20)] = ""
    comparison: Comparison
    hard: bool
    choices: tuple[Choice, ...] = ()
    choices_en: tuple[Choice, ...] = ()

    COMPARISONS: ClassVar[dict[ParameterKind, frozenset[Comparison]]] = {
        ParameterKind.NUMBER: frozenset({Comparison.AT_MOST, Comparison.AT_LEAST, Comparison.INFO}),
        ParameterKind.CHOICE: frozenset({Comparison.SUPPORTED, Comparison.INFO}),
        ParameterKind.FLAG: frozenset({Comparison.REQUIRED, Comparison.INFO}),
        ParameterKind.TEXT: frozenset({Comparison.INFO}),
    }

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.code.startswith(f"{self.project_type}."):
            raise ValueError("the code must begin with its project type and a dot")
        if self.comparison not in self.COMPARISONS[self.kind]:
            raise ValueError(f"a {self.kind} cannot be compared by {self.comparison}")
        if self.hard and self.comparison == Comparison.INFO:
            raise ValueError("what is only told cannot be a hard limit")
        if (self.kind == ParameterKind.CHOICE) != bool(self.choices):
            raise ValueError("a choice, and nothing else, lists its choices")
        if len(self.choices) != len(self.choices_en):
            raise ValueError("every choice needs its English name, in the same order")
        if len(set(self.choices)) != len(self.choices):
            raise ValueError("a choice stands there twice")
        return self


class ForbiddenWordRow(TermRow):
    harmless_in: tuple[Annotated[str, Field(min_length=1, max_length=40)], ...] = ()


class SynonymRow(FileRow):
    words: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=40)], ...], Field(min_length=2)
    ]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One data file, the table it fills, and the columns that name rows of other tables."""

    name: str
    model: type[Model]
    row: type[FileRow]
    parent: tuple[str, type[Model]] | None = None


# Parents before their children.
VOCABULARIES = (
    Vocabulary("stages", Stage, TermRow),
    Vocabulary("scenarios", Scenario, ScenarioRow, ("stage", Stage)),
    Vocabulary("industries", Industry, TermRow),
    Vocabulary("capability_domains", CapabilityDomain, DomainRow),
    Vocabulary("capability_levels", CapabilityLevel, LevelRow),
    Vocabulary("district_groups", DistrictGroup, TermRow),
    Vocabulary("districts", District, DistrictRow, ("group", DistrictGroup)),
    Vocabulary("certifications", Certification, CertificationRow),
    Vocabulary("project_types", ProjectType, ProjectTypeRow),
    Vocabulary("parameters", Parameter, ParameterRow, ("project_type", ProjectType)),
    Vocabulary("synonyms", Synonym, SynonymRow),
    Vocabulary("return_reasons", ReturnReason, TermRow),
    Vocabulary("forbidden_words", ForbiddenWord, ForbiddenWordRow),
)


def read_vocabulary(vocabulary: Vocabulary, folder: Path = FOLDER) -> list[FileRow]:
    """Return the checked rows of one file, each with its source filled in."""
    path = folder / f"{vocabulary.name}.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        source, raw = data["source"], data["rows"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise VocabularyError(f"{path.name}: not a readable vocabulary file ({error})") from error
    if not source or not isinstance(source, str) or not isinstance(raw, list):
        raise VocabularyError(f'{path.name}: needs a "source" and a list of "rows"')
    rows = [
        _checked(path.name, number, vocabulary.row, item, source)
        for number, item in enumerate(raw, start=1)
    ]
    _refuse_duplicates(path.name, rows)
    return rows


def _checked(file: str, number: int, kind: type[FileRow], item: Any, source: str) -> FileRow:
    code = item.get("code", "") if isinstance(item, dict) else ""
    try:
        row = kind.model_validate(item)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        where = f"{field}: " if field else ""
        raise VocabularyError(f"{file}: row {number} ({code}): {where}{first['msg']}") from error
    return row if row.source else row.model_copy(update={"source": source})


def _refuse_duplicates(file: str, rows: Sequence[FileRow]) -> None:
    for code, count in Counter(row.code for row in rows).items():
        if count > 1:
            raise VocabularyError(f"{file}: the code {code} stands there {count} times")
