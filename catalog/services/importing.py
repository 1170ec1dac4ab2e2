"""Many listings written at once: the same rows as one by one, in a few statements a batch."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actors import Actor
from accounts.events import record
from accounts.models import Organization
from accounts.permissions import require
from catalog.choices import ListingKind, ListingState, RevisionState
from catalog.content import Content
from catalog.disclosure import public_text
from catalog.models import Catalogue, CodeCounter, Listing, Need, Revision, Solution
from catalog.permissions import can_import_listings
from catalog.search.indexing import IndexedText, index_many
from catalog.search.suggestion_keys import write_listing_keys
from catalog.services.content_rows import fill_columns, has_relations, write_relations
from catalog.services.listings import CODE_PREFIXES


@dataclass(frozen=True, slots=True)
class Imported:
    """One row of a file, checked, with the id that its source gave it."""

    external_id: str
    content: Content


@transaction.atomic
def import_listings(
    *,
    actor: Actor,
    catalogue: Catalogue,
    organization: Organization,
    kind: ListingKind,
    items: Sequence[Imported],
    source: str,
) -> list[int]:
    """Publish ``items`` as listings of ``organization``; return their ids in order.

    An item whose external id the catalogue already has is left as it is and not returned.
    Nothing is scored yet: vectors come first, so the caller asks for scores after embedding.
    """
    require(can_import_listings(actor))
    known = set(
        Listing.objects.filter(
            catalogue=catalogue, kind=kind, external_id__in=[i.external_id for i in items]
        )
        .exclude(external_id="")
        .values_list("external_id", flat=True)
    )
    fresh = [item for item in items if item.external_id not in known]
    if not fresh:
        return []
    rows = _rows(actor, catalogue, organization, kind, fresh, source)
    _insert(rows)
    _write_beside(rows, [item.content for item in fresh])
    record(actor, "listings.imported", catalogue, count=len(rows))
    return [row.pk for row in rows]


def _rows(
    actor: Actor,
    catalogue: Catalogue,
    organization: Organization,
    kind: ListingKind,
    items: Sequence[Imported],
    source: str,
) -> list[Need | Solution]:
    """Build the rows of ``items``, columns filled, nothing saved."""
    now = timezone.now()
    model = Need if kind == ListingKind.NEED else Solution
    rows: list[Need | Solution] = []
    for item, code in zip(items, _codes(kind, len(items)), strict=True):
        row = model(
            kind=kind,
            code=code,
            catalogue=catalogue,
            organization=organization,
            state=ListingState.PUBLISHED,
            published_at=now,
            created_by=actor.user,
            external_id=item.external_id,
            source=source,
            content_version=1,
        )
        fill_columns(row, item.content)
        rows.append(row)
    return rows


_LISTING_FIELDS = [
    field.attname for field in Listing._meta.concrete_fields if field.attname != "id"
]


def _insert(rows: Sequence[Need | Solution]) -> None:
    """Insert rows of a child table: the common parts in one statement, then their own parts."""
    listings = Listing.objects.bulk_create(
        [Listing(**{name: getattr(row, name) for name in _LISTING_FIELDS}) for row in rows]
    )
    for row, listing in zip(rows, listings, strict=True):
        row.pk = row.id = listing.pk
        row.save_base(raw=True, force_insert=True)


def _codes(kind: ListingKind, count: int) -> list[str]:
    """Take ``count`` consecutive readable codes from the counter."""
    year = timezone.localdate().year
    prefix = CODE_PREFIXES[kind]
    CodeCounter.objects.bulk_create([CodeCounter(prefix=prefix, year=year)], ignore_conflicts=True)
    counter = CodeCounter.objects.filter(prefix=prefix, year=year)
    counter.update(last=F("last") + count)
    last = counter.get().last
    return [f"{prefix}-{year}-{number:05d}" for number in range(last - count + 1, last + 1)]


def _write_beside(rows: Sequence[Need | Solution], contents: Sequence[Content]) -> None:
    """Write what hangs on the rows: the revision they come from, relations, words."""
    now = timezone.now()
    pairs = list(zip(rows, contents, strict=True))
    Revision.objects.bulk_create(
        [
            Revision(
                listing_id=row.pk,
                number=1,
                payload=content.model_dump(mode="json"),
                state=RevisionState.APPROVED,
                submitted_at=now,
                decided_at=now,
            )
            for row, content in pairs
        ]
    )
    for row, content in pairs:
        if has_relations(content):
            write_relations(row, content)
    index_many(
        [
            IndexedText(
                listing_id=row.pk,
                public=public_text(content),
                content_version=1,
            )
            for row, content in pairs
        ]
    )
    write_listing_keys([row.pk for row, _content in pairs])
