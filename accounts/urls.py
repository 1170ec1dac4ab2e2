from django.urls import path

from accounts.views import joining, members, organizations, parks, people, privacy, restrictions

app_name = "accounts"

urlpatterns = [
    path("dashboard/", people.dashboard, name="dashboard"),
    path("profile/", people.profile, name="profile"),
    path("profile/data/", privacy.personal_data, name="personal_data"),
    path("profile/data/export/", privacy.export, name="personal_data_export"),
    path("profile/erase/", privacy.erase, name="erase"),
    path("consent/", privacy.consent, name="consent"),
    path("privacy/", privacy.legal, {"document": "privacy"}, name="privacy"),
    path("terms/", privacy.legal, {"document": "terms"}, name="terms"),
    path("organizations/new/", organizations.create, name="organization_create"),
    path("organizations/search/", joining.search, name="organization_search"),
    path("organizations/switch/", organizations.switch, name="switch_organization"),
    path("organizations/<uuid:public_id>/", organizations.detail, name="organization_detail"),
    path("organizations/<uuid:public_id>/edit/", organizations.edit, name="organization_edit"),
    path("organizations/<uuid:public_id>/join/", joining.ask, name="organization_join"),
    path("organizations/<uuid:public_id>/leave/", members.leave, name="organization_leave"),
    path("organizations/<uuid:public_id>/verify/", parks.verify, name="organization_verify"),
    path(
        "organizations/<uuid:public_id>/withdraw-verification/",
        parks.withdraw,
        name="organization_withdraw_verification",
    ),
    path("restrictions/", restrictions.listing, name="restrictions"),
    path("restrictions/add/", restrictions.add, name="restriction_add"),
    path("restrictions/<uuid:public_id>/remove/", restrictions.remove, name="restriction_remove"),
    path("members/", members.listing, name="members"),
    path("members/invite/", members.invite, name="member_invite"),
    path("members/<uuid:public_id>/role/", members.change_role, name="member_role"),
    path("members/<uuid:public_id>/suspend/", members.suspend, name="member_suspend"),
    path("members/<uuid:public_id>/reinstate/", members.reinstate, name="member_reinstate"),
    path("members/<uuid:public_id>/remove/", members.remove, name="member_remove"),
    path("members/<uuid:public_id>/hand-over/", members.hand_over, name="member_hand_over"),
    path("invitations/<uuid:public_id>/", joining.invitation, name="invitation"),
    path("invitations/<uuid:public_id>/revoke/", members.revoke, name="invitation_revoke"),
    path("join-requests/<uuid:public_id>/accept/", joining.accept, name="join_request_accept"),
    path("join-requests/<uuid:public_id>/decline/", joining.decline, name="join_request_decline"),
    path(
        "join-requests/<uuid:public_id>/withdraw/", joining.withdraw, name="join_request_withdraw"
    ),
    path("parks/", parks.listing, name="park_list"),
    path("parks/<uuid:public_id>/", parks.detail, name="park_detail"),
    path("verification/", parks.queue, name="verification_queue"),
]
