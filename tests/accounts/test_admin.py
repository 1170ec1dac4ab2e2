"""Accounts in Django's admin."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.actors import SYSTEM
from accounts.admin_terms import RecordedAdmin
from accounts.events import record
from accounts.models import (
    DistrictGroup,
    Event,
    Membership,
    Organization,
    ParkStaff,
    Restriction,
    User,
)
from tests.builders import (
    PASSWORD,
    make_credit_code,
    make_district,
    make_district_officer,
    make_invitation,
    make_join_request,
    make_member,
    make_organization,
    make_park,
    make_park_staff,
    make_platform_admin,
    make_seal,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(make_platform_admin())
    return client


def _act(client: Client, model: str, action: str, *rows: Organization | User) -> str:
    response = client.post(
        reverse(f"admin:accounts_{model}_changelist"),
        {"action": action, "_selected_action": [row.pk for row in rows]},
        follow=True,
    )
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    "model",
    [
        model._meta.model_name
        for model in admin.site._registry
        if model._meta.app_label == "accounts"
    ],
)
def test_every_list_and_form_opens(boss: Client, model: str) -> None:
    organization = make_organization(park=make_park(district=make_district()), verified=True)
    make_member(organization)
    make_invitation(organization)
    make_join_request(organization)
    make_park_staff()
    make_district_officer()
    DistrictGroup.objects.get_or_create(code="group", defaults={"name_zh": "片区"})
    Restriction.objects.create(
        organization=organization, other=make_organization(), kind=Restriction.Kind.CONFLICT
    )
    record(SYSTEM, "organization.created", organization)
    make_seal()
    assert boss.get(reverse(f"admin:accounts_{model}_changelist"), {"q": "1"}).status_code == 200
    listed = boss.get(reverse(f"admin:accounts_{model}_changelist"))
    row = listed.context["cl"].queryset.first()
    url = reverse(f"admin:accounts_{model}_change", args=[row.pk])
    assert boss.get(url).status_code == 200


def test_the_admin_logs_in_on_the_normal_page() -> None:
    response = Client().get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert (
        Client()
        .get("/admin/login/", {"next": "https://evil.example/"})["Location"]
        .endswith("?next=/admin/")
    )


def test_those_who_are_not_staff_find_no_admin() -> None:
    client = Client()
    client.force_login(make_user())
    assert client.get("/admin/", follow=True).status_code == 404


def test_the_admin_speaks_chinese(boss: Client) -> None:
    page = boss.get("/admin/").content.decode()
    assert "智配 平台管理" in page
    assert "企业/机构" in page


def test_organizations_are_verified_and_suspended_by_the_services(boss: Client) -> None:
    organization = make_organization()
    assert "已处理 1 项" in _act(boss, "organization", "verify", organization)
    organization.refresh_from_db()
    assert organization.verifications.get().checks == ["registry"]
    _act(boss, "organization", "suspend", organization)
    organization.refresh_from_db()
    assert organization.is_suspended
    _act(boss, "organization", "reinstate", organization)
    told = Event.objects.exclude(verb="user.logged_in").order_by("id")
    verbs = list(told.values_list("verb", flat=True))
    assert verbs == [
        "organization.verified",
        "organization.suspended",
        "organization.reinstated",
    ]


def test_an_action_says_which_row_failed_and_does_the_others(boss: Client) -> None:
    good, bad = make_organization(), make_organization(credit_code="")
    page = _act(boss, "organization", "verify", good, bad)
    assert "补全统一社会信用代码" in page
    good.refresh_from_db()
    assert good.is_verified


def test_an_admin_does_not_verify_their_own_organization_here_either() -> None:
    user = make_platform_admin()
    membership = make_member(user=user)
    client = Client()
    client.force_login(user)
    assert "无权" in _act(client, "organization", "verify", membership.organization)
    membership.organization.refresh_from_db()
    assert not membership.organization.is_verified


def _no_rows(*prefixes: str) -> dict[str, object]:
    """What a form with empty inlines sends for them."""
    return {f"{prefix}-{part}_FORMS": 0 for prefix in prefixes for part in ("TOTAL", "INITIAL")}


def _organization_form(organization: Organization, **overrides: str) -> dict[str, object]:
    form: dict[str, object] = {
        "legal_name": organization.legal_name,
        "short_name": organization.short_name,
        "credit_code": organization.credit_code,
        "verified_at": "2020-01-01",
        **overrides,
    }
    return form | _no_rows("memberships", "verifications")


def test_correcting_a_verified_code_in_the_admin_drops_the_verification(boss: Client) -> None:
    organization = make_organization(verified=True)
    url = reverse("admin:accounts_organization_change", args=[organization.pk])
    code = make_credit_code()
    response = boss.post(url, _organization_form(organization, credit_code=code))
    assert response.status_code == 302
    organization.refresh_from_db()
    assert organization.credit_code == code
    assert not organization.is_verified


def test_an_organization_added_in_the_admin_waits_to_be_claimed(boss: Client) -> None:
    draft = Organization(legal_name="后台登记厂")
    response = boss.post(reverse("admin:accounts_organization_add"), _organization_form(draft))
    assert response.status_code == 302
    made = Organization.objects.get(legal_name="后台登记厂")
    assert not made.is_claimed
    assert not made.is_verified


def test_a_code_taken_by_a_verified_organization_is_told_in_the_form(boss: Client) -> None:
    holder, other = make_organization(verified=True), make_organization()
    url = reverse("admin:accounts_organization_change", args=[other.pk])
    response = boss.post(url, _organization_form(other, credit_code=holder.credit_code))
    assert response.status_code == 200
    assert "已属于一家核验过的企业" in response.content.decode()


def test_users_are_suspended_by_the_service(boss: Client) -> None:
    user = make_user()
    _act(boss, "user", "suspend", user)
    user.refresh_from_db()
    assert not user.is_active
    _act(boss, "user", "reinstate", user)
    user.refresh_from_db()
    assert user.is_active


def test_a_user_is_added_in_the_admin(boss: Client) -> None:
    response = boss.post(
        reverse("admin:accounts_user_add"),
        {
            "email": "added@example.com",
            "display_name": "赵六",
            "password1": PASSWORD,
            "password2": PASSWORD,
            **_no_rows("memberships", "park_roles"),
        },
    )
    assert response.status_code == 302
    assert User.objects.get(email="added@example.com").check_password(PASSWORD)


def test_park_staff_are_appointed_and_dismissed_with_events(boss: Client) -> None:
    user, park = make_user(), make_park()
    boss.post(reverse("admin:accounts_parkstaff_add"), {"user": user.pk, "park": park.pk})
    staff = ParkStaff.objects.get()
    boss.post(reverse("admin:accounts_parkstaff_delete", args=[staff.pk]), {"post": "yes"})
    assert not ParkStaff.objects.exists()
    verbs = set(Event.objects.exclude(verb="user.logged_in").values_list("verb", flat=True))
    assert verbs == {"park_staff.appointed", "park_staff.dismissed"}


def test_a_claim_is_accepted_in_the_admin(boss: Client) -> None:
    request = make_join_request(make_organization(is_claimed=False))
    boss.post(
        reverse("admin:accounts_joinrequest_changelist"),
        {"action": "accept", "_selected_action": [request.pk]},
    )
    assert request.user.memberships.get().role == "owner"


def test_a_term_edited_by_an_admin_is_marked_so(boss: Client) -> None:
    district = make_district()
    boss.post(
        reverse("admin:accounts_district_change", args=[district.pk]),
        {"name_zh": "浦东新区", "position": 1, "level": "district"},
    )
    district.refresh_from_db()
    assert (district.name_zh, district.edited_by_admin) == ("浦东新区", True)


@pytest.mark.parametrize("model", ["event", "organization", "user", "park", "district"])
def test_nothing_of_record_is_deleted(boss: Client, model: str) -> None:
    organization = make_organization(park=make_park(district=make_district()))
    row = {
        "event": record(SYSTEM, "x", organization),
        "organization": organization,
        "user": make_user(),
        "park": organization.park,
        "district": organization.park and organization.park.district,
    }[model]
    assert row is not None
    url = reverse(f"admin:accounts_{model}_delete", args=[row.pk])
    assert boss.post(url, {"post": "yes"}).status_code == 403


def test_staff_who_are_not_platform_admins_are_bound_by_the_services() -> None:
    clerk = make_user(is_staff=True)
    client = Client()
    client.force_login(clerk)
    organization = make_organization()
    url = reverse("admin:accounts_organization_changelist")
    response = client.post(url, {"action": "suspend", "_selected_action": [organization.pk]})
    assert response.status_code == 403


def test_whatever_the_admin_can_write_is_recorded() -> None:
    """Other packages' admin classes, too: the site makes recording ones of them."""
    for model, found in admin.site._registry.items():
        assert isinstance(found, RecordedAdmin), model


