"""What every page may say about the site itself."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001 - Django's signature
    return {
        "SITE_NAME": settings.SITE_NAME,
        "DEMO": settings.DEMO,
        "DEBUG_SITE": settings.DEBUG,
        "OPERATOR_NAME": settings.OPERATOR_NAME,
        "OPERATOR_CONTACT": settings.OPERATOR_CONTACT,
        "PHONE_LOGIN": bool(settings.SMS_SENDER),
    }
