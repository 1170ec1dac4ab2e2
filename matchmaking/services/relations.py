"""Looks for connected vendors of one need, and keeps what parks made of it."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from accounts.errors import Conflict, Refused
from accounts.events import record
from accounts.models import Membership, Organization
from accounts.permissions import EDITING_ROLES, require
from accounts.relations import Ties, connected
from matchmaking.models import Introduction, RelationFlag
from matchmaking.permissions import can_decide_relation


def ties_of(organization_ids: Iterable[int]) -> list[Ties]:
    """Return what organizations state of themselves and who acts for them, in two queries."""
    rows = list(Organization.objects.filter(pk__in=list(organization_ids)))
    contacts: defaultdict[int, set[str]] = defaultdict(set)
    members = Membership.objects.filter(organization__in=rows, role__in=EDITING_ROLES)
    for organization_id, email, phone in members.values_list(
        "organization_id", "user__email", "user__phone"
    ):
        contacts[organization_id] |= {email or "", phone or ""}
    return [
        Ties.of(
            row.pk,
            name=row.legal_name,
            representative=row.legal_representative,
            shareholders=row.shareholders.splitlines(),
            contacts=contacts[row.pk],
        )
        for row in rows
    ]


@transaction.atomic
def flag_relations(*, need_id: int) -> int:
    """Note connected vendors among those in touch with a need; return how many are new.

    Running again changes nothing but the links of flags that nobody has decided yet.
    """
    vendors = (
        Introduction.objects.open()
        .filter(need_id=need_id)
        .values_list("solution__organization_id", flat=True)
        .distinct()
    )
    new = 0
    for (one, other), found in connected(ties_of(vendors)).items():
        flag, created = RelationFlag.objects.get_or_create(
            need_id=need_id, one_id=one, other_id=other, defaults={"links": sorted(found)}
        )
        if created:
            new += 1
            record(SYSTEM, "relation.flagged", flag, need=need_id)
        elif flag.state == RelationFlag.State.OPEN and flag.links != sorted(found):
            RelationFlag.objects.filter(pk=flag.pk, state=RelationFlag.State.OPEN).update(
                links=sorted(found)
            )
    return new


def flag_all_relations() -> int:
    """Look again at every need with two vendors or more: what they state may have changed."""
    needs = Introduction.objects.open().order_by("need_id").values_list("need_id", flat=True)
    return sum(flag_relations(need_id=need_id) for need_id in needs.distinct())


@transaction.atomic
def handle_relation(*, actor: Actor, flag: RelationFlag, confirmed: bool, words: str) -> None:
    """Decide what a connection means, in words that stay with it."""
    require(can_decide_relation(actor, flag))
    if not words.strip():
        raise Refused(_("请写明核查结论。"), code="no_words")
    state = RelationFlag.State.CONFIRMED if confirmed else RelationFlag.State.EXPLAINED
    changed = RelationFlag.objects.filter(pk=flag.pk, state=RelationFlag.State.OPEN).update(
        state=state,
        words=words.strip()[:500],
        handled_by=actor.user,
        handled_at=timezone.now(),
    )
    if not changed:
        raise Conflict
    flag.refresh_from_db()
    record(actor, f"relation.{state.value}", flag, need=flag.need_id)
