"""Creating, editing, verifying and suspending organizations."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from accounts.errors import Conflict, Refused
from accounts.events import record
from accounts.models import Membership, Organization, Verification
from accounts.permissions import (
    can_create_organization,
    can_edit_organization,
    can_register_organization,
    can_suspend_organization,
    can_verify_organization,
    require,
    works_for_park,
)
from accounts.signals import organization_reinstated, organization_suspended
from accounts.validators import clean_credit_code

# What a check leaves in the organization's own row.
_CHECK = ["verified_at", "verified_until", "verified_by", "verified_by_park"]
# What a check is about: whoever changes one of these is to be checked again.
# How long a check counts unless the checker says otherwise, and at most, in days.
USUAL_TERM, LONGEST_TERM = 365, 3 * 366
CHECKED_FACTS = frozenset({"legal_name", "credit_code", "park"})
EDITABLE_FACTS = CHECKED_FACTS | {
    *("short_name", "district", "size", "website", "description"),
    *("legal_representative", "shareholders"),
}


@transaction.atomic
def create_organization(*, actor: Actor, facts: Mapping[str, Any]) -> Organization:
    """Create an organization whose first owner is the actor."""
    require(can_create_organization(actor))
    organization = _insert(facts)
    Membership.objects.create(
        user_id=actor.key, organization=organization, role=Membership.Role.OWNER
    )
    record(actor, "organization.created", organization)
    return organization


@transaction.atomic
def register_organization(
    *, actor: Actor, facts: Mapping[str, Any], source: str = ""
) -> Organization:
    """Enter an organization that has no member yet: it waits to be claimed."""
    require(can_register_organization(actor))
    organization = _insert(facts, is_claimed=False, source=source)
    record(actor, "organization.registered", organization)
    return organization


def _insert(facts: Mapping[str, Any], **provenance: Any) -> Organization:
    organization = Organization(**_known(facts), **provenance)
    organization.credit_code = clean_credit_code(organization.credit_code)
    organization.full_clean()
    _require_free_code(organization)
    organization.save()
    return organization


@transaction.atomic
def edit_organization(
    *, actor: Actor, organization: Organization, changes: Mapping[str, Any]
) -> Organization:
    """Change facts; touching what was checked drops the verification."""
    require(can_edit_organization(actor, organization))
    row = Organization.objects.select_for_update().get(pk=organization.pk)
    wanted = dict(_known(changes))
    if "credit_code" in wanted:
        wanted["credit_code"] = clean_credit_code(wanted["credit_code"])
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, wanted[name])
    row.full_clean(validate_constraints=False)
    checked = sorted(CHECKED_FACTS.intersection(changed))
    if checked:
        _require_free_code(row)
        row.facts_version += 1
    row.save()
    record(actor, "organization.edited", row, fields=",".join(sorted(changed)))
    if checked and row.verified_at is not None:
        _forget_verification(row)
        _end_verification(actor, row, _("核验过的信息已被修改"))
        record(actor, "organization.verification_dropped", row, fields=",".join(checked))
    return row


def _known(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    if strangers := set(facts) - EDITABLE_FACTS:
        raise TypeError(f"not facts of an organization: {sorted(strangers)}")
    return facts


def _require_free_code(organization: Organization) -> None:
    """A verified organization's code is taken; whoever works there asks to join it instead."""
    if not organization.credit_code:
        return
    holders = Organization.objects.verified().filter(credit_code=organization.credit_code)
    if holders.exclude(pk=organization.pk).exists():
        raise Refused(
            _("该统一社会信用代码已属于一家核验过的企业，请申请加入该企业。"), code="code_taken"
        )


