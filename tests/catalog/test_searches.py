"""Saved searches: whose they are, what is new in them, what they cost."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actors import ANONYMOUS, Actor
from catalog.choices import ListingKind
from catalog.models import SavedSearch
from catalog.presenting.searches import kept_searches
from catalog.services.searches import delete_search, save_search, see_search
from tests.builders import make_actor, make_need, make_solution, make_vocabulary
from tests.catalog.pages import client_of

pytestmark = pytest.mark.django_db


def saved(actor: Actor, query: str = "q=视觉检测", **overrides: str) -> SavedSearch:
    kind = ListingKind(overrides.get("kind", "need"))
    return save_search(actor=actor, kind=kind, query=query, name=overrides.get("name", "检测"))


def new_of(actor: Actor) -> list[int]:
    return [row.new for row in kept_searches(actor)]


def test_only_what_was_published_since_the_last_look_and_fits_is_new() -> None:
    make_vocabulary()
    actor = make_actor()
    make_need(title="视觉检测", industry="C36")
    search = saved(actor, "industry=C36&q=视觉检测")
    assert new_of(actor) == [0]
    make_need(title="视觉检测", industry="C36")
    make_need(title="视觉检测", industry="C35")
    make_need(title="焊接夹具", situation="每次换型要停线四个小时，太慢。", industry="C36")
    make_solution(title="视觉检测", industries=["C36"])
    assert new_of(actor) == [1]
    see_search(actor=actor, search=search)
    assert new_of(actor) == [0]


def test_a_need_that_turned_up_in_a_filter_of_hidden_fields_is_not_counted() -> None:
    actor = make_actor()
    saved(actor, "budget=50-200")
    make_need(budget_high="800000")
    assert new_of(actor) == [0]


def test_the_same_search_is_kept_once_under_its_newest_name() -> None:
    actor = make_actor()
    saved(actor, name="旧名")
    saved(actor, name="新名")
    assert [row.search.name for row in kept_searches(actor)] == ["新名"]


def test_nobody_keeps_more_than_the_limit_or_a_search_for_nothing() -> None:
    actor = make_actor()
    for number in range(SavedSearch.MOST):
        saved(actor, f"q={number}")
    with pytest.raises(ValidationError):
        saved(actor, "q=more")
    with pytest.raises(ValidationError):
        saved(make_actor(), "")
    with pytest.raises(PermissionDenied):
        saved(ANONYMOUS)


def test_a_search_is_looked_at_and_deleted_by_its_owner_alone() -> None:
    search, stranger = saved(make_actor()), make_actor()
    for verb in (see_search, delete_search):
        with pytest.raises(PermissionDenied):
            verb(actor=stranger, search=search)
    assert SavedSearch.objects.filter(pk=search.pk).exists()
    assert kept_searches(stranger) == []


def test_a_hall_offers_to_save_what_it_was_asked_for_without_order_or_page() -> None:
    actor = make_actor()
    client = client_of(actor)
    url = reverse("catalog:need_list")
    assert client.get(url).context["search"] == ""
    asked = client.get(url, {"q": " 检测 ", "sort": "title", "view": "table", "cursor": "x"})
    query = asked.context["search"]
    data = {"kind": "need", "query": query, "name": "检测"}
    answer = client.post(reverse("catalog:search_save"), data)
    assert answer["Location"] == f"{url}?{query}"
    assert "检测" in client.get(reverse("catalog:searches")).content.decode()


def test_opening_a_search_leads_to_its_hall_and_deleting_forgets_it() -> None:
    actor = make_actor()
    search = saved(actor, "q=x", kind="solution")
    client = client_of(actor)
    opened = client.post(reverse("catalog:search_open", args=[search.public_id]))
    assert opened["Location"] == "/solutions/?q=x"
    client.post(reverse("catalog:search_delete", args=[search.public_id]))
    assert not SavedSearch.objects.exists()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=200), name=st.text(max_size=100))
def test_any_query_and_name_may_be_sent(query: str, name: str) -> None:
    client = client_of(make_actor())
    data = {"kind": "solution", "query": query, "name": name}
    assert client.post(reverse("catalog:search_save"), data).status_code == 302
    assert client.get(reverse("catalog:searches")).status_code == 200


def test_the_page_takes_as_many_queries_for_ten_searches_as_for_two() -> None:
    actor = make_actor()
    client = client_of(actor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("catalog:searches")).status_code == 200
        return len(captured)

    for number in range(2):
        saved(actor, f"q={number}")
    few = queries()
    for number in range(8):
        saved(actor, f"q=more{number}")
    assert queries() == few <= 12
