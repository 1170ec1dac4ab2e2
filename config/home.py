"""The front page: the one page that speaks of every app."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import ActorRequest
from accounts.visitors import kept_for_visitors
from catalog.figures import kept
from catalog.presenting.front import figures, front_page
from config.today import todays_tasks


@require_safe
@kept_for_visitors
def home(request: ActorRequest) -> HttpResponse:
    context = {**front_page(), "figures": kept("home", figures)}
    if request.actor.is_authenticated:
        context["tasks"] = todays_tasks(request.actor)
    return render(request, "home.html", context)
