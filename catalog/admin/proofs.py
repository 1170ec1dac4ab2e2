"""Checks and customers' confirmations, read; they are decided on their own pages."""

from django.contrib import admin

from catalog.admin.base import PlatformOnlyAdmin
from catalog.models import CaseConfirmation, ProofRequest


@admin.register(ProofRequest)
class ProofRequestAdmin(PlatformOnlyAdmin[ProofRequest]):
    list_display = ("subject", "organization", "told", "state", "asked_at", "decided_by_park")
    list_filter = ("state", "subject", ("decided_by_park", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("organization", "decided_by_park")
    search_fields = ("organization__legal_name", "told")
    date_hierarchy = "asked_at"


@admin.register(CaseConfirmation)
class CaseConfirmationAdmin(PlatformOnlyAdmin[CaseConfirmation]):
    list_display = ("told", "solution", "customer", "state", "asked_at", "answered_at")
    list_filter = ("state",)
    list_select_related = ("solution", "customer")
    search_fields = ("told", "customer__legal_name")
    date_hierarchy = "asked_at"
