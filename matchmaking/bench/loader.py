"""A synthetic catalogue written to an empty, migrated database, chunk by chunk."""

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import District, Organization
from catalog.choices import ListingKind
from catalog.embedding import content_hash, get_embedder, serve_space, space_for, views_of
from catalog.models import Catalogue, EmbeddingSpace, Listing, ListingVector
from matchmaking.bench.copying import FixedShape, Shape, half_vectors
from matchmaking.bench.generator import Chunk, Generator, Sizes
from matchmaking.bench.rows import CodeBook, ListingRows, Owner
from matchmaking.bench.vectors import Floats

_ORGANIZATION_BATCH = 50_000
_SIZES = ("large", "medium", "small", "micro", "")
_SIZE_SHARES = (0.06, 0.2, 0.4, 0.24, 0.1)


@dataclass(slots=True)
class Timing:
    """Rows written, and the seconds that making and writing them took."""

    rows: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, since: float) -> None:
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - since

    def merge(self, other: "Timing") -> None:
        self.rows += other.rows
        for name, seconds in other.seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds


def serving_space_for_load() -> EmbeddingSpace:
    """Return the space of the embedder's vectors, serving."""
    space = space_for(get_embedder())
    if not space.is_serving:
        serve_space(space)
    return space


def load_organizations(sizes: Sizes) -> int:
    """Write owners: vendors first, then those who post needs; return how many."""
    districts = [pk for pk, _code in district_rows()]
    names = [field.name for field in Organization._meta.local_concrete_fields]
    shape = Shape.of(Organization, names)
    total = sizes.vendors + sizes.buyers
    defaults = {name: _default(Organization, name) for name in names}
    for start in range(1, total + 1, _ORGANIZATION_BATCH):
        stop = min(start + _ORGANIZATION_BATCH, total + 1)
        shape.copy_rows(_organizations(range(start, stop), defaults, districts))
    return total


def district_rows() -> list[tuple[int, str]]:
    """Return key and code of every district, in a fixed order."""
    return list(District.objects.order_by("pk").values_list("pk", "code"))


def district_place(organization_id: int, count: int) -> int:
    """Return the place of an organization's district in a list of ``count``."""
    return organization_id * 2654435761 % 2**32 % count


def _default(model: Any, name: str) -> Any:
    return model._meta.get_field(name).get_default()


def _organizations(
    ids: range, defaults: dict[str, Any], districts: list[int]
) -> Iterator[list[Any]]:
    rng = np.random.default_rng([ids.start, 13])
    sizes = rng.choice(len(_SIZES), size=len(ids), p=_SIZE_SHARES)
    at = timezone.now()
    for number, pk in enumerate(ids):
        row = {
            **defaults,
            "id": pk,
            "public_id": uuid.UUID(bytes=rng.bytes(16), version=4),
            "legal_name": f"合成数据第{pk}号企业",
            "size": _SIZES[sizes[number]],
            "district": districts[district_place(pk, len(districts))],
            "created_at": at,
        }
        yield list(row.values())


class CatalogueLoader:
    """Writes chunks of listings and their vectors; one a process."""

    def __init__(self, generator: Generator) -> None:
        self.generator = generator
        codes = CodeBook()
        self.rows = {kind: ListingRows(kind, codes) for kind in ListingKind}
        self.owner = Owner(Catalogue.objects.get(code=Catalogue.MAIN).pk, timezone.now())
        self.space = serving_space_for_load()

    def load(self, kind: ListingKind, number: int) -> Timing:
        """Write one chunk in one transaction."""
        timing = Timing()
        started = time.perf_counter()
        chunk = self.generator.chunk(kind, number)
        timing.add("generate", started)
        with transaction.atomic():
            started = time.perf_counter()
            timing.rows += self.rows[kind].copy(chunk, self.owner)
            timing.add("content", started)
            started = time.perf_counter()
            timing.rows += copy_vectors(chunk, self.space.pk)
            timing.add("vectors", started)
        return timing


def copy_vectors(chunk: Chunk, space_id: int) -> int:
    """Write the vectors of titles and bodies with the hashes of the texts they stand for."""
    texts = [views_of(content) for content in chunk.contents]
    ids = np.arange(chunk.first, chunk.first + len(texts))
    views: tuple[tuple[str, Floats], ...] = (
        (ListingVector.View.TITLE.value, chunk.titles),
        (ListingVector.View.BODY.value, chunk.bodies),
    )
    count = 0
    for view, vectors in views:
        there = np.array([view in text for text in texts])
        if not there.any():
            continue
        hashes = np.array([content_hash(text[view]) for text in texts if view in text], dtype="S64")
        wire = half_vectors(vectors[there])
        shape = FixedShape(
            ListingVector._meta.db_table,
            ("listing_id", "space_id", "view", "content_hash", "vector"),
            (">i8", ">i8", f"S{len(view)}", "S64", wire.dtype.str),
        )
        size = int(there.sum())
        count += shape.copy_arrays(
            [ids[there], np.full(size, space_id), np.full(size, view.encode()), hashes, wire]
        )
    return count


def catalogue_tables() -> list[str]:
    """Return the tables that a load of content writes."""
    codes = CodeBook()
    tables = [Organization._meta.db_table, ListingVector._meta.db_table]
    for kind in ListingKind:
        tables += ListingRows(kind, codes).tables
    return sorted(set(tables))


def set_sequences() -> None:
    """Let the next id of what was given ids come after them."""
    with connection.cursor() as cursor:
        for table in (Organization._meta.db_table, Listing._meta.db_table):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"  # noqa: S608  # nosec B608
                f' (SELECT coalesce(max(id), 1) FROM "{table}"))'
            )
