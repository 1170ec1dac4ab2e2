"""What if: other conditions tried without saving, and nothing hidden to be found out by it."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from accounts.actors import ANONYMOUS, SYSTEM, Actor
from accounts.models import Membership, Restriction
from accounts.services import add_restriction
from catalog.choices import ListingKind
from catalog.content import NeedContent, SolutionContent
from catalog.disclosure import SOLUTION_STAGES, Disclosure, disclose, hidden_solution_fields
from catalog.models import Listing, Solution
from catalog.reading import solution_content
from catalog.services import (
    archive_listing,
    create_listing,
    publish_revision,
    save_draft,
    submit_listing,
)
from catalog.wording.names import Names
from matchmaking.engine.facts import SolutionFacts, Vectors
from matchmaking.facts import Identity, Proofs, matching_content, solution_facts
from matchmaking.models import Impression
from matchmaking.services.indexing import index_candidate
from matchmaking.whatif import Cost, Outcome, Supposition, compare, costs_of, load_market
from matchmaking.whatif.market import as_seen
from tests.builders import (
    make_actor,
    make_admin_actor,
    make_organization,
    make_staff_actor,
    need_payload,
)
from tests.catalog.pages import client_of
from tests.matchmaking.pairs import NEED, SOLUTION, make_pair, make_published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _words_only(settings: Settings) -> None:
    settings.EMBEDDER = "off"


def url_of(need: Listing) -> str:
    return reverse("matchmaking:what_if", args=[need.public_id])


def offer(**content: Any) -> Listing:
    """Return a solution that a worker has got to know."""
    listing = make_published(ListingKind.SOLUTION, **content)
    index_candidate(listing.pk)
    return listing


def need_for(owner: Actor, **content: Any) -> Listing:
    return make_published(ListingKind.NEED, owner.organization, **content)


def content_of(need: Listing) -> NeedContent:
    content = matching_content(need)
    assert isinstance(content, NeedContent)
    return content


def supposed(need: Listing, **changes: Any) -> Supposition:
    payload = content_of(need).model_dump(warnings=False)
    return Supposition(NeedContent.model_validate({**payload, **changes}))


def tried(actor: Actor, need: Listing, **changes: Any) -> Outcome:
    content = content_of(need)
    market = load_market(actor, need, content)
    return compare(actor, market, content, supposed(need, **changes), Names.load())


def costs(actor: Actor, need: Listing, **changes: Any) -> dict[str, Cost]:
    content = content_of(need)
    market = load_market(actor, need, content)
    return {row.words: row for row in costs_of(market, supposed(need, **changes), Names.load())}


def sent(need: Listing, **changes: Any) -> dict[str, Any]:
    """Return what the page's form would send of the need, with ``changes``."""
    page = client_of(make_actor("viewer", need.organization)).get(url_of(need))
    form = page.context["form"]
    drawn = {field.html_name: field.value() for field in form}
    kept = {name: value for name, value in drawn.items() if value not in (None, False, "")}
    return {"try": "1", **kept, **changes}


def titles(rows: list[Any]) -> list[str]:
    return [row.solution.title for row in rows]


# --- The list moves ---


def test_a_lower_ceiling_drops_the_dear_one_and_says_which_condition_did_it() -> None:
    owner = make_actor()
    need = need_for(owner)
    cheap = offer(title="便宜的在线检测", price_low="1000000", price_high="1200000")
    dear = offer(title="昂贵的在线检测", price_low="4000000", price_high="4500000")
    before = tried(owner, need)
    assert {row.solution.pk for row in before.moved} == {cheap.pk, dear.pk}
    assert not before.dropped
    after = tried(owner, need, budget_low=None, budget_high="2000000", budget_is_ceiling=True)
    assert titles(after.moved) == [cheap.title]
    assert titles(after.dropped) == [dear.title]
    assert "超过限价" in after.dropped[0].words[0]
    assert (after.before, after.after, after.dropped_count) == (2, 1, 1)


