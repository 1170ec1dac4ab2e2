"""Content turned into the rows of the live tables, by the models' own fields.

Every column of a listing is written: what content names comes from there, everything else takes
the model's default, so a field that somebody adds is loaded too.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import numpy as np
from django.db import models

from accounts.models import District
from accounts.terms import Term
from catalog.choices import ListingKind, ListingState
from catalog.content import (
    CaseContent,
    HeldCertificationContent,
    LimitContent,
    MaturityContent,
    MaturityReachContent,
    NeedContent,
    ParameterContent,
    RequirementContent,
    SolutionContent,
)
from catalog.models import (
    CapabilityDomain,
    Certification,
    Industry,
    Listing,
    Need,
    Parameter,
    ProjectType,
    Scenario,
    Solution,
)
from catalog.services.listings import CODE_PREFIXES
from matchmaking.bench.copying import FixedShape, Shape
from matchmaking.bench.generator import Chunk

Field = "models.Field[Any, Any]"
Codes = Callable[[type[models.Model], str], int | None]

_MODELS: dict[ListingKind, type[Listing]] = {
    ListingKind.NEED: Need,
    ListingKind.SOLUTION: Solution,
}
_CONTENTS: dict[ListingKind, type[NeedContent] | type[SolutionContent]] = {
    ListingKind.NEED: NeedContent,
    ListingKind.SOLUTION: SolutionContent,
}
# What each list of a content is made of, by the name both content and rows use.
_PARTS: dict[ListingKind, dict[str, Any]] = {
    ListingKind.NEED: {
        "parameters": ParameterContent,
        "maturity": MaturityContent,
        "requirements": RequirementContent,
    },
    ListingKind.SOLUTION: {
        "limits": LimitContent,
        "certifications": HeldCertificationContent,
        "maturity": MaturityReachContent,
        "cases": CaseContent,
    },
}


_VOCABULARIES: tuple[type[Term], ...] = (
    CapabilityDomain,
    Certification,
    District,
    Industry,
    Parameter,
    ProjectType,
    Scenario,
)


class CodeBook:
    """Primary keys of vocabulary rows by code; all read at once, since COPY bears no question."""

    def __init__(self) -> None:
        self._known: dict[type[models.Model], dict[str, int]] = {
            model: dict(model._default_manager.values_list("code", "pk")) for model in _VOCABULARIES
        }

    def __call__(self, model: type[models.Model], code: str) -> int | None:
        return self._known[model][code] if code else None


@dataclass(frozen=True, slots=True)
class Column:
    """Where one column's value comes from: a field of the content, or a constant."""

    name: str
    constant: Any
    from_content: bool
    related: type[models.Model] | None = None

    @classmethod
    def of(cls, field: Any, content_fields: set[str]) -> "Column":
        default = field.get_default()
        return cls(
            name=field.name,
            constant=default() if callable(default) else default,
            from_content=field.name in content_fields,
            related=field.related_model if isinstance(field, models.ForeignKey) else None,
        )

    def value(self, content: Any, codes: Codes) -> Any:
        if not self.from_content:
            return self.constant
        value = getattr(content, self.name)
        if self.related is not None:
            return codes(self.related, value)
        return list(value) if isinstance(value, tuple) else value


def _columns(model: type[models.Model], content: Any) -> list[Column]:
    names = set(content.model_fields)
    return [
        Column.of(field, names)
        for field in model._meta.local_concrete_fields
        if not isinstance(field, models.AutoField)
    ]


@dataclass(frozen=True, slots=True)
class Owner:
    """What the rows of a load have in common."""

    catalogue_id: int
    at: datetime


