"""The front page: the one page that speaks of every app."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import ActorRequest
from catalog.models import Catalogue
from catalog.presenting.front import front_page
from matchmaking.models import Match


@require_safe
def home(request: ActorRequest) -> HttpResponse:
    context = front_page()
    context["figures"]["matches"] = Match.objects.filter(
        need__catalogue__code=Catalogue.MAIN
    ).count()
    return render(request, "home.html", context)
