"""The page of those who observe a district."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import District
from accounts.permissions import can_see_district
from accounts.requests import ActorRequest
from matchmaking.district.figures import district_tables
from matchmaking.district.suppression import LEAST


@require_safe
@never_cache
@login_required
def district(request: ActorRequest, code: str) -> HttpResponse:
    """Counts over the district's parks; what it lists by name, everybody may read elsewhere."""
    row = get_object_or_404(District, code=code.replace("\0", ""))
    if not can_see_district(request.actor, row):
        raise Http404
    context = {"district": row, "tables": district_tables(row), "least": LEAST}
    return render(request, "matchmaking/district.html", context)
