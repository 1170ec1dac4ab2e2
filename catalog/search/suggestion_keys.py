"""The keys of public titles and names, written with what they belong to and looked up by beginning.

Titles of confidential needs get no keys; whether a listing is still public is asked again when
its keys are read, so an outdated key tells nothing.
"""

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Organization
from catalog.choices import Confidentiality, ListingKind
from catalog.models import Catalogue, Listing, SuggestionKey
from catalog.permissions import shown_listings
from catalog.search.spellings import Spelling, spellings

_BATCH = 500
_TITLE_STARTS, _NAME_STARTS = 4, 4
# Comes after every character that a key may hold.
_LAST = "\U0010ffff"


def write_listing_keys(listing_ids: Sequence[int]) -> None:
    """Replace the keys of listings; call it in the transaction that writes their content."""
    SuggestionKey.objects.filter(listing__in=listing_ids).delete()
    rows = Listing.objects.filter(suggestible(), pk__in=listing_ids)
    SuggestionKey.objects.bulk_create(
        SuggestionKey(kind=kind, key=each.key, listing_id=pk)
        for pk, kind, title in rows.values_list("pk", "kind", "title")
        for each in spellings(title, most_starts=_TITLE_STARTS)
    )


def suggestible(prefix: str = "") -> Q:
    """Return the condition under which anyone may be told the title of a listing."""
    asked = shown_listings(prefix) & Q(**{f"{prefix}catalogue__code": Catalogue.MAIN})
    is_open = Q(**{f"{prefix}kind": ListingKind.SOLUTION}) | Q(
        **{f"{prefix}need__confidentiality": Confidentiality.OPEN}
    )
    in_force = Q(**{f"{prefix}expires_on__isnull": True}) | Q(
        **{f"{prefix}expires_on__gte": timezone.localdate()}
    )
    return asked & is_open & in_force


@transaction.atomic
def write_organization_keys(organizations: Iterable[Organization]) -> None:
    """Replace the keys of organizations: of their full and of their short names."""
    rows = list(organizations)
    SuggestionKey.objects.filter(organization__in=rows).delete()
    SuggestionKey.objects.bulk_create(
        SuggestionKey(
            kind=SuggestionKey.Kind.ORGANIZATION, key=each.key, organization_id=organization.pk
        )
        for organization in rows
        for each in _name_spellings(organization)
    )


def _name_spellings(organization: Organization) -> Iterable[Spelling]:
    both = [
        each
        for name in (organization.short_name, organization.legal_name)
        for each in spellings(name, most_starts=_NAME_STARTS)
    ]
    return {each.key: each for each in both}.values()


def rebuild_keys() -> int:
    """Write the keys of everything anew, in batches; return how many things have keys now."""
    count = 0
    for model, write in ((Listing, _listings_by_id), (Organization, _organizations_by_id)):
        ids = iter(model._default_manager.order_by("pk").values_list("pk", flat=True).iterator())
        while batch := list(islice(ids, _BATCH)):
            write(batch)
            count += len(batch)
    return count


@transaction.atomic
def _listings_by_id(ids: list[int]) -> None:
    # Locked, so that an approval at the same time is not undone.
    list(Listing.objects.select_for_update(of=["self"]).filter(pk__in=ids).order_by("pk"))
    write_listing_keys(ids)


def _organizations_by_id(ids: list[int]) -> None:
    write_organization_keys(Organization.objects.filter(pk__in=ids))


def beginning(kind: SuggestionKey.Kind, start: str) -> QuerySet[SuggestionKey]:
    """Return the keys of ``kind`` that begin with ``start``, in the order of the index."""
    rows = SuggestionKey.objects.filter(kind=kind, key__gte=start, key__lt=start + _LAST)
    if kind == SuggestionKey.Kind.ORGANIZATION:
        named = rows.filter(organization__suspended_at__isnull=True)
        return named.select_related("organization").order_by("key")
    return rows.filter(suggestible("listing__")).select_related("listing").order_by("key")