def test_a_term_changed_in_the_admin_leaves_an_event_with_the_names_of_its_fields(
    boss: Client,
) -> None:
    park = make_park(name_zh="旧名")
    data = {"code": park.code, "name_zh": "新名", "name_en": "", "focus": "", "description": ""}
    url = reverse("admin:accounts_park_change", args=[park.pk])
    assert boss.post(url, {**data, "source": ""}).status_code == 302
    event = Event.objects.get(verb="admin.changed")
    assert (event.subject_type, event.subject_id) == ("accounts.park", park.pk)
    assert event.data == {"fields": "name_zh"}
    assert event.user_id is not None


def test_a_password_set_in_the_admin_leaves_an_event(boss: Client) -> None:
    user = make_user()
    url = reverse("admin:auth_user_password_change", args=[user.pk])
    assert boss.post(url, {"password1": "short", "password2": "other"}).status_code == 200
    assert not Event.objects.filter(verb="admin.password_set").exists()
    given = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert boss.post(url, given).status_code == 302
    assert Event.objects.get(verb="admin.password_set").subject_id == user.pk


def test_rows_of_other_packages_deleted_in_the_admin_leave_an_event_each(boss: Client) -> None:
    groups = [Group.objects.create(name=name) for name in ("one", "two")]
    data = {
        "action": "delete_selected",
        "_selected_action": [group.pk for group in groups],
        "post": "yes",
    }
    boss.post(reverse("admin:auth_group_changelist"), data)
    assert not Group.objects.exists()
    ids = Event.objects.filter(verb="admin.deleted").values_list("subject_id", flat=True)
    assert set(ids) == {group.pk for group in groups}