def test_a_must_given_up_brings_back_whom_it_kept_out() -> None:
    owner = make_actor()
    need = need_for(owner)
    offer(title="很快的在线检测")
    slow = offer(title="很慢的在线检测", lead_time_low=40, lead_time_high=50)
    relaxed = [{"level": "should", "kind": "lead_time_max", "number": "30"}]
    after = tried(owner, need, requirements=relaxed)
    back = [row for row in after.moved if row.was is None]
    assert titles(back) == [slow.title]
    assert after.returned_count == 1


def test_weights_reorder_the_list_and_tell_the_places_and_points() -> None:
    owner = make_actor()
    need = need_for(owner, requirements=[])
    offer(title="行业经验足", price_low="4900000", price_high="6000000", lead_time_high=60)
    offer(title="价格便宜", cases=[], industries=[], price_low="500000", price_high="600000")
    by_industry = tried(owner, need, weights={"industry": 100})
    by_budget = tried(owner, need, weights={"budget": 100})
    assert titles(by_industry.moved)[0] == "行业经验足"
    assert titles(by_budget.moved)[0] == "价格便宜"
    moved = {row.solution.title: row for outcome in (by_budget,) for row in outcome.moved}
    cheap = moved["价格便宜"]
    assert cheap.gain is not None
    assert cheap.gain.is_gain
    assert cheap.changes[0].points.startswith(("+", "−"))
    base = titles(tried(owner, need).moved)
    assert cheap.was == base.index("价格便宜") + 1
    assert cheap.steps == cheap.was - cheap.place == -cheap.lost


def test_nothing_changed_moves_nobody() -> None:
    owner = make_actor()
    need = need_for(owner)
    for number in range(4):
        offer(title=f"在线检测方案{number}", price_high=str(3_000_000 + number * 500_000))
    outcome = tried(owner, need)
    assert len(outcome.moved) == 4
    assert [row.was for row in outcome.moved] == [row.place for row in outcome.moved]
    assert all(row.gain is None and not row.changes for row in outcome.moved)


def test_whom_the_owner_blacklisted_never_comes_back_by_a_trial() -> None:
    owner = make_actor()
    need = need_for(owner)
    blocked = offer(title="黑名单里的方案")
    assert owner.organization is not None
    add_restriction(
        actor=SYSTEM,
        organization=owner.organization,
        other=blocked.organization,
        kind=Restriction.Kind.BLACKLIST,
    )
    outcome = tried(owner, need, requirements=[], budget_high=None, budget_low=None)
    assert blocked.title not in titles(outcome.moved)


# --- What each condition costs ---


def test_a_must_costs_the_vendors_that_are_out_for_nothing_else() -> None:
    owner = make_actor()
    need = need_for(
        owner,
        requirements=[
            {"level": "must", "kind": "lead_time_max", "number": "30"},
            {"level": "must", "kind": "response_hours_max", "number": "4"},
            {"level": "should", "kind": "on_site"},
        ],
    )
    offer(response_hours=2)
    offer(response_hours=2, lead_time_low=40, lead_time_high=50)
    offer(response_hours=9, lead_time_low=40, lead_time_high=50)
    offer(response_hours=9)
    offer(response_hours=9, on_site=False)
    offer(response_hours=2, on_site=False)
    offer(response_hours=None)
    found = costs(owner, need)
    lead, response, on_site = (
        found["交付周期不超过 30 周"],
        found["故障响应不超过 4 小时"],
        found["提供驻场服务"],
    )
    assert (lead.alone, lead.met, lead.unknown, lead.failed) == (1, 5, 0, 2)
    assert (response.alone, response.met, response.unknown, response.failed) == (2, 3, 1, 3)
    assert not on_site.binds
    assert (on_site.alone, on_site.failed) == (1, 2)


def test_a_vendor_with_another_solution_in_the_list_is_not_lost() -> None:
    owner, vendor = make_actor(), make_organization()
    need = need_for(owner)
    offer(organization=vendor, lead_time_low=40, lead_time_high=50)
    assert costs(owner, need)["交付周期不超过 30 周"].alone == 1
    offer(organization=vendor)
    row = costs(owner, need)["交付周期不超过 30 周"]
    assert (row.alone, row.met, row.failed) == (0, 1, 0)


