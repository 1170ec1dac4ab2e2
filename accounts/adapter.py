"""What the site tells allauth: how a phone number is kept, proved and written to."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase
from django.utils.module_loading import import_string

from accounts import services
from accounts.actors import SYSTEM
from accounts.addresses import absolute, client_address
from accounts.devices import known_device, remember
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

    def post_login(self, request: HttpRequest, user: User, **told: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().post_login(request, user, **told)
        remember(response, user.email)
        return response

    def send_account_already_exists_mail(self, email: str) -> None:
        """Work as long as for a new account: how long it takes would tell that there is one."""
        make_password(self.request.POST.get("password1", ""))
        super().send_account_already_exists_mail(email)

    def get_reset_password_from_key_url(self, key: str) -> str:
        return self._ours(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return self._ours(super().get_email_confirmation_url(request, emailconfirmation))

    def _ours(self, link: str) -> str:
        return absolute(self.request, urlsplit(link).path)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failed log-ins by known browser, else by account."""
        name = axes_username(request, credentials) or ""
        return f"{name}:{known_device(request, name) or ''}"

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


def is_known_browser(request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
    """Whether axes leaves counting to the known browser's own limit."""
    name = axes_username(request, credentials)
    return name is not None and known_device(request, name) is not None
