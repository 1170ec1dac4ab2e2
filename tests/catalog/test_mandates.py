"""代录: under a recorded authorization, the company's own until it hands it in."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor, actor_for
from accounts.errors import Conflict, Refused
from accounts.models import Event
from catalog.choices import ListingState, MandateWay, RevisionState
from catalog.models import Mandate, VisitDraft
from catalog.services import (
    change_visit_draft,
    draft_for_company,
    publish_revision,
    record_mandate,
    revoke_mandate,
    submit_listing,
    update_draft,
)
from tests.builders import (
    make_mandate,
    make_member,
    make_organization,
    make_park,
    make_park_staff,
    make_vocabulary,
)
from tests.catalog.test_admin import act, admin_client

pytestmark = pytest.mark.django_db

WORDS = {"title": "铸件表面缺陷检测", "situation": "人工目检，漏检率高，夜班更明显。"}


class Visit:
    def __init__(self) -> None:
        make_vocabulary()
        self.park = make_park()
        self.company = make_organization(park=self.park)
        self.staff: Actor = actor_for(make_park_staff(self.park).user)
        self.colleague: Actor = actor_for(make_park_staff(self.park).user)
        self.owner: Actor = actor_for(make_member(self.company).user, self.company)
        self.mandate: Mandate = make_mandate(self.company)

    def draft(self) -> VisitDraft:
        return draft_for_company(actor=self.staff, mandate=self.mandate, payload=WORDS)


def test_what_the_park_wrote_is_the_companys_draft_and_nobody_elses(client: Client) -> None:
    visit = Visit()
    draft = visit.draft()
    assert draft.listing.organization == visit.company
    assert draft.listing.state == ListingState.DRAFT
    assert visit.owner.user is not None
    client.force_login(visit.owner.user)
    page = client.get(draft.listing.get_absolute_url()).text
    assert f"由{visit.park}代录" in page
    assert WORDS["situation"] in page
    assert Client().get(draft.listing.get_absolute_url()).status_code == 404
    assert Event.objects.filter(verb="visit_draft.written").count() == 1


def test_only_the_company_hands_it_in_and_another_moderator_decides() -> None:
    visit = Visit()
    draft = visit.draft()
    with pytest.raises(PermissionDenied):
        submit_listing(actor=visit.staff, listing=draft.listing)
    update_draft(actor=visit.owner, listing=draft.listing, changes={"goal": "漏检率降到千分之一"})
    revision = submit_listing(actor=visit.owner, listing=draft.listing, acknowledged=True)
    draft.refresh_from_db()
    assert draft.confirmed_by == visit.owner.user
    assert draft.confirmed_at is not None
    with pytest.raises(Refused, match="代录"):
        publish_revision(actor=visit.staff, revision=revision)
    publish_revision(actor=visit.colleague, revision=revision)
    revision.refresh_from_db()
    assert revision.state == RevisionState.APPROVED


def test_what_the_company_handed_in_the_park_no_longer_changes() -> None:
    visit = Visit()
    draft = visit.draft()
    change_visit_draft(actor=visit.colleague, draft=draft, changes={"goal": "节拍 12 秒"})
    submit_listing(actor=visit.owner, listing=draft.listing, acknowledged=True)
    with pytest.raises(Refused, match="接手"):
        change_visit_draft(actor=visit.staff, draft=draft, changes={"goal": "别的目标"})


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_writing_stops_with_the_authorization(how: str) -> None:
    visit = Visit()
    draft = visit.draft()
    if how == "revoked":
        revoke_mandate(actor=visit.owner, mandate=visit.mandate)
    else:
        yesterday = timezone.localdate() - timedelta(days=1)
        Mandate.objects.filter(pk=visit.mandate.pk).update(valid_until=yesterday)
    with pytest.raises(Refused, match="授权"):
        change_visit_draft(actor=visit.staff, draft=draft, changes={"goal": "节拍 12 秒"})
    with pytest.raises(Refused, match="授权"):
        visit.draft()


def test_another_park_and_the_company_itself_write_nothing_under_it() -> None:
    visit = Visit()
    stranger = actor_for(make_park_staff(make_park()).user)
    for actor in (stranger, visit.owner):
        with pytest.raises(PermissionDenied):
            draft_for_company(actor=actor, mandate=visit.mandate, payload=WORDS)
        with pytest.raises(PermissionDenied):
            record_mandate(
                actor=actor,
                organization=visit.company,
                given_by="设备部经理",
                way="paper",
                given_on=timezone.localdate(),
                valid_until=timezone.localdate(),
            )


@pytest.mark.parametrize(("given", "until"), [(1, 30), (0, -1), (0, 400)])
def test_an_authorization_has_possible_dates(given: int, until: int) -> None:
    visit, today = Visit(), timezone.localdate()
    with pytest.raises(Refused):
        record_mandate(
            actor=visit.staff,
            organization=visit.company,
            given_by="设备部经理",
            way="paper",
            given_on=today + timedelta(days=given),
            valid_until=today + timedelta(days=until),
        )


def test_revoking_twice_is_told() -> None:
    visit = Visit()
    revoke_mandate(actor=visit.owner, mandate=visit.mandate)
    with pytest.raises(Conflict):
        revoke_mandate(actor=visit.staff, mandate=visit.mandate)


def test_an_organization_that_nobody_claimed_finds_its_draft_after_the_claim() -> None:
    visit = Visit()
    nobodys = make_organization(park=visit.park, is_claimed=False)
    draft = draft_for_company(actor=visit.staff, mandate=make_mandate(nobodys), payload=WORDS)
    owner = actor_for(make_member(nobodys).user, nobodys)
    submit_listing(actor=owner, listing=draft.listing, acknowledged=True)
    draft.refresh_from_db()
    assert draft.confirmed_at is not None


def test_the_whole_way_through_the_pages(client: Client) -> None:
    visit = Visit()
    assert visit.staff.user is not None
    assert visit.owner.user is not None
    client.force_login(visit.staff.user)
    today = str(timezone.localdate())
    recorded = client.post(
        reverse("catalog:mandate_record", args=[visit.company.public_id]),
        {"given_by": "总经理", "way": "voice", "given_on": today, "valid_until": today},
    )
    assert recorded.status_code == 302
    mandate = Mandate.objects.get(given_by="总经理")
    write = reverse("catalog:visit_draft_write", args=[mandate.public_id])
    assert client.post(write, {"title": "短"}).status_code == 422
    client.post(write, {**WORDS, "scenarios": []})
    draft = VisitDraft.objects.get(mandate=mandate)
    assert WORDS["situation"] in client.get(draft.get_absolute_url()).text
    client.post(draft.get_absolute_url(), {**WORDS, "goal": "节拍 12 秒"})
    assert draft.listing.code in client.get(reverse("catalog:mandate_list")).text
    client.force_login(visit.owner.user)
    own = reverse("catalog:organization_mandates", args=[visit.company.public_id])
    assert "总经理" in client.get(own).text
    client.post(reverse("catalog:mandate_revoke", args=[mandate.public_id]))
    client.force_login(visit.staff.user)
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_platform_admins_record_and_revoke_in_the_admin() -> None:
    company, client = make_organization(), admin_client()
    today = timezone.localdate()
    sent = {
        "organization": str(company.pk),
        "given_by": "某某，总经理",
        "way": MandateWay.values[0],
        "given_on": str(today),
        "note": "",
    }
    url = reverse("admin:catalog_mandate_add")
    # Longer than a year is refused in words, and nothing is written.
    refused = client.post(url, {**sent, "valid_until": str(today + timedelta(days=900))})
    assert "一年以内" in refused.content.decode()
    assert not Mandate.objects.exists()
    client.post(url, {**sent, "valid_until": str(today + timedelta(days=90))})
    mandate = Mandate.objects.get()
    assert mandate.organization == company
    assert Event.objects.filter(verb="mandate.recorded").count() == 1
    listed = reverse("admin:catalog_mandate_changelist")
    draft = reverse("catalog:visit_draft_write", args=[mandate.public_id])
    assert draft in client.get(listed).text
    assert client.get(draft).status_code == 200
    act(client, listed, "revoke", mandate)
    mandate.refresh_from_db()
    assert mandate.revoked_at is not None
    assert draft not in client.get(listed).text
