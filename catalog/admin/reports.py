"""Reports, read; they are decided on their own pages."""

from django.contrib import admin

from catalog.admin.base import PlatformOnlyAdmin
from catalog.models import Report


@admin.register(Report)
class ReportAdmin(PlatformOnlyAdmin[Report]):
    list_display = ("reason", "organization", "listing", "state", "created_at", "handled_at")
    list_filter = ("state", "reason")
    list_select_related = ("organization", "listing")
    search_fields = ("organization__legal_name", "listing__code")
    date_hierarchy = "created_at"
    exclude = ("reporter", "contact")