def test_what_a_must_costs_is_what_comes_back_without_it() -> None:
    owner = make_actor()
    need = need_for(owner)
    for number in range(6):
        weeks = 20 + 4 * number
        offer(lead_time_low=weeks, lead_time_high=weeks + 2, response_hours=number)
    lines = [
        {"level": "must", "kind": "lead_time_max", "number": "27"},
        {"level": "must", "kind": "response_hours_max", "number": "4"},
    ]
    found = costs(owner, need, requirements=lines)
    listed = {row.solution.pk for row in tried(owner, need, requirements=lines).moved}
    for line, words in zip(lines, ("交付周期不超过 27 周", "故障响应不超过 4 小时"), strict=True):
        rest = [other for other in lines if other is not line]
        without = {row.solution.pk for row in tried(owner, need, requirements=rest).moved}
        assert found[words].alone == len(without - listed)


def test_a_ceiling_and_a_hard_parameter_are_conditions_too() -> None:
    owner = make_actor()
    need = need_for(owner, budget_is_ceiling=True)
    offer(price_low="9000000", price_high="9900000")
    row = costs(owner, need)["预算上限为限价"]
    assert (row.binds, row.alone, row.failed) == (True, 1, 1)


# --- Nothing hidden is found out ---


def all_of(outcome: Outcome, table: dict[str, Cost]) -> tuple[Any, ...]:
    """Return everything that a trial tells."""
    moved = [
        (row.place, row.was, row.solution.pk, row.view, row.gain, row.changes)
        for row in outcome.moved
    ]
    dropped = [(row.was, row.solution.pk, row.words) for row in outcome.dropped]
    counts = (outcome.before, outcome.after, outcome.dropped_count, outcome.returned_count)
    return moved, dropped, counts, sorted(table.items())


HIDDEN = [
    ({"price_low": "1500000", "price_high": "1600000"}, {"price_visibility": "owner"}),
    ({"price_basis": "year"}, {"price_visibility": "owner"}),
    ({"price_includes_tax": True}, {"price_visibility": "owner"}),
    ({"wished_project_low": "1500000", "wished_project_high": "2500000"}, {}),
    ({"wished_industries": ["C36"]}, {}),
    ({"wished_districts": ["pudong"]}, {}),
    ({"capacity_taken": 4}, {"earliest_start": None}),
]


@pytest.mark.parametrize(("secret", "content"), HIDDEN)
def test_no_series_of_trials_tells_what_a_vendor_keeps_to_itself(
    secret: dict[str, Any], content: dict[str, Any]
) -> None:
    """The same trials, with the hidden facts and with others, give the same answers throughout."""
    owner, vendor = make_actor(), make_organization()
    need = need_for(
        owner, requirements=[{"level": "must", "kind": "budget_max", "number": "2000000"}]
    )
    offer(title="公开报价的方案", price_low="1000000", price_high="3000000")
    hiding = make_published(ListingKind.SOLUTION, vendor, title="有所保留的方案", **content)
    told = trials(owner, need)
    payload = {**SOLUTION, "title": "有所保留的方案", **content, **secret}
    change_published(hiding, payload)
    assert Solution.objects.get(pk=hiding.pk).content_version > hiding.content_version
    assert trials(owner, need) == told


def change_published(solution: Listing, payload: dict[str, Any]) -> None:
    save_draft(actor=SYSTEM, listing=solution, payload={"kind": "solution", **payload})
    submit_listing(actor=SYSTEM, listing=solution)
    publish_revision(actor=SYSTEM, revision=solution.revisions.get(state="submitted"))


