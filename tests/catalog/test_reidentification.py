"""A confidential need whose summary leads back to few organizations warns its owner."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.actors import SYSTEM, Actor
from accounts.models import District, Event, Organization
from catalog.choices import ListingKind, RevisionState
from catalog.content import NeedContent
from catalog.models import Listing, Scenario
from catalog.reidentification import ACKNOWLEDGED, check
from catalog.services import Identifiable, return_revision, submit_listing
from tests.builders import (
    make_actor,
    make_draft,
    make_need,
    make_organization,
    make_vocabulary,
    need_payload,
)
from tests.catalog.pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vocabulary(db: None) -> None:
    make_vocabulary()


def scenario() -> str:
    return Scenario.objects.order_by("position").values_list("code", flat=True)[0]


def peers(count: int, district: str = "jinshan", **content: Any) -> None:
    """Make organizations in ``district`` that each published a need."""
    place = District.objects.get(code=district)
    for _each in range(count):
        owner = make_organization(district=place, size="medium")
        make_need(owner, **{"industry": "C26", "scenarios": [scenario()], **content})


def content(**overrides: Any) -> NeedContent:
    fields = {
        "industry": "C26",
        "district": "fengxian",
        "scenarios": [scenario()],
        "confidentiality": "confidential",
    }
    return NeedContent.model_validate(need_payload(**{**fields, **overrides}))


def owner(**overrides: Any) -> Organization:
    return make_organization(size="medium", **overrides)


def test_four_are_too_few_and_five_are_enough() -> None:
    house = owner()
    # 金山 and 奉贤 are told alike: as the south of Shanghai.
    peers(4)
    risk = check(content(), house)
    assert risk is not None
    assert risk.is_rare
    peers(1, "fengxian")
    assert check(content(), house) is None


def test_an_open_need_is_never_rare() -> None:
    assert check(content(confidentiality="open"), owner()) is None


def test_the_smallest_set_of_fields_that_helps_is_offered() -> None:
    peers(4)
    peers(1, "baoshan")
    risk = check(content(), owner())
    assert risk is not None
    assert risk.remedies == (("district",),)
    assert risk.remedy_words == ["项目所在区"]


def test_two_fields_are_offered_together_where_no_single_one_helps() -> None:
    peers(5, "baoshan", industry="C36")
    risk = check(content(), owner())
    assert risk is not None
    assert risk.remedies == (("industry", "district"),)


def test_nothing_is_offered_where_nothing_helps() -> None:
    risk = check(content(), owner())
    assert risk is not None
    assert risk.remedies == ()


def test_the_size_of_the_owner_counts() -> None:
    peers(5)
    assert check(content(), owner()) is None
    assert check(content(), make_organization(size="large")) is not None


def test_a_summary_that_names_its_owner_is_noticed() -> None:
    peers(5)
    house = owner(short_name="金山化工一厂")
    risk = check(content(summary="金山化工一厂投料改造"), house)
    assert risk is not None
    assert (risk.names_owner, risk.is_rare) == (True, False)


def draft_of(actor: Actor, **overrides: Any) -> Listing:
    assert actor.organization is not None
    payload = content(**overrides).model_dump(mode="json")
    return make_draft(ListingKind.NEED, actor.organization, payload).listing


def test_it_is_submitted_only_once_its_owner_said_all_the_same() -> None:
    actor = make_actor()
    draft = draft_of(actor)
    with pytest.raises(Identifiable):
        submit_listing(actor=actor, listing=draft)
    submit_listing(actor=actor, listing=draft, acknowledged=True)
    event = Event.objects.get(verb="listing.submitted")
    assert event.data["acknowledged_risk"] == 1


def test_the_last_step_asks_and_takes_the_answer() -> None:
    actor = make_actor()
    draft = draft_of(actor, confidentiality="open")
    url = reverse("catalog:need_edit", args=[draft.public_id, "review"])
    client = client_of(actor)
    assert "acknowledge_risk" not in client.get(url).content.decode()
    scope = reverse("catalog:need_edit", args=[draft.public_id, "scope"])
    as_before = {"industry": "C26", "district": "fengxian", "scenarios": scenario()}
    client.post(scope, {**as_before, "confidentiality": "confidential"})
    sent = {"action": "submit"}
    asked = client.post(url, sent, follow=True).content.decode()
    assert "少于 5 家" in asked
    assert "acknowledge_risk" in asked
    assert Listing.objects.get(pk=draft.pk).state == "draft"
    client.post(url, {**sent, "acknowledge_risk": "1"})
    assert Listing.objects.get(pk=draft.pk).state == "submitted"


@pytest.mark.parametrize("count", [0, 1, 4])
def test_how_many_fit_is_told_to_nobody(count: int) -> None:
    peers(count)
    actor = make_actor()
    url = reverse("catalog:need_risk", args=[draft_of(actor).public_id])
    text = client_of(actor).post(url, {"industry": "C26"}).content.decode()
    told = text.replace(str(draft_of(actor).public_id), "")
    assert "少于 5 家" in told
    assert f"{count} 家" not in told


def test_leaving_a_field_asks_by_what_the_form_says_now() -> None:
    actor = make_actor()
    draft = draft_of(actor)
    url = reverse("catalog:need_risk", args=[draft.public_id])
    client = client_of(actor)
    as_open = client.post(url, {"confidentiality": "open"}).content.decode()
    assert "少于" not in as_open
    assert "少于" in client.post(url, {"confidentiality": "confidential"}).content.decode()
    for _each in range(5):
        make_organization()
    emptied = client.post(url, {"industry": "", "district": ""}).content.decode()
    assert "少于" not in emptied
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_handing_in_again_with_an_answer_asks_for_the_acknowledgement_too() -> None:
    house = owner()
    actor = make_actor(organization=house)
    payload = content().model_dump(mode="json")
    listing = make_draft(ListingKind.NEED, house, payload).listing
    revision = submit_listing(actor=actor, listing=listing, acknowledged=True)
    return_revision(actor=SYSTEM, revision=revision, reason="请补充节拍")
    client, address = client_of(actor), reverse("catalog:listing_answer", args=[listing.public_id])
    page = client.get(reverse("catalog:need_detail", args=[listing.public_id])).content.decode()
    assert ACKNOWLEDGED in page
    answer = {"text": "节拍写在参数里了", "again": "yes"}
    client.post(address, answer)
    revision.refresh_from_db()
    assert revision.state == RevisionState.RETURNED
    client.post(address, {**answer, ACKNOWLEDGED: "1"})
    revision.refresh_from_db()
    assert revision.state == RevisionState.SUBMITTED
    newest = Event.objects.filter(verb="listing.submitted").latest("pk")
    assert newest.data["acknowledged_risk"] == 1
