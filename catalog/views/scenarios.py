"""The typical scenarios, each with what either hall lists of it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.requests import ActorRequest
from accounts.visitors import kept_for_visitors
from catalog.briefs import brief_needs, brief_solutions
from catalog.models import Catalogue, Need, Scenario, Solution
from catalog.presenting.cards import need_card, solution_card
from catalog.presenting.insight import scenario_insight
from catalog.presenting.scenarios import counts_by_scenario, scenario_count, stage_groups
from catalog.wording.names import Names

SHOWN = 6


@require_safe
@kept_for_visitors
def scenario_list(request: ActorRequest) -> HttpResponse:
    return render(
        request, "catalog/scenario_list.html", {"stages": stage_groups(counts_by_scenario())}
    )


@require_safe
@kept_for_visitors
def scenario_detail(request: ActorRequest, code: str) -> HttpResponse:
    # A retired scenario keeps its page: listings that carry it still link to it.
    scenario = get_object_or_404(
        Scenario.objects.select_related("stage"), code=code.replace("\0", "")
    )
    needs = Need.objects.in_halls(Catalogue.MAIN).filter(scenarios=scenario)
    needs = brief_needs(needs).order_by("-published_at", "-pk")
    solutions = Solution.objects.in_halls(Catalogue.MAIN).filter(scenarios=scenario)
    solutions = brief_solutions(solutions).order_by("-published_at", "-pk")
    names = Names.of_terms()
    context = {
        "scenario": scenario,
        "count": scenario_count(scenario, counts_by_scenario()),
        "project_types": scenario.projecttype_set.filter(retired=False),
        "needs": [need_card(request.actor, row, names) for row in needs[:SHOWN]],
        "insight": scenario_insight(scenario, names),
        "solutions": [solution_card(request.actor, row, names) for row in solutions[:SHOWN]],
    }
    return render(request, "catalog/scenario_detail.html", context)
