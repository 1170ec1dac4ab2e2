"""What every page may say about the site itself."""

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static

from accounts.addresses import absolute


def site(request: HttpRequest) -> dict[str, object]:
    return {
        # One address a page in both languages, whatever was searched or filtered on it.
        "PAGE_URL": absolute(request, "/" + request.path.lstrip("/")),
        "SHARE_IMAGE": absolute(request, static("img/share.png")),
        "ICP_NUMBER": settings.ICP_NUMBER,
        "POLICE_NUMBER": settings.POLICE_NUMBER,
        "POLICE_DIGITS": "".join(filter(str.isdigit, settings.POLICE_NUMBER)),
        "SITE_NAME": settings.SITE_NAME,
        "DEMO": settings.DEMO,
        "DEBUG_SITE": settings.DEBUG,
        "OPERATOR_NAME": settings.OPERATOR_NAME,
        "OPERATOR_CONTACT": settings.OPERATOR_CONTACT,
        "PHONE_LOGIN": bool(settings.SMS_SENDER),
    }
