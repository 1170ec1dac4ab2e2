"""Catalogues to name, embedding spaces to look at."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin_terms import KeptAdmin, WatchedAdmin
from catalog.models import Catalogue, EmbeddingSpace


@admin.register(Catalogue)
class CatalogueAdmin(KeptAdmin[Catalogue]):
    list_display = ("name_zh", "code", "is_external", "source")
    list_filter = ("is_external",)
    search_fields = ("code", "name_zh", "name_en")

    def get_readonly_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Catalogue | None = None,
    ) -> tuple[str, ...]:
        # Commands and settings name a catalogue by its code.
        return ("code",) if obj else ()


@admin.register(EmbeddingSpace)
class EmbeddingSpaceAdmin(WatchedAdmin[EmbeddingSpace]):
    list_display = ("code", "model", "dimensions", "is_serving", "created_at")
    list_filter = ("is_serving",)
    search_fields = ("code", "model")
