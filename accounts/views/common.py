"""What the pages share."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.errors import Refused
from accounts.requests import ActorRequest


def attempt(request: ActorRequest, act: Callable[[], object], done: str) -> bool:
    """Call a service; tell the person that it is done, or why it was refused."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, refusal.messages[0])
        return False
    messages.success(request, done)
    return True


def back(request: ActorRequest, fallback: str, *args: object) -> HttpResponse:
    """Return to the page the form names, if that page is ours."""
    return redirect(wanted_page(request, request.POST) or resolve_url(fallback, *args))


def wanted_page(request: HttpRequest, given: QueryDict) -> str:
    """Return the page that ``given`` names as the next one if it is ours, else nothing."""
    wanted = given.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else ""
