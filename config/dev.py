"""What only a developer's machine serves: the mails that the site would have sent."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

# Django's file backend writes this line after each message.
_SEPARATOR = b"\n" + b"-" * 79 + b"\n"
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Mail:
    subject: str
    sender: str
    recipients: str
    at: datetime | None
    text: str


@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the newest mails, their whole text included; links in it can be followed."""
    if not settings.DEBUG:
        raise Http404
    mails = read_mails(Path(settings.MAILBOX_DIR), _SHOWN)
    return render(request, "accounts/dev_mailbox.html", {"mails": mails, "shown": _SHOWN})


def read_mails(folder: Path, limit: int) -> list[Mail]:
    """Return the newest ``limit`` mails of ``folder``, the newest first."""
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    mails: list[Mail] = []
    for path in files[:limit]:
        parts = path.read_bytes().split(_SEPARATOR)
        mails += [_mail(part) for part in reversed(parts) if part.strip()]
    return mails[:limit]


def _mail(source: bytes) -> Mail:
    message = message_from_bytes(source, _class=EmailMessage, policy=policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    return Mail(
        subject=str(message.get("Subject", "")),
        sender=str(message.get("From", "")),
        recipients=str(message.get("To", "")),
        at=_sent_at(str(message.get("Date", ""))),
        text=body.get_content() if body else "",
    )


def _sent_at(header: str) -> datetime | None:
    try:
        sent = parsedate_to_datetime(header)
    except ValueError:
        return None
    return sent if timezone.is_aware(sent) else timezone.make_aware(sent)