def trials(owner: Actor, need: Listing) -> list[tuple[Any, ...]]:
    """Move budget, ceiling, deadline and weights in small steps, and keep every answer."""
    steps: list[dict[str, Any]] = [{}]
    for amount in range(1_000_000, 3_200_000, 300_000):
        budget = {"budget_low": None, "budget_high": str(amount)}
        steps += [
            budget,
            {**budget, "budget_is_ceiling": True},
            {**budget, "weights": {"budget": 100}},
            {"requirements": [{"level": "must", "kind": "budget_max", "number": str(amount)}]},
        ]
    steps += [{"weights": {"budget": n, "dates": 100 - n}} for n in range(0, 101, 25)]
    steps += [{"wanted_end": f"2027-{month:02}-28"} for month in range(2, 13, 3)]
    content, names = content_of(need), Names.load()
    market = load_market(owner, need, content)
    told = []
    for step in steps:
        supposition = supposed(need, **step)
        outcome = compare(owner, market, content, supposition, names)
        table = {row.words: row for row in costs_of(market, supposition, names)}
        told.append(all_of(outcome, table))
    return told


def test_a_public_price_does_move_with_the_budget() -> None:
    """The probe above would notice: with the price public the same trials differ."""
    owner = make_actor()
    need = need_for(owner, requirements=[])
    open_offer = offer(price_low="1000000", price_high="1100000")
    told = trials(owner, need)
    change_published(open_offer, {**SOLUTION, "price_low": "1500000", "price_high": "1600000"})
    assert trials(owner, need) != told


def test_what_is_left_out_of_the_facts_is_what_disclosure_hides() -> None:
    """Facts without the hidden fields are the facts of the disclosed content, field by field."""
    stated = {
        "price_includes_tax": True,
        "price_visibility": "owner",
        "wished_project_low": "1500000",
        "wished_industries": ["C36"],
        "wished_districts": ["pudong"],
    }
    solution = Solution.objects.get(pk=offer(**stated).pk)
    content = solution_content(solution)
    stranger = make_actor()
    told = disclose(stranger, solution, content)
    hidden = hidden_solution_fields(stranger, solution)
    assert hidden == told.hidden
    assert {name for name, stage in SOLUTION_STAGES.items() if stage > Disclosure.SUMMARY} < hidden
    assert isinstance(told.content, SolutionContent)
    full, disclosed = facts(solution, content), facts(solution, told.content)
    seen = as_seen(full, hidden)
    for field in fields(SolutionFacts):
        assert getattr(seen, field.name) == getattr(disclosed, field.name), field.name
    assert full.price is not None
    assert seen.price is None
    assert as_seen(full, frozenset()) is full


def facts(solution: Solution, content: SolutionContent) -> SolutionFacts:
    return solution_facts(Identity.of(solution), content, VECTORS, Proofs())


VECTORS = Vectors()


def test_a_field_that_nobody_can_leave_out_is_refused() -> None:
    solution = Solution.objects.get(pk=offer().pk)
    with pytest.raises(KeyError):
        as_seen(facts(solution, solution_content(solution)), {"description"})


# --- The page ---


def test_the_page_opens_with_the_need_as_it_is_and_answers_a_trial() -> None:
    pair = make_pair()
    client = client_of(pair.owner)
    page = client.get(url_of(pair.need))
    assert page.status_code == 200
    assert page.context["form"]["budget_high"].value() == "500"
    assert SOLUTION["title"] in page.content.decode()
    answer = client.get(url_of(pair.need), sent(pair.need, budget_high="320", budget_low="100"))
    assert answer.status_code == 200
    (row,) = answer.context["outcome"].moved
    assert [change.name for change in row.changes][:1] == ["预算契合"]
    assert not row.changes[0].is_gain


def test_sending_the_form_as_it_was_drawn_changes_nothing() -> None:
    pair = make_pair(need={"weights": {"scenario": 60, "budget": 40}, "budget_is_ceiling": True})
    client = client_of(pair.owner)
    page = client.get(url_of(pair.need), sent(pair.need))
    assert page.context["form"].supposition() == Supposition(content_of(pair.need))
    (row,) = page.context["outcome"].moved
    assert (row.was, row.place, row.changes) == (1, 1, ())


