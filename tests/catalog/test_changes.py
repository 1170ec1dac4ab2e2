"""What a moderator is shown of an edit: words, rows, and no more than may be known."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.actors import Actor
from catalog.content import Content
from catalog.disclosure import disclose
from catalog.models import Listing
from catalog.presenting.changes import Changes, Edit, changes_between, row_changes, word_changes
from catalog.reading import live_content, parse_payload
from catalog.wording.names import Names
from tests.builders import make_need, make_organization, make_park, make_solution, make_staff_actor


def shape(pieces: Any) -> str:
    marks = {Edit.SAME: "{}", Edit.ADDED: "[+{}]", Edit.REMOVED: "[-{}]"}
    return "".join(marks[piece.edit].format(piece.text) for piece in pieces)


def test_words_are_compared_not_characters() -> None:
    assert shape(word_changes("漏检率降到千分之一", "漏检率降到万分之一")) == (
        "漏检率降到[-千分之一][+万分之一]"
    )
    assert shape(word_changes("引入 MES", "引入 MES 与 WMS")) == "引入 MES[+ 与 WMS]"
    assert shape(word_changes("甲。乙。", "甲。")) == "甲。[-乙。]"


@given(
    st.text(alphabet="漏检率降到0，。a \n", max_size=60),
    st.text(alphabet="漏检率低1，。a \n", max_size=60),
)
def test_both_versions_can_be_read_back_from_the_pieces(before: str, after: str) -> None:
    pieces = word_changes(before, after)
    assert "".join(p.text for p in pieces if p.edit != Edit.ADDED) == before
    assert "".join(p.text for p in pieces if p.edit != Edit.REMOVED) == after


@pytest.mark.parametrize("unit", ["啊", "检测，", "a b。"])
def test_text_made_to_be_slow_is_compared_all_the_same(unit: str) -> None:
    before, after = unit * 3000, "x" + unit * 2900 + "y"
    pieces = word_changes(before[:10_000], after[:10_000])
    assert "".join(p.text for p in pieces if p.edit != Edit.REMOVED) == after[:10_000]


def test_moved_rows_did_not_change_and_alike_ones_are_held_together() -> None:
    before = ["必须：国产化率不低于 60%", "期望：提供驻场服务", "必须：具备资质（CMMI）"]
    after = ["期望：提供驻场服务", "必须：国产化率不低于 80%", "期望：全新的一条"]
    changes = row_changes(before, after)
    assert [change.edit for change in changes] == [
        Edit.SAME,
        Edit.CHANGED,
        Edit.ADDED,
        Edit.REMOVED,
    ]
    assert shape(changes[1].pieces) == "必须：国产化率不低于 [-60%][+80%]"
    assert shape(changes[3].pieces) == "[-必须：具备资质（CMMI）]"


def test_of_two_equal_rows_one_taken_out_is_one_removed() -> None:
    assert [each.edit for each in row_changes(["甲", "甲"], ["甲"])] == [Edit.SAME, Edit.REMOVED]


def changes_of(actor: Actor, listing: Listing, **fields: Any) -> Changes:
    old = live_content(listing)
    new: Content = parse_payload(
        listing.kind, {**old.model_dump(mode="json", warnings=False), **fields}
    )
    return changes_between(
        disclose(actor, listing, old), disclose(actor, listing, new), (old, new), Names.load()
    )


@pytest.mark.django_db
def test_amounts_and_rows_are_said_in_words() -> None:
    park = make_park()
    listing = make_solution(make_organization(park=park), price_low="500000", price_high="800000")
    told = changes_of(make_staff_actor(park), listing, price_high="900000")
    (change,) = told.changed
    assert shape(change.pieces) == "[-50–80 万元][+50–90 万元]"


@pytest.mark.django_db
def test_a_changed_budget_that_only_its_owner_may_see_is_told_without_its_value() -> None:
    park = make_park()
    listing = make_need(make_organization(park=park), budget_high="7654321")
    told = changes_of(make_staff_actor(park), listing, budget_high="8654321")
    assert told.changed == []
    assert told.hidden_changed == ["预算"]
    assert "各项比重" in told.hidden


@pytest.mark.django_db
def test_a_budget_that_was_hidden_stays_hidden_when_the_new_one_is_shown() -> None:
    park = make_park()
    listing = make_need(make_organization(park=park), budget_high="7654321")
    told = changes_of(
        make_staff_actor(park), listing, budget_high="8000000", budget_visibility="public"
    )
    words = {change.key: shape(change.pieces) for change in told.changed}
    assert "800 万元" in words["budget"]
    assert "765" not in words["budget"]


@pytest.mark.django_db
def test_nothing_changed_is_told_as_nothing() -> None:
    park = make_park()
    listing = make_need(make_organization(park=park), goal="不变的目标")
    told = changes_of(make_staff_actor(park), listing)
    assert told.changed == []
    assert told.hidden_changed == []
    assert "不变的目标" in [change.words for change in told.unchanged]
