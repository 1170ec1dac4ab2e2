"""The two halls: search, facets, pages."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from accounts.requests import ActorRequest
from accounts.visitors import kept_for_visitors
from catalog.choices import ListingKind
from catalog.presenting.halls import HALLS, read_hall
from catalog.presenting.suggestions import suggestion_lines


class HallRequest(ActorRequest):
    """A request as the middleware hands it over: with its actor and htmx's headers."""

    htmx: HtmxDetails


# The part of the page that changes with the search; what asks for it alone names it.
PART = "hall"


@require_safe
@kept_for_visitors
def need_list(request: HallRequest) -> HttpResponse:
    return _hall(request, ListingKind.NEED)


@require_safe
@kept_for_visitors
def solution_list(request: HallRequest) -> HttpResponse:
    return _hall(request, ListingKind.SOLUTION)


def _hall(request: HallRequest, kind: ListingKind) -> HttpResponse:
    view = read_hall(request.actor, HALLS[kind], request.GET)
    is_part = request.htmx.target == PART and not request.htmx.history_restore_request
    template = "catalog/_hall.html" if is_part else f"catalog/{kind}_list.html"
    context: dict[str, Any] = {**view.context(), "kind": kind.value}
    response = render(request, template, context)
    if is_part:
        response["HX-Push-Url"] = view.href
    # A browser must not show the part where it was asked for the page.
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_safe
def suggestions(request: ActorRequest) -> HttpResponse:
    """What the text typed so far may become, as options under the search box."""
    wanted = request.GET.get("in", "")
    kind = ListingKind.SOLUTION if wanted == ListingKind.SOLUTION else ListingKind.NEED
    lines = suggestion_lines(request.GET.get("q", ""), kind)
    response = render(request, "catalog/_suggestions.html", {"lines": lines})
    response["Cache-Control"] = "public, max-age=60"
    return response
