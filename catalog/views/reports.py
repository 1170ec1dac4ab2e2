"""Reports: made by any reader, decided by the park."""

from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organization
from accounts.requests import ActorRequest
from catalog.choices import ListingState, ReportState
from catalog.forms.reports import ReportDecisionForm, ReportForm
from catalog.models import Listing, Report
from catalog.permissions import can_decide_report, can_report, visible_listings
from catalog.services import handle_report, report
from catalog.views.common import attempt
from catalog.views.moderation import for_moderators


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report_listing(request: ActorRequest, public_id: UUID) -> HttpResponse:
    rows = Listing.objects.filter(
        visible_listings(request.actor), state=ListingState.PUBLISHED
    ).select_related("organization")
    listing = get_object_or_404(rows, public_id=public_id)
    return _report(request, listing.organization, listing)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report_organization(request: ActorRequest, public_id: UUID) -> HttpResponse:
    rows = Organization.objects.visible_to(request.actor)
    return _report(request, get_object_or_404(rows, public_id=public_id), None)


def _report(
    request: ActorRequest, organization: Organization, listing: Listing | None
) -> HttpResponse:
    actor = request.actor
    if not can_report(actor, organization):
        raise Http404
    subject: Listing | Organization = listing or organization
    form = ReportForm(request.POST or None, asks_contact=not actor.is_authenticated)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="report", user=actor.user):
            form.add_error(None, _("举报次数太多，请稍后再试。"))
        else:
            report(actor=actor, organization=organization, listing=listing, **form.cleaned_data)
            messages.success(request, _("已收到，园区会核对。您的身份不会告诉对方。"))
            return redirect(subject)
    context = {"form": form, "subject": subject, "is_listing": listing is not None}
    status = 422 if request.method == "POST" else 200
    return render(request, "catalog/reports/report.html", context, status=status)


@require_safe
@never_cache
@login_required
def my_reports(request: ActorRequest) -> HttpResponse:
    """What came of one's own reports."""
    rows = Report.objects.filter(reporter_id=request.actor.key).order_by("-created_at")
    shown = rows.select_related("listing", "organization")[:50]
    return render(request, "catalog/reports/mine.html", {"rows": shown})


@require_safe
@never_cache
@for_moderators
def report_queue(request: ActorRequest) -> HttpResponse:
    rows = Report.objects.open().overseen_by(request.actor)
    waiting = rows.select_related("organization__park", "listing").order_by("created_at", "pk")
    return render(request, "catalog/reports/queue.html", {"rows": waiting[:100]})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_moderators
def report_detail(request: ActorRequest, public_id: UUID) -> HttpResponse:
    rows = Report.objects.overseen_by(request.actor).select_related("organization", "listing")
    found = get_object_or_404(rows, public_id=public_id)
    if not can_decide_report(request.actor, found.organization):
        raise Http404
    form = ReportDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        attempt(
            request,
            lambda: handle_report(actor=request.actor, report=found, **given),
            _("举报已处理。"),
        )
        return redirect("catalog:report_queue")
    others = Report.objects.filter(organization=found.organization, listing=found.listing)
    context = {
        "report": found,
        "form": form,
        "others": others.exclude(pk=found.pk).order_by("-created_at")[:20],
        "is_open": found.state == ReportState.OPEN,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "catalog/reports/detail.html", context, status=status)
