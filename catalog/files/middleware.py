"""Refuses a request that is too large before a byte of it is read."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.files.limits import MEGABYTE


class UploadLimitMiddleware:
    """Stands before whatever reads the form: the check against forged requests does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or "0"
        length = int(told) if told.isdecimal() else 0
        # As many files as a listing holds, and the form around them.
        most = settings.FILE_MEGABYTES * settings.FILES_PER_LISTING + 1
        if length > most * MEGABYTE:
            context = {"megabytes": settings.FILE_MEGABYTES, "most": settings.FILES_PER_LISTING}
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            response = render(request, "413.html", context, status=status)
            response["Connection"] = "close"
            return response
        return self.get_response(request)