@transaction.atomic
def verify_organization(
    *,
    actor: Actor,
    organization: Organization,
    facts_version: int,
    checks: Iterable[str],
    note: str = "",
    valid_until: date | None = None,
) -> Verification:
    """Confirm the facts as they stood at ``facts_version``, stating what was looked at.

    The check counts up to and including ``valid_until``: a year, unless stated.
    """
    require(can_verify_organization(actor, organization))
    until = _term(valid_until)
    looked_at = sorted({Verification.Check(each).value for each in checks})
    if not looked_at:
        raise Refused(_("请至少选择一项核验内容。"), code="no_checks")
    if not organization.credit_code:
        raise Refused(_("请先补全统一社会信用代码，再行核验。"), code="no_code")
    _end_due(organization.pk)
    now = timezone.now()
    park = organization.park if works_for_park(actor, organization.park_id) else None
    try:
        with transaction.atomic():
            updated = Organization.objects.filter(
                pk=organization.pk,
                facts_version=facts_version,
                verified_at__isnull=True,
                suspended_at__isnull=True,
            ).update(
                verified_at=now,
                verified_until=until,
                verified_by=actor.user,
                verified_by_park=park,
            )
    except IntegrityError as error:
        raise Refused(
            _("另一家企业已用同一统一社会信用代码通过核验，不能再核验这一家。"), code="code_taken"
        ) from error
    if not updated:
        raise Conflict
    verification = Verification.objects.create(
        organization=organization,
        park=park,
        checks=looked_at,
        note=note,
        verified_by=actor.user,
        verified_at=now,
        valid_until=until,
    )
    record(actor, "organization.verified", organization, verification=verification.pk)
    organization.refresh_from_db()
    return verification


def _term(valid_until: date | None) -> date:
    today = timezone.localdate()
    until = valid_until or today + timedelta(days=USUAL_TERM)
    if not today <= until <= today + timedelta(days=LONGEST_TERM):
        raise Refused(_("核验有效期应在今天之后的三年以内。"), code="bad_term")
    return until


def end_due_verifications() -> int:
    """End the checks whose last day has passed; return how many.

    They stopped counting that night by their date alone: this writes it into the record.
    """
    due = Organization.objects.filter(verified_until__lt=timezone.localdate()).order_by("pk")
    return sum(_end_due(pk) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _end_due(pk: int) -> bool:
    row = Organization.objects.select_for_update().filter(pk=pk).first()
    # Checked anew, or gone, since it was found.
    if row is None or row.verified_until is None or row.is_verified:
        return False
    _forget_verification(row)
    _end_verification(SYSTEM, row, _("有效期届满"))
    record(SYSTEM, "organization.verification_expired", row)
    return True


@transaction.atomic
def withdraw_verification(*, actor: Actor, organization: Organization, reason: str) -> None:
    """Take a verification back, for a reason that the organization gets to read."""
    require(can_verify_organization(actor, organization))
    if not reason.strip():
        raise Refused(_("请写明撤销核验的原因。"), code="no_reason")
    row = Organization.objects.select_for_update().get(pk=organization.pk)
    if not row.is_verified:
        raise Conflict
    _forget_verification(row)
    _end_verification(actor, row, reason.strip())
    record(actor, "organization.verification_withdrawn", row)


def _forget_verification(organization: Organization) -> None:
    organization.verified_at = None
    organization.verified_until = None
    organization.verified_by = None
    organization.verified_by_park = None
    organization.save(update_fields=_CHECK)


def _end_verification(actor: Actor, organization: Organization, reason: str) -> None:
    organization.verifications.filter(ended_at__isnull=True).update(
        ended_at=timezone.now(), ended_by=actor.user, end_reason=reason[:500]
    )


@transaction.atomic
def suspend_organization(*, actor: Actor, organization: Organization) -> None:
    """Stop an organization: nobody acts for it any more until it is reinstated."""
    require(can_suspend_organization(actor))
    updated = Organization.objects.filter(pk=organization.pk, suspended_at__isnull=True).update(
        suspended_at=timezone.now()
    )
    if not updated:
        raise Conflict
    record(actor, "organization.suspended", organization)
    organization_suspended.send(Organization, organization_id=organization.pk)


@transaction.atomic
def reinstate_organization(*, actor: Actor, organization: Organization) -> None:
    require(can_suspend_organization(actor))
    updated = Organization.objects.filter(pk=organization.pk, suspended_at__isnull=False).update(
        suspended_at=None
    )
    if not updated:
        raise Conflict
    record(actor, "organization.reinstated", organization)
    organization_reinstated.send(Organization, organization_id=organization.pk)
