"""Blacklist and conflicts of interest: who keeps them, and who never learns of them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.actors import SYSTEM, Actor
from accounts.errors import Conflict, Refused
from accounts.models import Event, Organization, Restriction
from accounts.signals import restrictions_changed
from tests.builders import make_actor, make_admin_actor, make_organization, make_staff_actor

pytestmark = pytest.mark.django_db

Kind = Restriction.Kind
LIST = "accounts:restrictions"


def signed_in(actor: Actor) -> Client:
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user)
    return client


def own(actor: Actor) -> Organization:
    assert actor.organization is not None
    return actor.organization


def restrict(
    owner: Organization, other: Organization, kind: Kind = Kind.BLACKLIST, note: str = ""
) -> Restriction:
    return services.add_restriction(
        actor=SYSTEM, organization=owner, other=other, kind=kind, note=note
    )


@pytest.mark.parametrize("role", ["owner", "editor"])
def test_owners_and_editors_keep_the_list(role: str) -> None:
    actor = make_actor(role)
    row = services.add_restriction(
        actor=actor,
        organization=own(actor),
        other=make_organization(),
        kind=Kind.BLACKLIST,
        note="  拖欠货款 ",
    )
    assert (row.note, row.created_by) == ("拖欠货款", actor.user)
    services.remove_restriction(actor=actor, restriction=row)
    assert not Restriction.objects.exists()
    assert list(Event.objects.order_by("id").values_list("verb", "subject_type")) == [
        ("restriction.added", "accounts.restriction"),
        ("restriction.removed", "accounts.restriction"),
    ]


def test_nobody_else_changes_it() -> None:
    owner = make_organization()
    row = restrict(owner, make_organization())
    strangers = (make_actor("viewer", owner), make_actor(), make_staff_actor(), make_admin_actor())
    for actor in strangers:
        with pytest.raises(PermissionDenied):
            services.add_restriction(
                actor=actor, organization=owner, other=make_organization(), kind=Kind.CONFLICT
            )
        with pytest.raises(PermissionDenied):
            services.remove_restriction(actor=actor, restriction=row)
    assert list(Restriction.objects.all()) == [row]


def test_an_organization_is_listed_once_a_kind_and_never_by_itself() -> None:
    owner, other = make_organization(), make_organization()
    restrict(owner, other)
    restrict(owner, other, Kind.CONFLICT)
    for wrong in (other, owner):
        with pytest.raises(Refused):
            restrict(owner, wrong)
    assert Restriction.objects.count() == 2


def test_a_row_that_somebody_removed_meanwhile_is_a_conflict() -> None:
    row = restrict(make_organization(), make_organization())
    services.remove_restriction(actor=SYSTEM, restriction=Restriction.objects.get(pk=row.pk))
    with pytest.raises(Conflict):
        services.remove_restriction(actor=SYSTEM, restriction=row)


@pytest.mark.parametrize(("kind", "both"), [(Kind.BLACKLIST, False), (Kind.CONFLICT, True)])
def test_whose_candidates_change_is_told(kind: Kind, both: bool) -> None:
    told: list[frozenset[int]] = []

    def listen(sender: object, *, organization_ids: frozenset[int], **_: object) -> None:
        told.append(organization_ids)

    owner, other = make_organization(), make_organization()
    restrictions_changed.connect(listen)
    try:
        services.remove_restriction(actor=SYSTEM, restriction=restrict(owner, other, kind))
    finally:
        restrictions_changed.disconnect(listen)
    assert told == [frozenset({owner.pk, other.pk} if both else {owner.pk})] * 2


def test_only_its_own_people_read_the_list() -> None:
    actor = make_actor()
    other = make_actor()
    row = restrict(own(actor), own(other), Kind.CONFLICT, note="同一实际控制人")
    visible = Restriction.objects.visible_to
    assert list(visible(make_actor("viewer", own(actor)))) == [row]
    assert list(visible(make_admin_actor())) == [row]
    for stranger in (other, make_actor(), make_actor(None), make_staff_actor()):
        assert not visible(stranger).exists()


def test_the_page_finds_adds_and_removes_by_name() -> None:
    actor = make_actor()
    other = make_organization(legal_name="上海远帆装备有限公司")
    client = signed_in(actor)
    found = client.get(reverse(LIST), {"q": "远帆"}).content.decode()
    assert str(other.public_id) in found
    sent = {"other": str(other.public_id), "kind": "blacklist", "note": "曾经违约"}
    page = client.post(reverse("accounts:restriction_add"), sent, follow=True).content.decode()
    assert "上海远帆装备有限公司" in page
    assert "曾经违约" in page
    row = Restriction.objects.get()
    client.post(reverse("accounts:restriction_remove", args=[row.public_id]))
    assert not Restriction.objects.exists()


def test_a_viewer_reads_and_sees_no_button() -> None:
    owner = make_organization()
    restrict(owner, make_organization(legal_name="上海远帆装备有限公司"))
    client = signed_in(make_actor("viewer", owner))
    page = client.get(reverse(LIST), {"q": "上海"}).content.decode()
    assert "上海远帆装备有限公司" in page
    assert reverse("accounts:restriction_add") not in page


def test_a_search_does_not_offer_ones_own_organization() -> None:
    actor = make_actor()
    page = signed_in(actor).get(reverse(LIST), {"q": own(actor).legal_name})
    assert list(page.context["found"]) == []


@pytest.mark.parametrize(
    "sent",
    [
        {"other": "no-uuid", "kind": "blacklist"},
        {"other": "7f0b4a34-0000-4000-8000-000000000000", "kind": "blacklist"},
        {"kind": "blacklist"},
    ],
)
def test_what_names_no_organization_is_not_found(sent: dict[str, str]) -> None:
    client = signed_in(make_actor())
    assert client.post(reverse("accounts:restriction_add"), sent).status_code == 404


def test_another_organizations_row_does_not_exist_for_oneself() -> None:
    named = make_actor()
    row = restrict(make_organization(), own(named))
    url = reverse("accounts:restriction_remove", args=[row.public_id])
    assert signed_in(named).post(url).status_code == 404
    assert Restriction.objects.exists()


def test_who_acts_for_nobody_has_no_list() -> None:
    assert signed_in(make_actor(None)).get(reverse(LIST)).status_code == 404


def test_whom_a_list_names_learns_nothing_on_any_page_of_theirs() -> None:
    owner = make_actor()
    named = make_actor()
    restrict(own(owner), own(named), note="绝密备注")
    client = signed_in(named)
    pages = (
        reverse(LIST),
        reverse("accounts:dashboard"),
        own(named).get_absolute_url(),
        own(owner).get_absolute_url(),
    )
    for url in pages:
        text = client.get(url).content.decode()
        assert "绝密备注" not in text
        assert client.get(url).status_code == 200
    assert own(owner).legal_name not in client.get(reverse(LIST)).content.decode()


def test_the_admin_reads_the_lists_without_the_notes() -> None:
    row = restrict(make_organization(), make_organization(), note="绝密备注")
    client = signed_in(make_admin_actor())
    url = reverse("admin:accounts_restriction_change", args=[row.pk])
    page = client.get(url).content.decode()
    assert row.other.short_name in page
    assert "绝密备注" not in page
    assert client.get(reverse("admin:accounts_restriction_add")).status_code == 403
