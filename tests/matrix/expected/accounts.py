"""People, organizations, members and parks."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.matrix.roles import Role
from tests.matrix.subjects import (
    ASKED_BY,
    COLLEAGUE,
    INVITATION_BY,
    INVITATION_TO,
    JOIN_REQUEST,
    ORGANIZATION,
    PARK,
    RESTRICTION,
    SUSPENDED_COLLEAGUE,
    UNVERIFIED,
)
from tests.matrix.table import PUBLIC, Row, done, forbidden, moved, refused, see
from tests.matrix.world import World

# A check's last day must lie ahead.
_UNTIL = str(timezone.localdate() + timedelta(days=200))


def _switch(world: World, role: Role) -> Mapping[str, Any]:
    return {"organization": str(world.home(role).public_id)}


def _restriction(world: World, _role: Role) -> Mapping[str, Any]:
    return {"other": str(world.newcomer.public_id), "kind": "blacklist"}


ROWS = (
    Row("accounts:dashboard", get=see(signed_in="-")),
    Row(
        "accounts:profile",
        get=see(signed_in="-"),
        post=done(signed_in="-"),
        data={"display_name": "李四", "language": "zh-hans"},
    ),
    Row("accounts:privacy", get=see(all="-"), denied=PUBLIC),
    Row("accounts:terms", get=see(all="-"), denied=PUBLIC),
    # All of these people have agreed already: nothing is written.
    Row("accounts:consent", get=see(signed_in="-"), post=moved(signed_in="-")),
    Row("accounts:personal_data", get=see(signed_in="-")),
    Row("accounts:personal_data_export", post=done(signed_in="-")),
    # Without the password nothing happens.
    Row(
        "accounts:erase",
        get=see(signed_in="-"),
        post=refused(signed_in="-"),
        data={"password": "not the password"},
    ),
    Row(
        "accounts:organization_create",
        get=see(signed_in="-"),
        post=done(signed_in="-"),
        data={"legal_name": "上海新办智能装备有限公司"},
    ),
    Row("accounts:organization_search", get=see(signed_in="-"), query="?q=zb"),
    Row("accounts:switch_organization", post=moved(members="-"), data=_switch),
    Row(
        "accounts:organization_detail",
        of=ORGANIZATION,
        get=see(all="oOP", park="A", admin="A"),
        denied=PUBLIC,
    ),
    Row(
        "accounts:organization_edit",
        of=ORGANIZATION,
        get=see(owners="o"),
        post=done(owners="o"),
        data={"legal_name": "上海改名智能装备有限公司"},
    ),
    # One's own members are told that they belong already.
    Row(
        "accounts:organization_join",
        of=ORGANIZATION,
        post=done(homeless="oOP", members="OP") + moved(members="o", park="A", admin="A"),
    ),
    Row("accounts:organization_leave", of=ORGANIZATION, post=done(members="o")),
    Row(
        "accounts:organization_verify",
        of=UNVERIFIED,
        get=see(park="oO", other_park="P", admin="oOP"),
        post=done(park="oO", other_park="P", admin="oOP"),
        data={"checks": ["registry"], "facts_version": "1", "valid_until": _UNTIL},
    ),
    Row(
        "accounts:organization_withdraw_verification",
        of=ORGANIZATION,
        post=done(park="oO", other_park="P", admin="oOP"),
        data={"reason": "地址已变更"},
    ),
    Row("accounts:restrictions", get=see(members="-")),
    Row(
        "accounts:restriction_add",
        post=done(writers="-") + forbidden(viewers="-"),
        data=_restriction,
    ),
    Row(
        "accounts:restriction_remove",
        of=RESTRICTION,
        post=done(writers="o") + forbidden(viewers="o"),
    ),
    Row("accounts:members", get=see(members="-")),
    Row(
        "accounts:member_invite",
        post=done(owners="-") + forbidden(viewers="-", editors="-"),
        data={"email": "new@example.com", "role": "viewer"},
    ),
    Row(
        "accounts:member_role",
        of=COLLEAGUE,
        post=done(owners="o") + forbidden(viewers="o", editors="o"),
        data={"role": "viewer"},
    ),
    Row(
        "accounts:member_suspend",
        of=COLLEAGUE,
        post=done(owners="o") + forbidden(viewers="o", editors="o"),
    ),
    Row(
        "accounts:member_reinstate",
        of=SUSPENDED_COLLEAGUE,
        post=done(owners="o") + forbidden(viewers="o", editors="o"),
    ),
    Row(
        "accounts:member_remove",
        of=COLLEAGUE,
        post=done(owners="o") + forbidden(viewers="o", editors="o"),
    ),
    Row(
        "accounts:member_hand_over",
        of=COLLEAGUE,
        post=done(owners="o") + forbidden(viewers="o", editors="o"),
    ),
    Row(
        "accounts:invitation",
        of=INVITATION_TO,
        get=see(signed_in="o"),
        post=done(signed_in="o"),
    ),
    Row("accounts:invitation_revoke", of=INVITATION_BY, post=done(owners="o")),
    Row(
        "accounts:join_request_accept",
        of=JOIN_REQUEST,
        post=done(owners="o", park="c", other_park="C", admin="cC"),
    ),
    Row(
        "accounts:join_request_decline",
        of=JOIN_REQUEST,
        post=done(owners="o", park="c", other_park="C", admin="cC"),
    ),
    Row("accounts:join_request_withdraw", of=ASKED_BY, post=done(signed_in="o")),
    Row("accounts:park_list", get=see(all="-"), denied=PUBLIC),
    Row("accounts:park_detail", of=PARK, get=see(all="oP"), denied=PUBLIC),
    Row("accounts:verification_queue", get=see(park="-", other_park="-", admin="-")),
)
