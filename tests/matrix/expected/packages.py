"""Addresses that packages bring: Django's admin and allauth, each asked, declared by prefix."""

from typing import Any

from django.apps import apps

from tests.matrix.addresses import Address
from tests.matrix.table import Group, Outcome
from tests.matrix.world import World

_ANSWERS = frozenset(
    {Outcome.SEE, Outcome.MOVED, Outcome.REFUSED, Outcome.FORBIDDEN, Outcome.NOT_ALLOWED}
)
_OUTSIDE = frozenset({Outcome.LOGIN, Outcome.NOT_ALLOWED})


def _admin_value(world: World, name: str, address: Address) -> Any:
    """Return an id of a row of the model that the address names, where there is one."""
    app, _, rest = address.route.removeprefix("admin/").partition("/")
    if name in ("object_id", "id") and app in {each.label for each in apps.get_app_configs()}:
        rows = apps.get_model(app, rest.partition("/")[0])._default_manager.order_by("-pk")
        return rows.values_list("pk", flat=True).first() or 1
    return {"content_type_id": "1", "app_label": "catalog", "url": "nowhere"}.get(name, "1")


GROUPS = (
    Group(
        "admin:login",
        "the log-in page of the admin; whoever is logged in without a right to it finds nothing",
        {"all": _ANSWERS | {Outcome.LOGIN, Outcome.HIDDEN}},
    ),
    Group(
        "admin:logout",
        "ends one's own session, which is an event",
        {"all": _ANSWERS | {Outcome.LOGIN}, "signed_in": frozenset({Outcome.DONE})},
    ),
    Group(
        "admin:jsi18n",
        "words of the admin's scripts",
        {"all": _OUTSIDE, "clerk": _ANSWERS, "admin": _ANSWERS},
    ),
    Group(
        "admin:",
        "platform admins only; whoever may log in without rights is refused everything",
        {
            "all": _OUTSIDE,
            "clerk": frozenset(
                {
                    Outcome.FORBIDDEN,
                    Outcome.HIDDEN,
                    Outcome.NOT_ALLOWED,
                    Outcome.MOVED,
                    Outcome.SEE,
                    Outcome.REFUSED,
                }
            ),
            "admin": _ANSWERS | {Outcome.HIDDEN, Outcome.DONE},
        },
        values=_admin_value,
    ),
    Group(
        "account_logout",
        "ends one's own session, which is an event",
        {"all": _ANSWERS | {Outcome.LOGIN}, "signed_in": frozenset({Outcome.DONE})},
    ),
    Group(
        "account_",
        "allauth: log-in, sign-up and one's own addresses and password",
        # A link in a mail that is not or no longer good answers 404.
        {"all": _ANSWERS | {Outcome.LOGIN, Outcome.HIDDEN}},
        values=lambda _world, name, _address: {"uidb36": "1", "key": "abc-def"}.get(name, "1"),
    ),
    Group(
        "mfa_",
        "allauth: one's own second factor",
        {"all": _ANSWERS | {Outcome.LOGIN, Outcome.HIDDEN}},
    ),
    Group(
        "usersessions_",
        "allauth: where one is logged in, and ending it elsewhere",
        {"all": _ANSWERS | {Outcome.LOGIN}},
    ),
)
