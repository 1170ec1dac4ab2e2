"""How complete a solution is and what its vendor should fill in next."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import Membership
from catalog.choices import ListingKind
from catalog.content import SolutionContent
from catalog.models import Listing
from catalog.services import draft_content
from catalog.wording.names import Names
from matchmaking.completeness import Meter, is_filled, meter_of
from matchmaking.engine.criteria import SOLUTION_FIELDS
from matchmaking.engine.results import Side
from matchmaking.engine.weights import DEFAULT_WEIGHTS
from matchmaking.render.labels import FIELDS as LABELS
from matchmaking.render.privacy import FIELDS as CONTENT_FIELDS
from matchmaking.render.privacy import base_field
from tests.builders import make_actor
from tests.catalog.pages import client_of
from tests.matchmaking.pairs import make_pair, make_published

pytestmark = pytest.mark.django_db


# A description is what a submission cannot do without.
EMPTY: dict[str, Any] = {
    "scenarios": [],
    "industries": [],
    "project_types": [],
    "limits": [],
    "price_low": None,
    "price_high": None,
    "lead_time_low": None,
    "lead_time_high": None,
    "earliest_start": None,
    "on_site": None,
    "nationwide": False,
    "integration_forms": [],
    "factory_goals": [],
    "maturity": [],
    "cases": [],
}


def make_own(**content: Any) -> tuple[Actor, Listing]:
    vendor = make_actor(Membership.Role.OWNER)
    return vendor, make_published(ListingKind.SOLUTION, vendor.organization, **content)


def measured(actor: Actor, solution: Listing) -> Meter:
    content = draft_content(Listing.objects.get(pk=solution.pk))
    assert isinstance(content, SolutionContent)
    return meter_of(actor, solution, content, Names.load())


def test_every_field_that_the_meter_counts_has_a_name_and_a_place_in_the_form() -> None:
    fields = [field for group in SOLUTION_FIELDS.values() for field in group]
    assert len(fields) == len(set(fields))
    for field in fields:
        assert str(LABELS[field])
        assert set(CONTENT_FIELDS[field]) <= set(SolutionContent.model_fields)


def test_an_empty_solution_is_told_what_weighs_most() -> None:
    meter = measured(*make_own(**EMPTY))
    assert meter.filled == 1
    assert meter.percent == round(20 / 3)
    assert meter.best is not None
    heaviest = max(
        SOLUTION_FIELDS, key=lambda each: DEFAULT_WEIGHTS[each] / len(SOLUTION_FIELDS[each])
    )
    assert meter.best.label == str(LABELS[SOLUTION_FIELDS[heaviest][0]])
    assert meter.best.href.endswith("/edit/what/")


def test_filling_in_a_field_raises_the_meter_by_its_share_of_the_weights() -> None:
    sparse = measured(*make_own(**EMPTY))
    priced = measured(*make_own(**EMPTY | {"price_low": "1000000", "price_high": "2000000"}))
    assert priced.filled == sparse.filled + 1
    assert priced.percent - sparse.percent == pytest.approx(12, abs=1)


def test_no_is_an_answer_and_not_serving_the_whole_country_is_none() -> None:
    content = SolutionContent(title="标题", on_site=False)
    assert is_filled("solution.after_sales.on_site", content)
    assert not is_filled("solution.service_districts", content)
    assert is_filled("solution.service_districts", SolutionContent(title="标题", nationwide=True))


def test_with_scored_needs_the_field_worth_most_is_the_one_the_engine_names() -> None:
    pair = make_pair(solution={"limits": [], "maturity": []})
    missing = [item for item in pair.match.score.missing if item.side is Side.SOLUTION]
    assert missing
    counted = {field for group in SOLUTION_FIELDS.values() for field in group}
    assert {base_field(item.field)[0] for item in missing} <= counted | {"solution.vendor_district"}
    best = max(missing, key=lambda item: item.gain)
    meter = measured(pair.vendor, pair.solution)
    assert meter.best is not None
    assert meter.best.label == str(LABELS[base_field(best.field)[0]])
    assert meter.best.rows == 1


def test_the_page_names_the_best_field_and_leads_to_it() -> None:
    actor, solution = make_own(**EMPTY)
    url = reverse("matchmaking:completeness", args=[solution.public_id])
    page = client_of(actor).get(url).content.decode()
    assert "最值得补充" in page
    assert f"/solutions/{solution.public_id}/edit/what/" in page
    own = client_of(actor).get(solution.get_absolute_url()).content.decode()
    assert f'hx-get="{url}"' in own
    assert f'hx-get="{url}"' not in client_of().get(solution.get_absolute_url()).content.decode()
