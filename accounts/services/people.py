"""A person's own settings, and what platform admins do with people."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.errors import Conflict, Refused
from accounts.events import record
from accounts.models import District, DistrictOfficer, Language, Park, ParkStaff, User
from accounts.permissions import can_manage_people, require


@transaction.atomic
def edit_profile(*, actor: Actor, user: User, display_name: str, language: str) -> User:
    require(actor.user_id == user.pk)
    user.display_name = display_name.strip()
    user.language = Language(language)
    user.save(update_fields=["display_name", "language"])
    record(actor, "user.profile_edited", user)
    return user


@transaction.atomic
def choose_language(*, actor: Actor, language: str) -> None:
    """Remember the language that a signed-in person switched to."""
    if actor.user is None:
        return
    if User.objects.filter(pk=actor.user.pk).update(language=Language(language)):
        record(actor, "user.language_chosen", actor.user, language=language)


@transaction.atomic
def set_phone(*, actor: Actor, user: User, phone: str, verified: bool) -> None:
    """Attach a number. Anyone may state one; only one account may have proved it."""
    require(actor.is_system or actor.user_id == user.pk)
    user.phone = phone
    user.phone_verified_at = timezone.now() if verified and phone else None
    try:
        with transaction.atomic():
            user.save(update_fields=["phone", "phone_verified_at"])
    except IntegrityError as error:
        raise Refused(_("该手机号已被其他账号验证。"), code="phone_taken") from error
    record(actor, "user.phone_verified" if verified else "user.phone_stated", user)


@transaction.atomic
def suspend_user(*, actor: Actor, user: User) -> None:
    """Shut a person out at once."""
    require(can_manage_people(actor))
    if actor.user_id == user.pk:
        raise Refused(_("不能停用自己的账号。"), code="self")
    _change_activity(actor, user, active=False)


@transaction.atomic
def reinstate_user(*, actor: Actor, user: User) -> None:
    require(can_manage_people(actor))
    _change_activity(actor, user, active=True)


def _change_activity(actor: Actor, user: User, *, active: bool) -> None:
    if not User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
        raise Conflict
    record(actor, "user.reinstated" if active else "user.suspended", user)


@transaction.atomic
def appoint_park_staff(*, actor: Actor, user: User, park: Park) -> ParkStaff:
    require(can_manage_people(actor))
    staff, created = ParkStaff.objects.get_or_create(user=user, park=park)
    if created:
        record(actor, "park_staff.appointed", park, member=user.pk)
    return staff


@transaction.atomic
def dismiss_park_staff(*, actor: Actor, staff: ParkStaff) -> None:
    require(can_manage_people(actor))
    record(actor, "park_staff.dismissed", staff.park, member=staff.user_id)
    staff.delete()


@transaction.atomic
def appoint_district_officer(*, actor: Actor, user: User, district: District) -> DistrictOfficer:
    require(can_manage_people(actor))
    officer, created = DistrictOfficer.objects.get_or_create(user=user, district=district)
    if created:
        record(actor, "district_officer.appointed", district, member=user.pk)
    return officer


@transaction.atomic
def dismiss_district_officer(*, actor: Actor, officer: DistrictOfficer) -> None:
    require(can_manage_people(actor))
    record(actor, "district_officer.dismissed", officer.district, member=officer.user_id)
    officer.delete()
