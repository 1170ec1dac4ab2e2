"""A person's saved searches."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import ActorRequest
from catalog.choices import ListingKind
from catalog.models import SavedSearch
from catalog.permissions import own_searches
from catalog.presenting.halls import HALLS, search_query
from catalog.presenting.searches import kept_searches, search_href
from catalog.services.searches import delete_search, save_search, see_search
from catalog.views.common import attempt


def _own(request: ActorRequest, public_id: UUID) -> SavedSearch:
    return get_object_or_404(SavedSearch, own_searches(request.actor), public_id=public_id)


@require_safe
@never_cache
@login_required
def searches(request: ActorRequest) -> HttpResponse:
    return render(request, "catalog/searches.html", {"searches": kept_searches(request.actor)})


@require_POST
@login_required
def search_save(request: ActorRequest) -> HttpResponse:
    kind = request.POST.get("kind", "")
    if kind not in ListingKind.values:
        raise Http404
    hall = HALLS[ListingKind(kind)]
    query = search_query(QueryDict(request.POST.get("query", "")))
    attempt(
        request,
        lambda: save_search(
            actor=request.actor, kind=hall.kind, query=query, name=request.POST.get("name", "")
        ),
        _("搜索已保存，可在“保存的搜索”里看到新增条目。"),
    )
    return redirect(f"{hall.href}?{query}" if query else hall.href)


@require_POST
@login_required
def search_open(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Lead to the hall, and count as new from now on."""
    search = _own(request, public_id)
    see_search(actor=request.actor, search=search)
    return redirect(search_href(search))


@require_POST
@login_required
def search_delete(request: ActorRequest, public_id: UUID) -> HttpResponse:
    search = _own(request, public_id)
    attempt(request, lambda: delete_search(actor=request.actor, search=search), _("已删除。"))
    return redirect("catalog:searches")
