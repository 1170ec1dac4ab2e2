"""What the site tells allauth: how a phone number is kept, proved and written to."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.module_loading import import_string

from accounts import services
from accounts.actors import SYSTEM
from accounts.addresses import client_address
from accounts.models import User

SmsSender = Callable[[str, str], object]


def sms_sender() -> SmsSender:
    """Return the callable (phone, code) that the site's settings name."""
    if not settings.SMS_SENDER:
        raise ImproperlyConfigured("SMS_SENDER is not set: phone log-in is off.")
    sender: SmsSender = import_string(settings.SMS_SENDER)
    return sender


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        services.set_phone(actor=SYSTEM, user=user, phone=phone, verified=verified)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        if not user.phone:
            return None
        return user.phone, user.phone_verified_at is not None

    def set_phone_verified(self, user: User, phone: str) -> None:
        services.set_phone(actor=SYSTEM, user=user, phone=phone, verified=True)

    def get_user_by_phone(self, phone: str) -> User | None:
        """Only a proved number leads to an account: anyone may state anybody's."""
        return User.objects.filter(phone=phone, phone_verified_at__isnull=False).first()

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def send_verification_code_sms(self, user: User, phone: str, code: str, **_: Any) -> None:  # noqa: ARG002
        sms_sender()(phone, code)


def axes_username(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """Return the name under which failed log-ins are counted: what was typed, in one spelling.

    allauth hands credentials over as email or phone, the admin as username.
    """
    given = credentials or request.POST
    for key in ("email", "phone", "username", "login"):
        if value := given.get(key):
            return str(value).strip().lower()
    return None
