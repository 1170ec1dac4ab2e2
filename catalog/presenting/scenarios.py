"""The scenarios by stage, with how much either hall lists of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from catalog.choices import ListingKind
from catalog.models import Catalogue, Listing, Scenario, Stage


@dataclass(frozen=True, slots=True)
class ScenarioCount:
    scenario: Scenario
    needs: int
    solutions: int

    @property
    def code(self) -> str:
        return self.scenario.code

    @property
    def name(self) -> str:
        return self.scenario.name


@dataclass(frozen=True, slots=True)
class StageGroup:
    name: str
    scenarios: list[ScenarioCount]


def stage_groups(counts: Mapping[tuple[str, str], int]) -> list[StageGroup]:
    """Return the scenarios in use in the order of the vocabulary, in two queries."""
    stages = Stage.objects.filter(retired=False)
    rows = list(Scenario.objects.filter(retired=False))
    groups = []
    for stage in stages:
        own = [scenario_count(row, counts) for row in rows if row.stage_id == stage.pk]
        groups.append(StageGroup(stage.name, own))
    return [group for group in groups if group.scenarios]


def counts_by_scenario() -> Mapping[tuple[str, str], int]:
    """Return how many listings of each kind the halls show of each scenario."""
    rows = (
        Listing.objects.in_halls(Catalogue.MAIN)
        .filter(scenarios__isnull=False)
        .order_by()
        .values_list("scenarios__code", "kind")
        .annotate(n=Count("pk"))
    )
    return {(code, kind): n for code, kind, n in rows}


def scenario_count(scenario: Scenario, counts: Mapping[tuple[str, str], int]) -> ScenarioCount:
    return ScenarioCount(
        scenario,
        needs=counts.get((scenario.code, ListingKind.NEED), 0),
        solutions=counts.get((scenario.code, ListingKind.SOLUTION), 0),
    )
