"""Pictures of supply and demand: the same for everybody, nothing told of a few."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from unicodedata import east_asian_width

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from matchmaking.pictures import PICTURES, layout
from matchmaking.pictures.counting import by_month, needs_by
from matchmaking.pictures.protecting import protected
from tests.builders import (
    make_introduction,
    make_member,
    make_need,
    make_organization,
    make_park,
    make_solution,
    make_user,
    make_vocabulary,
)

CELLS = st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"))
BEHIND = st.dictionaries(st.integers(1, 20), st.integers(1, 5), max_size=8)
SHOWN = st.dictionaries(CELLS, st.integers(0, 9))
SCENARIO, INDUSTRY = "inline_inspection", "C36"


# --- pure ---


@given(SHOWN, st.dictionaries(CELLS, BEHIND))
def test_what_few_stand_behind_changes_no_number(shown: Any, confidential: Any) -> None:
    told = protected(shown, confidential)
    few = {cell: behind for cell, behind in confidential.items() if len(behind) < 5}
    without = protected(shown, {cell: b for cell, b in confidential.items() if cell not in few})
    assert told == without
    # Nor does any sum over what is shown.
    assert sum(told.values()) == sum(without.values())


@given(SHOWN, st.dictionaries(CELLS, BEHIND))
def test_what_everybody_can_list_is_counted_whole(shown: Any, confidential: Any) -> None:
    told = protected(shown, confidential)
    assert all(told.get(cell, 0) >= number for cell, number in shown.items())


@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 5)), st.integers(0, 50)))
def test_a_grids_cells_never_overlap_and_the_largest_is_the_strongest(values: Any) -> None:
    grid = layout.grid(list("abcde"), list("uvwxyz"), values)
    places = {(cell.x, cell.y) for cell in grid.cells}
    assert len(places) == len(grid.cells) == sum(number > 0 for number in values.values())
    assert all(0 <= cell.x < grid.width and 0 <= cell.y < grid.height for cell in grid.cells)
    if grid.cells:
        strongest = max(grid.cells, key=lambda cell: cell.number)
        assert strongest.opacity == f"{layout.STRONG:.2f}"


@given(
    st.lists(st.sampled_from("abcdef"), unique=True, min_size=1),
    st.lists(st.sampled_from("uvwxyz"), unique=True, min_size=1),
    st.data(),
)
def test_a_chain_is_drawn_the_same_whatever_order_it_is_told_in(
    one: list[str], other: list[str], data: st.DataObject
) -> None:
    links = data.draw(
        st.lists(st.tuples(st.sampled_from(one), st.sampled_from(other)), unique=True)
    )
    named = [[(key, key, "/") for key in layer] for layer in (one, other)]
    drawn = layout.chain(named, links)
    again = layout.chain([layer[::-1] for layer in named], sorted(links, reverse=True))
    assert drawn.nodes == again.nodes
    assert set(drawn.lines) == set(again.lines)
    assert len(drawn.lines) == len(links)
    assert len({(node.x, node.y) for node in drawn.nodes}) == len(one) + len(other)


@given(st.text(st.sampled_from("ab 仓储、（"), max_size=40), st.integers(2, 40))
def test_a_name_takes_no_more_room_than_there_is(name: str, room: int) -> None:
    told = layout.fitted(name, room)
    width = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in told)
    assert width <= room
    assert told == name or (told.endswith("…") and name.startswith(told[:-1]))


def test_no_bar_is_drawn_for_what_may_not_be_told() -> None:
    drawn = layout.trend(["2026-10", "2026-11"], [("a", [3, 0]), ("b", [None, 6])])
    assert [(bar.tone, bar.height) for bar in drawn.bars] == [(1, 80), (2, 160)]


# --- counted ---


def need(**content: Any) -> Any:
    return make_need(scenarios=[SCENARIO], industry=INDUSTRY, **content)


@pytest.mark.django_db
def test_confidential_needs_count_by_industry_once_five_organizations_ask_and_never_by_park() -> (
    None
):
    make_vocabulary()
    park = make_park()
    need()
    for asking in range(1, 6):
        make_need(
            make_organization(park=park),
            scenarios=[SCENARIO],
            industry=INDUSTRY,
            confidentiality="confidential",
        )
        counted = needs_by("industry")[SCENARIO, INDUSTRY]
        assert counted == (1 if asking < 5 else 6)
    assert (SCENARIO, park.code) not in needs_by("park")


def introduced(industry: str, number: int) -> None:
    for _ in range(number):
        asking = make_need(make_organization(), scenarios=[SCENARIO], industry=industry)
        make_introduction(need=asking, begun_at=datetime(2026, 11, 10, tzinfo=UTC))


@pytest.mark.django_db
def test_an_industry_few_introduced_in_does_not_follow_from_the_total_and_the_others() -> None:
    make_vocabulary()
    today = date(2026, 11, 23)
    introduced("C36", 6)
    introduced("C39", 2)
    every, told, hidden = (by_month(today, code).introductions[-1] for code in ("", "C36", "C39"))
    # 8 - 6 would be the number of the two, so the six are not told either.
    assert (every, told, hidden) == (8, None, None)


@pytest.mark.django_db
def test_an_industry_is_told_once_the_rest_stands_for_enough() -> None:
    make_vocabulary()
    today = date(2026, 11, 23)
    introduced("C36", 7)
    introduced("C39", 6)
    introduced("C34", 2)
    counted = {code: by_month(today, code).introductions[-1] for code in ("", "C36", "C39", "C34")}
    assert counted == {"": 15, "C36": 7, "C39": None, "C34": None}


@pytest.mark.django_db
def test_introductions_between_few_are_not_told() -> None:
    counted = by_month(date(2026, 11, 23))
    assert counted.months[0] == "2025-12"
    assert counted.months[-1] == "2026-11"
    assert set(counted.introductions) == {None}


# --- pages ---


@pytest.mark.django_db
@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_drawn_filtered_and_taken_away(
    client: Client, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_vocabulary()
    park = make_park()
    vendor = make_organization(park=park)
    make_solution(vendor, scenarios=[SCENARIO], industries=[INDUSTRY], title="<b>在线检测</b>")
    make_need(make_organization(park=park), scenarios=[SCENARIO], industry=INDUSTRY)
    asked = {"industry": INDUSTRY, "park": park.code, "by": "industry", "show": "needs"}
    client.force_login(make_user())
    with django_assert_max_num_queries(12):
        answer = client.get(reverse("matchmaking:picture", args=[name]), asked)
    assert answer.status_code == 200
    assert "<b>" not in answer.text
    if name != "maturity":
        assert 'class="picture" role="' in answer.text
    sheet = client.get(reverse("matchmaking:picture_sheet", args=[name]), asked)
    book = load_workbook(BytesIO(sheet.content), read_only=True)
    assert len(book.sheetnames) == 2


@pytest.mark.django_db
def test_what_a_drawing_has_no_room_for_is_in_the_table_and_the_page_says_so(
    client: Client,
) -> None:
    make_vocabulary()
    for _ in range(16):
        make_solution(make_organization(), scenarios=[SCENARIO], industries=[INDUSTRY])
    page = client.get(reverse("matchmaking:picture", args=["chain"]), {"industry": INDUSTRY})
    made = page.context["picture"]
    assert len(made.sheet.rows) == 16
    # Fourteen vendors and the scenario.
    assert len(made.drawing.nodes) == 15
    assert "图中只画一部分" in page.text


@pytest.mark.django_db
def test_a_choice_that_does_not_exist_shows_the_first_and_a_picture_that_does_not_is_not_there(
    client: Client,
) -> None:
    make_vocabulary()
    heat = reverse("matchmaking:picture", args=["heat"])
    assert client.get(heat, {"by": "'; DROP", "show": "<x>"}).status_code == 200
    assert client.get("/insight/nothing/").status_code == 404
    assert client.get("/insight/nothing.xlsx").status_code == 404


@pytest.mark.django_db
def test_everybody_is_shown_the_same_numbers(client: Client) -> None:
    make_vocabulary()
    owner = make_member(make_organization()).user
    make_need(
        owner.memberships.get().organization,
        scenarios=[SCENARIO],
        industry=INDUSTRY,
        confidentiality="confidential",
    )
    address = reverse("matchmaking:picture_sheet", args=["heat"])

    def rows() -> list[Any]:
        book = load_workbook(BytesIO(client.get(address).content), read_only=True)
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]

    visitors = rows()
    client.force_login(owner)
    assert rows() == visitors
    assert len(visitors) == 1


@pytest.mark.django_db
def test_a_cell_leads_to_what_it_counts(client: Client) -> None:
    make_vocabulary()
    make_need(make_organization(), scenarios=[SCENARIO], industry=INDUSTRY, title="在线检测改造")
    heat = client.get(reverse("matchmaking:picture", args=["heat"]), {"show": "needs"})
    (cell,) = heat.context["picture"].drawing.cells
    assert cell.number == 1
    assert f'href="{escape(cell.href)}"' in heat.text
    assert "在线检测改造" in client.get(cell.href).text


@pytest.mark.django_db
def test_a_parks_page_draws_what_its_organizations_offer_and_ask_for(client: Client) -> None:
    make_vocabulary()
    park, empty = make_park(), make_park()
    make_solution(make_organization(park=park), scenarios=[SCENARIO], industries=[INDUSTRY])
    page = client.get(park.get_absolute_url())
    assert 'class="picture"' in page.text
    (panel,) = [each for each in page.context["panels"] if "picture" in each.context]
    assert panel.context["href"] in page.text
    assert client.get(panel.context["href"]).context["picture"].filters[0].chosen == park.code
    assert 'class="picture"' not in client.get(empty.get_absolute_url()).text
