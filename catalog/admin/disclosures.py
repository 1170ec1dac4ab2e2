"""Who was let into what, and who looked: read in the admin, written by services."""

from django.contrib import admin

from catalog.admin.base import PlatformOnlyAdmin
from catalog.models import DisclosureGrant, DisclosureView


@admin.register(DisclosureGrant)
class DisclosureGrantAdmin(PlatformOnlyAdmin[DisclosureGrant]):
    list_display = ("listing", "organization", "stage", "since", "revoked_at")
    list_filter = ("stage",)
    list_select_related = ("listing", "organization")
    search_fields = ("listing__code", "organization__legal_name")
    ordering = ("-pk",)


@admin.register(DisclosureView)
class DisclosureViewAdmin(PlatformOnlyAdmin[DisclosureView]):
    list_display = ("at", "listing", "organization", "viewer", "standing", "stage")
    list_filter = ("standing", "stage")
    list_select_related = ("listing", "organization", "viewer")
    search_fields = ("listing__code", "organization__legal_name")
    date_hierarchy = "at"
    ordering = ("-pk",)
