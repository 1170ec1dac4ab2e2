"""Vocabulary data files brought into the tables, as often as anybody likes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model

from accounts.terms import Term
from catalog.models import ProjectType, Scenario
from catalog.vocabulary_files import (
    FOLDER,
    VOCABULARIES,
    FileRow,
    ProjectTypeRow,
    Vocabulary,
    VocabularyError,
    read_vocabulary,
)

Codes = dict[type[Model], dict[str, int]]


@dataclass(slots=True)
class Loaded:
    """What one loading did to the rows."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    retired: int = 0
    kept: int = 0

    def __str__(self) -> str:
        return (
            f"{self.rows} rows in {len(VOCABULARIES)} files: {self.created} created,"
            f" {self.changed} changed, {self.retired} retired,"
            f" {self.kept} kept as edited by an admin"
        )


def load_vocabulary(folder: Path = FOLDER) -> Loaded:
    """Bring every vocabulary table in line with its file.

    A row that an admin edited stays as it is; a row that left its file is retired, never
    deleted, since listings point at it. Raises VocabularyError before anything is stored.
    """
    files = [(vocabulary, read_vocabulary(vocabulary, folder)) for vocabulary in VOCABULARIES]
    done = Loaded()
    codes: Codes = {}
    with transaction.atomic():
        for vocabulary, rows in files:
            _load(vocabulary, rows, codes, done)
            if vocabulary.model is ProjectType:
                _link_scenarios(rows, codes)
    return done


def _load(vocabulary: Vocabulary, rows: Sequence[FileRow], codes: Codes, done: Loaded) -> None:
    manager: Any = vocabulary.model._default_manager
    # Rows without a code were added in the admin: no file owns them.
    stored: dict[str, Any] = {row.code: row for row in manager.exclude(code="")}
    fresh: list[Model] = []
    changed: list[Model] = []
    names: set[str] = set()
    for position, row in enumerate(rows, start=1):
        values = _values(vocabulary, row, position, codes)
        names.update(values)
        current = stored.pop(row.code, None)
        if current is None:
            fresh.append(vocabulary.model(**values))
        elif all(getattr(current, name) == value for name, value in values.items()):
            continue
        elif current.edited_by_admin:
            done.kept += 1
        else:
            for name, value in values.items():
                setattr(current, name, value)
            changed.append(current)
    gone = [row for row in stored.values() if not (row.retired or row.edited_by_admin)]
    for row in gone:
        row.retired = True
    manager.bulk_create(fresh)
    if changed or gone:
        manager.bulk_update([*changed, *gone], sorted(names))
    codes[vocabulary.model] = dict(manager.values_list("code", "pk"))
    done.rows += len(rows)
    done.created += len(fresh)
    done.changed += len(changed)
    done.retired += len(gone)


def _values(vocabulary: Vocabulary, row: FileRow, position: int, codes: Codes) -> dict[str, Any]:
    values = row.model_dump(exclude={"scenarios"})
    values["retired"] = False
    for name, value in values.items():
        if isinstance(value, tuple):
            values[name] = list(value)
    if issubclass(vocabulary.model, Term):
        values["position"] = position
    if vocabulary.parent:
        name, parent = vocabulary.parent
        code = values.pop(name)
        file = f"{vocabulary.name}.json"
        values[f"{name}_id"] = _id(file, row.code, parent, code, codes) if code else None
    return values


def _id(file: str, row: str, model: type[Model], code: str, codes: Codes) -> int:
    if code not in codes[model]:
        name = model._meta.model_name
        raise VocabularyError(f"{file}: row {row}: no {name} has the code {code}")
    return codes[model][code]


def _link_scenarios(rows: Sequence[FileRow], codes: Codes) -> None:
    stored = {row.code: row for row in ProjectType.objects.prefetch_related("scenarios")}
    for row in rows:
        if not isinstance(row, ProjectTypeRow) or stored[row.code].edited_by_admin:
            continue
        wanted = {
            _id("project_types.json", row.code, Scenario, code, codes) for code in row.scenarios
        }
        if wanted != {scenario.pk for scenario in stored[row.code].scenarios.all()}:
            stored[row.code].scenarios.set(wanted)
