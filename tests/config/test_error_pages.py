"""Pages for what went wrong say what to do next, in both languages, and need nothing to do so."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from django.views import defaults
from django.views.csrf import csrf_failure

WAYS_ON = ('action="/needs/"', 'href="/needs/"', 'href="/solutions/"')


def failed(request: HttpRequest) -> HttpResponse:
    return defaults.server_error(request)


def malformed(request: HttpRequest) -> HttpResponse:
    return defaults.bad_request(request, ValueError())


def forged(request: HttpRequest) -> HttpResponse:
    return csrf_failure(request)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("view", [failed, malformed, forged])
def test_a_page_that_needs_no_database_offers_a_search_and_the_halls(
    view: Callable[[HttpRequest], HttpResponse], language: str
) -> None:
    # No database mark: a query would fail this test.
    with translation.override(language):
        page = view(RequestFactory().get("/")).content.decode()
    assert all(way in page for way in WAYS_ON)
    assert f'lang="{"zh-CN" if language == "zh-hans" else "en"}"' in page


@pytest.mark.django_db
def test_a_page_that_is_not_there_offers_a_search_and_the_halls(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert all(way in response.content.decode() for way in WAYS_ON)