# --- Organizations without an owner ---


def _appoint(client: Client, organization: Organization, address: str) -> str:
    response = client.post(
        reverse("admin:accounts_organization_changelist"),
        {"action": "appoint_owner", "_selected_action": [organization.pk], "owner": address},
        follow=True,
    )
    return str(response.content.decode())


def test_an_organization_whose_owner_is_gone_gets_a_new_one(boss: Client) -> None:
    colleague = make_member(role=Membership.Role.EDITOR)
    assert "已处理 1 项" in _appoint(boss, colleague.organization, colleague.user.email.upper())
    colleague.refresh_from_db()
    assert colleague.role == Membership.Role.OWNER
    assert Event.objects.filter(verb="organization.owner_appointed").exists()


def test_an_organization_with_an_owner_keeps_its_own(boss: Client) -> None:
    owner, other = make_member(), make_user()
    assert "已有所有者" in _appoint(boss, owner.organization, other.email)
    assert not owner.organization.memberships.filter(user=other).exists()


def test_nobody_becomes_owner_by_an_address_they_did_not_prove(boss: Client) -> None:
    organization, user = make_organization(), make_user()
    EmailAddress.objects.filter(user=user).update(verified=False)
    assert "没有验证过" in _appoint(boss, organization, user.email)
    assert not organization.memberships.exists()


def test_a_suspended_person_becomes_owner_of_nothing(boss: Client) -> None:
    organization, user = make_organization(), make_user(is_active=False)
    assert "该用户已停用" in _appoint(boss, organization, user.email)
    assert not organization.memberships.exists()
