"""Exporting and erasing what the site holds about a person, after the list of personal data."""

import json
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import personal_data
from accounts.actors import SYSTEM, Actor
from accounts.errors import Refused
from accounts.events import record
from accounts.models import Language, Membership, Organization, User
from accounts.permissions import require
from accounts.personal_data import HOLDINGS, Erasure, Subject, subject_of
from accounts.services.memberships import lock_organization
from accounts.services.organizations import suspend_organization

# A domain that is reserved for never existing (RFC 2606).
_NOWHERE = "erased.invalid"


@transaction.atomic
def export_personal_data(*, actor: Actor, user: User) -> dict[str, list[dict[str, Any]]]:
    """Return everything about ``user``; nobody gets another person's."""
    require(actor.user_id == user.pk)
    record(actor, "user.data_exported", user)
    return personal_data.export(user)


@transaction.atomic
def erase_user(*, actor: Actor, user: User, password: str) -> None:
    """Leave of ``user`` a number that nobody can log in with; doing it twice changes nothing.

    The person proves again who they are. Rows about what they did keep pointing to the number.
    """
    require(actor.user_id == user.pk)
    memberships = Membership.objects.filter(user_id=user.pk).order_by("organization_id")
    joined = [lock_organization(each.organization_id) for each in memberships]
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.erased_at is not None:
        return
    if not row.check_password(password):
        raise Refused(_("密码不正确。"), code="password")
    _give_up_organizations(row)
    subject = subject_of(row)
    for organization in joined:
        record(actor, "membership.left", organization, member=row.pk)
    record(actor, "user.erased", row)
    _delete_rows(subject)
    _end_sessions(subject)
    _blank_admin_log(subject, str(row))
    _empty(row)


def blocking_organizations(user: User) -> list[Organization]:
    """Return those with other members whose last acting owner ``user`` is."""
    return [
        organization for organization in _owned_alone(user) if not _is_alone(user, organization)
    ]


def closing_organizations(user: User) -> list[Organization]:
    """Return those that nobody else belongs to: they stop when ``user`` goes."""
    return [organization for organization in _owned_alone(user) if _is_alone(user, organization)]


def _owned_alone(user: User) -> list[Organization]:
    others = Membership.objects.acting_owners().exclude(user=user).values("organization_id")
    owned = Organization.objects.filter(
        memberships__user=user, memberships__role=Membership.Role.OWNER
    )
    return list(owned.exclude(pk__in=others).order_by("pk"))


def _is_alone(user: User, organization: Organization) -> bool:
    return not organization.memberships.exclude(user=user).exists()


def _give_up_organizations(user: User) -> None:
    if blocking := blocking_organizations(user):
        raise Refused(
            _("您是 %(names)s 唯一的所有者，请先移交所有权。")
            % {"names": "、".join(str(organization) for organization in blocking)},
            code="last_owner",
        )
    for organization in closing_organizations(user):
        if not organization.is_suspended:
            # The person owns it at this moment; that it stops is the rule, not their choice.
            suspend_organization(actor=SYSTEM, organization=organization)
        Organization.objects.filter(pk=organization.pk).update(is_claimed=False)


def _delete_rows(subject: Subject) -> None:
    for holding in HOLDINGS:
        if holding.erasure == Erasure.DELETED:
            holding.rows(subject).delete()


def _end_sessions(subject: Subject) -> None:
    """End every session of the person, and those of visitors that remember their address."""
    for session in Session.objects.iterator():
        kept = session.get_decoded()
        text = json.dumps(kept, ensure_ascii=False, default=str)
        is_theirs = kept.get("_auth_user_id") == str(subject.user_id)
        if is_theirs or any(name in text.lower() for name in subject.names):
            session.delete()


def _blank_admin_log(subject: Subject, name: str) -> None:
    """Take the person's name out of Django admin's own log; the record of events has the number."""
    own = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=own, object_id=str(subject.user_id)).update(object_repr="")
    for word in {*subject.names, name}:
        LogEntry.objects.filter(object_repr__icontains=word).update(object_repr="")


def _empty(user: User) -> None:
    user.email = f"{user.pk}@{_NOWHERE}"
    user.display_name = user.phone = user.agreed_to = ""
    user.phone_verified_at = user.last_login = None
    user.language = Language.CHINESE
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.erased_at = timezone.now()
    user.save()
