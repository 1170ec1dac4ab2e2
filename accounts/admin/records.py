"""The record of events in the admin."""

from django.contrib import admin

from accounts.admin_terms import WatchedAdmin
from accounts.models import Event


@admin.register(Event)
class EventAdmin(WatchedAdmin[Event]):
    list_display = ("at", "verb", "user_id", "organization_id", "subject_type", "subject_id")
    list_filter = ("subject_type", "verb")
    search_fields = ("verb", "=user_id", "=organization_id", "=subject_id")
    date_hierarchy = "at"
    ordering = ("-id",)
