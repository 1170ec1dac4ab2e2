"""The park's dashboard, and its monthly report to take away."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import ActorRequest
from catalog.exporting.monthly import monthly_report
from catalog.permissions import moderated_parks
from catalog.presenting.figures import figures, month_of
from catalog.views.moderation import for_moderators

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@never_cache
@for_moderators
def dashboard(request: ActorRequest) -> HttpResponse:
    asked = request.GET
    told = figures(request.actor, month=asked.get("month", ""), park_code=asked.get("park", ""))
    return render(request, "catalog/moderation/figures.html", {"figures": told})


@require_safe
@never_cache
@for_moderators
def report(request: ActorRequest) -> HttpResponse:
    first = month_of(request.GET.get("month", ""), timezone.localdate())
    park = moderated_parks(request.actor).filter(code=request.GET.get("park", "")).first()
    name = _("审核月报-%(month)s.xlsx") % {"month": f"{first:%Y-%m}"}
    return HttpResponse(
        monthly_report(request.actor, first, park),
        content_type=XLSX,
        headers={"Content-Disposition": content_disposition_header(True, name) or ""},
    )
