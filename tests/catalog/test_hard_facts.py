"""Fixed windows, an owner's weights and licences: stated, kept and shown to the right eyes."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.actors import ANONYMOUS, SYSTEM, Actor
from accounts.models import Restriction
from accounts.services import add_restriction
from catalog.choices import Criterion, ListingKind
from catalog.content import NeedContent
from catalog.disclosure import disclose
from catalog.importing import payload_of
from catalog.models import Certification, Listing, Need
from catalog.reading import need_content
from catalog.services import create_listing, draft_content, validated
from catalog.weighing import WeightSource, platform_weights
from catalog.wording.describing import described
from catalog.wording.names import Names
from matchmaking.engine.weights import DEFAULT_WEIGHTS
from matchmaking.engine.weights import Criterion as EngineCriterion
from matchmaking.render.labels import CRITERIA
from tests.builders import (
    make_actor,
    make_need,
    make_organization,
    make_park,
    make_staff_actor,
    make_vocabulary,
    need_payload,
)
from tests.catalog.pages import text_of, url_of

pytestmark = pytest.mark.django_db

WEIGHTS = {"scenario": 40, "budget": 35, "domestic": 25}


def need_of(actor: Actor, **fields: Any) -> Listing:
    payload = need_payload(**fields)
    return create_listing(actor=actor, kind=ListingKind.NEED, payload=payload).listing


def content_of(listing: Listing) -> NeedContent:
    content = draft_content(listing)
    assert isinstance(content, NeedContent)
    return content


def send(actor: Actor, listing: Listing, slug: str, **data: Any) -> Any:
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user)
    rows = {"requirements-TOTAL_FORMS": "0", "requirements-INITIAL_FORMS": "0"}
    url = reverse("catalog:need_edit", args=[listing.public_id, slug])
    return client.post(url, {**rows, **data})


def words(content: NeedContent, key: str) -> str:
    return next(row.words for row in described(content, Names.load()) if row.key == key)


# --- The fixed window ---


def test_a_fixed_window_is_kept_from_the_form_to_the_published_need() -> None:
    owner = make_actor()
    listing = need_of(owner)
    sent = {"wanted_end": "2027-02-20", "window_reason": "shutdown", "budget_visibility": "owner"}
    assert send(owner, listing, "budget", **sent).status_code == 302
    content = content_of(listing)
    assert (content.window_is_fixed, content.window_reason) == (True, "shutdown")
    need = make_need(wanted_end="2027-02-20", window_is_fixed=True, window_reason="grant")
    stored = need_content(need)
    assert (stored.window_is_fixed, stored.window_reason) == (True, "grant")
    assert words(stored, "period") == "2027-02-20 前完成（不可调整：资金或补贴期限）"
    assert "不可调整：资金或补贴期限" in text_of(url_of(need))


def test_a_window_that_became_movable_again_forgets_its_reason() -> None:
    owner = make_actor()
    listing = need_of(
        owner, wanted_end="2027-02-20", window_is_fixed=True, window_reason="shutdown"
    )
    sent = {"wanted_end": "2027-02-20", "window_reason": "", "budget_visibility": "owner"}
    send(owner, listing, "budget", **sent)
    content = content_of(listing)
    assert (content.window_is_fixed, content.window_reason) == (False, "")


def test_the_form_says_at_the_date_that_a_fixed_window_must_end() -> None:
    owner = make_actor()
    listing = need_of(owner)
    answer = send(owner, listing, "budget", window_reason="shutdown", budget_visibility="owner")
    assert answer.status_code == 422
    assert "wanted_end" in answer.context["form"].errors


@pytest.mark.parametrize(
    "fields",
    [
        {"window_is_fixed": True},
        {"window_is_fixed": True, "window_reason": "grant"},
        {"window_reason": "grant", "wanted_end": "2027-02-20"},
        {"window_is_fixed": True, "window_reason": "mood", "wanted_end": "2027-02-20"},
    ],
)
def test_a_window_that_says_half_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        validated(ListingKind.NEED, need_payload(**fields))


@pytest.mark.parametrize(
    "columns", [{"window_is_fixed": True}, {"window_is_fixed": False, "window_reason": "grant"}]
)
def test_the_database_holds_the_same_rule(columns: dict[str, Any]) -> None:
    need = make_need()
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(**columns)


def test_a_confidential_need_hides_its_window_with_its_dates() -> None:
    need = make_need(
        wanted_end="2027-02-20",
        window_is_fixed=True,
        window_reason="shutdown",
        confidentiality="confidential",
    )
    assert "停产检修" not in text_of(url_of(need))
    told = disclose(make_actor(), need, need_content(need))
    assert isinstance(told.content, NeedContent)
    assert (told.content.window_is_fixed, told.content.window_reason) == (False, "")


# --- The owner's weights ---


def own_numbers(**percents: int) -> dict[str, Any]:
    return {"weighing": "own", **{f"weight-{name}": str(n) for name, n in percents.items()}}


def test_catalog_and_engine_weigh_the_same_criteria_under_the_same_names() -> None:
    assert [each.value for each in Criterion] == [each.value for each in EngineCriterion]
    for each in Criterion:
        assert str(each.label) == str(CRITERIA[EngineCriterion(each.value)])


def test_an_owner_weighs_by_itself_and_goes_back_to_the_platforms_weights() -> None:
    owner = make_actor()
    listing = need_of(owner)
    assert send(owner, listing, "requirements", **own_numbers(**WEIGHTS)).status_code == 302
    weights = content_of(listing).weights
    assert weights is not None
    assert {str(name): n for name, n in weights.items() if n} == WEIGHTS
    assert send(owner, listing, "requirements", weighing="platform").status_code == 302
    assert content_of(listing).weights is None


def test_the_step_opens_with_the_weights_that_serve() -> None:
    owner = make_actor()
    assert owner.user is not None
    listing = need_of(owner)
    client = Client()
    client.force_login(owner.user)
    url = reverse("catalog:need_edit", args=[listing.public_id, "requirements"])
    form = client.get(url).context["weights"]
    assert {name: form[f"weight-{name}"].value() for name in EngineCriterion} == dict(
        DEFAULT_WEIGHTS
    )
    assert form["weighing"].value() == "platform"
    assert not form.is_open


def test_the_platforms_weights_are_known_to_no_one_before_they_are_told() -> None:
    assert platform_weights() == DEFAULT_WEIGHTS.to_json()
    with pytest.raises(RuntimeError):
        WeightSource()()


@pytest.mark.parametrize(
    "percents", [{}, {"budget": 0}, {"budget": 101}, {"budget": -1, "dates": 5}]
)
def test_the_form_refuses_weights_that_weigh_nothing_or_too_much(percents: dict[str, int]) -> None:
    owner = make_actor()
    listing = need_of(owner)
    answer = send(owner, listing, "requirements", **own_numbers(**percents))
    assert answer.status_code == 422
    assert answer.context["weights"].errors
    assert content_of(listing).weights is None


@pytest.mark.parametrize(
    ("weights", "path"),
    [
        ({"budget": 0}, "weights"),
        ({}, "weights"),
        ({"charm": 5}, "weights.charm"),
        ({"budget": 101}, "weights.budget"),
        ({"budget": -1}, "weights.budget"),
        ({"budget": 2.5}, "weights.budget"),
        ("heavy", "weights"),
    ],
)
def test_weights_from_elsewhere_are_refused_at_their_place(weights: object, path: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validated(ListingKind.NEED, need_payload(weights=weights))
    assert path in refusal.value.message_dict


def test_a_file_gives_weights_as_pairs_or_as_json() -> None:
    for cell in ("scenario=40；budget=35; domestic=25", json.dumps(WEIGHTS)):
        content = validated(
            ListingKind.NEED, payload_of(ListingKind.NEED, need_payload(weights=cell))
        )
        assert isinstance(content, NeedContent)
        assert content.weights == WEIGHTS
    for cell in ("heavy", "{broken"):
        with pytest.raises(ValidationError):
            validated(ListingKind.NEED, payload_of(ListingKind.NEED, need_payload(weights=cell)))


def test_weights_are_stored_and_read_back() -> None:
    need = make_need(weights=WEIGHTS)
    assert need_content(Need.objects.get(pk=need.pk)).weights == WEIGHTS
    assert need_content(make_need()).weights is None
    assert words(need_content(need), "weights") == "场景覆盖 40、预算契合 35、国产化 25"
    assert words(need_content(make_need()), "weights") == "按平台默认"


def test_only_the_owners_people_read_the_weights() -> None:
    park = make_park()
    owner = make_organization(park=park)
    need = make_need(owner, weights=WEIGHTS)
    told = disclose(make_actor("viewer", owner), need, need_content(need))
    assert isinstance(told.content, NeedContent)
    assert told.content.weights == WEIGHTS
    assert "什么对我们最重要" in text_of(url_of(need), make_actor("viewer", owner))
    for actor in (ANONYMOUS, make_actor(), make_staff_actor(park)):
        told = disclose(actor, need, need_content(need))
        assert isinstance(told.content, NeedContent)
        assert told.content.weights is None
        assert "什么对我们最重要" not in text_of(url_of(need), actor)


# --- Licences ---


def test_licences_are_marked_and_standings_are_not() -> None:
    make_vocabulary()
    licences = set(Certification.objects.filter(is_licence=True).values_list("code", flat=True))
    assert {"special_equipment_licence", "construction_qualification"} <= licences
    assert not licences & {"iso_9001", "high_tech_enterprise", "srdi_sme", "mlps_3"}


# --- What a changed blacklist asks for ---


def test_a_changed_list_has_the_owners_needs_scored_and_nobody_elses() -> None:
    owner, other = make_organization(), make_organization()
    own_need, others_need = make_need(owner), make_need(other)
    draft = need_of(make_actor("owner", owner))

    def wanted() -> list[int]:
        rows = [Listing.objects.get(pk=each.pk) for each in (own_need, others_need, draft)]
        return [row.wanted_version for row in rows]

    before = wanted()
    add_restriction(actor=SYSTEM, organization=owner, other=other, kind=Restriction.Kind.BLACKLIST)
    assert wanted() == [before[0] + 1, before[1], 0]
    add_restriction(actor=SYSTEM, organization=owner, other=other, kind=Restriction.Kind.CONFLICT)
    assert wanted() == [before[0] + 2, before[1] + 1, 0]
