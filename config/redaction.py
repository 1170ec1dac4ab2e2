"""No e-mail address and no phone number in any log or error report.

Redacted where a record is made, not in one handler or formatter: so it holds for Django's
handlers, Celery's own, error mails, and whatever an operator adds.
"""

import logging
import logging.config
import re
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.views.debug import ExceptionReporter

_EMAIL = re.compile(r"[^\s@<>\"'(),;:=\[\]/&?]+(?:@|%40)[\w\-]+(?:\.[\w\-]+)+")
# Mainland mobile numbers, with or without the country's code, written in one or in groups.
_PHONE = re.compile(r"(?<!\d)(?:(?:\+|00|%2B)?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_TRACEBACKS = logging.Formatter()


def redact(text: str) -> str:
    return _PHONE.sub("[phone]", _EMAIL.sub("[e-mail]", text))


def _without_rows(raised: Any, error: BaseException | None) -> str:
    """Format a traceback without what PostgreSQL adds to a refusal: the whole refused row."""
    text = _TRACEBACKS.formatException(raised)
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        words = str(error)
        if "DETAIL:" in words:
            text = text.replace(words, words.partition("DETAIL:")[0].rstrip())
        error = error.__cause__ or error.__context__
    return text


class RedactedRecord(logging.LogRecord):
    """A record whose words, traceback and stack are redacted before any handler sees them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:
            words = self.getMessage()
        except (TypeError, ValueError, KeyError):
            # Badly formatted: logging would print the arguments themselves.
            words = str(self.msg)
        self.msg, self.args = redact(words), None
        if self.exc_info:
            self.exc_text = redact(_without_rows(self.exc_info, self.exc_info[1]))
        if self.stack_info:
            self.stack_info = redact(self.stack_info)


def configure(settings: dict[str, Any]) -> None:
    """What LOGGING_CONFIG names: redaction first, so that nothing is logged before it."""
    logging.setLogRecordFactory(RedactedRecord)
    logging.config.dictConfig(settings)


class BareReporter(ExceptionReporter):
    """An error report of the traceback alone: no variables, form fields, cookies or headers."""

    def get_traceback_text(self) -> SafeString:
        lines = []
        if self.request is not None:
            lines.append(f"{self.request.method} {self.request.path}\n")
        if self.exc_type is not None and self.exc_value is not None:
            # Chained causes and their messages included, source lines too, values never.
            raised = (self.exc_type, self.exc_value, self.tb)
            lines.append(_without_rows(raised, self.exc_value))
        return mark_safe(redact("\n".join(lines)))  # noqa: S308  # nosec B308 B703 - a plain text mail

    def get_traceback_html(self) -> SafeString:
        raise NotImplementedError("error reports are plain text")
