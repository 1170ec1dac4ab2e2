"""The record of events, and its seals, in the admin."""

from django.contrib import admin

from accounts.admin_terms import WatchedAdmin
from accounts.models import AuditSeal, Event


@admin.register(Event)
class EventAdmin(WatchedAdmin[Event]):
    list_display = ("at", "verb", "user_id", "organization_id", "subject_type", "subject_id")
    list_filter = ("subject_type", "verb")
    search_fields = ("verb", "=user_id", "=organization_id", "=subject_id")
    date_hierarchy = "at"
    ordering = ("-id",)


@admin.register(AuditSeal)
class AuditSealAdmin(WatchedAdmin[AuditSeal]):
    list_display = ("number", "sealed_at", "count", "first_id", "last_id", "hash")
    search_fields = ("=number", "hash")
    date_hierarchy = "sealed_at"
    ordering = ("-number",)
