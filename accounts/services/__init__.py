"""Every write of accounts, one function a verb."""

from accounts.services.auditing import prune_events, seal_events
from accounts.services.joining import (
    INVITATION_DAYS,
    accept_invitation,
    accept_join_request,
    decline_join_request,
    invite,
    request_to_join,
    revoke_invitation,
    withdraw_join_request,
)
from accounts.services.memberships import (
    change_role,
    hand_over_ownership,
    leave_organization,
    reinstate_member,
    remove_member,
    suspend_member,
)
from accounts.services.organizations import (
    CHECKED_FACTS,
    EDITABLE_FACTS,
    create_organization,
    edit_organization,
    register_organization,
    reinstate_organization,
    suspend_organization,
    verify_organization,
    withdraw_verification,
)
from accounts.services.people import (
    appoint_park_staff,
    choose_language,
    dismiss_park_staff,
    edit_profile,
    reinstate_user,
    set_phone,
    suspend_user,
)
from accounts.services.restrictions import add_restriction, remove_restriction

__all__ = [
    "CHECKED_FACTS",
    "EDITABLE_FACTS",
    "INVITATION_DAYS",
    "accept_invitation",
    "accept_join_request",
    "add_restriction",
    "appoint_park_staff",
    "change_role",
    "choose_language",
    "create_organization",
    "decline_join_request",
    "dismiss_park_staff",
    "edit_organization",
    "edit_profile",
    "hand_over_ownership",
    "invite",
    "leave_organization",
    "prune_events",
    "register_organization",
    "reinstate_member",
    "reinstate_organization",
    "reinstate_user",
    "remove_member",
    "remove_restriction",
    "request_to_join",
    "revoke_invitation",
    "seal_events",
    "set_phone",
    "suspend_member",
    "suspend_organization",
    "suspend_user",
    "verify_organization",
    "withdraw_join_request",
    "withdraw_verification",
]
