"""Every move of an introduction: interest, accepted or declined, agreed, withdrawn.

What the need's owner lets the vendor read changes in the same transaction as the state.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.errors import Conflict, Refused
from accounts.events import record
from accounts.models import Restriction
from accounts.permissions import require
from catalog.choices import ListingState
from catalog.disclosure import Disclosure
from catalog.models import Need, Solution
from catalog.services import grant_disclosure, revoke_disclosure
from matchmaking.models import Introduction, IntroductionQuerySet
from matchmaking.permissions import acting_side, can_begin
from matchmaking.services.relations import flag_relations

Side = Introduction.Side
State = Introduction.State

# How long a side that was declined leaves the other in peace.
PEACE = timedelta(days=30)


@transaction.atomic
def express_interest(
    *, actor: Actor, need: Need, solution: Solution, side: Introduction.Side
) -> Introduction:
    """Begin an introduction on behalf of ``side``.

    When the other side has begun one already, both want it: then it is accepted.
    """
    require(can_begin(actor, need, solution, side))
    _require_open(need, solution)
    _refuse_own_restriction(actor, solution, side)
    _leave_in_peace(need, solution, side)
    made = uuid4()
    # Two who press at once: one row comes in, the other press finds it there.
    Introduction.objects.bulk_create(
        [
            Introduction(
                public_id=made,
                need=need,
                solution=solution,
                begun_by=side,
                **{f"{side}_contact": actor.user},
            )
        ],
        ignore_conflicts=True,
    )
    found = _locked().open().filter(need=need, solution=solution).first()
    if found is None:
        raise Conflict
    if found.public_id == made:
        record(
            actor,
            "introduction.interested",
            found,
            need=need.pk,
            solution=solution.pk,
            side=side.value,
        )
        flag_relations(need_id=need.pk)
        return found
    if found.begun_by == side or found.state != State.INTERESTED:
        raise Refused(_("这个需求与方案已有一个进行中的对接。"), code="open")
    return _accepted(actor, found, side)


@transaction.atomic
def accept(*, actor: Actor, introduction: Introduction) -> Introduction:
    """Accept what the other side began: names, contacts and details open to both."""
    row, side = _taken_up(actor, introduction)
    require(row.begun_by != side)
    _require_open(row.need, row.solution)
    return _accepted(actor, row, side)


@transaction.atomic
def decline(*, actor: Actor, introduction: Introduction) -> Introduction:
    """Decline what the other side began; nothing was opened and nothing will be."""
    row, side = _taken_up(actor, introduction)
    require(row.begun_by != side)
    return _ended(actor, row, side, State.DECLINED, from_states=(State.INTERESTED,))


@transaction.atomic
def withdraw(*, actor: Actor, introduction: Introduction) -> Introduction:
    """Leave: whoever began it before the answer, either side after it. What was open closes."""
    row, side = _taken_up(actor, introduction)
    require(row.begun_by == side or row.accepted_at is not None)
    return _ended(actor, row, side, State.WITHDRAWN, from_states=Introduction.OPEN_STATES)


@transaction.atomic
def confirm_agreement(*, actor: Actor, introduction: Introduction) -> Introduction:
    """Confirm the agreement of confidentiality for one side; with both, all of it opens."""
    row, side = _taken_up(actor, introduction)
    _require_open(row.need, row.solution)
    if row.confirmed_at(side) is not None:
        raise Refused(_("贵方已经确认过保密约定。"), code="confirmed")
    now = timezone.now()
    _move(row, State.ACCEPTED, State.ACCEPTED, now, **{f"{side}_confirmed_at": now})
    record(actor, "introduction.confirmed", row, side=side.value)
    if row.confirmed_at(side.other) is None:
        return row
    _move(row, State.ACCEPTED, State.AGREED, now, agreed_at=now)
    _open_need(actor, row, Disclosure.AGREED)
    record(actor, "introduction.agreed", row, need=row.need_id, solution=row.solution_id)
    return row


def _locked() -> IntroductionQuerySet:
    return Introduction.objects.select_for_update(of=["self"]).select_related(
        "need__organization",
        "need__catalogue",
        "solution__organization",
        "solution__catalogue",
    )


def _taken_up(actor: Actor, introduction: Introduction) -> tuple[Introduction, Introduction.Side]:
    """Lock the row, and say for which side ``actor`` moves it.

    The lock makes the second of two presses read what the first one wrote.
    """
    row = _locked().get(pk=introduction.pk)
    side = acting_side(actor, row)
    if side is None:
        raise PermissionDenied
    return row, side


def _require_open(need: Need, solution: Solution) -> None:
    for listing in (need, solution):
        today = timezone.localdate()
        is_over = listing.expires_on is not None and listing.expires_on < today
        if (
            listing.state != ListingState.PUBLISHED
            or listing.organization.is_suspended
            or listing.catalogue.is_external
            or is_over
        ):
            raise Refused(_("需求或方案已不再公开，不能继续对接。"), code="closed")


def _refuse_own_restriction(actor: Actor, solution: Solution, side: Introduction.Side) -> None:
    """An owner is reminded of its own list. A vendor never is: it would learn whose need it is."""
    if (
        side == Side.NEED
        and Restriction.objects.filter(
            organization=actor.organization, other_id=solution.organization_id
        ).exists()
    ):
        raise Refused(_("这家企业在贵方的黑名单或利益冲突名单中。"), code="restricted")


def _leave_in_peace(need: Need, solution: Solution, side: Introduction.Side) -> None:
    declined = Introduction.objects.filter(
        Q(need=need, solution=solution, begun_by=side, state=State.DECLINED),
        ended_at__gt=timezone.now() - PEACE,
    )
    if declined.exists():
        raise Refused(
            _("对方最近婉拒过这次对接，%(n)s 天内不能再次发起。") % {"n": PEACE.days},
            code="declined",
        )


def _move(
    row: Introduction, expected: State, state: State, now: datetime, **changes: object
) -> None:
    """Change the state by compare-and-swap; ``row`` follows."""
    values = {"state": state, "updated_at": now, **changes}
    if not Introduction.objects.filter(pk=row.pk, state=expected).update(**values):
        raise Conflict
    for name, value in values.items():
        setattr(row, name, value)


def _accepted(actor: Actor, row: Introduction, side: Introduction.Side) -> Introduction:
    now = timezone.now()
    changes = {"accepted_at": now, f"{side}_contact": actor.user}
    _move(row, State.INTERESTED, State.ACCEPTED, now, **changes)
    _open_need(actor, row, Disclosure.ACCEPTED)
    record(
        actor,
        "introduction.accepted",
        row,
        need=row.need_id,
        solution=row.solution_id,
        side=side.value,
    )
    return row


def _ended(
    actor: Actor,
    row: Introduction,
    side: Introduction.Side,
    state: State,
    *,
    from_states: tuple[State, ...],
) -> Introduction:
    if row.state not in from_states:
        raise Conflict
    now = timezone.now()
    was_open = row.accepted_at is not None
    _move(row, State(row.state), state, now, ended_at=now, ended_by=side)
    if was_open:
        revoke_disclosure(
            actor=actor,
            listing=row.need,
            organization=row.solution.organization,
            introduction_id=row.pk,
        )
    record(actor, f"introduction.{state.value}", row, side=side.value)
    return row


def _open_need(actor: Actor, row: Introduction, stage: Disclosure) -> None:
    grant_disclosure(
        actor=actor,
        listing=row.need,
        organization=row.solution.organization,
        stage=stage,
        introduction_id=row.pk,
    )
