"""Solutions side by side."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import ANONYMOUS, SYSTEM, Actor
from catalog.choices import ListingKind
from catalog.models import Solution
from catalog.presenting.comparing import Comparison, chosen_ids, comparison
from catalog.services import archive_listing
from tests.builders import (
    make_actor,
    make_draft,
    make_organization,
    make_solution,
    make_vocabulary,
    solution_payload,
)
from tests.catalog.pages import context_of

pytestmark = pytest.mark.django_db


def compared(*solutions: Solution, actor: Actor = ANONYMOUS) -> Comparison:
    return comparison(actor, [each.public_id for each in solutions])


def cells(view: Comparison, label: str) -> list[str]:
    row = next(row for row in view.rows if row.label == label)
    return [cell.hidden_word or cell.value for cell in row.cells]


def test_solutions_stand_in_the_order_asked_for_and_differences_are_marked() -> None:
    slow = make_solution(lead_time_low=12, lead_time_high=16, capacity=3)
    fast = make_solution(lead_time_low=4, lead_time_high=6, capacity=3)
    view = compared(fast, slow)
    assert [each.solution.pk for each in view.columns] == [fast.pk, slow.pk]
    assert {row.label: row.differs for row in view.rows} == {
        "交付周期": True,
        "可并行项目数": False,
    }


def test_a_price_for_members_is_compared_by_members_alone() -> None:
    shy = make_solution(price_high="800000", price_visibility="members")
    plain = make_solution(price_high="900000")
    assert cells(compared(shy, plain), "价格")[0] == "登录企业可见"
    assert "80" in cells(compared(shy, plain, actor=make_actor()), "价格")[0]


def test_what_only_its_owner_sees_of_a_price_says_so_and_counts_as_no_difference() -> None:
    view = compared(
        make_solution(price_high="800000", price_visibility="owner"),
        make_solution(price_high="900000"),
    )
    assert cells(view, "价格")[0] == "未公开"
    assert not next(row for row in view.rows if row.label == "价格").differs


def test_what_is_not_published_is_as_if_never_asked_for() -> None:
    shown, gone = make_solution(), make_solution()
    archive_listing(actor=SYSTEM, listing=gone)
    draft = make_draft(ListingKind.SOLUTION, make_organization(), solution_payload()).listing
    ids = [shown.public_id, gone.public_id, draft.public_id, uuid4()]
    assert [each.solution.pk for each in comparison(ANONYMOUS, ids).columns] == [shown.pk]


def test_at_most_four_are_compared_each_once_and_nonsense_is_left_out() -> None:
    ids = [str(uuid4()) for _ in range(6)]
    assert [str(each) for each in chosen_ids(["x", "", ids[0], *ids])] == ids[:4]


def test_the_address_of_a_comparison_drops_one_and_leads_back_with_the_rest() -> None:
    one, two = make_solution(), make_solution()
    view = compared(one, two)
    assert view.columns[0].remove_href == f"/solutions/compare/?id={two.public_id}"
    tray = {"compare": [str(one.public_id), str(two.public_id)]}
    assert view.add_href == f"/solutions/?compare={one.public_id}&compare={two.public_id}"
    page = Client().get(reverse("catalog:solution_list"), tray).content.decode()
    assert f'<input type="hidden" name="id" value="{two.public_id}">' in page
    assert context_of("solution_list", params=tray)["total"] == 2


def test_a_comparison_takes_as_many_queries_for_four_as_for_two() -> None:
    make_vocabulary()
    made = [make_solution(industries=["C36"], nationwide=True) for _ in range(4)]

    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            ids = [str(each.public_id) for each in made[:count]]
            assert Client().get(reverse("catalog:compare"), {"id": ids}).status_code == 200
        return len(captured)

    few = queries(2)
    assert queries(4) == few
    assert few <= 12
