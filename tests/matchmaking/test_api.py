"""Matches for programs: what the pages show, and not a word more."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from drf_spectacular.validation import validate_schema
from rest_framework.throttling import UserRateThrottle

from accounts.actors import Actor
from catalog.choices import ListingKind
from matchmaking.engine import ENGINE_VERSION
from matchmaking.models import Impression
from tests.builders import make_actor, make_admin_actor, make_organization
from tests.matchmaking.pairs import Pair, make_pair, make_published, make_submitted, rescore
from tests.matchmaking.test_pages import client_of, make_waiting

pytestmark = pytest.mark.django_db


def needs_list(pair: Pair) -> str:
    return reverse("api:need_matches", args=[pair.need.public_id])


def solutions_list(pair: Pair) -> str:
    return reverse("api:solution_matches", args=[pair.solution.public_id])


def pair_of(pair: Pair) -> str:
    return reverse("api:pair", args=[pair.need.public_id, pair.solution.public_id])


def answer(actor: Actor, url: str, **query: Any) -> Any:
    response = client_of(actor).get(url, query)
    assert response.status_code == 200, response.content
    return response.json()


def test_an_owner_gets_the_ranked_solutions_with_their_reasons() -> None:
    pair = make_pair()
    page = answer(pair.owner, needs_list(pair))
    assert (page["count"], page["next"], page["state"]) == (1, None, "current")
    row = page["results"][0]
    assert row["place"] == 1
    assert row["solution"]["id"] == str(pair.solution.public_id)
    assert (row["score"]["headline"], row["score"]["is_unsettled"]) == ("strong", False)
    assert [reason["speaks"] for reason in row["score"]["leading"]] == ["for"] * 3
    assert row["score"]["total"]["points"] == f"{pair.match.total / 100:.2f}"
    parts = row["score"]["parts"]
    whole = sum(round(100 * float(part["points"])) for part in parts)
    assert whole == pair.match.total
    budget = next(part for part in parts if part["criterion"] == "budget")
    assert budget["reasons"][0]["code"] == "budget.within"
    assert "预算 300–500 万元" in budget["reasons"][0]["words"]
    assert row["made_by"] == {
        "engine": ENGINE_VERSION,
        "weights": 1,
        "corpus": pair.match.corpus.fingerprint,
    }


def test_words_come_in_the_callers_language() -> None:
    pair = make_pair()
    assert pair.owner.user is not None
    pair.owner.user.language = "en"
    pair.owner.user.save()
    part = answer(pair.owner, needs_list(pair))["results"][0]["score"]["parts"][0]
    assert "Online inspection" in " ".join(reason["words"] for reason in part["reasons"])


def test_missing_fields_say_whose_they_are_and_what_they_could_bring() -> None:
    pair = make_pair(need={"budget_low": None, "budget_high": None}, solution={"on_site": None})
    missing = answer(pair.owner, pair_of(pair))["score"]["missing"]
    assert {item["side"] for item in missing} == {"need", "solution"}
    assert all(float(item["gain_at_most"]) > 0 for item in missing)
    assert "need.budget" in {item["field"] for item in missing}


def test_a_vendor_gets_bands_and_nothing_of_the_budget() -> None:
    pair = make_pair(solution={"wished_industries": ["C36"]})
    row = answer(pair.vendor, solutions_list(pair))["results"][0]
    assert row["need"]["budget"] == "未公开"
    assert row["wishes_headline"] == "strong"
    assert {item["side"] for item in row["missing"]} <= {"solution"}
    look = answer(pair.vendor, pair_of(pair))
    assert (look["side"], look["standing"], look["rank"]) == ("solution", None, None)
    assert look["score"]["total"]["points"] is None
    budget = next(part for part in look["score"]["parts"] if part["criterion"] == "budget")
    assert (budget["points"], budget["is_hidden"], budget["reasons"]) == (None, True, [])
    assert "300–500" not in str(look)


def test_an_owner_never_gets_the_vendors_wishes() -> None:
    pair = make_pair(solution={"wished_industries": ["C36"]})
    assert answer(pair.owner, pair_of(pair))["score"]["wishes"] is None
    assert answer(pair.vendor, pair_of(pair))["score"]["wishes"] is not None


def test_a_vendor_does_not_learn_who_posted_a_confidential_need() -> None:
    pair = make_pair(need={"confidentiality": "confidential"})
    text = str(answer(pair.vendor, solutions_list(pair))) + str(answer(pair.vendor, pair_of(pair)))
    assert str(pair.owner.organization) not in text


def test_any_published_solution_is_explained_with_where_it_stands() -> None:
    pair = make_pair()
    look = answer(pair.owner, pair_of(pair))
    assert (look["standing"], look["rank"]) == ("listed", 1)
    pair.match.delete()
    look = answer(pair.owner, pair_of(pair))
    assert (look["standing"], look["rank"]) == ("below", None)
    assert look["score"]["total"]["points"] is not None


def test_a_ruled_out_pair_says_which_condition_failed() -> None:
    pair = make_pair(solution={"lead_time_low": 40, "lead_time_high": 60})
    assert answer(pair.owner, needs_list(pair))["results"] == []
    look = answer(pair.owner, pair_of(pair))
    assert look["standing"] == "ruled_out"
    assert "fail" in {item["verdict"] for item in look["score"]["constraints"]}


@pytest.mark.parametrize("address", [needs_list, solutions_list, pair_of])
def test_what_is_hidden_does_not_exist(address: Any) -> None:
    pair = make_pair()
    assert client_of(make_actor()).get(address(pair)).status_code == 404
    # Nobody in particular learns nothing either way.
    assert Client().get(address(pair)).status_code == 403


def test_each_side_reads_its_own_list_only() -> None:
    pair = make_pair()
    assert client_of(pair.vendor).get(needs_list(pair)).status_code == 404
    assert client_of(pair.owner).get(solutions_list(pair)).status_code == 404


def test_a_draft_has_nothing_to_answer_with() -> None:
    pair = make_pair()
    draft = make_submitted(ListingKind.NEED, pair.owner.organization or make_organization())
    draft.revisions.update(submitted_at=None, state="draft")
    type(draft).objects.filter(pk=draft.pk).update(state="draft")
    response = client_of(pair.owner).get(reverse("api:need_matches", args=[draft.public_id]))
    assert response.status_code == 409


def test_nothing_can_be_written() -> None:
    pair = make_pair()
    for url in (needs_list(pair), solutions_list(pair), pair_of(pair)):
        assert client_of(pair.owner).post(url).status_code in (404, 405)
        assert client_of(make_admin_actor()).delete(url).status_code == 405


def test_a_list_comes_in_pages_with_the_places_of_the_whole() -> None:
    pair = make_pair()
    others = [
        make_published(ListingKind.SOLUTION, title=f"缺陷检测方案{n}", description=f"{n}" * 20)
        for n in range(3)
    ]
    rescore(*others, pair.need)
    first = answer(pair.owner, needs_list(pair), page_size=3)
    assert (first["count"], len(first["results"])) == (4, 3)
    second = answer(pair.owner, first["next"])
    assert [row["place"] for row in second["results"]] == [4]
    assert Impression.objects.get(place=4).need_id == pair.need.pk
    assert client_of(pair.owner).get(needs_list(pair), {"page": 9}).status_code == 404


def test_the_state_says_when_the_list_is_being_made_anew() -> None:
    pair = make_pair()
    make_waiting(pair.need)
    assert answer(pair.owner, needs_list(pair))["state"] == "waiting"
    make_waiting(pair.need, "failed")
    assert answer(pair.owner, needs_list(pair))["state"] == "failed"


def test_too_many_requests_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = make_pair()
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    client = client_of(pair.owner)
    codes = [client.get(needs_list(pair)).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


def test_the_schema_describes_every_endpoint() -> None:
    client = client_of(make_actor())
    schema = client.get(reverse("api:schema"), {"format": "json"}).json()
    validate_schema(schema)  # type: ignore[no-untyped-call]
    assert {url.split("/", 3)[3] for url in schema["paths"]} == {
        "needs/{need_id}/matches/",
        "needs/{need_id}/matches/{solution_id}/",
        "solutions/{solution_id}/matches/",
    }
    rows = schema["components"]["schemas"]["SolutionRow"]["properties"]
    assert {"place", "solution", "score", "move", "folded", "made_by"} == set(rows)
