"""Blacklist and conflicts of interest of an organization."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.errors import Conflict, Refused
from accounts.events import record
from accounts.models import Organization, Restriction
from accounts.permissions import can_restrict_for, require
from accounts.signals import restrictions_changed


@transaction.atomic
def add_restriction(
    *,
    actor: Actor,
    organization: Organization,
    other: Organization,
    kind: Restriction.Kind,
    note: str = "",
) -> Restriction:
    """Put ``other`` on the list that ``organization`` keeps; it is never told."""
    require(can_restrict_for(actor, organization))
    if other.pk == organization.pk:
        raise Refused(_("不能添加本企业。"), code="own")
    row, created = Restriction.objects.get_or_create(
        organization=organization,
        other=other,
        kind=Restriction.Kind(kind),
        defaults={"note": note.strip(), "created_by": actor.user},
    )
    if not created:
        raise Refused(_("这家企业已在名单中。"), code="listed")
    _tell(actor, "restriction.added", row)
    return row


@transaction.atomic
def remove_restriction(*, actor: Actor, restriction: Restriction) -> None:
    """Take a row off the list again."""
    require(can_restrict_for(actor, restriction.organization))
    row = Restriction.objects.select_for_update(of=["self"]).filter(pk=restriction.pk).first()
    if row is None:
        raise Conflict
    _tell(actor, "restriction.removed", row)
    row.delete()


def _tell(actor: Actor, verb: str, row: Restriction) -> None:
    # The row is the subject: a timeline of the other organization must not find the event.
    record(actor, verb, row, owner=row.organization_id, kind=row.kind)
    touched = {row.organization_id}
    if row.kind == Restriction.Kind.CONFLICT:
        touched.add(row.other_id)
    restrictions_changed.send(Restriction, organization_ids=frozenset(touched))
