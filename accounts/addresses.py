"""From which network address a request comes, and at which one the site is reached."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

# Where no address is known (a Unix socket): nobody else's, so limits count them together.
NOWHERE = "0.0.0.0"  # noqa: S104  # nosec B104 - a name for "unknown", nothing listens there


def client_address(request: HttpRequest) -> str:
    """Return the address that the outermost trusted proxy saw.

    Only the last TRUSTED_PROXIES entries of X-Forwarded-For are written by proxies of ours; what
    stands before them the client may have made up.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    trusted = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    wanted = forwarded[-trusted] if 0 < trusted <= len(forwarded) else direct
    for candidate in (wanted, direct):
        try:
            return str(ipaddress.ip_address(candidate))
        except ValueError:
            continue
    return NOWHERE


def absolute(request: HttpRequest, path: str) -> str:
    """Return a link for a mail: whoever asks for one does not choose where it leads."""
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)
