"""Keeps the record of views: what an answer tells of a confidential need is on record before it
leaves."""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse

from accounts.requests import ActorRequest
from catalog.disclosure.sighting import one_request
from catalog.services import record_views


class ViewRecordMiddleware:
    """Opens the scope of one request, and records what was told when it was answered.

    What was looked up for a redirect or a refusal nobody saw.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = cast("ActorRequest", request)
        with one_request(lambda: asked.actor) as scope:
            response = self.get_response(request)
            answered = response.status_code in (HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY)
            if answered and scope.sightings:
                record_views(actor=asked.actor, seen=scope.sightings.values())
        return response
