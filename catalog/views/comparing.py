"""Solutions side by side; the address holds the choice, so it can be shared."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import ActorRequest
from catalog.presenting.comparing import MOST, chosen_ids, comparison


@require_safe
def compare(request: ActorRequest) -> HttpResponse:
    asked = request.GET.getlist("id")
    view = comparison(request.actor, chosen_ids(asked))
    context = {
        "view": view,
        "most": MOST,
        "too_many": len(dict.fromkeys(asked)) > MOST,
        "has_room": len(view.columns) < MOST,
    }
    return render(request, "catalog/compare.html", context)
