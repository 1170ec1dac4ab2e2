"""The pages: what they show, to whom, and what they do not give away."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import services
from accounts.actors import SYSTEM
from accounts.forms import OrganizationForm
from accounts.models import Invitation, JoinRequest, Membership, Organization, User
from accounts.panels import dashboard_page, organization_page, park_page
from tests.builders import (
    make_actor,
    make_credit_code,
    make_district,
    make_invitation,
    make_join_request,
    make_member,
    make_organization,
    make_park,
    make_park_staff,
    make_platform_admin,
    make_user,
)

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>{{ 7|add:7 }}"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_newcomer_is_led_to_create_or_join_an_organization() -> None:
    page = body(signed_in(make_user()), reverse("accounts:dashboard"))
    assert reverse("accounts:organization_create") in page
    assert reverse("accounts:organization_search") in page


@pytest.mark.parametrize(
    "name",
    [
        "dashboard",
        "profile",
        "members",
        "restrictions",
        "organization_create",
        "organization_search",
        "verification_queue",
    ],
)
def test_a_page_of_ones_own_asks_a_visitor_to_log_in(name: str) -> None:
    response = Client().get(reverse(f"accounts:{name}"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_creating_an_organization_through_the_form_makes_it_the_one_acted_for() -> None:
    user = make_user()
    make_member(user=user)
    client = signed_in(user)
    code = make_credit_code()
    response = client.post(
        reverse("accounts:organization_create"),
        {"legal_name": "上海新厂", "credit_code": f" {code.lower()} ", "website": "example.com"},
        follow=True,
    )
    made = Organization.objects.get(legal_name="上海新厂")
    assert (made.credit_code, made.website) == (code, "https://example.com")
    assert response.context["organization"] == made


def test_a_wrong_code_is_explained_beside_its_field() -> None:
    response = signed_in(make_user()).post(
        reverse("accounts:organization_create"),
        {"legal_name": "上海新厂", "credit_code": "91310115MA0000000X"},
    )
    assert response.status_code == 422
    assert "校验位" in response.content.decode()


def test_a_code_that_is_taken_is_explained_beside_its_field() -> None:
    holder = make_organization(verified=True)
    response = signed_in(make_user()).post(
        reverse("accounts:organization_create"),
        {"legal_name": "冒名厂", "credit_code": holder.credit_code},
    )
    assert response.status_code == 422
    assert "credit_code" in response.context["form"].errors


def test_editing_a_verified_code_through_the_form_warns_that_the_check_is_gone() -> None:
    owner = make_actor(organization=make_organization(verified=True))
    assert owner.user
    assert owner.organization
    url = reverse("accounts:organization_edit", args=[owner.organization.public_id])
    response = signed_in(owner.user).post(
        url,
        {"legal_name": "改了的名字", "credit_code": owner.organization.credit_code},
        follow=True,
    )
    assert "需要重新核验" in response.content.decode()
    owner.organization.refresh_from_db()
    assert not owner.organization.is_verified


def test_a_form_cannot_set_what_it_does_not_show() -> None:
    owner = make_actor()
    assert owner.user
    assert owner.organization
    signed_in(owner.user).post(
        reverse("accounts:organization_edit", args=[owner.organization.public_id]),
        {"legal_name": "甲", "verified_at": "2026-01-01", "is_claimed": "", "facts_version": "9"},
    )
    owner.organization.refresh_from_db()
    assert owner.organization.legal_name == "甲"
    assert not owner.organization.is_verified


@pytest.mark.parametrize("role", ["editor", "viewer", None])
def test_editing_answers_others_as_if_there_were_no_such_page(role: str | None) -> None:
    organization = make_organization()
    actor = make_actor(role, organization)
    assert actor.user
    for public_id in (organization.public_id, uuid.uuid4()):
        url = reverse("accounts:organization_edit", args=[public_id])
        assert signed_in(actor.user).get(url).status_code == 404


def test_an_organization_page_shows_who_verified_it_and_when() -> None:
    park = make_park(name_zh="临港智造园")
    organization = make_organization(park=park)
    staff = make_park_staff(park)
    response = signed_in(staff.user).post(
        reverse("accounts:organization_verify", args=[organization.public_id]),
        {
            "checks": ["licence"],
            "facts_version": organization.facts_version,
            "valid_until": timezone.localdate() + timedelta(days=90),
        },
    )
    assert response.status_code == 302
    page = body(Client(), organization.get_absolute_url())
    assert "由临港智造园核验" in page
    assert "核验于 20" in page
    # Who of the staff did it, and what they looked at, is the organization's and the park's.
    assert staff.user.display_name not in page
    assert "营业执照" not in page


def test_an_unclaimed_demo_organization_says_so_with_its_source() -> None:
    organization = make_organization(is_claimed=False, is_demo=True, source="某报告第 3 页")
    page = body(Client(), organization.get_absolute_url())
    assert "尚未认领" in page
    assert "演示数据" in page
    assert "某报告第 3 页" in page


def test_a_suspended_organization_is_answered_like_one_that_does_not_exist() -> None:
    organization = make_organization()
    services.suspend_organization(actor=SYSTEM, organization=organization)
    client = signed_in(make_user())
    hidden = client.get(organization.get_absolute_url())
    missing = client.get(reverse("accounts:organization_detail", args=[uuid.uuid4()]))
    assert hidden.status_code == missing.status_code == 404
    assert (
        client.get(reverse("accounts:organization_search"), {"q": organization.legal_name}).context[
            "found"
        ]
        == []
    )
    admin = signed_in(make_platform_admin())
    assert admin.get(organization.get_absolute_url()).status_code == 200


def test_what_people_type_is_shown_as_text() -> None:
    owner = make_actor(
        organization=make_organization(
            legal_name=HOSTILE, short_name="<b>x", description=HOSTILE, verified=True
        ),
        display_name=HOSTILE,
    )
    assert owner.user
    assert owner.organization
    make_join_request(owner.organization, message=HOSTILE)
    client = signed_in(owner.user)
    pages = [
        body(client, owner.organization.get_absolute_url()),
        body(client, reverse("accounts:dashboard")),
        body(client, reverse("accounts:members")),
        body(client, reverse("accounts:organization_search") + "?q=%3Cscript%3E"),
    ]
    for page in pages:
        assert "<script>alert" not in page
        assert "<b>x" not in page
    assert "&lt;script&gt;alert(1)" in pages[0]
    assert "{{ 7|add:7 }}" in pages[0]


def test_a_website_cannot_be_a_script() -> None:
    response = signed_in(make_user()).post(
        reverse("accounts:organization_create"),
        {"legal_name": "甲厂", "website": "javascript:alert(1)"},
    )
    assert response.status_code == 422


@pytest.mark.parametrize("name", ["甲\r\nBcc: x@example.com", "甲\u202e厂", "甲\x00厂"])
def test_a_name_with_control_letters_is_refused(name: str) -> None:
    response = signed_in(make_user()).post(
        reverse("accounts:organization_create"), {"legal_name": name}
    )
    assert response.status_code == 422
    assert not Organization.objects.exists()


@pytest.mark.parametrize("words", ["", "%", "\x00", "'; DROP TABLE accounts_user; --", "x" * 5000])
def test_a_search_survives_whatever_is_typed(words: str) -> None:
    response = signed_in(make_user()).get(reverse("accounts:organization_search"), {"q": words})
    assert response.status_code == 200


def test_an_organization_is_found_by_a_part_of_its_name_or_its_code() -> None:
    organization = make_organization(legal_name="上海快仓智能科技有限公司")
    make_organization()
    client = signed_in(make_user())
    for words in ("快仓", organization.credit_code, organization.credit_code.lower()):
        response = client.get(reverse("accounts:organization_search"), {"q": words})
        assert response.context["found"] == [organization]


def test_asking_to_join_reaches_the_owner_who_accepts() -> None:
    owner = make_actor()
    assert owner.user
    assert owner.organization
    asker = make_user()
    signed_in(asker).post(
        reverse("accounts:organization_join", args=[owner.organization.public_id]),
        {"message": "采购部"},
    )
    client = signed_in(owner.user)
    assert "采购部" in body(client, reverse("accounts:dashboard"))
    request = JoinRequest.objects.get()
    client.post(
        reverse("accounts:join_request_accept", args=[request.public_id]), {"role": "editor"}
    )
    assert Membership.objects.get(user=asker).role == "editor"


@pytest.mark.parametrize("verb", ["accept", "decline", "withdraw"])
def test_a_stranger_learns_nothing_of_a_join_request(verb: str) -> None:
    request = make_join_request()
    actor = make_actor()
    assert actor.user
    for public_id in (request.public_id, uuid.uuid4()):
        url = reverse(f"accounts:join_request_{verb}", args=[public_id])
        assert signed_in(actor.user).post(url).status_code == 404


def test_an_invitation_page_answers_only_the_invited() -> None:
    guest = make_user()
    invitation = make_invitation(email=guest.email)
    assert signed_in(make_user()).get(invitation.get_absolute_url()).status_code == 404
    client = signed_in(guest)
    assert invitation.get_absolute_url() in body(client, reverse("accounts:dashboard"))
    assert invitation.organization.legal_name in body(client, invitation.get_absolute_url())
    response = client.post(invitation.get_absolute_url(), follow=True)
    assert response.context["organization"] == invitation.organization
    assert "已被使用" in body(client, invitation.get_absolute_url())


def test_an_owner_invites_from_the_members_page() -> None:
    owner = make_actor()
    assert owner.user
    client = signed_in(owner.user)
    client.post(reverse("accounts:member_invite"), {"email": "a@example.com", "role": "viewer"})
    invitation = Invitation.objects.get()
    assert "a@example.com" in body(client, reverse("accounts:members"))
    client.post(reverse("accounts:invitation_revoke", args=[invitation.public_id]))
    assert "a@example.com" not in body(client, reverse("accounts:members"))


def test_a_bad_invitation_is_shown_again_with_its_errors() -> None:
    owner = make_actor()
    assert owner.user
    response = signed_in(owner.user).post(
        reverse("accounts:member_invite"), {"email": "nobody", "role": "king"}
    )
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"email", "role"}


@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_members_who_are_not_owners_see_colleagues_without_the_tools(role: str) -> None:
    organization = make_organization()
    colleague = make_member(organization)
    make_invitation(organization, email="secret@example.com")
    actor = make_actor(role, organization)
    assert actor.user
    client = signed_in(actor.user)
    page = body(client, reverse("accounts:members"))
    assert colleague.user.display_name in page
    assert "secret@example.com" not in page
    assert "member_remove" not in page
    for verb in ("role", "suspend", "reinstate", "remove", "hand_over"):
        url = reverse(f"accounts:member_{verb}", args=[colleague.public_id])
        assert client.post(url, {"role": "viewer"}).status_code == 403
    colleague.refresh_from_db()
    assert colleague.role == "owner"


@pytest.mark.parametrize("verb", ["role", "suspend", "reinstate", "remove", "hand_over"])
def test_members_of_another_organization_are_answered_like_nobody(verb: str) -> None:
    owner = make_actor()
    assert owner.user
    stranger = make_member()
    for public_id in (stranger.public_id, uuid.uuid4()):
        url = reverse(f"accounts:member_{verb}", args=[public_id])
        assert signed_in(owner.user).post(url, {"role": "viewer"}).status_code == 404


def test_an_owner_changes_suspends_hands_over_and_removes_from_the_page() -> None:
    organization = make_organization()
    owner = make_actor(organization=organization)
    assert owner.user
    target = make_member(organization, role="viewer")
    client = signed_in(owner.user)

    def post(verb: str, **data: str) -> Membership:
        url = reverse(f"accounts:member_{verb}", args=[target.public_id])
        assert client.post(url, data).status_code == 302
        return Membership.objects.get(pk=target.pk)

    assert post("role", role="editor").role == "editor"
    assert post("suspend").suspended_at is not None
    assert post("reinstate").suspended_at is None
    assert post("hand_over").role == "owner"


def test_the_last_owner_who_leaves_is_told_why_not() -> None:
    owner = make_actor()
    assert owner.user
    assert owner.organization
    response = signed_in(owner.user).post(
        reverse("accounts:organization_leave", args=[owner.organization.public_id]), follow=True
    )
    assert "至少要有一名所有者" in response.content.decode()
    assert Membership.objects.filter(user=owner.user).exists()


def test_switching_changes_who_one_acts_for_and_only_among_ones_own() -> None:
    user = make_user()
    first, second = make_member(user=user), make_member(user=user)
    client = signed_in(user)
    assert client.get(reverse("accounts:dashboard")).context["organization"] == first.organization
    url = reverse("accounts:switch_organization")
    client.post(url, {"organization": second.organization.public_id})
    assert client.get(reverse("accounts:dashboard")).context["organization"] == second.organization
    for stranger in (make_organization().public_id, uuid.uuid4(), "x", ""):
        assert client.post(url, {"organization": stranger}).status_code == 404
    second.delete()
    assert client.get(reverse("accounts:dashboard")).context["organization"] == first.organization


def test_switching_never_leads_off_the_site() -> None:
    actor = make_actor()
    assert actor.user
    assert actor.organization
    response = signed_in(actor.user).post(
        reverse("accounts:switch_organization"),
        {"organization": actor.organization.public_id, "next": "https://evil.example/"},
    )
    assert response["Location"] == reverse("accounts:dashboard")


def test_a_revoked_role_is_gone_with_the_next_request() -> None:
    actor = make_actor()
    assert actor.user
    client = signed_in(actor.user)
    assert client.get(reverse("accounts:members")).status_code == 200
    Membership.objects.filter(user=actor.user).delete()
    assert client.get(reverse("accounts:members")).status_code == 404


def test_the_queue_shows_staff_their_park_only_and_never_their_own_organization() -> None:
    park = make_park()
    staff = make_park_staff(park)
    waiting = make_organization(park=park)
    for other in (
        make_organization(park=make_park()),
        make_organization(),
        make_organization(park=park, verified=True),
        make_organization(park=park, is_claimed=False),
        make_member(make_organization(park=park), staff.user).organization,
    ):
        assert other.pk
    response = signed_in(staff.user).get(reverse("accounts:verification_queue"))
    assert list(response.context["waiting"]) == [waiting]


def test_platform_admins_have_organizations_without_a_park_in_their_queue() -> None:
    homeless = make_organization()
    response = signed_in(make_platform_admin()).get(reverse("accounts:verification_queue"))
    assert homeless in list(response.context["waiting"])


def test_others_find_no_queue_and_no_verification_page() -> None:
    organization = make_organization(park=make_park())
    owner = make_actor(organization=organization)
    assert owner.user
    client = signed_in(owner.user)
    assert client.get(reverse("accounts:verification_queue")).status_code == 404
    for name in ("organization_verify", "organization_withdraw_verification"):
        url = reverse(f"accounts:{name}", args=[organization.public_id])
        assert client.post(url, {"checks": ["licence"], "reason": "x"}).status_code == 404


def test_withdrawing_tells_the_organization_why() -> None:
    park = make_park()
    organization = make_organization(park=park)
    owner = make_actor(organization=organization)
    assert owner.user
    client = signed_in(make_park_staff(park).user)
    args = [organization.public_id]
    client.post(
        reverse("accounts:organization_verify", args=args),
        {
            "checks": ["visit"],
            "facts_version": organization.facts_version,
            "valid_until": timezone.localdate() + timedelta(days=90),
        },
    )
    client.post(
        reverse("accounts:organization_withdraw_verification", args=args), {"reason": "已迁出园区"}
    )
    assert "已迁出园区" in body(signed_in(owner.user), reverse("accounts:dashboard"))
    assert "已迁出园区" not in body(Client(), organization.get_absolute_url())


def test_a_park_page_lists_its_verified_organizations() -> None:
    park = make_park(source="市经信委 2025 名单")
    verified = make_organization(park=park, verified=True)
    elsewhere = make_organization(verified=True)
    page = body(Client(), park.get_absolute_url())
    assert verified.legal_name in page
    assert elsewhere.legal_name not in page
    assert "市经信委 2025 名单" in page


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999999999999"])
def test_a_strange_page_number_shows_some_page(number: str) -> None:
    park = make_park()
    assert Client().get(park.get_absolute_url(), {"page": number}).status_code == 200


def test_pages_that_write_refuse_get() -> None:
    actor = make_actor()
    assert actor.user
    client = signed_in(actor.user)
    some = [uuid.uuid4()]
    for url in (
        reverse("accounts:switch_organization"),
        reverse("accounts:member_invite"),
        reverse("accounts:member_remove", args=some),
        reverse("accounts:organization_leave", args=some),
        reverse("accounts:organization_join", args=some),
        reverse("accounts:join_request_accept", args=some),
    ):
        assert client.get(url).status_code == 405


def test_a_form_from_another_site_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    response = client.post(reverse("accounts:organization_create"), {"legal_name": "甲"})
    assert response.status_code == 403


def test_the_main_pages_need_few_queries_however_many_rows_there_are(
    django_assert_max_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The panels of the apps above are counted by their own tests.
    monkeypatch.setattr(organization_page, "_makers", {})
    monkeypatch.setattr(dashboard_page, "_makers", {})
    monkeypatch.setattr(park_page, "_makers", {})
    park = make_park(district=make_district())
    owner = make_actor(organization=make_organization(park=park))
    assert owner.user
    assert owner.organization
    for _ in range(12):
        make_organization(park=park, verified=True, district=make_district())
        make_organization(park=park, district=make_district())
        make_member(owner.organization, role="viewer")
        make_join_request(owner.organization)
        make_invitation(owner.organization)
        make_park()
    member, staff = signed_in(owner.user), signed_in(make_park_staff(park).user)
    for client, url, most in (
        (member, reverse("accounts:dashboard"), 12),
        (member, reverse("accounts:members"), 7),
        (member, owner.organization.get_absolute_url(), 8),
        (staff, reverse("accounts:verification_queue"), 7),
        (Client(), reverse("accounts:park_list"), 1),
        (Client(), park.get_absolute_url(), 4),
    ):
        client.get(url)
        with django_assert_max_num_queries(most, info=url):
            assert client.get(url).status_code == 200


def test_the_organizations_form_shows_every_field_that_it_takes() -> None:
    """A field that the page leaves out would be sent empty, and empty what was stored."""
    member = make_member(make_organization(shareholders="某基金", legal_representative="张三"))
    address = reverse("accounts:organization_edit", args=[member.organization.public_id])
    page = body(signed_in(member.user), address)
    assert "某基金" in page
    assert [name for name in OrganizationForm.base_fields if f'name="{name}"' not in page] == []
