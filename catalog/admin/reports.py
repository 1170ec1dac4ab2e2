"""Reports, read and decided through the service; who reported stays untold."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.admin.actions import each
from accounts.admin_terms import actor_of
from catalog.admin.base import AskingAdmin
from catalog.forms.reports import ReportDecisionForm
from catalog.models import Report
from catalog.services import handle_report


@admin.register(Report)
class ReportAdmin(AskingAdmin[Report]):
    list_display = ("reason", "organization", "listing", "state", "created_at", "handled_at")
    list_filter = ("state", "reason")
    list_select_related = ("organization", "listing")
    search_fields = ("organization__legal_name", "listing__code")
    date_hierarchy = "created_at"
    exclude = ("reporter", "contact")
    actions = ("handle",)

    @admin.action(description=_("处理所选举报…"), permissions=["platform"])
    def handle(self, request: HttpRequest, queryset: QuerySet[Report]) -> HttpResponse | None:
        form = self.given(request, ReportDecisionForm)
        if not form.is_valid():
            waiting = queryset.filter(handled_at__isnull=True)
            return self.ask(request, waiting, form, action="handle", title=str(_("处理举报")))
        actor, told = actor_of(request), form.cleaned_data
        each(request, queryset, lambda row: handle_report(actor=actor, report=row, **told))
        return None
