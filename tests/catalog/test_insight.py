"""What scenario and park pages sum up, and what they must not let anybody work out."""

import pytest
from django.urls import reverse

from catalog.models import Scenario
from catalog.presenting.insight import ParkCounts, park_counts, scenario_insight
from catalog.wording.names import Names
from tests.builders import (
    make_need,
    make_organization,
    make_park,
    make_solution,
    make_vocabulary,
)
from tests.catalog.pages import text_of

pytestmark = pytest.mark.django_db
CODE = "plant_digital_planning"


@pytest.fixture(autouse=True)
def _vocabulary(db: None) -> None:
    make_vocabulary()


def gaps() -> list[tuple[str, int, int]]:
    found = scenario_insight(Scenario.objects.get(code=CODE), Names.of_terms())
    return [(gap.code, gap.needs, gap.solutions) for gap in found.gaps]


def test_a_gap_is_an_industry_that_asks_more_often_than_it_is_served() -> None:
    for _ in range(3):
        make_need(scenarios=[CODE], industry="C36")
    make_solution(scenarios=[CODE], industries=["C36"])
    assert gaps() == [("C36", 3, 1)]
    for _ in range(2):
        make_solution(scenarios=[CODE], industries=["C36"])
    assert gaps() == []


def test_fewer_than_three_needs_are_no_gap_that_anybody_reads_of() -> None:
    for _ in range(2):
        make_need(scenarios=[CODE], industry="C36")
    assert gaps() == []


def test_results_with_evidence_go_first_and_link_to_their_solution_and_vendor() -> None:
    owner = make_organization(legal_name="睿视科技有限公司")
    made = make_solution(
        owner, scenarios=[CODE], cases=[{"result": "漏检率降到 0.3%"}, {"year": 2024}]
    )
    text = text_of(reverse("catalog:scenario_detail", args=[CODE]))
    assert "漏检率降到 0.3%" in text
    assert made.get_absolute_url() in text
    assert owner.get_absolute_url() in text


def counts_of(park_id: int) -> ParkCounts:
    return park_counts(park_id, Names.of_terms())


def test_a_park_counts_what_is_open_and_never_a_confidential_need() -> None:
    park = make_park()
    owner = make_organization(park=park)
    make_need(owner, scenarios=[CODE], confidentiality="confidential")
    assert (counts_of(park.pk).needs, counts_of(park.pk).scenarios) == (0, [])
    assert "园区在做什么" not in text_of(park.get_absolute_url())
    make_need(owner, scenarios=[CODE])
    make_solution(owner, scenarios=[CODE])
    assert [row[0::1][2:] for row in counts_of(park.pk).scenarios] == [(1, 1)]
    assert f"/needs/?park={park.code}&amp;scenario={CODE}" in text_of(park.get_absolute_url())


def test_an_organizations_page_is_the_same_with_and_without_a_confidential_need() -> None:
    owner = make_organization()
    before = text_of(owner.get_absolute_url())
    make_need(owner, confidentiality="confidential", title="秘密产线")
    after = text_of(owner.get_absolute_url())
    assert "秘密产线" not in after
    assert after.count("<li") == before.count("<li")
