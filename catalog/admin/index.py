"""Catalogues to name, embedding spaces to look at."""

from django.contrib import admin
from django.http import HttpRequest

from catalog.admin.base import ReadOnlyAdmin, SiteAdmin
from catalog.models import Catalogue, EmbeddingSpace


@admin.register(Catalogue)
class CatalogueAdmin(SiteAdmin[Catalogue]):
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

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - nobody
        obj: Catalogue | None = None,  # noqa: ARG002
    ) -> bool:
        return False


@admin.register(EmbeddingSpace)
class EmbeddingSpaceAdmin(ReadOnlyAdmin[EmbeddingSpace]):
    list_display = ("code", "model", "dimensions", "is_serving", "created_at")
    list_filter = ("is_serving",)
    search_fields = ("code", "model")