def test_htmx_gets_the_outcome_alone() -> None:
    pair = make_pair()
    answer = client_of(pair.owner).get(
        url_of(pair.need), sent(pair.need), headers={"HX-Request": "true"}
    )
    text = answer.content.decode()
    assert "<html" not in text
    assert "每个条件的代价" in text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"budget_low": "900"}, "budget_high"),
        ({"wanted_end": "2026-01-01"}, "wanted_end"),
        ({"budget_high": "much"}, "budget_high"),
        ({"window_is_fixed": "on", "wanted_end": ""}, "wanted_end"),
        ({"number-1": "-3"}, "number-1"),
        ({"level-1": "perhaps"}, "level-1"),
        ({"weight-budget": "101"}, "weight-budget"),
    ],
)
def test_a_trial_that_makes_no_sense_is_told_at_its_field(
    changes: dict[str, str], field: str
) -> None:
    pair = make_pair()
    client = client_of(pair.owner)
    answer = client.get(url_of(pair.need), sent(pair.need, **changes))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    partial = client.get(
        url_of(pair.need), sent(pair.need, **changes), headers={"HX-Request": "true"}
    )
    assert partial.status_code == 200
    assert "条件填写有误" in partial.content.decode()


def test_weights_that_are_all_nothing_are_refused() -> None:
    pair = make_pair()
    data = {
        name: "0" if name.startswith("weight-") else value
        for name, value in sent(pair.need).items()
    }
    assert client_of(pair.owner).get(url_of(pair.need), data).status_code == 422


def test_a_line_can_be_left_out_lowered_and_changed() -> None:
    pair = make_pair()
    client = client_of(pair.owner)
    data = sent(pair.need, **{"level-1": "none", "level-2": "must"})
    supposition = client.get(url_of(pair.need), data).context["form"].supposition()
    assert supposition.dropped == {1}
    assert supposition.content.requirements[1].level == "must"
    data = sent(pair.need, **{"number-1": "12.5"})
    supposition = client.get(url_of(pair.need), data).context["form"].supposition()
    assert supposition.content.requirements[0].number == Decimal("12.5")


def test_a_trial_writes_nothing_and_counts_no_look() -> None:
    pair = make_pair()
    client = client_of(pair.owner)
    data = sent(pair.need, budget_high="320")
    before = Impression.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url_of(pair.need), data).status_code == 200
    written = [
        query["sql"]
        for query in queries.captured_queries
        if query["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    assert written == []
    assert Impression.objects.count() == before


def test_only_the_needs_own_side_may_ask() -> None:
    pair = make_pair()
    url = url_of(pair.need)
    for role in (Membership.Role.EDITOR, Membership.Role.VIEWER):
        assert client_of(make_actor(role, pair.owner.organization)).get(url).status_code == 200
    # What a condition costs tells the budget, which is no admin's to read.
    assert client_of(make_admin_actor()).get(url).status_code == 404
    for stranger in (pair.vendor, make_actor(), make_staff_actor(), make_actor(None)):
        assert client_of(stranger).get(url).status_code == 404
    assert client_of(ANONYMOUS).get(url).status_code == 404
    assert Client().post(url).status_code in (403, 405)


def test_an_edit_that_waits_can_be_tried_before_it_is_published() -> None:
    pair = make_pair()
    payload = {
        **NEED,
        "requirements": [{"level": "must", "kind": "response_hours_max", "number": "2"}],
    }
    save_draft(actor=pair.owner, listing=pair.need, payload={"kind": "need", **payload})
    client = client_of(pair.owner)
    assert "用修改稿试算" in client.get(url_of(pair.need)).content.decode()
    page = client.get(url_of(pair.need), {"draft": "1"})
    assert [row.words for row in page.context["costs"]] == ["故障响应不超过 2 小时"]


def test_a_need_that_was_never_submitted_has_nothing_to_try() -> None:
    owner = make_actor()
    need = create_listing(actor=owner, kind=ListingKind.NEED, payload=need_payload()).listing
    answer = client_of(owner).get(url_of(need))
    assert next(each.name for each in answer.templates) == "matchmaking/not_submitted.html"


def test_an_archived_need_has_no_trials() -> None:
    pair = make_pair()
    archive_listing(actor=pair.owner, listing=pair.need)
    assert client_of(pair.owner).get(url_of(pair.need)).status_code == 404