class ListingRows:
    """Rows of one kind of listing: the common table, the kind's own, and what hangs on it."""

    def __init__(self, kind: ListingKind, codes: Codes) -> None:
        self.kind, self.codes = kind, codes
        self.model, content = _MODELS[kind], _CONTENTS[kind]
        names = set(content.model_fields)
        # Listing's own key is given, so that ids are known before anything is written.
        self.common = [
            Column.of(field, names - {"kind"}) for field in Listing._meta.local_concrete_fields
        ]
        self.own = _columns(self.model, content)
        self.common_shape = Shape.of(Listing, [column.name for column in self.common])
        self.own_shape = Shape.of(self.model, [column.name for column in self.own])
        self.parts = [
            _PartRows(self.model, name, part, codes) for name, part in _PARTS[kind].items()
        ]
        self.relations = [
            _RelationRows(field, codes)
            for field in (*Listing._meta.local_many_to_many, *self.model._meta.local_many_to_many)
            if field.name in names
        ]

    @property
    def tables(self) -> list[str]:
        """Names of all tables written, owners first."""
        return [
            self.common_shape.table,
            self.own_shape.table,
            *(part.shape.table for part in self.parts),
            *(relation.shape.table for relation in self.relations),
        ]

    def copy(self, chunk: Chunk, owner: Owner) -> int:
        """Write all rows of ``chunk``; return how many."""
        count = self.common_shape.copy_rows(self._common_rows(chunk, owner))
        count += self.own_shape.copy_rows(self._own_rows(chunk))
        for part in self.parts:
            count += part.shape.copy_rows(part.rows(chunk))
        for relation in self.relations:
            count += relation.copy(chunk)
        return count

    def _common_rows(self, chunk: Chunk, owner: Owner) -> Iterator[list[Any]]:
        rng = np.random.default_rng([chunk.first, 11])
        ids = rng.bytes(16 * len(chunk.contents))
        prefix = f"{CODE_PREFIXES[self.kind]}-{owner.at.year}-"
        constants: dict[str, Any] = {
            "kind": self.kind.value,
            "catalogue": owner.catalogue_id,
            "state": ListingState.PUBLISHED.value,
            "created_at": owner.at,
            "updated_at": owner.at,
            "published_at": owner.at,
            "wanted_at": owner.at,
            "scored_at": owner.at,
            "content_version": 1,
            "wanted_version": 1,
            "scored_version": 1,
            "spread_version": 1,
        }
        columns = [
            Column(column.name, constants.get(column.name, column.constant), column.from_content)
            for column in self.common
        ]
        places = {column.name: place for place, column in enumerate(columns)}
        for number, content in enumerate(chunk.contents):
            row = [column.value(content, self.codes) for column in columns]
            row[places["id"]] = chunk.first + number
            row[places["public_id"]] = uuid.UUID(
                bytes=ids[16 * number : 16 * number + 16], version=4
            )
            row[places["code"]] = f"{prefix}{chunk.first + number:07d}"
            row[places["organization"]] = int(chunk.organizations[number])
            yield row

    def _own_rows(self, chunk: Chunk) -> Iterator[list[Any]]:
        pointer = [column.name for column in self.own].index("listing_ptr")
        for number, content in enumerate(chunk.contents):
            row = [column.value(content, self.codes) for column in self.own]
            row[pointer] = chunk.first + number
            yield row


class _PartRows:
    """Rows of what a listing lists: its requirements, cases and so on."""

    def __init__(self, model: type[Listing], name: str, part: Any, codes: Codes) -> None:
        relation = model._meta.get_field(name)
        self.name, self.codes = name, codes
        child = cast(type[models.Model], relation.related_model)
        self.columns = _columns(child, part)
        self.shape = Shape.of(child, [column.name for column in self.columns])
        names = [column.name for column in self.columns]
        self._owner = names.index(cast(Any, relation).field.name)
        self._position = names.index("position") if "position" in names else None

    def rows(self, chunk: Chunk) -> Iterator[list[Any]]:
        for number, content in enumerate(chunk.contents):
            for position, part in enumerate(getattr(content, self.name), start=1):
                row = [column.value(part, self.codes) for column in self.columns]
                row[self._owner] = chunk.first + number
                if self._position is not None:
                    row[self._position] = position
                yield row


class _RelationRows:
    """Rows that tie a listing to vocabulary."""

    def __init__(self, field: Any, codes: Codes) -> None:
        through = field.remote_field.through
        self.name, self.codes, self.target = field.name, codes, field.related_model
        self.shape = FixedShape(
            through._meta.db_table,
            (field.m2m_column_name(), field.m2m_reverse_name()),
            (">i8", ">i8"),
        )

    def copy(self, chunk: Chunk) -> int:
        codes, target = self.codes, self.target
        pairs = [
            (chunk.first + number, codes(target, code))
            for number, content in enumerate(chunk.contents)
            for code in dict.fromkeys(getattr(content, self.name))
        ]
        array = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return self.shape.copy_arrays([array[:, 0], array[:, 1]]) if len(array) else 0
