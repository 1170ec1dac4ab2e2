"""A district's officer reads counts, and nothing about any one organization."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.actors import SYSTEM, actor_for
from accounts.models import District, DistrictOfficer, Event
from accounts.services import appoint_district_officer, dismiss_district_officer
from matchmaking.district.suppression import LEAST, protect
from tests.builders import (
    make_actor,
    make_district,
    make_need,
    make_organization,
    make_park,
    make_user,
    make_vocabulary,
)
from tests.catalog.pages import client_of

columns = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.dictionaries(st.integers(1, 30), st.integers(1, 9), max_size=12),
    min_size=1,
)


def behind(*counts: dict[int, int]) -> int:
    return len({organization for counted in counts for organization in counted})


@given(columns)
def test_a_cell_is_told_only_with_enough_organizations_behind_it(
    rows: dict[str, dict[int, int]],
) -> None:
    told = protect(rows, total=sum(sum(counted.values()) for counted in rows.values()))
    for name, shown in told.cells.items():
        assert shown is None or (shown == sum(rows[name].values()) and len(rows[name]) >= LEAST)


@given(columns)
def test_the_total_less_what_is_told_is_no_count_of_a_few(rows: dict[str, dict[int, int]]) -> None:
    total = sum(sum(counted.values()) for counted in rows.values())
    told = protect(rows, total)
    hidden = [rows[name] for name, shown in told.cells.items() if shown is None]
    if told.total is None:
        assert all(shown is None for shown in told.cells.values())
    elif hidden:
        # With one row the total is that row's; with more, no hidden one follows from the others.
        assert behind(*hidden) >= LEAST
        assert len(hidden) > 1 or len(rows) == 1


def test_a_second_row_is_hidden_when_one_alone_would_follow_from_the_total() -> None:
    rows = {
        "a": dict.fromkeys(range(10), 1),
        "b": dict.fromkeys(range(6), 1),
        "c": dict.fromkeys(range(3), 1),
    }
    told = protect(rows, total=19)
    assert told.cells == {"a": 10, "b": None, "c": None}
    assert told.total == 19


def test_an_empty_row_looks_like_one_with_a_few() -> None:
    many = {"a": dict.fromkeys(range(9), 1), "b": dict.fromkeys(range(20, 27), 1)}
    with_none = protect({**many, "c": {}}, total=16)
    with_some = protect({**many, "c": {1: 1}}, total=17)
    assert with_none.cells == with_some.cells


def test_too_few_in_all_tell_nothing() -> None:
    told = protect({"a": {1: 4}, "b": {2: 3, 3: 1}}, total=8)
    assert told.cells == {"a": None, "b": None}
    assert told.total is None


def officer_of(district: District) -> DistrictOfficer:
    return appoint_district_officer(actor=SYSTEM, user=make_user(), district=district)


def url_of(district: District) -> str:
    return reverse("matchmaking:district", args=[district.code])


@pytest.mark.django_db
def test_an_officer_reads_counts_over_the_districts_parks_and_no_name() -> None:
    make_vocabulary()
    district = make_district()
    parks = [make_park(district=district), make_park(district=district)]
    for park in parks:
        for _ in range(LEAST):
            make_need(make_organization(park=park), industry="C36")
    make_need(make_organization(park=make_park(district=make_district())), industry="C36")
    lone = make_need(make_organization(park=parks[0]), industry="C39")
    actor = actor_for(officer_of(district).user)
    with_lone = client_of(actor).get(url_of(district))
    by_park, by_industry, _ = with_lone.context["tables"]
    assert [line.cells[1] for line in by_park.lines] == [6, 5]
    assert by_park.total.cells[1] == 11
    # The one need of the second industry would follow from the total: neither is told.
    assert by_industry.lines == []
    assert by_industry.total.cells[0] == 11
    text = with_lone.content.decode()
    assert lone.organization.legal_name not in text
    assert lone.title not in text


@pytest.mark.django_db
def test_only_the_districts_own_officers_find_the_page() -> None:
    district = make_district()
    officer = officer_of(district)
    other = officer_of(make_district())
    assert client_of(actor_for(officer.user)).get(url_of(district)).status_code == 200
    assert client_of(actor_for(other.user)).get(url_of(district)).status_code == 404
    assert client_of(make_actor()).get(url_of(district)).status_code == 404


@pytest.mark.django_db
def test_a_dismissed_officer_finds_nothing_at_the_next_request() -> None:
    district = make_district()
    officer = officer_of(district)
    client = client_of(actor_for(officer.user))
    assert client.get(url_of(district)).status_code == 200
    dismiss_district_officer(actor=SYSTEM, officer=officer)
    assert client.get(url_of(district)).status_code == 404
    verbs = Event.objects.filter(verb__startswith="district_officer").values_list("verb", flat=True)
    assert set(verbs) == {"district_officer.appointed", "district_officer.dismissed"}


@pytest.mark.django_db
def test_only_platform_admins_appoint_and_dismiss_officers() -> None:
    district = make_district()
    officer = officer_of(district)
    with pytest.raises(PermissionDenied):
        appoint_district_officer(actor=make_actor(), user=make_user(), district=district)
    with pytest.raises(PermissionDenied):
        dismiss_district_officer(actor=make_actor(), officer=officer)


@pytest.mark.django_db
def test_an_officers_desk_leads_to_the_district() -> None:
    district = make_district()
    page = client_of(actor_for(officer_of(district).user)).get(reverse("accounts:dashboard"))
    assert url_of(district) in page.content.decode()
