"""Reads of listings that every page shares."""

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q, Subquery
from django.utils import timezone

from accounts.actors import Actor
from catalog.permissions import shown_listings, visible_listings

Row = TypeVar("Row", bound=models.Model)


class ListingQuerySet(models.QuerySet[Row]):
    def visible_to(self, actor: Actor) -> Self:
        """Keep what ``actor`` may know to exist; the rest answers like what does not exist."""
        return self.filter(visible_listings(actor))

    def in_halls(self, catalogue: str) -> Self:
        """Keep what the public halls list: published, in force, of working organizations."""
        catalogues: Any = self.model._meta.get_field("catalogue").related_model
        # A value rather than a join: the index of the halls begins with it.
        one = Subquery(catalogues._default_manager.filter(code=catalogue).values("pk")[:1])
        return self.filter(
            shown_listings(),
            Q(expires_on__isnull=True) | Q(expires_on__gte=timezone.localdate()),
            catalogue_id=one,
        )

    def with_owner(self, *more: str) -> Self:
        return self.select_related("organization__district", "organization__park", *more)
