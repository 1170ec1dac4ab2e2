"""What moderators choose from is edited here; what they did is read."""

from django.contrib import admin

from accounts.admin_terms import TermAdmin
from catalog.admin.base import PlatformOnlyAdmin
from catalog.models import ForbiddenWord, ModerationEntry, ReturnReason

admin.site.register(ReturnReason, TermAdmin)


@admin.register(ForbiddenWord)
class ForbiddenWordAdmin(TermAdmin[ForbiddenWord]):
    list_display = (*TermAdmin.list_display, "harmless_in")


@admin.register(ModerationEntry)
class ModerationEntryAdmin(PlatformOnlyAdmin[ModerationEntry]):
    list_display = ("revision", "kind", "at", "by", "park", "reasons")
    list_filter = ("kind", ("park", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("revision", "by", "park")
    search_fields = ("revision__listing__code",)
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
