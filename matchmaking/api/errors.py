"""How the API words a refusal."""

from typing import Any

from django.http import Http404
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import exception_handler


def refusal(error: Exception, context: dict[str, Any]) -> Response | None:
    """Word every 404 alike: Django's message tells which check found nothing."""
    return exception_handler(NotFound() if isinstance(error, Http404) else error, context)
