"""Browsers that somebody has logged in from before, known by a signed cookie.

Guesses from elsewhere count against an account as a whole, those from a known browser against that
browser alone: nobody who guesses from afar locks the owner out of it.
"""

import secrets

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

_COOKIE = "device"
_SALT = "accounts.devices"
_HALF_A_YEAR = 180 * 24 * 3600


def _digest(name: str) -> str:
    """Stand for a name without telling it: the cookie is readable to whoever holds the browser."""
    return salted_hmac(_SALT, name.strip().lower(), algorithm="sha256").hexdigest()


def remember(response: HttpResponseBase, name: str) -> None:
    """Let the browser prove later that ``name`` has logged in from it."""
    response.set_signed_cookie(
        _COOKIE,
        f"{_digest(name)}:{secrets.token_hex(16)}",
        salt=_SALT,
        max_age=_HALF_A_YEAR,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def known_device(request: HttpRequest, name: str) -> str | None:
    """Return the number of the browser if ``name`` has logged in from it before."""
    try:
        told = request.get_signed_cookie(_COOKIE, salt=_SALT, max_age=_HALF_A_YEAR)
    except (KeyError, BadSignature):
        return None
    digest, _, number = (told or "").partition(":")
    return number if secrets.compare_digest(digest, _digest(name)) else None
